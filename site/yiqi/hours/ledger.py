"""Adding rows to the ledger, inside whatever is being done: counting, confirming, adjusting, reversing, disputing.

Who writes holds the person the hours are of, so that two organizers speak one after the other and no two services of
one person are credited for the same time. Nobody confirms their own.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.db import Again, Facts, table
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.credit import Credit, Shift, credit, overlap
from yiqi.hours.rules.standing import Deed, Refused, State, Why, may_be_disputed, needs_second
from yiqi.hours.signing import Presence, is_news, signed
from yiqi.people.models import Person

_service, _entry = table(Service), table(Entry)
_newer = _entry.alias("newer")

HEAD = (
    _service.c.id.label("service_id"),
    *(_service.c[name] for name in ("person_id", "activity_id", "booking_id", "occurrence_id", "most")),
    _entry.c.id.label("entry_id"),
    *(
        _entry.c[name]
        for name in ("replaces_id", "deed", "state", "minutes", "proposed", "starts_at", "ends_at")
    ),
    *(_entry.c[name] for name in ("at", "by_id", "because")),
)
"""A service with its newest row."""


class Written(Struct, frozen=True):
    """A row that was written, and the one it replaced, if any."""

    entry_id: int
    was: Facts | None


class By(Struct, frozen=True):
    """Who says something of hours, when and why; above `second_above` minutes a second person has to say the same."""

    person_id: int
    at: datetime
    second_above: int
    because: str = ""


def heads() -> Select[*tuple[Any, ...]]:
    """Every service with its newest row, as `HEAD` names it; to be narrowed."""
    joined = _entry.join(_service, _service.c.id == _entry.c.service_id)
    replaced = select(_newer.c.id).where(_newer.c.replaces_id == _entry.c.id).exists()
    return select(*HEAD).select_from(joined).where(~replaced)


def hold(here: Connection, service_ids: Collection[int]) -> dict[int, Facts]:
    """Services as they stand, under the locks of the people they are of. Raises `LookupError` when one is not there."""
    ids = sorted(set(service_ids))
    owners = select(_service.c.person_id).where(_service.c.id.in_(ids))
    people = set(here.scalars(owners))
    _lock(here, people)
    found = {row.service_id: row for row in here.execute(heads().where(_service.c.id.in_(ids)))}
    if found.keys() != set(ids):
        raise LookupError(ids)
    if {row.person_id for row in found.values()} != people:
        raise Again
    return found


def past(here: Connection, service_ids: Collection[int]) -> dict[int, list[Facts]]:
    """All rows of some services, as `hours_entry` has them, by service and the first one first. One query."""
    found: dict[int, list[Facts]] = {}
    rows = select(*_entry.c).where(_entry.c.service_id.in_(service_ids)).order_by(_entry.c.id)
    for row in here.execute(rows):
        found.setdefault(row.service_id, []).append(row)
    return found


def count(here: Connection, seen: Presence, at: datetime, because: str) -> Written | None:
    """Write down what was signed, for an organizer to confirm; None where that is no news. `because`: why what an
    organizer had confirmed waits again."""
    _lock(here, {seen.person_id})
    same = (_service.c.booking_id == seen.booking_id, _service.c.occurrence_id == seen.occurrence_id)
    was = here.execute(heads().where(*same)).one_or_none()
    rows = past(here, [was.service_id])[was.service_id] if was is not None else []
    if not is_news(seen, was, rows):
        return None
    service_id = was.service_id if was is not None else _open(here, seen)
    if was is not None and was.most != seen.shift.most:
        this = update(_service).where(_service.c.id == service_id)
        here.execute(this.values(most=seen.shift.most))
    why = because if was is not None and was.by_id is not None else ""
    row = {"minutes": 0, **signed(seen)}
    return Written(_add(here, service_id, was, Deed.COUNTED, State.PENDING, at, None, why, row), was)


def reopen(here: Connection, line: Facts, because: str, at: datetime) -> None:
    """What was decided waits for an organizer again: nothing counts until then."""
    row = _none(line) | {"proposed": line.minutes}
    _add(here, line.service_id, line, Deed.COUNTED, State.PENDING, at, None, because, row)


def take_back(here: Connection, line: Facts, because: str, at: datetime) -> int:
    """What was signed is not there any more: nothing counts. Answers the new row's id."""
    return _add(here, line.service_id, line, Deed.REVERSED, State.REVERSED, at, None, because, _none(line))


def confirm(here: Connection, line: Facts, by: By) -> Facts:
    """Let count what is proposed; answers the new row. Above the limit the first word only proposes it.

    Raises `Refused`: OWN, NOTHING, NOT_LEFT, SECOND, OVERLAPS.
    """
    _not_own(line, by)
    if line.state != State.PENDING and line.proposed is None:
        raise Refused(Why.NOTHING)
    if line.ends_at is None or line.proposed is None:
        raise Refused(Why.NOT_LEFT)
    return _say(here, line, Deed.CONFIRMED, line.proposed, Credit(line.starts_at, line.ends_at, 0), by)


def settle(here: Connection, line: Facts, shift: Shift, in_at: datetime, out_at: datetime, by: By) -> Facts:
    """An organizer says from when to when a volunteer was there, who is pending still. Raises `Refused` as `confirm`."""
    _not_own(line, by)
    if line.state != State.PENDING:
        raise Refused(Why.NOTHING)
    counted = credit(shift, in_at, out_at)
    return _say(here, line, Deed.CONFIRMED, counted.minutes, counted, by)


def adjust(here: Connection, line: Facts, minutes: int, by: By) -> Facts:
    """Other minutes count, for a reason. Raises `Refused`: OWN, NOT_LEFT, TOO_MUCH, SECOND, OVERLAPS, NOTHING for what
    counts so already."""
    _not_own(line, by)
    if line.ends_at is None:
        raise Refused(Why.NOT_LEFT)
    if minutes > line.most:
        raise Refused(Why.TOO_MUCH)
    if minutes == line.minutes and line.state == State.CREDITED and line.proposed is None:
        raise Refused(Why.NOTHING)
    return _say(here, line, Deed.ADJUSTED, minutes, Credit(line.starts_at, line.ends_at, 0), by)


def reverse(here: Connection, line: Facts, by: By) -> Facts:
    """Nothing of it counts, for a reason. Raises `Refused`: OWN, NOTHING for what was reversed already."""
    _not_own(line, by)
    if line.state == State.REVERSED:
        raise Refused(Why.NOTHING)
    return _row(
        here,
        _add(
            here,
            line.service_id,
            line,
            Deed.REVERSED,
            State.REVERSED,
            by.at,
            by.person_id,
            by.because,
            _none(line),
        ),
    )


def answer(here: Connection, line: Facts, by: By) -> Facts:
    """A dispute is answered with a reason: it stays as it was. Raises `Refused`: OWN, NOTHING without a dispute."""
    _not_own(line, by)
    if line.state != State.DISPUTED:
        raise Refused(Why.NOTHING)
    stands = State.CREDITED if line.minutes else State.REVERSED
    row = _none(line) | {"minutes": line.minutes}
    return _row(
        here,
        _add(here, line.service_id, line, Deed.ANSWERED, stands, by.at, by.person_id, by.because, row),
    )


def dispute(here: Connection, line: Facts, *, person_id: int, words: str, at: datetime) -> Facts:
    """A volunteer says that their hours are wrong; they count on as they did. Raises `Refused(TOO_LATE)` also for what
    nobody has decided yet, and `LookupError` for somebody else's."""
    if line.person_id != person_id:
        raise LookupError(line.service_id)
    if not may_be_disputed(line.state, line.deed, line.at, at):
        raise Refused(Why.TOO_LATE)
    row = _none(line) | {"minutes": line.minutes}
    said = _add(here, line.service_id, line, Deed.DISPUTED, State.DISPUTED, at, person_id, words, row)
    return _row(here, said)


def overlapping(here: Connection, line: Facts, span: Credit) -> list[Facts]:
    """The person's other services that count and share time with a stretch."""
    others = heads().where(
        _service.c.person_id == line.person_id,
        _service.c.id != line.service_id,
        _entry.c.minutes > 0,
        _entry.c.starts_at < span.ends_at,
    )
    return [row for row in here.execute(others) if overlap(Credit(row.starts_at, row.ends_at, 0), span)]


def _say(here: Connection, line: Facts, deed: Deed, minutes: int, span: Credit, by: By) -> Facts:
    """An organizer's word: it counts, or waits for the second one."""
    if minutes > line.most:
        raise Refused(Why.TOO_MUCH)
    if minutes and overlapping(here, line, span):
        raise Refused(Why.OVERLAPS)
    row: dict[str, Any] = {"starts_at": span.starts_at, "ends_at": span.ends_at}
    said_by = line.by_id if line.deed == Deed.PROPOSED and line.proposed == minutes else None
    if needs_second(minutes, by.second_above, said_by=said_by, by_id=by.person_id):
        if said_by is not None:
            raise Refused(Why.SECOND)
        deed, state = Deed.PROPOSED, line.state
        row |= {"minutes": line.minutes, "proposed": minutes}
    else:
        state = State.CREDITED
        row |= {"minutes": minutes, "proposed": None}
    return _row(here, _add(here, line.service_id, line, deed, state, by.at, by.person_id, by.because, row))


def _not_own(line: Facts, by: By) -> None:
    if line.person_id == by.person_id:
        raise Refused(Why.OWN)


def _none(line: Facts) -> dict[str, Any]:
    return {"minutes": 0, "proposed": None, "starts_at": line.starts_at, "ends_at": line.ends_at}


def _lock(here: Connection, people: Collection[int]) -> None:
    person = table(Person)
    here.execute(
        select(person.c.id).where(person.c.id.in_(sorted(people))).order_by(person.c.id).with_for_update()
    )


def _open(here: Connection, seen: Presence) -> int:
    row = {
        "person_id": seen.person_id,
        "activity_id": seen.activity_id,
        "booking_id": seen.booking_id,
        "occurrence_id": seen.occurrence_id,
        "most": seen.shift.most,
    }
    try:
        made: int = here.execute(insert(_service).returning(_service.c.id), row).scalar_one()
    except IntegrityError as error:
        raise Again from error
    return made


def _add(
    here: Connection,
    service_id: int,
    replaced: Facts | None,
    deed: Deed,
    state: State,
    at: datetime,
    by_id: int | None,
    because: str,
    row: dict[str, Any],
) -> int:
    """One more row. Raises `Again` when another one replaced the same row meanwhile."""
    facts = {
        "service_id": service_id,
        "replaces_id": replaced.entry_id if replaced is not None else None,
        "deed": deed,
        "state": state,
        "at": at,
        "by_id": by_id,
        "because": because,
    }
    try:
        made: int = here.execute(insert(_entry).returning(_entry.c.id), facts | row).scalar_one()
    except IntegrityError as error:
        raise Again from error
    return made


def _row(here: Connection, entry_id: int) -> Facts:
    return here.execute(heads().where(_entry.c.id == entry_id)).one()
