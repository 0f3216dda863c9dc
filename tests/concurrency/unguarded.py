"""The negative control: the site with its guards off, as a naive program would do it. Never served but in tests.

Each verb looks first, takes its time, and writes then what it thought. The race tests must be lost here.
"""

import hmac
import secrets
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from tests.concurrency import (
    unguarded_door,
    unguarded_kiosk,
    unguarded_own,
    unguarded_person,
    unguarded_years,
)
from tests.concurrency.desk import app
from yiqi.activities.models import Slot
from yiqi.booking import (
    approval,
    attendance,
    by_hand,
    changes,
    looking,
    merging,
    moving,
    offers,
    places,
    queue,
    quotas,
    rearranging,
    seats,
)
from yiqi.booking.asking import Ticket
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import Change, Preview
from yiqi.booking.rules.states import LIVE, State
from yiqi.calendars import feeds
from yiqi.db import Facts, db, table, writing
from yiqi.desk.files import lists
from yiqi.desk.models import UploadedList
from yiqi.hours import ledger
from yiqi.hours.ledger import By
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.standing import Deed
from yiqi.hours.rules.standing import State as Counts
from yiqi.kiosk import scans
from yiqi.notices import outbox
from yiqi.people import codes, persons, sessions, tallies
from yiqi.people.models import Person, SignInCode
from yiqi.people.rules import CODE_LIFE, CODE_TRIES
from yiqi.privacy import claiming, erasing
from yiqi.programmes.league import rosters
from yiqi.programmes.volunteering import confirming
from yiqi.programmes.volunteering.confirming import Confirmed
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions.models import Membership
from yiqi.years import commending

WINDOW_SECONDS = 0.05


def looked_up(statement: Any, **facts: object) -> list[Any]:
    """The rows of a statement, read outside any lock, and then some time goes by."""
    with db.engine.connect() as reader:
        rows = list(reader.execute(statement, facts))
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)
    return rows


def sign_up(
    *,
    slot_id: int,
    person_id: int,
    party: int,
    nonce: str,
    at: datetime,
    note: str = "",
    answers: object = None,
    is_asked: bool = True,
    by_id: int | None = None,
) -> Ticket:
    """What `places.sign_up` would be without the locks of the slot and its quotas. Every quota counts everybody."""
    with db.engine.connect() as reader:
        shares = quotas.of_slots(reader, [slot_id])
    (slot,) = looked_up(select(*seats._SLOT).where(Slot.id == slot_id))
    fits = slot.held + party <= (slot.capacity or 0) and all(
        share.used + party <= (share.most or 0) for share in shares
    )
    state = State.CONFIRMED if fits else State.WAITING
    if looking.policy(db.session.connection(), slot.activity_id).allocation == "approval":
        state = State.PENDING
    db.session.rollback()
    with writing() as session:
        here = session.connection()
        ticket = seats.lock(here, slot_id)
        booking_id, ref = seats.take(
            here, ticket, state, at, person_id=person_id, party=party, nonce=nonce, note=note, by_id=person_id
        )
        if state is State.CONFIRMED:
            quotas.take(here, booking_id, [share.id for share in shares], party)
    return Ticket(ref, state, slot_id, slot.activity_id)


def cancel(
    *, ref: str, person_id: int, at: datetime, seen: object = None, accepts_late: bool = True
) -> Ticket:
    """What `places.cancel` would be if it believed what it read before the lock."""
    return ended(ref, State.CANCELLED, LIVE, at)


def decline(*, ref: str, person_id: int, at: datetime) -> Ticket:
    """What `offers.decline` would be if it believed what it read before the lock."""
    return ended(ref, State.DECLINED, {State.OFFERED}, at)


def ended(ref: str, became: State, among: Collection[State], at: datetime) -> Ticket:
    (booking,) = looked_up(looking._BY_REF, ref=ref)
    with writing() as session:
        here = session.connection()
        slot = seats.lock(here, booking.slot_id)
        if booking.state in among:
            seats.become(here, booking, became, at, booking.person_id)
            here.execute(update(Slot).where(Slot.id == slot.id).values(held=0))
            moved(here, slot, at)
        else:
            became = booking.state
    return Ticket(ref, became, slot.id, slot.activity_id)


def accept(*, ref: str, person_id: int, at: datetime) -> Ticket:
    """What `offers.accept` would be if it believed what it read before the lock."""
    (booking,) = looked_up(looking._BY_REF, ref=ref)
    with writing() as session:
        here = session.connection()
        slot = seats.lock(here, booking.slot_id)
        if booking.state == State.OFFERED:
            seats.confirm_offer(here, booking, at, person_id)
    return Ticket(ref, State.CONFIRMED, slot.id, slot.activity_id)


def settle(*, slot_ids: Collection[int], at: datetime) -> None:
    """What `offers.settle` would be if it ended the offers that it saw before the lock."""
    expiring = looked_up(looking._EXPIRING, slots=list(slot_ids), at=at)
    with writing() as session:
        here = session.connection()
        for slot_id in sorted(slot_ids):
            slot = seats.lock(here, slot_id)
            for booking in expiring:
                if booking.slot_id == slot_id:
                    seats.become(here, booking, State.WAITING, at, None)
                    here.execute(update(Slot).where(Slot.id == slot.id).values(held=0))
            moved(here, slot, at)


def approve(*, ref: str, by_id: int, at: datetime) -> Ticket:
    """What `approval.approve` would be if it believed what it read before the lock."""
    (booking,) = looked_up(looking._BY_REF, ref=ref)
    with writing() as session:
        here = session.connection()
        slot = seats.lock(here, booking.slot_id)
        if booking.state == State.PENDING:
            seats.give(here, booking, State.CONFIRMED, at, until=None, matching=(), by_id=by_id)
    return Ticket(ref, State.CONFIRMED, slot.id, slot.activity_id)


def promote(*, ref: str, by_id: int, because: str, at: datetime, beyond: bool = False) -> Ticket:
    """What `by_hand.promote` would be if it believed that the seat it saw is still free."""
    (booking,) = looked_up(looking._BY_REF, ref=ref)
    (slot,) = looked_up(select(*seats._SLOT).where(Slot.id == booking.slot_id))
    if slot.held + booking.party > (slot.capacity or 0):
        raise Refused(Refusal.FULL)
    with writing() as session:
        here = session.connection()
        seats.lock(here, slot.id)
        seats.give(here, booking, State.CONFIRMED, at, until=None, matching=(), by_id=by_id)
    return Ticket(ref, State.CONFIRMED, slot.id, slot.activity_id)


def add(*, slot_id: int, phone: str, name: str, nonce: str, by_id: int, at: datetime, **_more: Any) -> Ticket:
    """What `by_hand.add` would be if it believed that the seat it saw is still free."""
    with writing() as session:
        person_id = persons.somebody(session.connection(), phone=phone, name=name, at=at)
    return sign_up(slot_id=slot_id, person_id=person_id, party=1, nonce=nonce, at=at)


def move(*, ref: str, slot_id: int, by_id: int, because: str, at: datetime, may_wait: bool = False) -> Ticket:
    """What `moving.move` would be if it believed that the seat it saw is still free."""
    (booking,) = looked_up(looking._BY_REF, ref=ref)
    (target,) = looked_up(select(*seats._SLOT).where(Slot.id == slot_id))
    if booking.state not in LIVE or target.held + booking.party > (target.capacity or 0):
        raise Refused(Refusal.FULL)
    with writing() as session:
        here = session.connection()
        for one in sorted((booking.slot_id, slot_id)):
            seats.lock(here, one)
        who = {"person_id": booking.person_id, "party": booking.party, "by_id": by_id}
        seats.end(here, booking, State.CANCELLED, at, by_id, because)
        there = seats.present(here, [slot_id])[slot_id]
        _id, new = seats.take(here, there, State.CONFIRMED, at, nonce=f"moved-{booking.id}", note="", **who)
    return Ticket(new, State.CONFIRMED, slot_id, target.activity_id)


def take_over(*, list_id: int, thing: Thing, by_id: int, at: datetime, only_good: bool) -> lists.Taken:
    """What `lists.take_over` would be if it believed that nobody else is taking the list, or one like it, over."""
    (uploaded,) = looked_up(select(table(UploadedList)).where(UploadedList.id == list_id))
    if uploaded.applied_at is not None:
        return lists.Taken({}, fresh=False)
    told: list[Any] = [*lists.lines(uploaded)]
    with db.engine.connect() as reader:
        phones = [one.phone for one in told]
        people = list(reader.scalars(select(Person.id).where(Person.phone.in_(phones))))
        old = set(reader.scalars(select(Membership.person_id).where(Membership.union_id == thing.union_id)))
    time.sleep(WINDOW_SECONDS)
    if uploaded.activity_id is not None:
        for one in told:
            add(
                slot_id=one.slot_id,
                phone=one.phone,
                name=one.name,
                nonce=f"{list_id}-{one.row}",
                by_id=by_id,
                at=at,
            )
    with writing() as session:
        here = session.connection()
        if uploaded.union_id is not None:
            since = {"union_id": uploaded.union_id, "since": at.date()}
            here.execute(
                insert(Membership), [{"person_id": one, **since} for one in people if one not in old]
            )
        here.execute(update(UploadedList).where(UploadedList.id == list_id).values(applied_at=at))
        trail.note(here, What.IMPORTED, at=at, by_id=by_id, thing=thing)
    return lists.Taken({})


def set_capacity(*, slot_id: int, capacity: int | None, at: datetime) -> None:
    """What `places.set_capacity` would be if it gave as many seats as came free when it looked."""
    (before,) = looked_up(select(*seats._SLOT).where(Slot.id == slot_id))
    with writing() as session:
        here = session.connection()
        seats.lock(here, slot_id)
        seats.resize(here, slot_id, capacity)
        waiting = here.execute(queue._QUEUE, {"slot": slot_id, "after": 0}).all()
        for booking in waiting[: max(0, (capacity or 0) - before.held)]:
            seats.give(here, booking, State.CONFIRMED, at, until=None, matching=())


def apply(change: Change, *, seen: str, at: datetime, by_id: int | None = None) -> Preview:
    """What `changes.apply` would be if it believed that what was seen is still so."""
    time.sleep(WINDOW_SECONDS)
    with writing() as session:
        return rearranging.carry_out(session.connection(), change, at, by_id)


def moved(here: Any, slot: Facts, at: datetime) -> None:
    queue.move_up(here, slot, looking.policy(here, slot.activity_id), at)


def sign_in(
    *,
    phone: str,
    code: str,
    browser: str,
    browser_id: int,
    device: str,
    at: datetime,
    secret: str,
    lang: str,
    address: str = "",
    user_agent: str = "",
) -> sessions.NewSession:
    """What `codes.sign_in` would be if it counted a try after it looked at the code."""
    mine = (SignInCode.phone == phone, SignInCode.browser == browser, SignInCode.ended_at.is_(None))
    found = looked_up(select(SignInCode.id, SignInCode.code_hash, SignInCode.tries).where(*mine))
    kept = found[0] if found else None
    if kept is None or kept.tries >= CODE_TRIES:
        raise codes.WrongCode(left=0, expired=True)
    right = hmac.compare_digest(kept.code_hash, codes._code_hash(secret, phone, browser, code))
    with writing() as session:
        counted: dict[str, Any] = {"tries": kept.tries + 1, "ended_at": at if right else None}
        session.execute(update(SignInCode).where(SignInCode.id == kept.id).values(**counted))
        if right:
            return codes._enter(session, phone, browser_id, secrets.token_urlsafe(24), at, lang, "")
        tallies.count(session, "wrong-codes", codes.HOUR, at)
    raise codes.WrongCode(left=CODE_TRIES - kept.tries - 1)


def ask(
    *, phone: str, browser: str, address: str, device: str, at: datetime, secret: str, lang: str = "zh-CN"
) -> None:
    """What `codes.ask` would be without the phone's turn."""
    lately = select(SignInCode.id).where(
        SignInCode.phone == phone, SignInCode.sent_at > at - timedelta(minutes=1)
    )
    if looked_up(lately.limit(1)):
        raise codes.TooMany(timedelta(minutes=1))
    code = f"{secrets.randbelow(10**6):06d}"
    with writing() as session:
        row = {
            "phone": phone,
            "browser": browser,
            "code_hash": codes._code_hash(secret, phone, browser, code),
            "sent_at": at,
            "expires_at": at + CODE_LIFE,
            "tries": 0,
        }
        made = session.execute(insert(SignInCode).returning(SignInCode.id), row).scalar_one()
        outbox.put(session.connection(), "code", key=f"code-{made}", phone=phone, at=at, code=code, lang=lang)


def confirm_all(*, activity_id: int, by: By) -> Confirmed:
    """What `confirming.confirm_all` would be if it believed what it read before any lock. It needs a ledger in which
    several rows may replace the same one."""
    pending = (Service.activity_id == activity_id, Entry.state == Counts.PENDING, Entry.proposed.is_not(None))
    lines = looked_up(ledger.heads().where(*pending))
    with writing() as session:
        here = session.connection()
        for line in lines:
            row = {"minutes": line.proposed, "starts_at": line.starts_at, "ends_at": line.ends_at}
            ledger._add(
                here,
                line.service_id,
                line,
                Deed.CONFIRMED,
                Counts.CREDITED,
                by.at,
                by.person_id,
                "",
                row | {"proposed": None},
            )
    return Confirmed(len(lines), 0, {})


NAIVE: dict[Any, Any] = {
    places: (sign_up, cancel, set_capacity),
    offers: (accept, decline, settle),
    approval: (approve,),
    changes: (apply,),
    by_hand: (promote, add),
    moving: (move,),
    codes: (sign_in, ask),
    lists: (take_over,),
    confirming: (confirm_all,),
    attendance: (unguarded_door.check_in, unguarded_door.undo),
    scans: (unguarded_kiosk.take,),
    feeds: (unguarded_own.renew,),
    claiming: (unguarded_own.begin_anew,),
    erasing: (unguarded_own.erase,),
    commending: (unguarded_years.publish,),
    rosters: (unguarded_person.accept,),
    merging: (unguarded_person.merge,),
}
for module, verbs in NAIVE.items():
    for naive in verbs:
        setattr(module, naive.__name__, naive)

__all__ = ["app"]
