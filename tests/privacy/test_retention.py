"""What is kept for a time only is gone when the time is over; what is counted is counted all the same."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.builders import Made, a_worker, an_activity
from tests.privacy.searching import found_in_tables
from yiqi.activities.models import Programme, Slot, slot_occurrence
from yiqi.booking import marks, places
from yiqi.booking.models import Attendance, Booking, Mark
from yiqi.booking.rules.states import State
from yiqi.cli.doctor import CHECKS
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.privacy import retention
from yiqi.programmes.troupe import own_word
from yiqi.programmes.troupe.models import Absence
from yiqi.programmes.volunteering import consents
from yiqi.programmes.volunteering.models import Purpose

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
YEAR, DAY = timedelta(days=365), timedelta(days=1)
NOTE = "坐轮椅来，请留过道"


def a_full_evening(programme: Programme = Programme.READING) -> Made:
    """Three places, three who came, one who waited in vain, one who cancelled and came back."""
    made = an_activity(now=NOON, places=3, programme=programme)
    for number in range(4):
        person = a_worker(name=f"工友{number}")
        ticket = places.sign_up(
            slot_id=made.slot_id, person_id=person.id, party=1, nonce=f"n{number}", note=NOTE, at=NOON
        )
        if number == 0:
            places.cancel(ref=ticket.ref, person_id=person.id, at=NOON)
            places.sign_up(slot_id=made.slot_id, person_id=person.id, party=1, nonce="again", at=NOON)
    return made


def counted(made: Made) -> tuple[object, ...]:
    db.session.rollback()
    by_state = select(Booking.state, func.count()).where(Booking.slot_id == made.slot_id)
    slot = db.session.get_one(Slot, made.slot_id, populate_existing=True)
    states = sorted(tuple(row) for row in db.session.execute(by_state.group_by(Booking.state)))
    return (states, slot.held, slot.waiting, db.session.scalar(select(func.count()).select_from(Attendance)))


def names_in(made: Made) -> set[str]:
    whose = select(Person.name).join(Booking, Booking.person_id == Person.id)
    return set(db.session.scalars(whose.where(Booking.slot_id == made.slot_id)))


def test_a_year_after_the_event_only_numbers_are_left(site: Flask) -> None:
    made = a_full_evening()
    before = counted(made)
    assert found_in_tables(NOTE) == ["booking.note"]

    assert retention.purge(made.ends_at + YEAR - DAY) == 0
    assert "工友1" in names_in(made)
    assert retention.purge(made.ends_at + YEAR + DAY) == 5
    assert retention.purge(made.ends_at + YEAR + DAY) == 0

    assert names_in(made) == {""}
    assert counted(made) == before
    assert found_in_tables(NOTE) == []
    at = made.ends_at + YEAR + DAY
    assert [str(one) for check in CHECKS.values() for one in check(at)] == []


def test_two_evenings_of_the_same_people_do_not_lead_from_one_to_the_other(site: Flask) -> None:
    first, second = an_activity(now=NOON, places=9), an_activity(now=NOON, places=9, starts_in=5 * DAY)
    people = [a_worker(name=f"工友{number}") for number in range(3)]
    for made in (first, second):
        for person in people:
            places.sign_up(slot_id=made.slot_id, person_id=person.id, party=1, nonce="n", at=NOON)

    retention.purge(second.ends_at + YEAR + DAY)

    strangers = select(func.count()).select_from(Person).where(Person.phone.startswith(retention.NOBODY))
    assert db.session.scalar(strangers) == 3, "the same few records stand for nobody everywhere"
    real = select(func.count()).where(Booking.person_id.in_([one.id for one in people]))
    assert db.session.scalar(real) == 0


def test_records_of_volunteering_stay(site: Flask) -> None:
    made = a_full_evening(Programme.VOLUNTEERING)
    assert retention.purge(made.ends_at + 2 * YEAR) == 0
    assert "工友1" in names_in(made)


def test_marks_go_after_a_year(site: Flask, 老陈: Person) -> None:
    made = an_activity(now=NOON, starts_in=timedelta(hours=1), programme=Programme.VOLUNTEERING)
    ticket = places.sign_up(slot_id=made.slot_id, person_id=老陈.id, party=1, nonce="n", at=NOON)
    assert places.cancel(ref=ticket.ref, person_id=老陈.id, at=NOON).state is State.CANCELLED_LATE

    retention.purge(NOON + YEAR - DAY)
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 1
    retention.purge(NOON + YEAR + DAY)
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 0


def test_who_waits_for_an_answer_to_an_objection_is_not_forgotten_before_it(
    site: Flask, 老陈: Person, 李姐: Person
) -> None:
    made = an_activity(now=NOON, starts_in=timedelta(hours=1))
    ticket = places.sign_up(slot_id=made.slot_id, person_id=老陈.id, party=1, nonce="n", at=NOON)
    places.cancel(ref=ticket.ref, person_id=老陈.id, at=NOON)
    mark_id = db.session.scalars(select(Mark.id)).one()
    marks.object_to(mark_id=mark_id, person_id=老陈.id, text="当天地铁停运", at=NOON + DAY)
    late = made.ends_at + YEAR + DAY

    assert retention.purge(late) == 0
    assert names_in(made) == {"老陈"}
    assert [one.objection for one in db.session.scalars(select(Mark))] == ["当天地铁停运"]

    marks.settle(mark_id=mark_id, lifted=False, because="没有停运", at=late, by_id=李姐.id)
    assert retention.purge(late) == 1
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 0


def test_why_somebody_could_not_come_to_a_rehearsal_goes_a_year_after_it(site: Flask, 小王: Person) -> None:
    made = an_activity(now=NOON, programme=Programme.TROUPE)
    occurrence_id = db.session.scalars(select(slot_occurrence.c.occurrence_id)).one()
    row = {"person_id": 小王.id, "occurrence_id": occurrence_id, "reason": "住院", "announced_at": NOON}
    with writing() as session:
        session.add(Absence(**row))

    assert own_word.purge(made.ends_at + YEAR - DAY) == 0
    assert found_in_tables("住院") == ["troupe_absence.reason"]
    assert own_word.purge(made.ends_at + YEAR + DAY) == 1
    assert found_in_tables("住院") == []


def test_a_volunteers_consent_is_proof_for_three_years_after_it_ended(site: Flask, 小王: Person) -> None:
    for purpose in Purpose:
        consents.give(person_id=小王.id, purpose=purpose, at=NOON)
    consents.withdraw(person_id=小王.id, purpose=Purpose.HONOUR, at=NOON + DAY)

    assert consents.purge(NOON + 3 * YEAR) == 0
    assert consents.purge(NOON + 3 * YEAR + 2 * DAY) == 1
    assert consents.of(小王.id) == set(Purpose) - {Purpose.HONOUR}


def test_background_work_does_it(site: Flask) -> None:
    done = [chore for _every, chore in site.extensions["yiqi.background"]._chores]
    assert {retention.purge, own_word.purge, consents.purge} <= set(done)
