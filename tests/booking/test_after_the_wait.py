"""Who had to wait for a lock decides by what is true after the wait: another limit, or a bar, that was written meanwhile."""

import time
from collections.abc import Callable
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, exists, func, insert, select, text

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, asks
from tests.browsing import Client
from tests.builders import a_union, an_activity, an_organizer, workers
from tests.databases import in_use
from tests.web.asking import HTMX, a_token
from yiqi import clock
from yiqi.activities.models import quota_slot, slot_occurrence
from yiqi.booking import asking, at_once, attendance, locking, looking, resetting, seats
from yiqi.booking.asking import Wish
from yiqi.booking.looking import Bound
from yiqi.booking.models import Attendance, Bar, Booking
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import AddQuota
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, writing
from yiqi.people import browser
from yiqi.people.models import Person

A_MOMENT = 0.3
WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
)


def someone_waits() -> bool:
    """Whether a transaction of this database waits for a lock of another one. A file has one lock, which this process
    queues for: nothing there depends on who is quicker."""
    if db.engine.dialect.name == "sqlite":
        return True
    with db.engine.connect() as looker:
        return bool(looker.scalar(WAITING))


def begun(app: Flask, deed: Callable[[], object], came: list[object]) -> Thread:
    """A deed in a thread of its own, which by now waits for the locks that we hold; what comes of it is in `came`."""

    def run() -> None:
        with app.app_context():
            try:
                came.append(deed())
            except Refused as refused:
                came.append(refused.why)
            finally:
                db.session.remove()

    other = Thread(target=run)
    other.start()
    other.join(A_MOMENT)
    end = time.monotonic() + 20
    while not someone_waits():
        assert time.monotonic() < end
        other.join(0.02)
    assert other.is_alive()
    return other


def beside_a_new_limit(site: Flask) -> object:
    """What becomes of a sign-up that waits while the organizer allows one person altogether, who is there already."""
    made = an_activity(places=5, now=NOON)
    first, second = workers(2)
    asks(first, made)
    came: list[object] = []
    with writing() as session:
        here = session.connection()
        locking.lock_slot(here, made.slot_id, NOON)
        other = begun(site, lambda: asks(second, made).state, came)
        resetting.add_quota(here, AddQuota(made.activity_id, (made.slot_id,), "一个人", most=1), NOON)
    other.join(20)
    return came[0]


def beside_a_new_bar(site: Flask) -> object:
    """What becomes of a sign-up that waits while its person is barred."""
    made = an_activity(places=5, now=NOON)
    (worker,) = workers(1)
    row = {"person_id": worker.id, "at": NOON, "until": NOON + 48 * HOUR, "because": "两次没有来"}
    came: list[object] = []
    with writing() as session:
        here = session.connection()
        seats.lock_person(here, worker.id)
        other = begun(site, lambda: asks(worker, made).state, came)
        here.execute(insert(Bar), row)
    other.join(20)
    return came[0]


def beside_a_place_elsewhere(site: Flask) -> object:
    """What becomes of a sign-up that waits while its person is given a place in something else at that time."""
    made, elsewhere = an_activity(places=5, now=NOON), an_activity(places=5, now=NOON)
    (worker,) = workers(1)
    came: list[object] = []
    with writing() as session:
        here = session.connection()
        slot = locking.lock_slot(here, elsewhere.slot_id, NOON)
        assert asking.ask(here, slot, Wish(worker.id, 1, "elsewhere"), NOON).state is State.CONFIRMED
        other = begun(site, lambda: asks(worker, made).state, came)
    other.join(20)
    return came[0]


def beside_a_cancellation(site: Flask) -> object:
    """What becomes of a check-in that waits while its booking is ended."""
    made = an_activity(places=5, now=NOON)
    (worker,) = workers(1)
    ref = asks(worker, made).ref
    date = db.session.scalar(
        select(slot_occurrence.c.occurrence_id).where(slot_occurrence.c.slot_id == made.slot_id)
    )
    came: list[object] = []
    with writing() as session:
        here = session.connection()
        locking.lock_slot(here, made.slot_id, NOON)
        scanned: dict[str, Any] = {
            "ref": ref,
            "occurrence_id": date or 0,
            "at": made.starts_at,
            "by_id": None,
        }
        other = begun(site, lambda: attendance.check_in(**scanned).fresh, came)
        booking = looking.by_ref(here, ref)
        assert booking is not None
        seats.end(here, booking, State.CANCELLED, NOON, worker.id)
    other.join(20)
    return came[0]


def beside_a_merge(site: Flask) -> tuple[int, int]:
    """The answer to an organizer whose check-in waits while their record becomes part of another one, and how many came."""
    made, client = an_activity(places=5, starts_in=HOUR / 2), Client(site)
    organizer, (worker, kept) = an_organizer(a_union()), workers(2)
    ref = asks(worker, made, at=clock.now()).ref
    date = db.session.scalar(
        select(slot_occurrence.c.occurrence_id).where(slot_occurrence.c.slot_id == made.slot_id)
    )
    client.sign_in(organizer)
    typed = {"csrf_token": a_token(client), "code": ref, "occurrence": str(date)}
    path = f"/desk/activities/{made.activity_id}/check-in"
    client.get(path)
    came: list[Any] = []
    this = select(Person).where(Person.id == organizer.id)
    with writing() as session:
        locked = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one()
        other = begun(site, lambda: client.post(path, data=typed, headers=HTMX).status_code, came)
        locked.merged_into_id = kept.id
    other.join(20)
    return came[0], db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_whose_booking_ended_while_they_stood_at_the_door_is_not_let_in(site: Flask) -> None:
    assert beside_a_cancellation(site) is Refusal.NOT_YOURS
    assert broken(NOON) == []


def test_who_checks_in_while_their_record_goes_lets_nobody_in(postgresql_site: Flask) -> None:
    with in_use(postgresql_site):
        assert beside_a_merge(postgresql_site) == (401, 0)


def test_a_check_in_that_vouches_for_whoever_signs_would_let_them_in(
    postgresql_site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it takes the record of who asks for good without having looked at it."""
    monkeypatch.setattr(browser, "is_vouched_for", lambda _person_id: True)
    with in_use(postgresql_site):
        assert beside_a_merge(postgresql_site) == (200, 1)


def test_a_check_in_that_looked_at_its_ticket_before_the_wait_would_let_them_in(
    postgresql_site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the state of the booking is read by the statement that locks."""
    of_ticket = select(Booking.state).where(Booking.ref == bindparam("ref")).scalar_subquery()
    seen: dict[str, Any] = {}
    valid: Any = attendance._valid

    def lock_of(here: Connection, ref: str) -> int:
        found = here.execute(seats._LOCK_OF.returning(of_ticket.label("state")), {"ref": ref}).one()
        seen["state"] = found.state
        return int(found.id)

    def as_locked(ticket: Any, *facts: Any) -> Any:
        return valid(SimpleNamespace(**ticket._asdict() | seen), *facts)

    monkeypatch.setattr(seats, "lock_of", lock_of)
    monkeypatch.setattr(attendance, "_valid", as_locked)
    with in_use(postgresql_site):
        assert beside_a_cancellation(postgresql_site) is True


def test_a_limit_that_was_set_while_somebody_waited_counts_them(site: Flask) -> None:
    assert beside_a_new_limit(site) == State.WAITING
    assert broken(NOON) == []


def test_who_was_barred_while_they_waited_gets_no_place(site: Flask) -> None:
    assert beside_a_new_bar(site) is Refusal.BARRED


def test_who_was_given_a_place_elsewhere_while_they_waited_is_not_in_two_places(site: Flask) -> None:
    assert beside_a_place_elsewhere(site) is Refusal.CLASH
    assert broken(NOON) == []


def test_a_booking_that_is_written_without_a_look_would_be_in_two_places(
    postgresql_site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the statement that writes it does not look for what keeps its person out."""
    takes = at_once._TAKE
    blind = {(tells, looks): takes[tells, False] for tells, looks in takes}
    monkeypatch.setattr(at_once, "_TAKE", blind)
    with in_use(postgresql_site):
        assert beside_a_place_elsewhere(postgresql_site) is State.CONFIRMED
        assert broken(NOON) != []


def test_what_the_locking_statement_itself_reads_is_of_before_the_wait(
    postgresql_site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the rule both are overlooked: PostgreSQL reads other tables as they were when the statement began."""
    limited = exists().where(quota_slot.c.slot_id == seats._slot.c.id).label("has_quotas")
    barred = select(func.max(Bar.until)).where(Bar.person_id == bindparam("person")).scalar_subquery()
    seen: dict[str, Any] = {}
    bound = looking.bound
    at_once_barred = at_once._WANTED.add_columns(barred.label("barred"))

    def lock_slot(here: Connection, slot_id: int) -> Facts:
        slot = here.execute(seats._TAKE_TICKET.returning(limited), {"slot": slot_id}).one()
        seen["has_quotas"] = slot.has_quotas
        return slot

    def as_locked(here: Connection, slot: Facts, person_id: int, nonce: str) -> Any:
        found = here.execute(at_once_barred, looking.asked(slot, person_id, nonce)).one()
        seen["barred"] = found.barred
        before = {"has_quotas": seen["has_quotas"], "locked_id": person_id}
        return SimpleNamespace(**found._asdict() | before)

    def as_barred(*facts: Any) -> dict[int, Bound]:
        return {one: replace(keeps, barred_until=seen["barred"]) for one, keeps in bound(*facts).items()}

    monkeypatch.setattr(seats, "lock", lock_slot)
    monkeypatch.setattr(at_once, "wanted", as_locked)
    monkeypatch.setattr(looking, "bound", as_barred)
    with in_use(postgresql_site):
        assert beside_a_new_limit(postgresql_site) == State.CONFIRMED
    with in_use(postgresql_site):
        assert beside_a_new_bar(postgresql_site) == State.CONFIRMED
