"""The pages of certificates: checking one by its number, which anybody may, and printing one's own."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi.certificates import issuing
from yiqi.certificates.forms import NumberForm
from yiqi.certificates.rules.numbers import typed
from yiqi.web import qr
from yiqi.web.guards import signed_in_only

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/verify")
def ask() -> ResponseReturnValue:
    """The form for a number; `?number=` leads to its page."""
    form = NumberForm(request.args)
    if "number" not in request.args:
        return render_template("certificates/ask.html", form=NumberForm(), missing=False)
    if not form.validate():
        return render_template("certificates/ask.html", form=form, missing=False), 422
    return redirect(url_for("certificates.check", number=form.found), 303)


@blueprint.get("/verify/<number>")
def check(number: str) -> ResponseReturnValue:
    """What is certified under a number, and whether it holds. Names are masked; what is private is left out."""
    known = typed(number)
    found = issuing.numbered_as(known) if known else None
    if found is None:
        form = NumberForm(data={"number": number[:40]})
        return render_template("certificates/ask.html", form=form, missing=True), 404
    is_own = current_user.is_authenticated and found.person_id == current_user.id
    return render_template("certificates/checked.html", found=found, is_own=is_own)


@blueprint.get("/me/certificates")
@signed_in_only
def own() -> ResponseReturnValue:
    """My certificates, the newest first."""
    return render_template("certificates/own.html", found=issuing.of_person(current_user.id))


@blueprint.get("/me/certificates/<number>")
@signed_in_only
def printed(number: str) -> ResponseReturnValue:
    """A certificate of mine, to print: with everything it says, and the QR that leads to its check page."""
    known = typed(number)
    found = issuing.numbered_as(known) if known else None
    if found is None or found.person_id != current_user.id:
        abort(404)
    address = qr.absolute(url_for("certificates.check", number=found.number))
    return render_template("certificates/printed.html", found=found, qr=qr.qr(address, found.number))
