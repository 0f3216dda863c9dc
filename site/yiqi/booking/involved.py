"""What somebody is part of, in one statement: for pages that show a little of everything."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import FromClause, Integer, Select, exists, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from yiqi.activities.models import Activity, Slot
from yiqi.booking import programme
from yiqi.booking.mine import moved_ahead
from yiqi.booking.models import Booking
from yiqi.booking.place import PLACE
from yiqi.booking.programme import LATELY, Plug
from yiqi.booking.rules.states import LIVE, State
from yiqi.db import Facts, Instant, db, sealed


class Involved(Struct, frozen=True):
    """`plugs`: the programmes that concern somebody. `tags`: by slot the state of each live booking in what is not over
    and, while waiting, its place. `to_do`: how many bookings wait for their word, as `mine.to_do`."""

    plugs: Sequence[Plug]
    tags: dict[int, tuple[State, int]]
    to_do: int
    beside: Facts | None = None


class Beside(Struct, frozen=True):
    """Something else that the page needs: `one`, of which there is one row, and the values that it takes."""

    one: FromClause
    values: Mapping[str, Any]


def of(person_id: int, at: datetime, beside: Beside | None = None) -> Involved:
    """What somebody is part of at an instant. One query, with what else is asked `beside` it."""
    parts = programme.plugs()
    asked = _asked(tuple(plug.people for plug in parts), beside.one if beside else None)
    values = {"person": person_id, "lately": at - LATELY, "now": at, **(beside.values if beside else {})}
    rows = db.session.execute(asked, values).all()
    booked = [row for row in rows if row.slot_id is not None]
    has_booked = {row.programme for row in booked}
    return Involved(
        plugs=[
            plug
            for plug, is_named in zip(parts, rows[0], strict=False)
            if is_named or (plug.programme in has_booked and not plug.only_named)
        ],
        tags={
            row.slot_id: (row.state, row.place or 0)
            for row in booked
            if row.state in LIVE and row.ends_at > at and (row.offer_until is None or row.offer_until > at)
        },
        to_do=sum(_waits_for_a_word(row, at) for row in booked),
        beside=rows[0] if beside else None,
    )


def _waits_for_a_word(row: Facts, at: datetime) -> bool:
    """An offer that still runs, or a time that was moved."""
    if row.state is State.OFFERED:
        return row.offer_until is not None and row.offer_until > at
    return row.state is State.CONFIRMED and bool(row.is_asked)


@cache
def _asked(
    people: tuple[tuple[InstrumentedAttribute[Any], ...], ...], beside: FromClause | None
) -> Select[*tuple[Any, ...]]:
    """Whether each programme names a person in one of its columns, beside their bookings of late; one row at least."""
    person = sealed("person", Integer())
    lately = (
        select(
            Booking.slot_id,
            Booking.state,
            Booking.offer_until,
            moved_ahead(sealed("now", Instant())).label("is_asked"),
            Slot.ends_at,
            Activity.programme,
            PLACE.label("place"),
        )
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Activity, Activity.id == Slot.activity_id)
        .where(Booking.person_id == person, Slot.ends_at > sealed("lately", Instant()))
        .subquery("lately")
    )
    named = [
        or_(literal(False), *(exists().where(column == person) for column in columns)).label(f"plug_{number}")
        for number, columns in enumerate(people)
    ]
    them = select(*named).subquery("them")
    asked = select(them, lately).select_from(them.outerjoin(lately, true()))
    return asked if beside is None else asked.add_columns(beside).join(beside, true())
