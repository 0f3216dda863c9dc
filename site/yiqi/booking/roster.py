"""Reads of a roster: who is on it, found by what is typed, page by page.

A page goes on after a booking, never after so many rows, so that it stays quick and skips nobody when rows move.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, true, tuple_

from yiqi.activities.models import Slot
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.place import PLACE
from yiqi.booking.rules import refs
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, db
from yiqi.people import finding
from yiqi.people.models import Person
from yiqi.web.texts import folded

Line = Facts
"""One booking as rosters and doors tell of it: what is selected, by its label."""
MOST = 50
"""Rows of a page."""
SHORTEST_TAIL = 3
"""Digits of a phone from which it is looked for."""


class Tab(StrEnum):
    """The groups of a roster."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    PENDING = "pending"
    ENTERED = "entered"
    CANCELLED = "cancelled"
    CAME = "came"


class Wanted(Struct, frozen=True):
    """Which rows: of one group, perhaps of some slots, that match what was typed; `after` is the id of the last booking
    of the page before. `occurrence_ids`: where attendance counts. `whole_names`: a part of a name finds nobody."""

    activity_id: int
    tab: Tab = Tab.CONFIRMED
    q: str = ""
    slot_ids: Collection[int] | None = None
    occurrence_ids: Collection[int] = ()
    after: int | None = None
    whole_names: bool = False


class Page(Struct, frozen=True):
    """Rows in their order; `found`: how many match in all, for `people` with their companions; `next_after`: where the next
    page goes on, if there is one."""

    rows: list[Facts]
    found: int
    people: int
    next_after: int | None = None


_COLUMNS = (
    Booking.id,
    Booking.ref,
    Booking.slot_id,
    Booking.person_id,
    Booking.state,
    Booking.party,
    Booking.note,
    Booking.desk_note,
    Booking.changed_at,
    Booking.offer_until,
    Booking.recheck_since,
    Booking.moved_at,
    Booking.passed_over,
    Booking.skipped_because,
    Booking.rejected_because,
    Booking.created_at,
    PLACE.label("place"),
    Person.name,
    Person.pinyin,
    Person.phone,
)


def page(wanted: Wanted) -> Page:
    """One page of a roster: two statements, or three when something was typed, however many people there are."""
    if wanted.q:
        return _searched(wanted)
    rows = list(db.session.execute(_keyset(wanted).limit(MOST + 1)))
    found, many = db.session.execute(_select(wanted, func.count(), people())).one()
    more = len(rows) > MOST
    return Page(rows[:MOST], found, many, rows[MOST - 1].id if more else None)


def row(activity_id: int, ref: str) -> Facts | None:
    """One row; None for no booking of this activity."""
    return next(iter(rows(activity_id, [ref])), None)


def rows(activity_id: int, refs: Collection[str]) -> list[Facts]:
    """The rows of some tickets, in the order of their ids; what is no booking of this activity is left out."""
    return list(
        db.session.execute(
            select(*_COLUMNS)
            .join(Person, Person.id == Booking.person_id)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Booking.ref.in_(list(refs)), Slot.activity_id == activity_id)
            .order_by(Booking.id)
        )
    )


def people(among: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """How many people some bookings are, companions included; `among` counts those alone of which it is true."""
    return func.coalesce(
        func.sum(Booking.party if among is None else case((among, Booking.party), else_=0)), 0
    )


def came(occurrence_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a booking was checked in at one of some dates."""
    return exists().where(
        Attendance.booking_id == Booking.id, Attendance.occurrence_id.in_(list(occurrence_ids))
    )


def _within(wanted: Wanted) -> ColumnElement[bool]:
    match wanted.tab:
        case Tab.CONFIRMED:
            return Booking.state == State.CONFIRMED
        case Tab.WAITING:
            return Booking.state.in_((State.OFFERED, State.WAITING))
        case Tab.PENDING:
            again = and_(Booking.state == State.CONFIRMED, Booking.recheck_since.is_not(None))
            return or_(Booking.state == State.PENDING, again)
        case Tab.ENTERED:
            return Booking.state == State.ENTERED
        case Tab.CAME:
            return and_(Booking.state == State.CONFIRMED, came(wanted.occurrence_ids))
        case Tab.CANCELLED:
            return Booking.state.not_in(LIVE)


def _order(tab: Tab) -> tuple[list[Any], bool]:
    """What a group is ordered by, and whether the newest come first."""
    if tab is Tab.CANCELLED:
        return [Booking.changed_at, Booking.id], True
    if tab in (Tab.CONFIRMED, Tab.CAME):
        return [Person.pinyin, Booking.id], False
    return [Booking.slot_id, Booking.seq, Booking.id], False


def _select(wanted: Wanted, *columns: Any) -> Select[*tuple[Any, ...]]:
    slots = true() if wanted.slot_ids is None else Booking.slot_id.in_(list(wanted.slot_ids))
    return (
        select(*columns)
        .join(Person, Person.id == Booking.person_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.activity_id == wanted.activity_id, _within(wanted), slots)
    )


def _keyset(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    keys, newest_first = _order(wanted.tab)
    query = _select(wanted, *_COLUMNS)
    if wanted.after is not None:
        of_it = (
            select(*keys)
            .join(Person, Person.id == Booking.person_id)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Booking.id == wanted.after, Slot.activity_id == wanted.activity_id)
        )
        last = db.session.execute(of_it).one_or_none()
        if last is not None:
            here = tuple_(*keys)
            there = tuple_(*(literal(value, key.type) for key, value in zip(keys, last, strict=True)))
            query = query.where(here < there if newest_first else here > there)
    return query.order_by(*(key.desc() if newest_first else key for key in keys))


def _searched(wanted: Wanted) -> Page:
    """Rows that match: the database leaves out most of the others, what is left is compared letter by letter."""
    text, latin = folded(wanted.q), finding.letters(wanted.q)
    keys, newest_first = _order(wanted.tab)
    candidates = (
        _select(wanted, Booking.id, Booking.ref, Booking.party, Person.name, Person.pinyin, Person.phone)
        .where(_may_match(wanted.q, text, latin))
        .order_by(*(key.desc() if newest_first else key for key in keys))
    )
    found = [one for one in db.session.execute(candidates) if _matches(one, wanted, text, latin)]
    ids = [one.id for one in found]
    start = ids.index(wanted.after) + 1 if wanted.after in ids else 0
    shown = ids[start : start + MOST]
    rows = {
        one.id: one
        for one in db.session.execute(
            select(*_COLUMNS).join(Person, Person.id == Booking.person_id).where(Booking.id.in_(shown))
        )
    }
    more = len(ids) > start + MOST
    many = sum(one.party for one in found)
    known = [rows[one] for one in shown if one in rows]
    return Page(known, len(ids), many, shown[-1] if more and shown else None)


def _may_match(typed: str, text: str, latin: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [Person.name.contains(typed.strip(), autoescape=True)]
    if text != typed:
        ways.append(Person.name.contains(text, autoescape=True))
    if latin:
        spread = "%".join(latin) + "%"
        ways += [Person.pinyin.like(spread), Person.pinyin.like(f"% {spread}")]
    by_number = finding.by_number(typed, least=SHORTEST_TAIL)
    if by_number is not None:
        ways.append(by_number)
    if refs.read(typed):
        ways.append(Booking.ref == refs.read(typed))
    return or_(*ways)


def _matches(one: Facts, wanted: Wanted, text: str, latin: str) -> bool:
    if finding.has_number(one.phone, wanted.q, least=SHORTEST_TAIL):
        return True
    if refs.read(wanted.q) == one.ref:
        return True
    if wanted.whole_names:
        return folded(one.name) == text or (bool(latin) and finding.is_whole(one.pinyin, latin))
    if text and text in folded(one.name):
        return True
    return bool(latin) and finding.marked(one.pinyin, latin) is not None
