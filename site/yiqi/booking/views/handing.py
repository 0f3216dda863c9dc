"""Handing a place on to a colleague: making the link, and taking the place over."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import handing, mine, sight, standing
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.booking.standing import Standing
from yiqi.booking.views.blueprint import blueprint
from yiqi.booking.wording import not_handed, said
from yiqi.people.persons import name_of
from yiqi.people.rules import starred
from yiqi.web import qr
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/bookings/<ref:ref>/hand-on")
@signed_in_only
def hand_on(ref: str) -> ResponseReturnValue:
    """What handing my place on means, and the link while it is held out."""
    return _giving(_own(ref))


@blueprint.post("/bookings/<ref:ref>/hand-on")
@signed_in_only
def hold_out(ref: str) -> ResponseReturnValue:
    """Make the link; again, it is the same one. `keep=1` takes it back."""
    found, now = _own(ref), clock.now()
    try:
        if "keep" in request.form:
            handing.keep(ref=ref, person_id=current_user.id, at=now)
        else:
            handing.hold_out(ref=ref, person_id=current_user.id, at=now)
    except Refused as refused:
        return _giving(found, refused)
    return safe_redirect(url_for("booking.hand_on", ref=ref))


@blueprint.get("/hand/<token:token>")
@signed_in_only
def offered_place(token: str) -> ResponseReturnValue:
    """A place that a colleague holds out to whoever has the link."""
    return _taking(token)


@blueprint.post("/hand/<token:token>")
@signed_in_only
def take_over(token: str) -> ResponseReturnValue:
    """Take it. Sent again, it shows the first result."""
    held = handing.held_out(token, clock.now())
    if held is not None and not sight.slots([held.slot_id], current_user.id, clock.now()):
        abort(404)
    try:
        ticket = handing.take_over(token=token, person_id=current_user.id, at=clock.now())
    except LookupError:
        abort(404)
    except Refused as refused:
        return _taking(token, refused)
    return safe_redirect(
        url_for("booking.activity", activity_id=ticket.activity_id, _anchor=f"booking-{ticket.slot_id}")
    )


def _own(ref: str) -> Standing:
    found = mine.by_ref(ref, current_user.id, clock.now())
    if found is None or found.booking is None:
        abort(404)
    return found


def _giving(found: Standing, refused: Refused | None = None) -> ResponseReturnValue:
    if found.booking is None or found.state != State.CONFIRMED or not found.can_cancel:
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    link = handing.open_link(found.booking.id, found.at)
    url = qr.absolute(url_for("booking.offered_place", token=link.token)) if link else ""
    page = render_template(
        "booking/hand_on.html",
        standing=found,
        url=url,
        until=link.ends_at if link else None,
        qr=qr.qr(url, url) if url else None,
        refused=not_handed(refused) if refused else None,
    )
    return page, 409 if refused else 200


def _taking(token: str, refused: Refused | None = None) -> ResponseReturnValue:
    now = clock.now()
    held = handing.held_out(token, now)
    if held is None:
        return _nothing_held()
    if held.person_id == current_user.id:
        return safe_redirect(url_for("booking.hand_on", ref=held.ref))
    seen = standing.of_slots([held.slot_id], current_user.id, now)
    if not seen:
        return _nothing_held()
    words = None
    if refused is not None:
        words = said(refused) if refused.why is not Refusal.FULL else not_handed(refused)
    page = render_template(
        "booking/take_over.html",
        standing=seen[0],
        token=token,
        giver=starred(name_of(held.person_id)),
        party=held.party,
        until=held.ends_at,
        refused=words,
    )
    return page, 409 if refused else 200


def _nothing_held() -> ResponseReturnValue:
    return render_template("booking/take_over.html", standing=None, party=0, until=None, refused=None), 404
