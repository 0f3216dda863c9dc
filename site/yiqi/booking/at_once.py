"""Several things in one statement, where the database can: a person's lock and what is read beside it, a new booking with
its counters, its audit row and its notice. The slot's row is locked meanwhile, and everybody who wants a place waits for it.

PostgreSQL writes to several tables in one statement. SQLite does not; it has no way to the server to save, either.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    String,
    Table,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from yiqi.activities.models import Slot, quota_slot
from yiqi.booking import looking
from yiqi.booking.models import Booking, BookingChange
from yiqi.db import Facts, table
from yiqi.notices.models import Notice
from yiqi.people.models import Person

_slot, _booking, _change, _notice = table(Slot), table(Booking), table(BookingChange), table(Notice)
_person = table(Person)

_beyond = _slot.c.held + bindparam("more_held") - _slot.c.capacity
COUNT = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot"))
    .values(
        held=_slot.c.held + bindparam("more_held"),
        waiting=_slot.c.waiting + bindparam("more_waiting"),
        over=case(
            (_slot.c.over == 0, 0), (_beyond <= 0, 0), (_beyond < _slot.c.over, _beyond), else_=_slot.c.over
        ),
    )
)
"""Add to a slot's counters: seats held, bookings waiting."""
LOCK_PERSON = (
    update(_person)
    .where(_person.c.id == bindparam("person"), _person.c.merged_into_id.is_(None))
    .values(turn=_person.c.turn + 1)
)
"""Lock a person who is there."""
_locked = (
    LOCK_PERSON.where(~exists().where(quota_slot.c.slot_id == bindparam("slot")))
    .returning(_person.c.id)
    .cte("locked")
)
_WANTED = looking.WANTED.add_columns(select(_locked.c.id).scalar_subquery().label("locked_id"))
_GIVEN = ("ref", "slot_id", "person_id", "party", "state", "seq", "nonce", "note", "created_at", "changed_at")


def is_known_to(here: Connection) -> bool:
    """Whether the database takes it."""
    return here.dialect.name == "postgresql"


def wanted(here: Connection, slot: Facts, person_id: int, nonce: str) -> Facts:
    """`looking.wanted`, and unless quotas have to be locked before people, the lock of the person: `locked_id`, None for
    nobody. All that is read is of before the wait for that lock; it is what the slot's lock protects."""
    return here.execute(_WANTED, looking.asked(slot, person_id, nonce)).one()


def take(
    here: Connection,
    row: Mapping[str, Any],
    weight: Mapping[str, int],
    by_id: int,
    why: str,
    *,
    is_heard: bool,
    window: Mapping[str, Any] | None = None,
) -> int | None:
    """Write a booking (`row`: its columns), what it adds to the counters of its slot, its first change, and where its person
    `is_heard` of it the notice; answers its id.

    With `looking.window` of the slot, under the person's lock: nothing is written, and None answered, when `looking.bound`
    has to be read first.
    """
    said = {
        **{f"new_{name}": row[name] for name in _GIVEN},
        "slot": row["slot_id"],
        "more_held": weight["held"],
        "more_waiting": weight["waiting"],
        "by": by_id,
        "because": why,
        **(window or {}),
    }
    taken: int | None = here.execute(_TAKE[is_heard, window is not None], said).scalar_one_or_none()
    return taken


def _as_new(rows: Table) -> dict[str, Any]:
    """What the columns of a new row hold that nobody gives."""
    return {
        name: literal(column.default.arg)
        for name, column in rows.c.items()
        if isinstance(column.default, ScalarElementColumnDefault)
    }


def _new(name: str) -> Any:
    return bindparam(f"new_{name}", type_=_booking.c[name].type)


def _all(*, tells: bool, looks: bool) -> Select[int]:
    given = _as_new(_booking) | {name: _new(name) for name in _GIVEN}
    row = select(*given.values())
    if looks:
        row = row.where(~looking.may_be_bound(_new("person_id")))
    taken = (
        insert(_booking)
        .from_select(list(given), row, include_defaults=False)
        .returning(_booking.c.id)
        .cte("taken")
    )
    change = select(
        taken.c.id,
        _new("created_at"),
        _new("state"),
        bindparam("by", type_=_change.c.by_id.type),
        bindparam("because", type_=_change.c.why.type),
    )
    noted = (
        insert(_change)
        .from_select(["booking_id", "at", "became", "by_id", "why"], change, include_defaults=False)
        .returning(_change.c.id)
        .cte("noted")
    )
    counted = COUNT.where(exists(select(taken.c.id))).cte("counted")
    whole = select(taken.c.id).add_cte(counted, noted)
    if not tells:
        return whole
    key = func.concat("booking-", taken.c.id, "-", noted.c.id)
    facts = func.json_build_object("booking", taken.c.id, "state", cast(_new("state"), String))
    notice = _as_new(_notice) | {
        "key": key,
        "kind": literal("booking"),
        "person_id": _new("person_id"),
        "facts": facts,
        "created_at": _new("created_at"),
        "next_try_at": _new("created_at"),
    }
    letter = select(*notice.values()).select_from(taken.join(noted, literal(value=True)))
    return whole.add_cte(
        insert(_notice).from_select(list(notice), letter, include_defaults=False).cte("told")
    )


_TAKE = {(tells, looks): _all(tells=tells, looks=looks) for tells in (True, False) for looks in (True, False)}
