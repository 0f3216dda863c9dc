"""The second factor: setting it up, showing it to open the desk, its recovery codes."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk import gate
from yiqi.desk.trust.proof_forms import AppCodeForm, FactorForm
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.people import authenticator, browser, codes, second_factor
from yiqi.people.proof_words import too_many, wrong
from yiqi.people.rules import masked
from yiqi.people.tallies import TooMany
from yiqi.roles import securing
from yiqi.web import qr
from yiqi.web.htmx import local_path, safe_redirect

Answer = TypeVar("Answer")


@blueprint.get("/second-factor", endpoint="second_factor")
def look_after() -> ResponseReturnValue:
    """Set the second factor up, show it to open the desk, or look after it: whichever is next."""
    goes_to = local_path(request.args.get("next"), url_for("desk.home"))
    standing = second_factor.standing(current_user.id)
    if standing is None:
        return _set_up_page(AppCodeForm(data={"next": goes_to})) if gate.may_set_up() else _later_page()
    if gate.is_locked(gate.permit().held, clock.now(), has_factor=True):
        return _ask_page(FactorForm(data={"next": goes_to}))
    return render_template("desk/factor_kept.html", standing=standing)


@blueprint.post("/second-factor")
def show_factor() -> ResponseReturnValue:
    """Confirm the authenticator by its first code, which shows the recovery codes; or open the desk by a code."""
    if second_factor.standing(current_user.id) is None:
        return _set_up()
    form = FactorForm(request.form)
    if gate.is_locked(gate.permit().held, clock.now(), has_factor=True):
        status = proven(form) if form.validate() else 422
        if status is not None:
            return _ask_page(form, status)
    return safe_redirect(form.next.data, url_for("desk.home"))


@blueprint.post("/second-factor/codes")
def renew_codes() -> ResponseReturnValue:
    """Ten new recovery codes, once."""
    if second_factor.standing(current_user.id) is None:
        return safe_redirect(url_for("desk.second_factor"))
    if not gate.is_fresh():
        return gate.to_step_up()
    made = securing.renew_codes(person_id=current_user.id, key=current_app.config["SECRET_KEY"])
    return render_template("desk/recovery_codes.html", codes=made, goes_to=url_for("desk.second_factor"))


@blueprint.post("/second-factor/replace")
def replace_factor() -> ResponseReturnValue:
    """Give up the authenticator for one on another phone."""
    if not gate.is_fresh():
        return gate.to_step_up()
    securing.replace(person_id=current_user.id, at=clock.now())
    return safe_redirect(url_for("desk.second_factor"))


def proven(form: FactorForm) -> int | None:
    """Try the code of a form. None when it was right; else the status to show the form with, which says why."""
    answer = _tried(form, securing.unlock)
    if isinstance(answer, int):
        return answer
    browser.adopt(answer)
    return None


def _set_up() -> ResponseReturnValue:
    form = AppCodeForm(request.form)
    if not gate.may_set_up():
        return _later_page(), 409
    if not form.validate():
        return _set_up_page(form, 422)
    answer = _tried(form, securing.set_up)
    if isinstance(answer, int):
        return _set_up_page(form, answer)
    fresh, made = answer
    browser.adopt(fresh)
    goes_to = local_path(form.next.data, url_for("desk.home"))
    return render_template("desk/recovery_codes.html", codes=made, goes_to=goes_to)


def _tried(form: AppCodeForm | FactorForm, verb: Callable[..., Answer]) -> Answer | int:
    """What a verb answers to the code of a form, or the status of its refusal, which the form then says."""
    visit = browser.visit()
    if visit is None:
        abort(401)
    try:
        return verb(
            person_id=current_user.id,
            browser_id=visit.id,
            typed=form.code.data or "",
            at=clock.now(),
            key=current_app.config["SECRET_KEY"],
        )
    except codes.WrongCode as error:
        form.code.errors = [wrong(error)]
        return 422
    except TooMany as limit:
        form.code.errors = [too_many(limit)]
        return 429


def _set_up_page(form: AppCodeForm, status: int = 200) -> ResponseReturnValue:
    seed = securing.begin(person_id=current_user.id, at=clock.now())
    if seed is None:
        return safe_redirect(url_for("desk.second_factor"))
    secret = authenticator.secret_of(seed, current_app.config["SECRET_KEY"])
    says = authenticator.address(secret, masked(current_user.phone))
    spelled = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    is_asked = current_app.config["YIQI"].second_factor
    page = render_template(
        "desk/factor_set_up.html",
        form=form,
        qr=qr.fresh_qr(says, _("二维码")),
        is_asked=is_asked,
        spelled=spelled,
    )
    return page, status


def _later_page() -> str:
    return render_template("desk/factor_later.html")


def _ask_page(form: FactorForm, status: int = 200) -> ResponseReturnValue:
    return render_template("desk/factor_asked.html", form=form), status
