"""Signing up at a screen: which slots of an activity can be taken there, and taking one for whoever showed a code."""

from datetime import datetime
from typing import Any

from yiqi import clock
from yiqi.booking import guarded, places, questions, sight, standing
from yiqi.booking.asking import Ticket
from yiqi.booking.guarded import Guarded
from yiqi.booking.rules.asking import Refused
from yiqi.booking.standing import Standing
from yiqi.kiosk import visits
from yiqi.kiosk.models import Visit
from yiqi.people import persons


def choices(activity_id: int, at: datetime) -> list[Standing]:
    """The slots of a public activity that are not over, as a newcomer meets them; none for no such activity."""
    return [one for one in standing.of_activity(activity_id, None, at) if not one.is_over]


def open_slots(found: list[Standing]) -> list[Standing]:
    """Those in which somebody can sign up now: a place, the queue, the check or the draw."""
    return [one for one in found if one.state in ("signed_out", "open", "full") and _takes(one)]


def needs_a_phone(activity_id: int) -> bool:
    """Whether there is something to fill in, for which a screen without letters is no place."""
    return any(one.required for one in questions.asked(activity_id))


def slot(slot_id: int, at: datetime) -> Standing | None:
    """A slot in which somebody can sign up at a screen now; None for every other one."""
    found = open_slots(standing.of_slots([slot_id], None, at))
    return found[0] if found and not needs_a_phone(found[0].activity.id) else None


def sign_up(visit: Visit, *, device_id: int, at: datetime) -> Ticket:
    """The place of whoever showed a code, in the one slot they came for. Sent again it is the same booking.

    Raises `Refused` or `Guarded` (then that is what the screen will say), or `visits.Gone`.
    """
    slot_id, person_id = visit.slot_id, visit.person_id
    if slot_id is None or person_id is None or slot_id not in sight.slots([slot_id], None, at):
        raise visits.Gone
    person = persons.by_id({person_id}).get(person_id)
    below = guarded.missing(
        person_id,
        person.born_on if person is not None else None,
        sight.programme_of(slot_id=slot_id),
        clock.beijing(at).date(),
    )
    if below is not None:
        raise Guarded(below)
    try:
        ticket = places.sign_up(
            slot_id=slot_id, person_id=person_id, party=1, nonce=f"kiosk-{visit.nonce}", at=at
        )
    except LookupError as missing:
        raise visits.Gone from missing
    outcome: dict[str, Any] = {"ref": ticket.ref, "fresh": ticket.fresh}
    visits.finish(device_id=device_id, outcome=outcome, at=at)
    return ticket


def _takes(one: Standing) -> bool:
    return not one.is_full or one.can_wait or one.is_checked


__all__ = ["Guarded", "Refused", "choices", "needs_a_phone", "open_slots", "sign_up", "slot"]
