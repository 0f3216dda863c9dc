"""One's own data: what was agreed to, a copy of everything, deleting the account, agreeing to a new notice."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import mine
from yiqi.booking.rules.guarding import OF_AGE
from yiqi.desk.files.download import download
from yiqi.i18n import gettext as _
from yiqi.people import agreeing, browser, by_message
from yiqi.people.forms import MessageCodeForm
from yiqi.people.models import Purpose
from yiqi.people.proof_words import too_many
from yiqi.privacy import claiming, erasing, handing_out
from yiqi.privacy.erasing import LastAdmin
from yiqi.privacy.forms import ClaimForm, GuardianForm
from yiqi.privacy.handing_out import TooMany
from yiqi.web.display import language_chosen
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import local_path, safe_redirect
from yiqi.web.texts import identifier

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/me/privacy")
@signed_in_only
def own() -> ResponseReturnValue:
    """What I agreed to, and what I can do with what is written down of me."""
    return _own_page()


@blueprint.post("/me/privacy/copy")
@signed_in_only
def copy() -> ResponseReturnValue:
    """Everything that is written down of me, as a file to keep."""
    now = clock.now()
    try:
        handing_out.count(person_id=current_user.id, at=now)
    except TooMany as limit:
        return _own_page(too_many(limit)), 429
    made = handing_out.archive(current_user.id, now)
    name = _("亦起-我的数据-%(day)s.zip", day=clock.today().isoformat())
    return download(made, name=name, plain="yiqi-data.zip", kind="application/zip")


@blueprint.get("/me/privacy/delete")
@signed_in_only
def leaving() -> ResponseReturnValue:
    """What deleting the account means, and the code that proves it is me."""
    return _leaving_page(MessageCodeForm())


@blueprint.post("/me/privacy/delete/code")
@signed_in_only
def send_code() -> ResponseReturnValue:
    """Send the code to my own phone."""
    form = MessageCodeForm()
    status = by_message.send(form)
    if status:
        return _leaving_page(form, status)
    return safe_redirect(url_for("privacy.leaving"))


@blueprint.post("/me/privacy/delete")
@signed_in_only
def leave() -> ResponseReturnValue:
    """Delete the account. It cannot be undone."""
    form = MessageCodeForm(request.form)
    status = by_message.tried(form)
    if status:
        return _leaving_page(form, status)
    try:
        erasing.erase(person_id=current_user.id, at=clock.now())
    except LastAdmin:
        return _leaving_page(MessageCodeForm(), 409, is_last_admin=True)
    browser.drop()
    return safe_redirect(url_for("privacy.left"))


@blueprint.get("/account-deleted")
def left() -> ResponseReturnValue:
    """That it is done, and what stays without a name."""
    return render_template("privacy/left.html")


@blueprint.get("/me/privacy/notice")
@signed_in_only
def new_notice() -> ResponseReturnValue:
    """The notice has changed: what is new, and the way on."""
    goes_to = local_path(request.args.get("next"))
    return render_template("privacy/new_notice.html", goes_to=goes_to, version=agreeing.NOTICE)


@blueprint.post("/me/privacy/notice")
@signed_in_only
def agree() -> ResponseReturnValue:
    """Agree to the version that was shown; an older one is shown again as it is now."""
    version = identifier(request.form.get("version", "")) or 0
    goes_to = local_path(request.form.get("next"))
    if not agreeing.agree(person_id=current_user.id, version=version, at=clock.now()):
        return safe_redirect(url_for("privacy.new_notice", next=goes_to))
    return safe_redirect(goes_to)


@blueprint.get("/me/guardian")
@signed_in_only
def guardian() -> ResponseReturnValue:
    """A guardian's word for somebody who is not of age. `?under=` says what it is for, `?next=` where it was asked for."""
    return _guardian_page(GuardianForm(request.args))


@blueprint.post("/me/guardian")
@signed_in_only
def agree_as_guardian() -> ResponseReturnValue:
    """Keep it; `withdraw` takes it back."""
    now = clock.now()
    form = GuardianForm(request.form)
    if "withdraw" in request.form:
        agreeing.unguard(person_id=current_user.id, at=now)
    elif form.validate():
        agreeing.guard(person_id=current_user.id, name=form.name.data or "", phone=form.e164, at=now)
    else:
        return _guardian_page(form, 422)
    goes_to = local_path(form.next.data)
    return safe_redirect(url_for("privacy.guardian", under=form.under.data or None, next=goes_to))


def _guardian_page(form: GuardianForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "privacy/guardian.html",
        form=form,
        given=agreeing.has_guardian(current_user.id),
        for_volunteering=form.under.data == str(OF_AGE),
        goes_to=local_path(form.next.data),
    )
    return page, status


@blueprint.get("/sign-in/whose")
def whose() -> ResponseReturnValue:
    """A number that nobody used for long: whose it is has to be shown before anything of the record is."""
    if not _claims():
        return redirect(url_for("people.sign_in", next=local_path(request.args.get("next"))), 303)
    return _whose_page(ClaimForm(data={"next": local_path(request.args.get("next"))}))


@blueprint.post("/sign-in/whose")
def claim() -> ResponseReturnValue:
    """Try surname and enterprise; after the third wrong one the number begins an empty record."""
    form = ClaimForm(request.form)
    goes_to = local_path(request.form.get("next"))
    visit = browser.visit()
    if visit is None or not _claims():
        return redirect(url_for("people.sign_in", next=goes_to), 303)
    now, device = clock.now(), browser.device_token()
    is_anew = "anew" in request.form
    if not is_anew and not form.validate():
        return _whose_page(form, 422)
    try:
        if not is_anew and _is_theirs(form, visit.id, now, device):
            return redirect(goes_to, 303)
        begun = claiming.begin_anew(browser_id=visit.id, at=now, device=device, lang=language_chosen())
    except claiming.NotThem as wrong_one:
        form.surname.errors = [_("姓或单位和记录对不上，还可以试 %(n)s 次", n=wrong_one.left)]
        return _whose_page(form, 422)
    except claiming.NotClaiming:
        return redirect(url_for("people.sign_in", next=goes_to), 303)
    browser.adopt(begun)
    return redirect(url_for("people.name", next=goes_to), 303)


def _is_theirs(form: ClaimForm, browser_id: int, at: datetime, device: str) -> bool:
    """Whether the form shows that the record is theirs, who are then in it; not with the third wrong one. Raises as
    `claiming.confirm` while there is another try."""
    try:
        confirmed = claiming.confirm(
            browser_id=browser_id,
            surname=form.surname.data or "",
            union=form.union.data or "",
            at=at,
            device=device,
        )
    except claiming.NotThem as wrong_one:
        if wrong_one.left:
            raise
        return False
    browser.adopt(confirmed)
    return True


def _claims() -> bool:
    visit = browser.visit()
    return visit is not None and visit.claims_id is not None


def _whose_page(form: ClaimForm, status: int = 200) -> ResponseReturnValue:
    return render_template("privacy/whose.html", form=form), status


def _own_page(problem: str = "") -> str:
    return render_template(
        "privacy/own.html", consents=agreeing.of(current_user.id), Purpose=Purpose, problem=problem
    )


def _leaving_page(
    form: MessageCodeForm, status: int = 200, *, is_last_admin: bool = False
) -> ResponseReturnValue:
    now = clock.now()
    held, waiting = mine.counts(current_user.id, now)
    page = render_template(
        "privacy/leaving.html",
        form=form,
        held=held,
        waiting=waiting,
        is_last_admin=is_last_admin,
        was_sent=by_message.was_sent(),
    )
    return page, status
