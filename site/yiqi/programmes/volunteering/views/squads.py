"""A squad leader's page: who is at which post, and signing them in and out."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering import squads
from yiqi.programmes.volunteering.squads import Led, NotTheirs
from yiqi.programmes.volunteering.views.blueprint import blueprint
from yiqi.web.formats import hhmm
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/squads/<id:squad_id>")
@signed_in_only
def squad(squad_id: int) -> ResponseReturnValue:
    """My squad: its people by shift and post."""
    return render_template("volunteering/squad.html", led=_led(squad_id), problem="", now=clock.now())


@blueprint.post("/squads/<id:squad_id>/<ref:ref>/in")
@signed_in_only
def sign_in(squad_id: int, ref: str) -> ResponseReturnValue:
    """Somebody of my squad is here."""
    return _sign(squad_id, ref, leaves=False)


@blueprint.post("/squads/<id:squad_id>/<ref:ref>/out")
@signed_in_only
def sign_out(squad_id: int, ref: str) -> ResponseReturnValue:
    """Somebody of my squad leaves."""
    return _sign(squad_id, ref, leaves=True)


def _sign(squad_id: int, ref: str, *, leaves: bool) -> ResponseReturnValue:
    occurrence_id = identifier(request.form.get("occurrence", "")) or 0
    _led(squad_id)
    problem = said = ""
    try:
        signed = squads.sign(
            squad_id=squad_id,
            ref=ref,
            occurrence_id=occurrence_id,
            leader_id=current_user.id,
            leaves=leaves,
            at=clock.now(),
        )
        out = signed.out_at
        said = (
            _("已签退 %(time)s", time=hhmm(out))
            if leaves and out
            else _("已签到 %(time)s", time=hhmm(signed.in_at))
        )
    except NotTheirs:
        abort(404)
    except Refused as refused:
        problem = _problem(refused)
    if not asks_for_fragment():
        if problem:
            page = render_template(
                "volunteering/squad.html", led=_led(squad_id), problem=problem, now=clock.now()
            )
            return page, 409
        return safe_redirect(
            url_for("volunteering.squad", squad_id=squad_id, _anchor=f"m-{ref}-{occurrence_id}")
        )
    led = _led(squad_id)
    member = next(one for one in led.members if one.ref == ref and one.post.occurrence_id == occurrence_id)
    html = render_template(
        "volunteering/_member_answer.html", led=led, member=member, problem=problem, announcement=said
    )
    return fragment(html, status=409 if problem else 200)


def _problem(refused: Refused) -> str:
    if refused.why is Refusal.NOT_OPEN_YET:
        return _("还没到签到时间，开始前 1 小时可以签")
    if refused.why is Refusal.CLOSED:
        return _("签到时间过了，请组织者在工作台补")
    return _("这个人的报名变了，刷新看看")


def _led(squad_id: int) -> Led:
    found = squads.led(squad_id, current_user.id, clock.now())
    if found is None:
        abort(404)
    return found
