"""Two records of one person become one: everything of the one that goes is the other one's, and nobody signs in with it
any more. It cannot be undone."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, exists, func, insert, select, update

from yiqi import clock
from yiqi.activities.models import Occurrence, Slot, slot_occurrence
from yiqi.booking import endings, locking, looking, programme, queue, seats
from yiqi.booking.models import Attendance, Bar, Booking, BookingChange, Mark
from yiqi.booking.offers import timely
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.certificates import issuing as certificates
from yiqi.db import Again, Facts, db, retried, table, writing
from yiqi.notices import outbox
from yiqi.papers import keeping as papers
from yiqi.people import merging as people
from yiqi.people.merging import Keeps
from yiqi.roles import merging as roles
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.rota import rotas
from yiqi.unions import merging as unions

_booking, _slot, _change, _mark = table(Booking), table(Slot), table(BookingChange), table(Mark)

_CAME = exists().where(Attendance.booking_id == _booking.c.id).label("came")


class NotToMerge(Exception):
    """A record cannot be merged with itself, with one that was merged into another, or by its own person."""


class Clashing(Exception):
    """The two have places at the same time: one of these is given up first. `refs` names them, two by two."""

    def __init__(self, refs: list[tuple[str, str]]) -> None:
        super().__init__(*refs)
        self.refs = refs


class Merged(Struct, frozen=True):
    """What became of it: the tickets that went over, and those that were doubles and ended."""

    moved: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    fresh: bool = True


@timely
@retried
def merge(*, kept_id: int, gone_id: int, keeps: Keeps, because: str, at: datetime, by_id: int) -> Merged:
    """Make one record of two. Of two live bookings in one slot that one stays with which somebody came, else the one that
    holds a place, else the earlier ticket; the other ends without a mark, and its place goes to the queue.

    Once more changes nothing. Raises `LookupError` for no such records, `NotToMerge`, `Clashing`.
    """
    if kept_id == gone_id or by_id in (kept_id, gone_id):
        raise NotToMerge
    with writing() as session:
        here = session.connection()
        slots = locking.lock_with_queues(here, _slots(here, kept_id, gone_id, at), {kept_id, gone_id}, at)
        kept, gone = people.hold(here, kept_id, gone_id)
        if gone.merged_into_id == kept_id:
            session.rollback()
            return Merged(fresh=False)
        if kept.merged_into_id is not None or gone.merged_into_id is not None:
            raise NotToMerge
        if not _slots(here, kept_id, gone_id, at) <= slots.keys():
            raise Again
        doubled = _doubled(here, kept_id, gone_id)
        ended = tuple(loser.ref for _winner, loser in doubled)
        clashing = _clashing(here, kept_id, gone_id, {loser.id for _winner, loser in doubled}, at)
        if clashing:
            raise Clashing(clashing)
        for _winner, loser in doubled:
            seats.end(here, loser, State.CANCELLED, at, by_id, endings.MERGED)
            unmarked = (_mark.c.booking_id == loser.id, _mark.c.lifted_at.is_(None))
            here.execute(update(_mark).where(*unmarked).values(lifted_at=at))
        moved = _move(here, kept_id, gone_id, at, by_id)
        unions.carry(here, kept_id=kept_id, gone_id=gone_id, on=clock.beijing(at).date(), at=at)
        rotas.carry(here, kept_id=kept_id, gone_id=gone_id)
        roles.carry(here, kept_id=kept_id, gone_id=gone_id, at=at, by_id=by_id)
        papers.carry(here, kept_id=kept_id, gone_id=gone_id)
        certificates.carry(here, kept_id=kept_id, gone_id=gone_id)
        programme.carry(here, kept_id, gone_id, at)
        people.carry(here, kept, gone, keeps, at)
        key = f"merged-{gone_id}"
        outbox.put(here, "merged", key=key, person_id=kept_id, at=at, ended=list(ended))
        trail.note(
            here,
            What.MERGED,
            at=at,
            by_id=by_id,
            person_id=kept_id,
            because=because,
            gone=gone_id,
            number=keeps,
            moved=list(moved),
            ended=list(ended),
        )
        queue.settle_all(here, slots, at)
        return Merged(tuple(moved), ended)


def doubles(kept_id: int, gone_id: int) -> list[tuple[Facts, Facts]]:
    """The live bookings of two records in the same slots, two by two: which would stay, and which would end."""
    return _doubled(db.session.connection(), kept_id, gone_id)


def clashes(kept_id: int, gone_id: int, at: datetime) -> list[tuple[str, str]]:
    """The tickets of two records that are for places at the same time, two by two; one of each is given up first."""
    here = db.session.connection()
    ended = {loser.id for _winner, loser in _doubled(here, kept_id, gone_id)}
    return _clashing(here, kept_id, gone_id, ended, at)


def _doubled(here: Connection, kept_id: int, gone_id: int) -> list[tuple[Facts, Facts]]:
    live = (_booking.c.person_id.in_([kept_id, gone_id]), _booking.c.state.in_(LIVE))
    twice = select(_booking.c.slot_id).where(*live).group_by(_booking.c.slot_id).having(func.count() > 1)
    rows = here.execute(
        select(*looking.BOOKING, _CAME)
        .where(*live, _booking.c.slot_id.in_(twice))
        .order_by(_booking.c.slot_id, _booking.c.seq)
    ).all()
    found: list[tuple[Facts, Facts]] = []
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        stays, ends = sorted((first, second), key=_worth)
        found.append((stays, ends))
    return found


def _worth(booking: Facts) -> tuple[bool, bool, bool, int]:
    holds, has = booking.state in HOLDING, booking.state == State.CONFIRMED
    return not booking.came, not has, not holds, booking.seq


def _slots(here: Connection, kept_id: int, gone_id: int, at: datetime) -> set[int]:
    """The slots in which something is decided: those of both, and what is still ahead of the one that goes."""
    ahead = (
        select(_booking.c.slot_id)
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .where(_booking.c.person_id == gone_id, _booking.c.state.in_(LIVE), _slot.c.ends_at > at)
    )
    both = {loser.slot_id for _winner, loser in _doubled(here, kept_id, gone_id)}
    return both | set(here.scalars(ahead))


def _clashing(
    here: Connection, kept_id: int, gone_id: int, ended: set[int], at: datetime
) -> list[tuple[str, str]]:
    spans = here.execute(
        select(
            _booking.c.ref,
            _booking.c.person_id,
            _booking.c.slot_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
        )
        .join(slot_occurrence, slot_occurrence.c.slot_id == _booking.c.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where(
            _booking.c.person_id.in_([kept_id, gone_id]),
            _booking.c.state.in_(HOLDING),
            _booking.c.id.not_in(ended),
            Occurrence.called_off_at.is_(None),
            Occurrence.ends_at > at,
        )
        .order_by(Occurrence.starts_at, _booking.c.id)
    ).all()
    theirs = [one for one in spans if one.person_id == gone_id]
    found = {
        (own.ref, other.ref): None
        for own in spans
        if own.person_id == kept_id
        for other in theirs
        if own.slot_id != other.slot_id and own.starts_at < other.ends_at and other.starts_at < own.ends_at
    }
    return list(found)


def _move(here: Connection, kept_id: int, gone_id: int, at: datetime, by_id: int) -> list[str]:
    """Put every booking of the one that goes under the other's name; answers the live tickets."""
    own = select(_booking.c.slot_id, _booking.c.nonce).where(_booking.c.person_id == kept_id)
    nonces = {(row.slot_id, row.nonce) for row in here.execute(own)}
    theirs = here.execute(
        select(_booking.c.id, _booking.c.ref, _booking.c.slot_id, _booking.c.nonce, _booking.c.state).where(
            _booking.c.person_id == gone_id
        )
    ).all()
    for row in theirs:
        if (row.slot_id, row.nonce) in nonces:
            renamed = update(_booking).where(_booking.c.id == row.id)
            here.execute(renamed.values(nonce=f"merged-{row.id}"))
    live = [row for row in theirs if row.state in LIVE]
    same = {"at": at, "by_id": by_id, "why": endings.MERGED}
    changes = [{"booking_id": row.id, "was": row.state, "became": row.state, **same} for row in live]
    if changes:
        here.execute(insert(_change), changes)
    for rows in (_booking, _mark, table(Bar)):
        here.execute(update(rows).where(rows.c.person_id == gone_id).values(person_id=kept_id))
    return [row.ref for row in live]
