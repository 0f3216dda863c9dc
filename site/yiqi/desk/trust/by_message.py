"""Proving who one is by a code that is sent to one's own phone: before something grave at the desk, and before one's account goes."""

from flask import abort, current_app, request
from flask_login import current_user

from yiqi import clock
from yiqi.desk.trust.proof_forms import MessageCodeForm
from yiqi.desk.trust.proof_words import too_many, wrong
from yiqi.people import browser, codes
from yiqi.people.models import BrowserSession
from yiqi.web.display import language


def send(form: MessageCodeForm) -> int | None:
    """Send a code. Where that is too often the form says so, and the status is answered."""
    try:
        codes.ask(
            phone=current_user.phone,
            browser=_visit().token_hash,
            address=request.remote_addr or "",
            device=browser.device_token(),
            at=clock.now(),
            secret=current_app.config["SECRET_KEY"],
            lang=language(),
        )
    except codes.TooMany as limit:
        form.code.errors = [too_many(limit)]
        return 429
    return None


def tried(form: MessageCodeForm) -> int | None:
    """Try the code that was typed. Where it proves nothing the form says why, and the status is answered."""
    if not form.validate():
        return 422
    visit = _visit()
    try:
        codes.prove(
            phone=current_user.phone,
            code=form.code.data or "",
            browser=visit.token_hash,
            browser_id=visit.id,
            device=browser.device_token(),
            at=clock.now(),
            secret=current_app.config["SECRET_KEY"],
            address=request.remote_addr or "",
        )
    except codes.WrongCode as error:
        form.code.errors = [wrong(error)]
        return 422
    except codes.TooMany as limit:
        form.code.errors = [too_many(limit)]
        return 429
    return None


def was_sent() -> bool:
    """Whether a code is on its way to one's own phone that this browser asked for."""
    asked: str | None = codes.asked_phone(_visit().token_hash)
    return asked is not None and asked == current_user.phone


def _visit() -> BrowserSession:
    visit = browser.visit()
    if visit is None:
        abort(401)
    return visit
