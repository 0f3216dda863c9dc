"""Proving anew who one is, before something grave: by the authenticator, or by a message to one's own phone."""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi.desk.trust.proof_forms import FactorForm
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.second_factor import proven
from yiqi.people import by_message, second_factor
from yiqi.people.forms import MessageCodeForm
from yiqi.web.htmx import local_path, safe_redirect


@blueprint.get("/step-up")
def step_up() -> ResponseReturnValue:
    """Ask for a code."""
    data = {"next": local_path(request.args.get("next"), url_for("desk.home"))}
    return _page(FactorForm(data=data) if _has_factor() else MessageCodeForm(data=data))


@blueprint.post("/step-up")
def prove() -> ResponseReturnValue:
    """Try it, and go back to where it was asked for."""
    if _has_factor():
        form = FactorForm(request.form)
        status = proven(form) if form.validate() else 422
        return _page(form, status) if status else _back(form)
    message = MessageCodeForm(request.form)
    status = by_message.tried(message)
    return _page(message, status) if status else _back(message)


@blueprint.post("/step-up/code")
def send_proof() -> ResponseReturnValue:
    """Send a code to one's own phone; only where nobody must have a second factor."""
    form = MessageCodeForm(data={"next": request.form.get("next", "")})
    goes_to = local_path(form.next.data, url_for("desk.home"))
    status = None if _has_factor() else by_message.send(form)
    if status:
        return _page(form, status)
    return safe_redirect(url_for("desk.step_up", next=goes_to))


def _has_factor() -> bool:
    """Whether the proof is the second factor: it is wherever somebody has one, and where everybody must."""
    return current_app.config["YIQI"].second_factor or second_factor.standing(current_user.id) is not None


def _back(form: FactorForm | MessageCodeForm) -> ResponseReturnValue:
    return safe_redirect(form.next.data, url_for("desk.home"))


def _page(form: FactorForm | MessageCodeForm, status: int = 200) -> ResponseReturnValue:
    is_message = isinstance(form, MessageCodeForm)
    was_sent = is_message and by_message.was_sent()
    page = render_template("desk/step_up.html", form=form, by_message=is_message, was_sent=was_sent)
    return page, status
