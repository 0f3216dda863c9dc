"""What two records of one person have, before one is made of them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from yiqi.activities.models import Slot
from yiqi.booking import merging
from yiqi.booking.models import Attendance, Booking, Mark
from yiqi.booking.rules.states import LIVE
from yiqi.db import Facts, db
from yiqi.people import attributes
from yiqi.people.models import Person
from yiqi.roles.models import Grant
from yiqi.unions import membership


class Record(Struct, frozen=True):
    """One of the two: its live bookings in what is not over, and how much more there is of it."""

    person: Person
    memberships: Sequence[Facts]
    coming: Sequence[Booking]
    bookings: int
    came: int
    marks: int
    roles: int
    tags: Sequence[str]


class Both(Struct, frozen=True):
    """The record that stays and the one that goes. `ending`: tickets that would end, by the ticket that stays;
    `clashes`: tickets for the same time, of which one of each two is given up first."""

    kept: Record
    gone: Record
    ending: dict[str, str]
    clashes: Sequence[tuple[str, str]]

    @property
    def is_done(self) -> bool:
        """Whether they are one already."""
        return self.gone.person.merged_into_id == self.kept.person.id

    @property
    def cannot(self) -> bool:
        """Whether they cannot be made one: they are the same one, or one of them is part of another."""
        done = (self.kept.person.merged_into_id, self.gone.person.merged_into_id)
        return self.kept.person.id == self.gone.person.id or any(one is not None for one in done)


def of(kept_id: int, gone_id: int, at: datetime) -> Both | None:
    """What the two have; None when one of them is not there."""
    people = [db.session.get(Person, one, populate_existing=True) for one in (kept_id, gone_id)]
    kept, gone = people
    if kept is None or gone is None:
        return None
    doubles = [] if kept is gone else merging.doubles(kept_id, gone_id)
    return Both(
        _record(kept, at),
        _record(gone, at),
        {stays.ref: ends.ref for stays, ends in doubles},
        [] if kept is gone else merging.clashes(kept_id, gone_id, at),
    )


def _record(person: Person, at: datetime) -> Record:
    mine = Booking.person_id == person.id
    coming = (
        select(Booking)
        .join(Booking.slot)
        .where(mine, Booking.state.in_(LIVE), Slot.ends_at > at)
        .options(joinedload(Booking.slot).joinedload(Slot.activity))
        .order_by(Slot.starts_at, Booking.id)
    )
    came = select(func.count()).select_from(Attendance).join(Booking, Booking.id == Attendance.booking_id)
    return Record(
        person,
        membership.of_person(person.id),
        list(db.session.scalars(coming)),
        _number(select(func.count()).select_from(Booking).where(mine)),
        _number(came.where(mine)),
        _number(select(func.count()).select_from(Mark).where(Mark.person_id == person.id)),
        _number(
            select(func.count())
            .select_from(Grant)
            .where(Grant.person_id == person.id, Grant.revoked_at.is_(None))
        ),
        attributes.tags(person.id),
    )


def _number(query: Select[int]) -> int:
    return db.session.scalar(query) or 0
