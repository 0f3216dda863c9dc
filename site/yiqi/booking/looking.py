"""What is read under a slot's lock: how the activity gives its places, whose bookings there are, what keeps people out.

A statement that had to wait for a lock sees other tables as they were before it waited. So nothing else is read by the
statement that locks: what must be true of a place is read by those after it.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, select

from yiqi.activities.models import Activity, Occurrence, Question, Slot, quota_slot, slot_occurrence
from yiqi.booking.models import Attendance, Bar, Booking
from yiqi.booking.rules.clash import Span, clash
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, table
from yiqi.people.models import Person

_slot, _booking, _activity = table(Slot), table(Booking), table(Activity)
_occurrence, _question, _attendance = table(Occurrence), table(Question), table(Attendance)
_person, _bar = table(Person), table(Bar)
_dates, _later = slot_occurrence.alias(), _occurrence.alias()

BOOKING = (
    _booking.c.id,
    _booking.c.ref,
    _booking.c.slot_id,
    _booking.c.person_id,
    _booking.c.party,
    _booking.c.state,
    _booking.c.seq,
    _booking.c.nonce,
    _booking.c.passed_over,
    _booking.c.skipped_because,
    _booking.c.offer_until,
    _booking.c.offers_expired,
    _booking.c.moved_at,
    _booking.c.recheck_since,
)
_POLICY = select(
    _activity.c.id,
    _activity.c.owner_id,
    _activity.c.programme,
    _activity.c.topic,
    _activity.c.status,
    _activity.c.allocation,
    _activity.c.conditions,
    _activity.c.most_open,
    _activity.c.penalties,
    _activity.c.opens_at,
    _activity.c.closes_at,
    _activity.c.max_party,
    _activity.c.cancel_minutes,
    _activity.c.promotion_minutes,
    _activity.c.auto_minutes,
    _activity.c.offer_minutes,
    _activity.c.offer_least_minutes,
    exists().where(_question.c.activity_id == _activity.c.id, _question.c.retired_at.is_(None)).label("asks"),
).where(_activity.c.id == bindparam("activity"))
_KNOWN = (
    select(*BOOKING)
    .where(
        _booking.c.person_id == bindparam("person"),
        _booking.c.slot_id == bindparam("slot"),
        _booking.c.state.in_(LIVE) | (_booking.c.nonce == bindparam("nonce")),
    )
    .order_by((_booking.c.nonce == bindparam("nonce")).desc())
    .limit(1)
)
WANTED = _POLICY.add_columns(
    _activity.c.union_only,
    exists().where(quota_slot.c.slot_id == bindparam("slot")).label("has_quotas"),
    _KNOWN.with_only_columns(_booking.c.id).scalar_subquery().label("known_id"),
)
_BY_REF = select(*BOOKING).where(_booking.c.ref == bindparam("ref"))
_BY_ID = select(*BOOKING).where(_booking.c.id == bindparam("booking"))
_TIMES = (
    select(_occurrence.c.starts_at, _occurrence.c.ends_at)
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == _occurrence.c.id)
    .where(slot_occurrence.c.slot_id == bindparam("slot"), _occurrence.c.called_off_at.is_(None))
)


def _taken_by(people: ColumnElement[bool]) -> Select[datetime, datetime, str, int]:
    """Places that some people hold elsewhere between the first start and the last end of a slot."""
    return (
        select(_occurrence.c.starts_at, _occurrence.c.ends_at, _booking.c.ref, _booking.c.person_id)
        .join(slot_occurrence, slot_occurrence.c.occurrence_id == _occurrence.c.id)
        .join(_booking, _booking.c.slot_id == slot_occurrence.c.slot_id)
        .where(
            people,
            (_booking.c.state == State.CONFIRMED)
            | ((_booking.c.state == State.OFFERED) & (_booking.c.offer_until > bindparam("at"))),
            _booking.c.slot_id != bindparam("slot"),
            _occurrence.c.starts_at < bindparam("last"),
            _occurrence.c.ends_at > bindparam("first"),
            _occurrence.c.called_off_at.is_(None),
        )
    )


_taken = _taken_by(_booking.c.person_id.in_(bindparam("people", expanding=True))).subquery("taken")
_BOUND = (
    select(
        _person.c.id,
        select(func.max(_bar.c.until))
        .where(_bar.c.person_id == _person.c.id, _bar.c.lifted_at.is_(None))
        .correlate(_person)
        .scalar_subquery()
        .label("barred_until"),
        _taken.c.starts_at,
        _taken.c.ends_at,
        _taken.c.ref,
    )
    .select_from(_person.outerjoin(_taken, _taken.c.person_id == _person.c.id))
    .where(_person.c.id.in_(bindparam("people", expanding=True)))
)
_LIVE_IN = select(*BOOKING).where(
    _booking.c.slot_id.in_(bindparam("slots", expanding=True)), _booking.c.state.in_(LIVE)
)
_QUEUED = select(func.distinct(_booking.c.slot_id)).where(
    _booking.c.person_id.in_(bindparam("people", expanding=True)), _booking.c.state == State.WAITING
)
_OPEN = (
    select(func.count())
    .select_from(
        _booking.join(_slot, _slot.c.id == _booking.c.slot_id).join(
            _activity, _activity.c.id == _slot.c.activity_id
        )
    )
    .where(
        _booking.c.person_id == bindparam("person"),
        _booking.c.state.in_(LIVE),
        _slot.c.ends_at > bindparam("at"),
        _activity.c.programme == bindparam("programme"),
        func.coalesce(_activity.c.topic, "") == bindparam("topic"),
    )
)
_CAME = (
    select(func.max(_occurrence.c.ends_at))
    .join(_attendance, _occurrence.c.id == _attendance.c.occurrence_id)
    .where(_attendance.c.booking_id == bindparam("booking"), _occurrence.c.ends_at > bindparam("at"))
)
_NEXT_START = (
    select(func.min(_occurrence.c.starts_at))
    .join(slot_occurrence, slot_occurrence.c.occurrence_id == _occurrence.c.id)
    .where(
        slot_occurrence.c.slot_id == bindparam("slot"),
        _occurrence.c.called_off_at.is_(None),
        _occurrence.c.starts_at > bindparam("at"),
    )
)
_EXPIRING = (
    select(*BOOKING)
    .where(
        _booking.c.slot_id.in_(bindparam("slots", expanding=True)),
        _booking.c.state == State.OFFERED,
        _booking.c.offer_until <= bindparam("at"),
    )
    .order_by(_booking.c.slot_id, _booking.c.seq)
)


class Bound(Struct, frozen=True):
    """What keeps a person out of a slot whatever is left in it: until when they are barred, if they ever were, and the
    place elsewhere that overlaps it."""

    barred_until: datetime | None = None
    clash: Span | None = None

    def is_barred(self, at: datetime) -> bool:
        return self.barred_until is not None and at < self.barred_until


def may_be_bound(person: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether `bound` would find anything that keeps a person out: true also where no date of theirs meets one of the slot's.
    It takes what `window` answers."""
    barred = exists().where(
        _bar.c.person_id == person, _bar.c.lifted_at.is_(None), _bar.c.until > bindparam("at")
    )
    return barred | _taken_by(_booking.c.person_id == person).exists()


def policy(here: Connection, activity_id: int) -> Facts:
    """How an activity gives its places."""
    return here.execute(_POLICY, {"activity": activity_id}).one()


def wanted(here: Connection, slot: Facts, person_id: int, nonce: str) -> Facts:
    """`policy` of a locked slot for somebody who asks for a place in it, with `has_quotas`, and `known_id`, the id of what
    `known` answers."""
    return here.execute(WANTED, asked(slot, person_id, nonce)).one()


def asked(slot: Facts, person_id: int, nonce: str) -> dict[str, int | str]:
    """What `WANTED` takes."""
    return {"activity": slot.activity_id, "slot": slot.id, "person": person_id, "nonce": nonce}


def known(here: Connection, slot_id: int, person_id: int, nonce: str) -> Facts | None:
    """The booking that this very form made, else a live one of the person in the slot."""
    return here.execute(_KNOWN, {"slot": slot_id, "person": person_id, "nonce": nonce}).one_or_none()


def by_ref(here: Connection, ref: str) -> Facts | None:
    """A booking by the code on its ticket."""
    return here.execute(_BY_REF, {"ref": ref}).one_or_none()


def by_id(here: Connection, booking_id: int) -> Facts:
    """A booking that is there."""
    return here.execute(_BY_ID, {"booking": booking_id}).one()


def live_in(here: Connection, slot_ids: Collection[int]) -> list[Facts]:
    """Every live booking of some slots."""
    return list(here.execute(_LIVE_IN, {"slots": list(slot_ids)}))


def queues_of(here: Connection, people: Collection[int]) -> set[int]:
    """The slots in whose queue any of these people wait."""
    return set(here.execute(_QUEUED, {"people": list(people)}).scalars()) if people else set()


def open_bookings(here: Connection, person_id: int, activity: Facts, at: datetime) -> int:
    """Live bookings of a person in what is not over yet, in activities of the same programme and topic."""
    kind = {"programme": activity.programme, "topic": activity.topic or ""}
    found: int = here.execute(_OPEN, {"person": person_id, "at": at, **kind}).scalar_one()
    return found


def came(here: Connection, booking_id: int, at: datetime) -> datetime | None:
    """The end of the occurrence, not over yet, at which somebody is checked in with a booking; None for none."""
    until: datetime | None = here.execute(_CAME, {"booking": booking_id, "at": at}).scalar()
    return until


def expiring(here: Connection, slot_ids: Collection[int], at: datetime) -> list[Facts]:
    """The bookings whose timed offer has run out, by slot and ticket."""
    return list(here.execute(_EXPIRING, {"slots": list(slot_ids), "at": at}))


def clashing(here: Connection, slot: Facts, person_id: int, at: datetime) -> Span | None:
    """The confirmed booking of a person, or a running offer, elsewhere, that overlaps an occurrence of this slot."""
    return bound(here, slot, [person_id], at)[person_id].clash


def bound(here: Connection, slot: Facts, people: Collection[int], at: datetime) -> dict[int, Bound]:
    """What keeps each of some people out of a slot, by their ids; under their locks where it decides something.

    Most people have nothing between the slot's first start and last end; its occurrences are read only for the others.
    """
    barred: dict[int, datetime | None] = {}
    taken: dict[int, list[Span]] = defaultdict(list)
    for row in here.execute(_BOUND, {"people": list(people), **window(slot, at)}):
        barred[row.id] = row.barred_until
        if row.ref is not None:
            taken[row.id].append(Span(row.starts_at, row.ends_at, row.ref))
    dates = (
        [Span(row.starts_at, row.ends_at) for row in here.execute(_TIMES, {"slot": slot.id})] if taken else []
    )
    return {
        person_id: Bound(until, clash(dates, taken[person_id]) if person_id in taken else None)
        for person_id, until in barred.items()
    }


def window(slot: Facts, at: datetime) -> dict[str, int | datetime]:
    """A slot, its first start and its last end, and the present instant."""
    return {"slot": slot.id, "first": slot.starts_at, "last": slot.ends_at, "at": at}


def begins_later(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a selected booking's slot has an occurrence that takes place and has not begun, as `next_start` finds it."""
    return (
        exists()
        .where(
            _dates.c.slot_id == Booking.slot_id,
            _later.c.id == _dates.c.occurrence_id,
            _later.c.called_off_at.is_(None),
            _later.c.starts_at > at,
        )
        .correlate(Booking)
    )


def next_start(here: Connection, slot_id: int, at: datetime) -> datetime | None:
    """When the next occurrence of a slot starts that takes place and has not begun; None when there is none."""
    return here.execute(_NEXT_START, {"slot": slot_id, "at": at}).scalar()
