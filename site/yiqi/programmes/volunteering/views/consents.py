"""What I agree to as a volunteer, each by itself; and my number on the city's platform."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.programmes.volunteering import consents
from yiqi.programmes.volunteering.forms import NumberForm
from yiqi.programmes.volunteering.models import Purpose
from yiqi.programmes.volunteering.views.blueprint import blueprint
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/consents", endpoint="consents")
@signed_in_only
def own() -> ResponseReturnValue:
    """What I agree to, and my number."""
    return _page()


@blueprint.post("/consents/<purpose>")
@signed_in_only
def agree(purpose: str) -> ResponseReturnValue:
    """Agree to one thing (`given=1`), or take it back."""
    if purpose not in set(Purpose):
        abort(404)
    verb = consents.give if request.form.get("given") == "1" else consents.withdraw
    verb(person_id=current_user.id, purpose=Purpose(purpose), at=clock.now())
    return safe_redirect(url_for("volunteering.consents", _anchor=purpose))


@blueprint.post("/number")
@signed_in_only
def tell_number() -> ResponseReturnValue:
    """Keep my number on the city's platform, or forget it."""
    form = NumberForm(request.form)
    if not form.validate():
        return _page(form, 422)
    consents.tell_number(person_id=current_user.id, number=(form.number.data or "").upper())
    return safe_redirect(url_for("volunteering.consents", _anchor="my-number"))


def _page(form: NumberForm | None = None, status: int = 200) -> ResponseReturnValue:
    number = consents.number_of(current_user.id)
    shown = render_template(
        "volunteering/consents.html",
        given=consents.of(current_user.id),
        Purpose=Purpose,
        form=form or NumberForm(data={"number": number}),
    )
    return shown, status
