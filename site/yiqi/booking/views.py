"""The addresses of booking: an activity's page, its fragments, signing up, cancelling, tickets, and what changed."""

import secrets

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import mine, places, showing, standing, watching
from yiqi.booking.forms import SignUpForm
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.booking.standing import Standing
from yiqi.booking.wording import Said, done, said
from yiqi.people.persons import tell_name
from yiqi.unions.belonging import union_of
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import STOP_POLLING, asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import identifier

blueprint = Blueprint("booking", __name__)


@blueprint.get("/activities/<id:activity_id>")
def activity(activity_id: int) -> ResponseReturnValue:
    """The page of an activity: all of its slots, and my state in each."""
    return _activity_page(activity_id)


@blueprint.get("/slots/<id:slot_id>/_places")
def _places(slot_id: int) -> ResponseReturnValue:
    """The live count of a slot. Opened by hand it goes to its page."""
    found = _one(slot_id)
    if not asks_for_fragment():
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    return fragment(render_template("booking/_places.html", standing=found))


@blueprint.get("/slots/<id:slot_id>/_booking")
def _booking(slot_id: int) -> ResponseReturnValue:
    """My state in a slot and its buttons. Opened by hand it goes to its page."""
    found = _one(slot_id)
    if not asks_for_fragment():
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    return fragment(render_template("booking/_booking.html", **showing.booking(found)))


@blueprint.get("/slots/<id:slot_id>/sign-up")
@signed_in_only
def form(slot_id: int) -> ResponseReturnValue:
    """The form with everything that can be said when signing up."""
    found = _one(slot_id)
    if found.state not in ("open", "full", *showing.ENDED):
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    blank = SignUpForm(
        data={"party": "1", "nonce": secrets.token_urlsafe(16)},
        max_party=found.activity.max_party,
    )
    return _form_page(found, blank)


@blueprint.post("/slots/<id:slot_id>/bookings")
@signed_in_only
def sign_up(slot_id: int) -> ResponseReturnValue:
    """Take a place, or a place in the queue. Sent again, it shows the first result."""
    found = _one(slot_id)
    filled = SignUpForm(request.form, max_party=found.activity.max_party)
    if not filled.validate():
        return _form_page(found, filled, status=422)
    if filled.name.data and not current_user.name:
        tell_name(person_id=current_user.id, name=filled.name.data)
    try:
        ticket = places.sign_up(
            slot_id=slot_id,
            person_id=current_user.id,
            party=filled.places,
            nonce=filled.nonce.data or secrets.token_urlsafe(16),
            note=filled.note.data or "",
            at=clock.now(),
        )
    except Refused as refused:
        return _refuse(found, refused, filled)
    return _settled(ticket, done(ticket))


@blueprint.post("/bookings/<ref:ref>/cancel")
@signed_in_only
def cancel(ref: str) -> ResponseReturnValue:
    """Give a place back, or leave the queue. A late one must say that it knows (`late=1`)."""
    before = mine.by_ref(ref, current_user.id, clock.now())
    if before is None:
        abort(404)
    try:
        if (
            before.state == State.CONFIRMED
            and before.cancels_late
            and before.can_cancel
            and "late" not in request.form
        ):
            return _answer(before, confirm_late=True, status=409)
        ticket = places.cancel(ref=ref, person_id=current_user.id, at=clock.now())
    except Refused as refused:
        return _refuse(before, refused)
    return _settled(ticket, done(ticket))


@blueprint.get("/t/<ref:ref>")
@signed_in_only
def ticket(ref: str) -> ResponseReturnValue:
    """My ticket, large: what the QR on it stands for. Anybody else finds nothing here."""
    found = mine.by_ref(ref, current_user.id, clock.now())
    if found is None:
        abort(404)
    if found.state != State.CONFIRMED:
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    return render_template("booking/ticket.html", **showing.booking(found))


@blueprint.get("/me", endpoint="mine")
@signed_in_only
def own() -> ResponseReturnValue:
    """我的: what I am coming to, what I wait for, what is over (`?tab=`)."""
    now = clock.now()
    tab = request.args.get("tab", "")
    entries = {"waiting": mine.queued, "past": mine.past}.get(tab, mine.coming)(current_user.id, now)
    held, waiting = mine.counts(current_user.id, now)
    return render_template(
        "booking/mine.html",
        days=showing.by_day(entries),
        union=union_of(current_user.id, clock.today()),
        which=tab if tab in ("waiting", "past") else "coming",
        held=held,
        waiting=waiting,
        today=clock.today(),
        now=now,
        poll=showing.poll([entry.standing for entry in entries], now, view="mine"),
    )


@blueprint.get("/me/codes")
@signed_in_only
def passes() -> ResponseReturnValue:
    """My check-in codes for the days that come, the nearest first."""
    entries = [
        entry for entry in mine.coming(current_user.id, clock.now()) if entry.booking.state is State.CONFIRMED
    ]
    return render_template(
        "booking/codes.html",
        entries=entries[:5],
        today=clock.today(),
        show=showing.booking,
    )


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    """What changed of the slots a page follows (`slots=<id>.<version>,…`): 204 for nothing, else fragments out of band.

    286 ends the polling when all of them are over. `view` says how the page shows them: `list`, or an activity's page.
    """
    asked = _followed(request.args.get("slots", ""))
    if not asked:
        return "", STOP_POLLING
    now = clock.now()
    seen = watching.snapshot().of(asked)
    changed = [slot_id for slot_id, known in seen.items() if known.at(now) != asked[slot_id]]
    if not changed:
        if all(now >= known.over_at for known in seen.values()):
            return "", STOP_POLLING
        return "", 204
    view = request.args.get("view", "page")
    if view == "page":
        return showing.page_changes(
            standing.of_slots(list(seen), _person_id(), now), changed, request.args.get("was", "")
        )
    if view == "mine":
        return showing.mine_changes(seen, now)
    return showing.list_changes(seen, standing.of_slots(changed, None, now), now)


def _followed(typed: str) -> dict[int, int]:
    """`17.4,18.1` as versions by slot id; what is not of that form is passed over."""
    followed = {}
    for part in typed[:4000].split(",")[: watching.MOST_WATCHED]:
        slot_id, _dot, version = part.partition(".")
        known = identifier(slot_id)
        if known is not None:
            followed[known] = identifier(version) or 0
    return followed


def _person_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _one(slot_id: int) -> Standing:
    found = standing.of_slots([slot_id], _person_id(), clock.now())
    if not found:
        abort(404)
    return found[0]


def _activity_page(
    activity_id: int,
    *,
    status: int = 200,
    slot_id: int | None = None,
    refused: Said | None = None,
    confirm_late: bool = False,
) -> ResponseReturnValue:
    standings = standing.of_activity(activity_id, _person_id(), clock.now())
    if not standings:
        abort(404)
    return (
        render_template(
            "booking/activity.html",
            **showing.page(standings, slot_id=slot_id, refused=refused, confirm_late=confirm_late),
        ),
        status,
    )


def _form_page(
    found: Standing,
    filled: SignUpForm,
    *,
    status: int = 200,
    refused: Said | None = None,
) -> ResponseReturnValue:
    union = union_of(current_user.id, clock.today())
    page = render_template("booking/sign_up.html", standing=found, form=filled, refused=refused, union=union)
    return page, status


def _refuse(found: Standing, refused: Refused, filled: SignUpForm | None = None) -> ResponseReturnValue:
    """409: the fragment or page again with the reason; a filled-in form stays filled in."""
    if refused.why is Refusal.NOT_YOURS:
        abort(404)
    clash = refused.facts.get("clash")
    words = said(refused, mine.by_ref(str(clash), current_user.id, clock.now()) if clash else None)
    from_form_page = filled is not None and "from_form" in request.form
    if from_form_page and filled is not None and not asks_for_fragment():
        return _form_page(found, filled, status=409, refused=words)
    return _answer(found, refused=words, status=409)


def _settled(ticket: places.Ticket, announcement: str) -> ResponseReturnValue:
    """Done: the new fragments for htmx, the activity's page for a plain form."""
    if not asks_for_fragment():
        return safe_redirect(
            url_for(
                "booking.activity",
                activity_id=ticket.activity_id,
                _anchor=f"booking-{ticket.slot_id}",
            )
        )
    return _answer(_one(ticket.slot_id), announcement=announcement)


def _answer(
    found: Standing,
    *,
    refused: Said | None = None,
    confirm_late: bool = False,
    announcement: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """A slot's booking fragment, with its places out of band; a whole page for a plain request."""
    if not asks_for_fragment():
        return _activity_page(
            found.activity.id,
            status=status,
            slot_id=found.slot.id,
            refused=refused,
            confirm_late=confirm_late,
        )
    now = clock.now()
    slots = standing.of_activity(found.activity.id, _person_id(), now)
    present = next(one for one in slots if one.slot.id == found.slot.id)
    return fragment(
        render_template(
            "booking/_answer.html",
            announcement=announcement or (refused.heading if refused else ""),
            poll=showing.poll(slots, now),
            **showing.booking(present, refused=refused, confirm_late=confirm_late, focus=True),
        ),
        status=status,
    )
