"""Codes by message, as this request asks for them and tries them: to sign in, and to prove who one is before something
grave at the desk or before one's account goes."""

from typing import Any

from flask import abort, current_app, request
from flask_login import current_user

from yiqi import clock
from yiqi.people import browser, codes
from yiqi.people.forms import MessageCodeForm
from yiqi.people.models import BrowserSession
from yiqi.people.proof_words import too_many, wrong
from yiqi.people.sessions import NewSession
from yiqi.web.display import language, language_chosen


def ask(phone: str) -> None:
    """Send a code to a phone (E.164) that this browser may use; a browser without a visit begins one. Raises
    `codes.TooMany`."""
    codes.ask(phone=phone, lang=language(), **_facts(browser.begin_visit()))


def sign_in(phone: str, code: str) -> NewSession:
    """Sign in with a code that this browser asked for. Raises as `codes.sign_in`."""
    visit = browser.begin_visit()
    return codes.sign_in(
        phone=phone,
        code=code,
        browser_id=visit.id,
        lang=language_chosen(),
        user_agent=request.user_agent.string,
        **_facts(visit),
    )


def asked_phone() -> str | None:
    """The phone that this browser asked a code for: it is never in an address."""
    visit = browser.visit()
    return codes.asked_phone(visit.token_hash) if visit else None


def send(form: MessageCodeForm) -> int | None:
    """Send a code to one's own phone. Where that is too often the form says so, and the status is answered."""
    try:
        codes.ask(phone=current_user.phone, lang=language(), **_facts(_own_visit()))
    except codes.TooMany as limit:
        form.code.errors = [too_many(limit)]
        return 429
    return None


def tried(form: MessageCodeForm) -> int | None:
    """Try the code that was typed. Where it proves nothing the form says why, and the status is answered."""
    if not form.validate():
        return 422
    visit = _own_visit()
    try:
        codes.prove(phone=current_user.phone, code=form.code.data or "", browser_id=visit.id, **_facts(visit))
    except codes.WrongCode as error:
        form.code.errors = [wrong(error)]
        return 422
    except codes.TooMany as limit:
        form.code.errors = [too_many(limit)]
        return 429
    return None


def was_sent() -> bool:
    """Whether a code is on its way to one's own phone that this browser asked for."""
    asked = asked_phone()
    return asked is not None and asked == current_user.phone


def _facts(visit: BrowserSession) -> dict[str, Any]:
    """What every verb of codes asks of a request."""
    return {
        "browser": visit.token_hash,
        "address": request.remote_addr or "",
        "device": browser.device_token(),
        "at": clock.now(),
        "secret": current_app.config["SECRET_KEY"],
    }


def _own_visit() -> BrowserSession:
    visit = browser.visit()
    if visit is None:
        abort(401)
    return visit
