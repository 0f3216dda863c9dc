"""Uploaded lists: read and tried out, kept for a day, taken over once and as a whole.

An import is one transaction: either every good line is in, or nothing is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, delete, insert, select, update

from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.booking import listing
from yiqi.booking.offers import timely
from yiqi.booking.rules import listing as booking_rules
from yiqi.booking.rules.listing import Listed
from yiqi.db import db, retried, table, touched, writing
from yiqi.desk.models import ListKind, UploadedList
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.sheets import reading
from yiqi.unions import rolls
from yiqi.unions.rules import rolls as roll_rules
from yiqi.unions.rules.rolls import Entry

KEPT = timedelta(hours=24)
_list, _activity = table(UploadedList), table(Activity)


class NotAllGood(Exception):
    """Some line of a list cannot be taken over, by now at least; nothing was. The list carries the new verdicts."""


class Taken(Struct, frozen=True):
    """A list that was taken over: how many lines of each verdict. `fresh` is False when it had been before."""

    counts: Mapping[str, int]
    fresh: bool = True


def upload_roll(*, union_id: int, data: bytes, name: str, by_id: int, at: datetime) -> int:
    """Read a union's roll and keep it with a verdict on each line; answers the list's id.

    Raises `reading.Unreadable`, and as `columns.lines`.
    """
    on = clock.beijing(at).date()
    told = rolls.look(union_id, rolls.entries(reading.read(data), on), on)
    return keep(ListKind.ROLL, told, name=name, by_id=by_id, at=at, union_id=union_id)


def upload_bookings(*, activity_id: int, data: bytes, name: str, by_id: int, at: datetime) -> int:
    """Read a list of people to be signed up and keep it with a verdict on each line; answers the list's id.

    Raises `reading.Unreadable`, and as `columns.lines`.
    """
    told = listing.entries(reading.read(data), activity_id)
    tried = _try_out(told=told, by_id=by_id, at=at)
    return keep(ListKind.BOOKINGS, tried, name=name, by_id=by_id, at=at, activity_id=activity_id)


def find(
    list_id: int, *, by_id: int, union_id: int | None = None, activity_id: int | None = None
) -> UploadedList | None:
    """A list that somebody uploaded for this union or activity, or None: nobody else has it."""
    return db.session.scalar(
        select(UploadedList).where(
            UploadedList.id == list_id,
            UploadedList.by_id == by_id,
            UploadedList.union_id.is_not_distinct_from(union_id),
            UploadedList.activity_id.is_not_distinct_from(activity_id),
        )
    )


def lines(uploaded: UploadedList) -> list[Entry] | list[Listed]:
    """The lines of a list with their verdicts."""
    if uploaded.kind is ListKind.ROLL:
        return [_entry(row) for row in uploaded.rows]
    return [_listed(row) for row in uploaded.rows]


@timely
@retried
def take_over(*, list_id: int, thing: Thing, by_id: int, at: datetime, only_good: bool) -> Taken:
    """Take a list over, once: the same word again answers what came of the first.

    Without `only_good` one bad line keeps all of them out. Raises `NotAllGood` when there is one, or when no line is good;
    `LookupError` when there is no such list (any more).
    """
    try:
        return _take_over(list_id, thing, by_id, at, only_good=only_good)
    except _Refused as refused:
        _reword(list_id, refused.lines)
        raise NotAllGood from None


def purge(at: datetime) -> int:
    """Forget lists that are a day old, taken over or not; answers how many."""
    with writing() as session:
        return touched(session.execute(delete(UploadedList).where(UploadedList.made_at <= at - KEPT)))


class _Refused(Exception):
    def __init__(self, told: Sequence[Entry | Listed]) -> None:
        super().__init__()
        self.lines = told


def _take_over(list_id: int, thing: Thing, by_id: int, at: datetime, *, only_good: bool) -> Taken:
    with writing() as session:
        here = session.connection()
        claimed = here.execute(
            update(_list)
            .where(_list.c.id == list_id, _list.c.by_id == by_id, _list.c.applied_at.is_(None))
            .values(applied_at=at)
            .returning(_list.c.kind, _list.c.rows, _list.c.name)
        ).one_or_none()
        if claimed is None:
            session.rollback()
            return _earlier(list_id, by_id)
        told: list[Entry] | list[Listed]
        if claimed.kind is ListKind.ROLL:
            told = _keep_roll(here, thing, claimed.rows, at, only_good=only_good)
        else:
            again = [_again_listed(row) for row in claimed.rows]
            told = listing.ask_all(here, again, nonce=f"list-{list_id}", by_id=by_id, at=at)
        good = sum(one.is_good for one in told)
        if good == 0 or (not only_good and good < len(told)):
            raise _Refused(told)
        counts = _counts(told)
        here.execute(update(_list).where(_list.c.id == list_id).values(rows=_rows(told), outcome=counts))
        facts = {"kind": str(claimed.kind), "file": claimed.name, "lines": len(told), "good": good}
        trail.note(here, What.IMPORTED, at=at, by_id=by_id, thing=thing, **facts, counts=counts)
    return Taken(counts)


def _keep_roll(
    here: Connection, thing: Thing, rows: Sequence[Mapping[str, Any]], at: datetime, *, only_good: bool
) -> list[Entry]:
    if thing.union_id is None:
        raise ValueError("a roll is a union's")
    told = [_again_entry(row) for row in rows]
    return rolls.keep(here, thing.union_id, told, at=at, only_good=only_good)


@timely
@retried
def _try_out(*, told: Sequence[Listed], by_id: int, at: datetime) -> list[Listed]:
    """The lines with the verdicts they would have now; nothing is written."""
    with writing() as session:
        tried = listing.ask_all(session.connection(), told, nonce="trying", by_id=by_id, at=at)
        session.rollback()
    return tried


def keep(
    kind: ListKind,
    told: Sequence[Entry | Listed],
    *,
    name: str,
    by_id: int,
    at: datetime,
    union_id: int | None = None,
    activity_id: int | None = None,
) -> int:
    """Keep lines with their verdicts, as a list that waits for the word to take it over; answers its id.

    Verdicts tell of people whom the uploader may not know, so that they were asked for stands in the trail.
    """
    row: dict[str, object] = {
        "kind": kind,
        "union_id": union_id,
        "activity_id": activity_id,
        "by_id": by_id,
        "name": name[:120],
        "rows": _rows(told),
        "made_at": at,
        "outcome": {},
    }
    with writing() as session:
        made: int = session.execute(insert(_list).returning(_list.c.id), row).scalar_one()
        here = session.connection()
        thing = _about(here, union_id, activity_id)
        facts: dict[str, Any] = {"kind": str(kind), "file": name[:120], "lines": len(told)}
        trail.note(here, What.TRIED_OUT, at=at, by_id=by_id, thing=thing, **facts)
    return made


def _about(here: Connection, union_id: int | None, activity_id: int | None) -> Thing:
    if activity_id is None:
        return Thing(union_id)
    of_it = select(_activity.c.owner_id, _activity.c.programme).where(_activity.c.id == activity_id)
    owner_id, programme = here.execute(of_it).one()
    return Thing(owner_id, activity_id, programme)


def _reword(list_id: int, told: Sequence[Entry | Listed]) -> None:
    """Keep the verdicts that came out this time."""
    with writing() as session:
        fresh = update(_list).where(_list.c.id == list_id, _list.c.applied_at.is_(None))
        session.execute(fresh.values(rows=_rows(told)))


def _earlier(list_id: int, by_id: int) -> Taken:
    found = db.session.execute(
        select(_list.c.outcome).where(_list.c.id == list_id, _list.c.by_id == by_id)
    ).one_or_none()
    if found is None:
        raise LookupError(list_id)
    return Taken(found.outcome, fresh=False)


def _counts(told: Sequence[Entry | Listed]) -> dict[str, int]:
    return dict(Counter(str(one.verdict) for one in told))


def _rows(told: Sequence[Entry | Listed]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(one).items()}
        for one in told
    ]


def _entry(row: Mapping[str, Any]) -> Entry:
    since = date.fromisoformat(row["since"]) if row["since"] else None
    return Entry(**{**row, "since": since, "verdict": roll_rules.Verdict(row["verdict"])})


def _listed(row: Mapping[str, Any]) -> Listed:
    return Listed(**{**row, "answers": {int(number): value for number, value in row["answers"].items()}})


def _again_entry(row: Mapping[str, Any]) -> Entry:
    """A line to be judged anew, unless it can never be right."""
    entry = _entry(row)
    return replace(entry, verdict=None, own_name=False) if entry.verdict in roll_rules.PASSING else entry


def _again_listed(row: Mapping[str, Any]) -> Listed:
    listed = _listed(row)
    return replace(listed, verdict="", facts={}) if listed.verdict in booking_rules.PASSING else listed
