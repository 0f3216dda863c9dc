"""Who deletes their account is nowhere any more: not in a table, not in a file; and nobody else loses anything by it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.privacy.searching import found_in_files, found_in_tables, write_everywhere
from tests.promises.scene import grow, plant
from yiqi import clock
from yiqi.background import CHORES
from yiqi.booking import places
from yiqi.booking.models import Booking, Mark
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.states import State
from yiqi.cli.doctor import CHECKS
from yiqi.db import db, writing
from yiqi.desk.models import ListKind, UploadedList
from yiqi.notices import reach
from yiqi.people import agreeing, persons
from yiqi.people.models import BrowserSession, Erasure, Person
from yiqi.people.rules import national
from yiqi.privacy import erasing, sweeping
from yiqi.privacy.erasing import LastAdmin
from yiqi.roles.rules.permissions import Role

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
NAME = "诸葛云帆"


def spellings(phone: str) -> tuple[str, ...]:
    bare = national(phone)
    return (
        bare,
        f"{bare[:3]} {bare[3:7]} {bare[7:]}",
        f"{bare[:3]}-{bare[3:7]}-{bare[7:]}",
        f"{bare[:5]} {bare[5:8]} {bare[8:]}",
        f"{bare[:3]}.{bare[3:7]}.{bare[7:]}",
    )


def state_of(ref: str) -> State:
    db.session.rollback()
    return db.session.scalars(select(Booking.state).where(Booking.ref == ref)).one()


def faults() -> list[str]:
    """What the doctor finds."""
    at = clock.now()
    return [f"{name}: {finding}" for name, check in CHECKS.items() for finding in check(at)]


@contextmanager
def somebody_everywhere() -> Iterator[Person]:
    """Somebody with rows in every programme, whose number stands in every text of the database, too."""
    rows = plant()
    persons.tell_name(person_id=rows.owner_id, name=NAME)
    stage = grow(rows).scene()
    person = db.session.get_one(Person, stage.owner.id, populate_existing=True)
    row = {"name": NAME, "phone": person.phone, "verdict": "new"}
    with writing() as session:
        session.add(
            UploadedList(
                kind=ListKind.ROLL,
                by_id=stage.organizer.id,
                name="名册.xlsx",
                rows=[row],
                made_at=clock.now(),
                outcome={},
            )
        )
    yield person


def test_afterwards_neither_number_nor_name_is_found_in_any_table_or_file(site: Flask) -> None:
    with somebody_everywhere() as person:
        number = person.phone
        before = faults()
        for spelled in spellings(number)[1:]:
            assert write_everywhere(spelled, beside=NAME) > 80
        assert len(found_in_tables(*spellings(number))) > 80
        assert len(found_in_tables(NAME)) >= 3

        erasing.erase(person_id=person.id, at=clock.now())

        assert found_in_tables(*spellings(number), NAME, "zhu ge yun fan") == []
        assert found_in_files(site, *spellings(number), NAME) == []
        assert faults() == before


def test_a_number_is_found_however_it_was_typed(site: Flask, 小王: Person) -> None:
    for spelled in spellings(小王.phone):
        an_activity(title=f"打 {spelled} 找我")
    number = 小王.phone

    erasing.erase(person_id=小王.id, at=NOON)

    assert found_in_tables(*spellings(number)) == []
    assert found_in_tables(sweeping.GONE) == ["activity.spelled", "activity.title"]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_search_finds_what_is_left_when_texts_are_not_swept(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    with somebody_everywhere() as person:
        number = person.phone
        write_everywhere(spellings(number)[1], beside=NAME)
        monkeypatch.setattr(sweeping, "sweep", lambda _here, _phone: 0)

        erasing.erase(person_id=person.id, at=clock.now())

        assert len(found_in_tables(*spellings(number))) > 20
        assert found_in_files(site, *spellings(number)) != []


def test_places_go_to_who_waits_and_no_mark_is_left(site: Flask, 小王: Person, 小赵: Person) -> None:
    soon = an_activity(now=NOON, starts_in=timedelta(hours=30))
    mine = places.sign_up(slot_id=soon.slot_id, person_id=小王.id, party=1, nonce="a", at=NOON)
    waits = places.sign_up(slot_id=soon.slot_id, person_id=小赵.id, party=1, nonce="b", at=NOON)
    assert waits.state is State.WAITING

    erased = erasing.erase(person_id=小王.id, at=NOON)

    assert erased.given_back == (mine.ref,)
    assert state_of(mine.ref) is State.CANCELLED
    assert state_of(waits.ref) is State.CONFIRMED
    assert db.session.scalars(select(Mark)).all() == []


def test_twice_equals_once_and_the_number_begins_anew(site: Flask, 小王: Person) -> None:
    number = 小王.phone
    erasing.erase(person_id=小王.id, at=NOON)
    assert not erasing.erase(person_id=小王.id, at=NOON).fresh

    assert persons.person_by_phone(number) is None
    newcomer = a_worker(phone=number)
    assert newcomer.id != 小王.id
    assert db.session.scalars(select(Erasure.person_id)).all() == [小王.id]


def test_who_has_left_can_neither_book_nor_be_given_anything(
    site: Flask, client: Client, 小王: Person
) -> None:
    client.sign_in(小王)
    erasing.erase(person_id=小王.id, at=NOON)

    assert client.get("/me").status_code == 401
    assert db.session.scalars(select(BrowserSession).where(BrowserSession.person_id == 小王.id)).all() == []
    made = an_activity(now=NOON)
    with pytest.raises((LookupError, Refused)):
        places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="late", at=NOON)


@pytest.mark.parametrize("it_is_looked", [True, False], ids=["as it is", "control"])
def test_what_a_slow_request_wrote_after_somebody_had_gone_does_not_stay(
    site: Flask, 小王: Person, it_is_looked: bool
) -> None:
    """Two windows: in one the account is deleted, what the other one sent arrives a moment later."""
    person_id = 小王.id
    erasing.erase(person_id=person_id, at=NOON)
    reach.ask_email(person_id=person_id, address="wang@example.com", at=NOON)
    persons.tell_name(person_id=person_id, name=NAME)
    persons.tell_birthday(person_id=person_id, born_on=NOON.date())
    agreeing.guard(person_id=person_id, name=NAME, phone="+8613900139000", at=NOON)

    if it_is_looked:
        erasing.forget_latecomers(NOON + timedelta(hours=1))

    found = found_in_tables(NAME, "wang@example.com", "13900139000", "zhu ge")
    assert (found == []) is it_is_looked
    assert (db.session.get_one(Person, person_id, populate_existing=True).born_on is None) is it_is_looked
    assert erasing.forget_latecomers in [chore for _every, chore in CHORES]


def test_the_last_admin_stays_until_there_is_another(site: Flask) -> None:
    union = a_union()
    admin = an_organizer(union, role=Role.FEDERATION_ADMIN)
    with pytest.raises(LastAdmin):
        erasing.erase(person_id=admin.id, at=NOON)
    assert db.session.get_one(Person, admin.id, populate_existing=True).left_at is None

    an_organizer(union, role=Role.FEDERATION_ADMIN, name="老周")
    assert erasing.erase(person_id=admin.id, at=NOON).fresh


def test_a_record_that_is_anothers_and_nobody_are_not_found(site: Flask, 小王: Person, 小赵: Person) -> None:
    with writing() as session:
        session.add(小赵)
        小赵.merged_into_id = 小王.id
    for nobody in (小赵.id, 987654):
        with pytest.raises(LookupError):
            erasing.erase(person_id=nobody, at=NOON)


def race(site: Flask, *deeds: object) -> list[BaseException]:
    """Do some things at once; answers what went wrong."""
    together, wrong = threading.Barrier(len(deeds)), []

    def run(deed: object) -> None:
        with site.app_context():
            together.wait()
            try:
                deed()  # type: ignore[operator]
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return wrong


@pytest.mark.parametrize("number", range(4))
def test_who_leaves_while_a_place_comes_free_for_them_never_gets_it(
    site: Flask, 小王: Person, 小赵: Person, number: int
) -> None:
    """The rule book of reliability, R10."""
    made = an_activity(now=NOON)
    has = places.sign_up(slot_id=made.slot_id, person_id=小赵.id, party=1, nonce="a", at=NOON)
    waits = places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="b", at=NOON)
    next_one = a_worker()
    after = places.sign_up(slot_id=made.slot_id, person_id=next_one.id, party=1, nonce="c", at=NOON)

    wrong = race(
        site,
        lambda: erasing.erase(person_id=小王.id, at=NOON),
        lambda: places.cancel(ref=has.ref, person_id=小赵.id, at=NOON),
    )

    assert wrong == []
    assert state_of(waits.ref) in (State.LEFT, State.CANCELLED)
    assert state_of(after.ref) is State.CONFIRMED
    assert faults() == []


@pytest.mark.parametrize("number", range(4))
def test_two_last_admins_who_leave_at_once_leave_one(site: Flask, number: int) -> None:
    union = a_union()
    two = [an_organizer(union, role=Role.FEDERATION_ADMIN, name=name) for name in ("老周", "老吴")]

    wrong = race(site, *(lambda who=one: erasing.erase(person_id=who.id, at=NOON) for one in two))

    assert [type(one) for one in wrong] == [LastAdmin]
