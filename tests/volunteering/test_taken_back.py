"""Hours that turn out to be none: no certificate goes on saying them, and nobody learns it by chance."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.builders import a_worker
from tests.builders.serving import HOUR, an_event, books, by, counted, line_of, occurrence_of, served, signs
from tests.volunteering.test_squads import led_by
from yiqi.booking import attendance, merging, places
from yiqi.booking.models import Booking
from yiqi.certificates import issuing
from yiqi.db import db
from yiqi.hours import accounts
from yiqi.hours.models import Service
from yiqi.hours.rules.standing import State
from yiqi.notices.models import Notice
from yiqi.people import merging as people
from yiqi.people.models import Person
from yiqi.programmes.volunteering import confirming, counting, proving, squads
from yiqi.programmes.volunteering.proving import Period
from yiqi.programmes.volunteering.squads import NotTheirs

DAY = timedelta(days=1)
YEAR = Period(NOON.date().replace(month=1, day=1), NOON.date().replace(month=12, day=31))


def becomes_one(kept: Person, gone: Person, by_id: int) -> None:
    merging.merge(
        kept_id=kept.id,
        gone_id=gone.id,
        keeps=people.Keeps.KEPT,
        because="同一个人",
        at=NOON + 5 * DAY,
        by_id=by_id,
    )


def holds(number: str) -> bool:
    db.session.rollback()
    found = issuing.numbered_as(number)
    assert found is not None
    db.session.refresh(found)
    return found.revoked_at is None


def test_a_certificate_ends_with_the_signature_that_it_stands_on(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event, left=120)
    at = counted(event)
    confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at))
    number = proving.prove(person_id=小王.id, period=YEAR, at=at)
    shift = occurrence_of(event)

    attendance.undo(ref=ref, occurrence_id=shift, at=event.ends_at, by_id=李姐.id, leaving=True)
    attendance.undo(ref=ref, occurrence_id=shift, at=event.ends_at, by_id=李姐.id)
    assert counting.sweep(at + HOUR) == 1
    assert counting.sweep(at + 2 * HOUR) == 0

    assert line_of(小王).state == State.REVERSED
    assert not holds(number)
    told = db.session.scalars(select(Notice.key).where(Notice.kind == "volunteering_hours")).all()
    assert f"volunteering-hours-{line_of(小王).entry_id}" in told


def test_of_two_records_only_the_certificate_ends_whose_hours_wait_again(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    second = a_worker(name="小王")
    served(小王, NOON, organizer=李姐)
    served(second, NOON + HOUR, organizer=李姐)
    kept = proving.prove(person_id=小王.id, period=YEAR, at=NOON + 4 * DAY)
    gone = proving.prove(person_id=second.id, period=YEAR, at=NOON + 4 * DAY)

    becomes_one(小王, second, 李姐.id)

    assert (holds(kept), holds(gone)) == (True, False)


def test_certificates_of_two_records_without_a_clash_both_hold(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    second = a_worker(name="小王")
    served(小王, NOON, organizer=李姐)
    served(second, NOON + DAY, organizer=李姐)
    numbers = [proving.prove(person_id=one.id, period=YEAR, at=NOON + 4 * DAY) for one in (小王, second)]

    becomes_one(小王, second, 李姐.id)

    assert [holds(one) for one in numbers] == [True, True]


def test_hours_that_were_looked_up_before_two_records_became_one_are_the_ones_persons(
    site: Flask, monkeypatch: pytest.MonkeyPatch, 小王: Person, 李姐: Person
) -> None:
    second, event = a_worker(name="小王"), an_event(NOON)
    signs(second, event, left=120)
    at = event.ends_at + HOUR
    stale = counting._news(at)
    db.session.rollback()
    becomes_one(小王, second, 李姐.id)

    with monkeypatch.context() as late:
        late.setattr(counting, "_news", lambda _at: stale)
        counting.sweep(at)
    counting.sweep(at)

    db.session.rollback()
    assert list(db.session.scalars(select(Service.person_id))) == [小王.id]
    confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at))
    assert accounts.of(小王.id, at).minutes == 120


def test_who_gave_their_own_place_back_leads_nobody(site: Flask, 小王: Person, 小赵: Person) -> None:
    event = an_event(NOON)
    own, theirs = books(小王, event), books(小赵, event)
    squad_id = led_by(小王, event)
    assert squads.led(squad_id, 小王.id, NOON - DAY) is not None

    places.cancel(ref=own, person_id=小王.id, at=NOON - DAY)

    assert squads.led(squad_id, 小王.id, NOON) is None
    assert squads.led_by(小王.id, NOON - DAY) == []
    with pytest.raises(NotTheirs):
        squads.sign(
            squad_id=squad_id,
            ref=theirs,
            occurrence_id=occurrence_of(event),
            leader_id=小王.id,
            leaves=False,
            at=NOON,
        )
    assert db.session.scalar(select(Booking.id).where(Booking.ref == theirs)) is not None
