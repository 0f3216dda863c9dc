"""Signing up at a screen: what can be taken there, and stepping up to it."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.booking.standing import Standing
from yiqi.i18n import gettext as _
from yiqi.kiosk import screen, walk_in, watching
from yiqi.kiosk.models import Stage
from yiqi.kiosk.rules import paging
from yiqi.kiosk.views.blueprint import blueprint
from yiqi.web import qr
from yiqi.web.display import language
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import whole

ROWS = 6
"""Activities on one screen of the list."""
SLOTS = 6
"""Slots of an activity on one screen."""


@blueprint.get("/walk-in")
def activities() -> ResponseReturnValue:
    """What can be signed up for now, the soonest first; `?page=` from 1."""
    shown = watching.picture(language()).at(clock.now())
    takes = [one for one in (*shown.today, *shown.week) if one.can_be_joined]
    screens = paging.screens(takes, ROWS)
    page = whole(request.args.get("page", "1"), least=1, most=len(screens)) or 1
    return render_template("kiosk/walk_in.html", rows=screens[page - 1], page=page, pages=len(screens))


@blueprint.get("/activities/<id:activity_id>")
def activity(activity_id: int) -> ResponseReturnValue:
    """One activity, and its slots, some to a screen (`?page=` from 1): `?day=` is the Beijing day of the row that was
    touched. What asks for more than a number leads to the phone."""
    found = walk_in.choices(activity_id, clock.now())
    day = request.args.get("day", "")
    on_day = [one for one in found if day in _days(one)]
    chosen = on_day or found
    if not chosen:
        abort(404)
    on_phone = walk_in.needs_a_phone(activity_id)
    takes = [] if on_phone else walk_in.open_slots(chosen)
    screens = paging.screens(takes, SLOTS)
    page = whole(request.args.get("page", "1"), least=1, most=len(screens)) or 1
    return render_template(
        "kiosk/activity.html",
        found=chosen[0],
        slots=screens[page - 1],
        page=page,
        pages=len(screens),
        day=day if on_day else None,
        ends_at=max(one.date.ends_at for one in on_day or chosen[:1]),
        on_phone=on_phone,
        is_off=all(one.is_called_off for one in chosen),
        qr=qr.qr(qr.absolute(url_for("booking.activity", activity_id=activity_id)), _("扫码在手机上报名")),
    )


@blueprint.post("/slots/<id:slot_id>/walk-in")
def step_up(slot_id: int) -> ResponseReturnValue:
    """I want this one: next comes the number."""
    if walk_in.slot(slot_id, clock.now()) is None:
        abort(404)
    screen.begin(Stage.PHONE, slot_id)
    return safe_redirect(url_for("kiosk.visit"))


def _days(one: Standing) -> set[str]:
    return {clock.beijing(date.starts_at).date().isoformat() for date in one.slot.occurrences}
