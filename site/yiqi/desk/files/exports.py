"""Lists that organizers take away: what stands in them, hidden where the permission table says so, and the note of it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities.models import Occurrence, Slot
from yiqi.booking import questions
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, db, retried, table, writing
from yiqi.desk.files import answer_cells
from yiqi.people.models import Person
from yiqi.people.rules import masked, national, starred
from yiqi.roles import trail
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.sheets.writing import Cell
from yiqi.unions import belonging, rolls
from yiqi.web.formats import said

AN_HOUR, MOST_AN_HOUR = timedelta(hours=1), 20
_PHONE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")


class TooManyExports(Exception):
    """Somebody took away twenty lists within the hour."""


class Column(StrEnum):
    """What may stand in a list of bookings."""

    NAME = "name"
    PHONE = "phone"
    UNION = "union"
    SLOT = "slot"
    STARTS = "starts"
    PARTY = "party"
    STATE = "state"
    REF = "ref"
    ASKED = "asked"
    CAME = "came"
    LEFT = "left"
    NOTE = "note"
    ANSWERS = "answers"


TOLD = frozenset({Column.NOTE, Column.ANSWERS})
"""What people told the organizers: for who sees names in part it is not there, as on the roster."""


class Group(StrEnum):
    """The bookings of a list, by what became of them."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    PENDING = "pending"
    ENTERED = "entered"
    ENDED = "ended"


STATES: dict[Group, frozenset[State]] = {
    Group.CONFIRMED: frozenset({State.CONFIRMED}),
    Group.WAITING: frozenset({State.WAITING, State.OFFERED}),
    Group.PENDING: frozenset({State.PENDING}),
    Group.ENTERED: frozenset({State.ENTERED}),
    Group.ENDED: frozenset(State) - LIVE,
}


class Seen(Struct, frozen=True):
    """How much of a person may be seen. `names`: in full, else 张**; `phones`: in full, else 138****1234."""

    names: bool = True
    phones: bool = False

    def name(self, name: str) -> str:
        return name if self.names else starred(name)

    def phone(self, phone: str) -> str:
        return national(phone) if self.phones else masked(phone)

    def text(self, text: str) -> str:
        """What somebody wrote, without the numbers in it."""
        return text if self.phones else _PHONE.sub(lambda found: _hidden(found[0]), text)


class Words(Struct, frozen=True):
    """What columns and states are called in the page's language. They stand apart: to leave (`left`) is one of each."""

    columns: Mapping[Column, str]
    states: Mapping[State, str]


class Taken(Struct, frozen=True):
    """A list as it is taken away."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class Attendee(Struct, frozen=True):
    """Somebody on a sheet to sign."""

    slot_id: int
    name: str
    union: str
    phone: str
    party: int


def bookings(
    activity_id: int,
    columns: Collection[Column],
    groups: Collection[Group],
    seen: Seen,
    say: Words,
) -> Taken:
    """The bookings of an activity, by slot and spelling. Who does not see names gets none of `TOLD`."""
    columns = frozenset(columns) if seen.names else frozenset(columns) - TOLD
    states = frozenset[State]().union(*(STATES[group] for group in groups))
    rows = _rows(activity_id, states)
    asked = questions.asked(activity_id) if Column.ANSWERS in columns else []
    kept = [column for column in Column if column in columns and column is not Column.ANSWERS]
    cells = _cells(activity_id, rows, columns, seen, say)
    header = [*(say.columns[column] for column in kept), *(said(one, "label") for one in asked)]
    answers = answer_cells.of([row.id for row in rows], asked, seen.text)
    return Taken(header, [[*(cells[column](row) for column in kept), *answers(row.id)] for row in rows])


def confirmed(activity_id: int, seen: Seen) -> list[Attendee]:
    """Who is confirmed, by slot and spelling."""
    rows = _rows(activity_id, STATES[Group.CONFIRMED])
    unions = belonging.unions_of({row.person_id for row in rows}, clock.today())
    return [
        Attendee(
            row.slot_id,
            seen.name(row.name),
            unions[row.person_id].name if row.person_id in unions else "",
            seen.phone(row.phone),
            row.party,
        )
        for row in rows
    ]


def members(union_id: int, say: Sequence[str], at: datetime) -> Taken:
    """The members of a union and its groups: name, hidden phone, number, since, union. `say` are the headers."""
    seen = Seen()
    found = rolls.members(union_id, clock.beijing(at).date())
    names = {union.id: union.name for union in belonging.named({row.union_id for row in found})}
    return Taken(
        say,
        [
            [
                seen.name(row.name),
                seen.phone(row.phone),
                seen.text(row.number),
                row.since.isoformat(),
                names[row.union_id],
            ]
            for row in found
        ],
    )


@retried
def note(
    *,
    thing: Thing,
    by_id: int,
    at: datetime,
    count: int,
    full: bool,
    kind: str,
    because: str = "",
    of: str = "bookings",
) -> None:
    """Write down that a list was taken away, of how many, and whether with full numbers. Raises `TooManyExports`."""
    deed = table(Deed)
    with writing() as session:
        here = session.connection()
        here.execute(select(Person.id).where(Person.id == by_id).with_for_update())
        lately = select(func.count()).select_from(deed)
        lately = lately.where(deed.c.by_id == by_id, deed.c.what == What.EXPORTED, deed.c.at > at - AN_HOUR)
        if here.execute(lately).scalar_one() >= MOST_AN_HOUR:
            raise TooManyExports
        trail.note(
            here,
            What.EXPORTED,
            at=at,
            by_id=by_id,
            thing=thing,
            because=because,
            of=of,
            count=count,
            full=full,
            kind=kind,
        )


def _hidden(found: str) -> str:
    digits = "".join(char for char in found if char.isdigit())[-11:]
    return masked(f"+86{digits}")


def _rows(activity_id: int, states: Collection[State]) -> list[Facts]:
    query = (
        select(
            Booking.id,
            Booking.ref,
            Booking.person_id,
            Booking.party,
            Booking.state,
            Booking.note,
            Booking.created_at,
            Person.name,
            Person.phone,
            Slot.id.label("slot_id"),
            Slot.label,
            Slot.label_en,
            Slot.starts_at,
        )
        .join(Person, Person.id == Booking.person_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.activity_id == activity_id, Booking.state.in_(states))
        .order_by(Slot.starts_at, Slot.position, Slot.id, Booking.state, Person.pinyin, Booking.id)
    )
    return list(db.session.execute(query))


def _cells(
    activity_id: int,
    rows: Sequence[Facts],
    columns: Collection[Column],
    seen: Seen,
    say: Words,
) -> dict[Column, Callable[[Facts], Cell]]:
    today = clock.today()
    unions = belonging.unions_of({row.person_id for row in rows}, today) if Column.UNION in columns else {}
    came, left = _attendance(activity_id) if {Column.CAME, Column.LEFT} & set(columns) else ({}, {})
    return {
        Column.NAME: lambda row: seen.name(row.name),
        Column.PHONE: lambda row: seen.phone(row.phone),
        Column.UNION: lambda row: unions[row.person_id].name if row.person_id in unions else "",
        Column.SLOT: lambda row: row.label,
        Column.STARTS: lambda row: _minute(row.starts_at),
        Column.PARTY: lambda row: int(row.party),
        Column.STATE: lambda row: say.states[row.state],
        Column.REF: lambda row: spoken(row.ref),
        Column.ASKED: lambda row: _minute(row.created_at),
        Column.CAME: lambda row: came.get(row.id, ""),
        Column.LEFT: lambda row: left.get(row.id, ""),
        Column.NOTE: lambda row: seen.text(" ".join(row.note.split())),
    }


def _attendance(activity_id: int) -> tuple[dict[int, str], dict[int, str]]:
    """When each booking came and left, by booking; of several dates one after another."""
    query = (
        select(Attendance.booking_id, Attendance.in_at, Attendance.out_at)
        .join(Occurrence, Occurrence.id == Attendance.occurrence_id)
        .where(Occurrence.activity_id == activity_id)
        .order_by(Occurrence.starts_at)
    )
    came: dict[int, list[str]] = {}
    left: dict[int, list[str]] = {}
    for row in db.session.execute(query):
        came.setdefault(row.booking_id, []).append(_minute(row.in_at))
        if row.out_at is not None:
            left.setdefault(row.booking_id, []).append(_minute(row.out_at))
    return {one: "、".join(times) for one, times in came.items()}, {
        one: "、".join(times) for one, times in left.items()
    }


def _minute(instant: datetime) -> str:
    """2026-11-28 14:00, as lists are sorted and read again."""
    return f"{clock.beijing(instant):%Y-%m-%d %H:%M}"
