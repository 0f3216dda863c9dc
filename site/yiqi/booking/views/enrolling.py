"""A drop-in series: all coming dates with one tap, out again, and the answer to a moved time."""

import secrets
from collections.abc import Sequence

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import changes, enrolling, series_showing, sight, standing
from yiqi.booking.rules.asking import Refused
from yiqi.booking.series_showing import Told
from yiqi.booking.views.answering import in_slot, settled, visitor
from yiqi.booking.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.web.formats import moment
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import Unwritable, identifier, plain

LONGEST = 64


@blueprint.get("/activities/<id:activity_id>/_series")
def _series(activity_id: int) -> ResponseReturnValue:
    """The dates of a series and my state on each. Opened by hand it goes to its page."""
    context = _context(activity_id)
    if not asks_for_fragment():
        return safe_redirect(url_for("booking.activity", activity_id=activity_id))
    return fragment(render_template("booking/_series.html", **context))


@blueprint.post("/activities/<id:activity_id>/enrol")
@signed_in_only
def enrol(activity_id: int) -> ResponseReturnValue:
    """Take a place, or one in the queue, on every coming date. Sent again, it shows the first result."""
    now = clock.now()
    if not sight.sees(activity_id, current_user.id, now):
        abort(404)
    try:
        answered = enrolling.enrol(
            activity_id=activity_id,
            person_id=current_user.id,
            nonce=_typed("nonce") or secrets.token_urlsafe(16),
            label=_typed("label"),
            at=now,
        )
    except LookupError:
        abort(404)
    tickets = [(one.slot_id, one.ticket.fresh) for one in answered if one.ticket is not None]
    new = [slot_id for slot_id, fresh in tickets if fresh] or [slot_id for slot_id, _fresh in tickets]
    return _answer(activity_id, series_showing.of_enrolling(answered, current_user.id, now), new)


@blueprint.post("/activities/<id:activity_id>/leave", endpoint="leave_series")
@signed_in_only
def leave(activity_id: int) -> ResponseReturnValue:
    """Give back every coming date, once the worker is sure (`sure=1`); `slot` names a single one."""
    here = _context(activity_id)
    if here["can_leave"] and not {"slot", "sure"} & set(request.form):
        return _ask_first(activity_id)
    only = identifier(request.form.get("slot", ""))
    left = enrolling.leave_all(
        activity_id=activity_id,
        person_id=current_user.id,
        among=None if "slot" not in request.form else [] if only is None else [only],
        at=clock.now(),
    )
    return _answer(activity_id, series_showing.of_leaving(left), [one.slot_id for one in left] or [only])


@blueprint.post("/bookings/<ref:ref>/coming")
@signed_in_only
def coming(ref: str) -> ResponseReturnValue:
    """I come at the new time as well."""
    try:
        ticket = changes.still_coming(ref=ref, person_id=current_user.id, at=clock.now())
    except Refused:
        abort(404)
    starts_at = in_slot(ticket.slot_id).next_start
    return settled(ticket, _("好，%(when)s 见", when=moment(starts_at)) if starts_at else _("好，到时见"))


def _answer(activity_id: int, told: Told, did: Sequence[int | None]) -> ResponseReturnValue:
    """The dates for htmx; a plain browser goes to the activity's page, or is told here what that does not say. `did`: the
    slots of the dates that it was about."""
    if asks_for_fragment():
        context = _context(activity_id, told)
        return fragment(render_template("booking/_series_answer.html", announcement=told.heading, **context))
    if not told.lines:
        return safe_redirect(
            url_for(
                "booking.activity",
                activity_id=activity_id,
                did=".".join(str(one) for one in did if one) or None,
                _anchor=f"series-{activity_id}",
            )
        )
    return render_template("booking/series.html", **_context(activity_id, told)), 409


def _ask_first(activity_id: int) -> ResponseReturnValue:
    """409: the dates with the question whether all of them are meant."""
    context = _context(activity_id, asks=True)
    if asks_for_fragment():
        return fragment(
            render_template("booking/_series_answer.html", announcement="", **context), status=409
        )
    return render_template("booking/series.html", **context), 409


def _context(activity_id: int, told: Told | None = None, *, asks: bool = False) -> dict[str, object]:
    standings = standing.of_activity(activity_id, visitor(), clock.now())
    try:
        return series_showing.block(
            standings, visitor(), told=told, focus=asks or told is not None, asks=asks
        )
    except LookupError:
        abort(404)


def _typed(name: str) -> str | None:
    """A hidden field of a form; None when it is not there or cannot have been ours."""
    try:
        return plain(request.form.get(name, ""))[:LONGEST] or None
    except Unwritable:
        return None
