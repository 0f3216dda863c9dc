"""Deleting an account: places are given back first, what is personal goes, what is kept leads to nobody."""

from datetime import datetime, timedelta

from msgspec import Struct, field
from sqlalchemy import Connection, delete, insert, or_, select, update

from yiqi.activities.models import Slot
from yiqi.booking import locking, looking, queue, seats
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.rules.endings import given_up
from yiqi.booking.rules.states import LIVE
from yiqi.db import Again, Base, Facts, db, retried, table, touched, vouch, write_out, writing
from yiqi.people.merging import no_phone
from yiqi.people.models import Erasure, Person
from yiqi.privacy import rows, sweeping
from yiqi.privacy.inventory import EVERYTHING
from yiqi.privacy.kept import Kept, Then
from yiqi.privacy.settling import settle
from yiqi.roles import granting
from yiqi.roles.granting import LastAdmin as LastAdmin

LEFT = "account deleted"
"""Why a booking ended, in its trail."""
_booking, _slot, _person = table(Booking), table(Slot), table(Person)
LATECOMERS = timedelta(days=1)
"""How long after an account was deleted it is looked whether a request that was under way wrote something of it since."""
_TRIED_OUT = ("uploaded_list", "training_result_list")
"""Lists that wait for a word, and are forgotten after a day: one that names somebody who leaves is forgotten now."""


class Erased(Struct, frozen=True):
    """What became of it: the tickets that were given back, and the rows that went or were emptied, by table."""

    given_back: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    fresh: bool = True


@timely
@retried
def erase(*, person_id: int, at: datetime) -> Erased:
    """Delete an account, in one transaction: live places go to their queues without a mark, what goes on in the person's
    name ends, personal columns are emptied or their rows deleted as the inventory says, the number is taken out of every
    text. Once more changes nothing.

    Raises `LookupError` for nobody and for a record that was merged into another one, `LastAdmin`.
    """
    with writing() as session:
        here = session.connection()
        slots = locking.lock_with_queues(here, _ahead(here, person_id, at), {person_id}, at)
        person = _held(here, person_id)
        vouch(person_id)  # what makes the record nobody's is here
        if person.left_at is not None:
            session.rollback()
            return Erased(fresh=False)
        if person.merged_into_id is not None:
            raise LookupError(person_id)
        if granting.is_last_admin(here, person_id):
            raise LastAdmin
        if not _ahead(here, person_id, at) <= slots.keys():
            raise Again
        given_back = _give_back(here, person_id, at)
        settle(here, person_id, at)
        counts = _forget(here, person_id, person.phone, person.name)
        here.execute(
            update(_person)
            .where(_person.c.id == person_id)
            .values(
                phone=no_phone(person_id),
                name="",
                pinyin="",
                born_on=None,
                left_at=at,
                merged_into_id=person_id,
            )
        )
        counts["texts"] = sweeping.sweep(here, person.phone)
        row = {"person_id": person_id, "at": at, "counts": counts}
        here.execute(insert(table(Erasure)), row)
        queue.settle_all(here, slots, at)
    write_out()
    return Erased(given_back, counts)


def forget_latecomers(at: datetime) -> None:
    """What a second window or a slow request wrote about somebody after they had gone goes, too."""
    recent = select(Erasure.person_id).where(Erasure.at > at - LATECOMERS)
    people = list(db.session.scalars(recent.order_by(Erasure.person_id)))
    db.session.rollback()
    for person_id in people:
        _forget_once_more(person_id=person_id, at=at)
    if people:
        write_out()


@retried
def _forget_once_more(*, person_id: int, at: datetime) -> None:
    with writing() as session:
        here = session.connection()
        person = _held(here, person_id)
        settle(here, person_id, at)
        _forget_rows(here, person_id, person.phone)
        gone = {"name": "", "pinyin": "", "born_on": None}
        here.execute(update(_person).where(_person.c.id == person_id).values(**gone))


def _held(here: Connection, person_id: int) -> Facts:
    held = (_person.c.phone, _person.c.name, _person.c.left_at, _person.c.merged_into_id)
    found = here.execute(select(*held).where(_person.c.id == person_id).with_for_update()).one_or_none()
    if found is None:
        raise LookupError(person_id)
    return found


def _ahead(here: Connection, person_id: int, at: datetime) -> set[int]:
    """The slots in which they have something that is not over."""
    live = (_booking.c.person_id == person_id, _booking.c.state.in_(LIVE), _slot.c.ends_at > at)
    found = select(_booking.c.slot_id).join(_slot, _slot.c.id == _booking.c.slot_id).where(*live)
    return set(here.scalars(found))


def _give_back(here: Connection, person_id: int, at: datetime) -> tuple[str, ...]:
    """End what is ahead, without a mark: leaving is a right. Where they are right now, they stay."""
    live = (_booking.c.person_id == person_id, _booking.c.state.in_(LIVE), _slot.c.ends_at > at)
    found = select(*looking.BOOKING).join(_slot, _slot.c.id == _booking.c.slot_id).where(*live)
    ended = []
    for booking in here.execute(found.order_by(_booking.c.id)).all():
        if looking.next_start(here, booking.slot_id, at) is None or looking.came(here, booking.id, at):
            continue
        seats.end(here, booking, given_up(booking.state, late=False), at, person_id, LEFT)
        ended.append(booking.ref)
    return tuple(ended)


def _forget(here: Connection, person_id: int, phone: str, name: str) -> dict[str, int]:
    """Empty and delete as the inventory says, and what names them besides; answers how many rows of each table."""
    counts = _forget_rows(here, person_id, phone)
    _uninvite(here, person_id, name)
    for listed in _TRIED_OUT:
        counts[listed] = _forget_lists(here, listed, person_id, phone, name)
    return counts


def _forget_rows(here: Connection, person_id: int, phone: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    order = {one.name: number for number, one in enumerate(Base.metadata.sorted_tables)}
    for kept in sorted(EVERYTHING, key=lambda one: order[one.table], reverse=True):
        done = _forget_in(here, kept, person_id, phone)
        if done:
            counts[kept.table] = done
    return counts


def _forget_in(here: Connection, kept: Kept, person_id: int, phone: str) -> int:
    this = rows.table_of(kept)
    if kept.then is Then.DELETE:
        mine = rows.about(kept, person_id) if kept.whose else this.c.phone == phone
        return touched(here.execute(delete(this).where(mine)))
    if kept.table == "notice":
        here.execute(delete(this).where(this.c.phone == phone))
    if kept.then is not Then.CLEAR:
        return 0
    emptied = {name: rows.blank(this.c[name]) for name in kept.personal.split()}
    return touched(here.execute(update(this).where(rows.about(kept, person_id)).values(emptied)))


def _uninvite(here: Connection, person_id: int, name: str) -> None:
    """Forget what captains called them in invitations that were open to a whole group."""
    invitation, player = Base.metadata.tables["league_invitation"], Base.metadata.tables["league_player"]
    teams = select(player.c.team_id).where(player.c.person_id == person_id)
    called = (invitation.c.name == name, invitation.c.team_id.in_(teams))
    here.execute(update(invitation).where(*called).values(name=""))


def _forget_lists(here: Connection, name: str, person_id: int, phone: str, called: str) -> int:
    """Delete the uploaded lists that are theirs, or hold their name or number."""
    listed = Base.metadata.tables[name]
    wanted = sweeping.pattern(phone)
    gone = [
        row.id
        for row in here.execute(select(listed.c.id, listed.c.by_id, listed.c.rows)).all()
        if row.by_id == person_id or wanted.search(str(row.rows)) or (called and called in str(row.rows))
    ]
    return (
        touched(here.execute(delete(listed).where(or_(*(listed.c.id == one for one in gone))))) if gone else 0
    )
