"""How the pages of booking answer: a fragment for htmx, a page or a redirect for a plain browser."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import blocks, mine, programme, showing, standing
from yiqi.booking.asking import Ticket
from yiqi.booking.forms import SignUpForm
from yiqi.booking.programme import Card
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.clash import Span, clash
from yiqi.booking.series_showing import is_drop_in
from yiqi.booking.standing import Standing
from yiqi.booking.wording import Said, said
from yiqi.unions.belonging import union_of
from yiqi.web.htmx import asks_for_fragment, came_from, fragment, safe_redirect
from yiqi.web.texts import identifier


def visitor() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def in_slot(slot_id: int) -> Standing:
    found = standing.of_slots([slot_id], visitor(), clock.now())
    if not found:
        abort(404)
    return found[0]


def activity_page(
    activity_id: int,
    *,
    status: int = 200,
    slot_id: int | None = None,
    refused: Said | None = None,
    confirm_late: bool = False,
) -> ResponseReturnValue:
    """The page; `?did=7.8` names the slots in which the visitor just did something that is to be said."""
    standings = standing.of_activity(activity_id, visitor(), clock.now())
    if not standings:
        abort(404)
    return (
        render_template(
            "booking/activity.html",
            cards=_beside(standings[0]),
            poll=showing.poll(standings, standings[0].at, view="mine" if is_drop_in(standings) else "page"),
            **blocks.page(
                standings,
                visitor(),
                did=[one for one in map(identifier, request.args.get("did", "").split(".")) if one],
                slot_id=slot_id,
                refused=refused,
                confirm_late=confirm_late,
            ),
        ),
        status,
    )


def _beside(first: Standing) -> list[Card]:
    """What the programme of an activity adds to its page."""
    plug = programme.of(first.activity.programme) if first.has_beside else None
    return list(plug.beside(first.activity.id, visitor(), first.at)) if plug else []


def form_page(
    found: Standing,
    filled: SignUpForm,
    *,
    status: int = 200,
    refused: Said | None = None,
) -> ResponseReturnValue:
    union = union_of(current_user.id, clock.today())
    page = render_template(
        "booking/sign_up.html",
        standing=found,
        form=filled,
        refused=refused,
        union=union,
        watched_until=blocks.watched_until([found], current_user.id),
    )
    return page, status


def refuse(found: Standing, refused: Refused, filled: SignUpForm | None = None) -> ResponseReturnValue:
    """409: the fragment or page again with the reason; a filled-in form stays filled in."""
    if refused.why is Refusal.NOT_YOURS:
        abort(404)
    other = refused.facts.get("clash")
    words = said(refused, mine.by_ref(str(other), current_user.id, clock.now()) if other else None)
    from_form_page = filled is not None and "from_form" in request.form
    if from_form_page and filled is not None and not asks_for_fragment():
        return form_page(found, filled, status=409, refused=words)
    return answer(found, refused=words, status=409)


def settled(ticket: Ticket, announcement: str) -> ResponseReturnValue:
    """Done: the new fragments for htmx, the activity's page for a plain form."""
    slots, found = _slot_of(ticket.activity_id, ticket.slot_id)
    if not asks_for_fragment():
        dates = is_drop_in([found])
        return safe_redirect(
            url_for(
                "booking.activity",
                activity_id=ticket.activity_id,
                did=ticket.slot_id if dates else None,
                _anchor=f"series-{ticket.activity_id}" if dates else f"booking-{ticket.slot_id}",
            )
        )
    return _answer(slots, found, announcement=announcement)


def answer(
    found: Standing,
    *,
    refused: Said | None = None,
    confirm_late: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    """A slot's booking fragment, with its places out of band; a whole page for a plain request."""
    if not asks_for_fragment():
        return activity_page(
            found.activity.id,
            status=status,
            slot_id=found.slot.id,
            refused=refused,
            confirm_late=confirm_late,
        )
    slots, present = _slot_of(found.activity.id, found.slot.id)
    return _answer(slots, present, refused=refused, confirm_late=confirm_late, status=status)


def _slot_of(activity_id: int, slot_id: int) -> tuple[list[Standing], Standing]:
    """All slots of an activity as they are now, and one of them."""
    slots = standing.of_activity(activity_id, visitor(), clock.now())
    found = next((one for one in slots if one.slot.id == slot_id), None)
    if found is None:
        abort(404)
    return slots, found


def _answer(
    slots: Sequence[Standing],
    present: Standing,
    *,
    refused: Said | None = None,
    confirm_late: bool = False,
    announcement: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    tried: dict[str, Any] = {"slot_id": present.slot.id, "refused": refused, "confirm_late": confirm_late}
    beside = _at_the_same_time(slots, present) if announcement else []
    block, *others = blocks.of([present, *beside], visitor(), focus=True, **tried)
    return fragment(
        render_template(
            "booking/_answer.html",
            announcement=announcement or (refused.heading if refused else ""),
            poll=showing.poll(slots, present.at),
            block=block,
            others=others,
        ),
        status=status,
    )


def _at_the_same_time(slots: Sequence[Standing], present: Standing) -> list[Standing]:
    """The other slots on the activity's page that meet while this one does: who takes a place in it, or gives it back, may
    take one there no longer, or again. No other page shows them."""
    if came_from().partition("?")[0] != url_for("booking.activity", activity_id=present.activity.id):
        return []
    theirs = _spans(present)
    return [one for one in slots if one is not present and clash(_spans(one), theirs)]


def _spans(found: Standing) -> list[Span]:
    return [Span(date.starts_at, date.ends_at) for date in found.slot.occurrences]
