"""Who is affected by an organizer's change, and why: a picture from the bookings before it and after it.

Every booking whose seats, dates, time or venue become others is in the picture; nobody is dropped silently.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from yiqi.booking.rules.clash import Span, overlap
from yiqi.booking.rules.states import HOLDING, LIVE, State


class MoveOccurrence(Struct, frozen=True):
    """Another time, aware, or another venue: of `venue`, `venue_en`, `directions`, `directions_en` those that change."""

    occurrence_id: int
    starts_at: datetime
    ends_at: datetime
    venue: Mapping[str, str] = field(default_factory=dict)


class CallOffOccurrence(Struct, frozen=True):
    """One occurrence does not take place."""

    occurrence_id: int
    because: str = ""
    because_en: str = ""


class SetCapacity(Struct, frozen=True):
    """Other seats in a slot; None is without limit."""

    slot_id: int
    capacity: int | None


class CallOffActivity(Struct, frozen=True):
    """Nothing of an activity takes place any more."""

    activity_id: int
    because: str = ""
    because_en: str = ""


class EditSeries(Struct, frozen=True):
    """Another Beijing time or length for all coming occurrences that still stand where the rule put them, or another
    last day: those after it are called off, or more are made."""

    series_id: int
    starts: time | None = None
    minutes: int | None = None
    last_on: date | None = None
    because: str = ""
    because_en: str = ""


class SetWindows(Struct, frozen=True):
    """Other instants, aware, between which one can sign up; `numbers` are the activity's columns of its minutes and
    limits, as they are to be."""

    activity_id: int
    opens_at: datetime
    closes_at: datetime
    numbers: Mapping[str, int | bool | None] = field(default_factory=dict)


class SetConditions(Struct, frozen=True):
    """Others may come: conditions as an activity keeps them. Who is in stays, whoever they are."""

    activity_id: int
    conditions: tuple[Mapping[str, Any], ...]


class CallOffSlot(Struct, frozen=True):
    """One slot is given up while others go on; `because` is for the trail."""

    slot_id: int
    because: str = ""


class SetQuota(Struct, frozen=True):
    """Another limit, other places kept, another release of a quota; whom it matches stays."""

    quota_id: int
    name: str
    name_en: str = ""
    most: int | None = None
    least: int = 0
    releases_at: datetime | None = None


class AddQuota(Struct, frozen=True):
    """One more quota, in some slots of an activity. Who holds places there and matches it counts in it at once."""

    activity_id: int
    slot_ids: tuple[int, ...]
    name: str
    name_en: str = ""
    most: int | None = None
    least: int = 0
    releases_at: datetime | None = None
    unions: tuple[int, ...] = ()
    tag: str = ""
    choice: str = ""


Change = (
    MoveOccurrence
    | CallOffOccurrence
    | SetCapacity
    | CallOffActivity
    | EditSeries
    | CallOffSlot
    | SetWindows
    | SetConditions
    | SetQuota
    | AddQuota
)
OF_PLACES = (SetCapacity, SetWindows, SetConditions, SetQuota, AddQuota)
"""Changes that take nobody's place or time: they can only move a queue."""


class Effect(StrEnum):
    """What a change does to one booking: one closed list for the desk, the letters and the log."""

    LOSES_PLACE = "loses_place"
    LOSES_TURN = "loses_turn"
    """It only asked, or waited: it ends."""
    MOVES_UP = "moves_up"
    NOW_CLASHES = "now_clashes"
    """It stays, at a time that overlaps another booking which the person holds."""
    MOVED = "moved"
    MORE_DATES = "more_dates"
    FEWER_DATES = "fewer_dates"
    OTHER_VENUE = "other_venue"


TOLD = (
    Effect.NOW_CLASHES,
    Effect.MOVED,
    Effect.MORE_DATES,
    Effect.FEWER_DATES,
    Effect.OTHER_VENUE,
)
"""Of what stays, the letter of a change tells, of the gravest first; who ends or moves up is told of that."""


class Date(Struct, frozen=True):
    """One occurrence of a slot that is not called off: half-open, aware; `venue` is all that is said of the place."""

    starts_at: datetime
    ends_at: datetime
    venue: tuple[str, ...] = ()


Dates = Mapping[int, Date]
"""The dates of a slot by the id of the occurrence."""


class Live(Struct, frozen=True):
    """A live booking as it was before the change."""

    id: int
    ref: str
    slot_id: int
    person_id: int
    party: int
    state: State


class Affected(Struct, frozen=True):
    """One line of a preview. `other` is the ref of the booking it now clashes with; `only` says of one that ends that
    the person has nothing else in this activity."""

    person_id: int
    ref: str
    slot_id: int
    state: State
    party: int
    effect: Effect
    other: str = ""
    only: bool = False


class Preview(Struct, frozen=True):
    """What a change comes to: every booking it affects, here and in the queues it moves elsewhere, and why; of the
    `live` bookings it is about, how many stay exactly as they are; the seats it leaves given beyond the capacity; how
    many of the bookings stay although their people do not meet the new conditions.
    `version` is another one as soon as any of this, or what stood before, is another. `was` and `became` are the facts
    of what is changed, by column (`booking.stands`)."""

    change: Change
    affected: tuple[Affected, ...]
    live: int
    untouched: int
    over: int
    version: str
    was: Mapping[str, Any] = field(default_factory=dict)
    became: Mapping[str, Any] = field(default_factory=dict)
    unfit: int = 0

    @property
    def people(self) -> int:
        """How many people hear of it: one letter each."""
        return len({one.person_id for one in self.affected})


class Pictured(Struct, frozen=True):
    """What is known about a change: bookings before it, their states after it, the dates of slots before and after,
    the times each person holds elsewhere or here after it, and who still has a live booking in the activity."""

    before: Sequence[Live]
    became: Mapping[int, State]
    was: Mapping[int, Dates]
    will: Mapping[int, Dates]
    taken: Mapping[int, Sequence[Span]]
    stay: AbstractSet[int]


def picture(known: Pictured) -> tuple[Affected, ...]:
    """Every booking that the change affects, by slot and in the order they were given."""
    found = (_affected(booking, known) for booking in known.before)
    return tuple(one for one in found if one is not None)


def fingerprint(*facts: object) -> str:
    """Equal for equal pictures: what an organizer saw is compared with what would happen now."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _affected(booking: Live, known: Pictured) -> Affected | None:
    was, will = known.was.get(booking.slot_id, {}), known.will.get(booking.slot_id, {})
    now = known.became[booking.id]
    effect, other, only = None, "", False
    if now not in LIVE:
        effect = Effect.LOSES_PLACE if booking.state in HOLDING else Effect.LOSES_TURN
        only = booking.person_id not in known.stay
    elif now in HOLDING and booking.state not in HOLDING:
        effect = Effect.MOVES_UP
    else:
        elsewhere = [span for span in known.taken.get(booking.person_id, ()) if span.ref != booking.ref]
        other = _new_clash(was.values(), will.values(), elsewhere)
        effect = Effect.NOW_CLASHES if other else _of_dates(was, will)
    if effect is None:
        return None
    return Affected(
        booking.person_id, booking.ref, booking.slot_id, booking.state, booking.party, effect, other, only
    )


def _of_dates(was: Dates, will: Dates) -> Effect | None:
    both = was.keys() & will.keys()
    if any(
        (was[one].starts_at, was[one].ends_at) != (will[one].starts_at, will[one].ends_at) for one in both
    ):
        return Effect.MOVED
    if will.keys() - was.keys():
        return Effect.MORE_DATES
    if was.keys() - will.keys():
        return Effect.FEWER_DATES
    return Effect.OTHER_VENUE if any(was[one].venue != will[one].venue for one in both) else None


def _new_clash(was: Iterable[Date], will: Iterable[Date], elsewhere: Sequence[Span]) -> str:
    """The first booking elsewhere that overlaps a date as it will be, but none as it was."""
    before, after = _spans(was), _spans(will)
    if before == after:
        return ""
    return next(
        (
            span.ref
            for span in elsewhere
            if any(overlap(span, one) for one in after) and not any(overlap(span, one) for one in before)
        ),
        "",
    )


def _spans(dates: Iterable[Date]) -> list[Span]:
    return [Span(one.starts_at, one.ends_at) for one in dates]
