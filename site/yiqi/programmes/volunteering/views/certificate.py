"""Asking for the certificate of one's own hours."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.hours import accounts
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering import proving
from yiqi.programmes.volunteering.forms import PeriodForm
from yiqi.programmes.volunteering.proving import NoName, NothingServed
from yiqi.programmes.volunteering.views.blueprint import blueprint
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/hours/certificate")
@signed_in_only
def certificate() -> ResponseReturnValue:
    """For which days: this year's, unless something else is typed."""
    today = clock.today()
    usual = {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}
    return _page(PeriodForm(data=usual))


@blueprint.post("/hours/certificate")
@signed_in_only
def prove() -> ResponseReturnValue:
    """Make it, and show it ready to print. The same record is certified once."""
    form = PeriodForm(request.form)
    if not form.validate():
        return _page(form, 422)
    try:
        number = proving.prove(person_id=current_user.id, period=form.period, at=clock.now())
    except NothingServed:
        form.form_errors = [_("这段时间里还没有已入账的时长，换个日期试试")]
        return _page(form, 409)
    except NoName:
        form.form_errors = [_("证明上要写姓名，先到“我的”里填姓名")]
        return _page(form, 409)
    return safe_redirect(url_for("certificates.printed", number=number))


def _page(form: PeriodForm, status: int = 200) -> ResponseReturnValue:
    account = accounts.of(current_user.id, clock.now())
    return render_template("volunteering/certificate.html", form=form, account=account), status
