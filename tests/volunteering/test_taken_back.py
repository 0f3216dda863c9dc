"""Hours that turn out to be none: no certificate goes on saying them, and nobody learns it by chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.builders import Made, a_worker
from tests.builders.serving import HOUR, an_event, books, by, counted, line_of, occurrence_of, served, signs
from tests.volunteering.test_squads import led_by
from yiqi.booking import attendance, merging, places
from yiqi.booking.models import Booking
from yiqi.certificates import issuing
from yiqi.db import db
from yiqi.hours import accounts
from yiqi.hours.models import Service
from yiqi.hours.rules.standing import State
from yiqi.i18n import in_language
from yiqi.notices.models import Notice
from yiqi.people import merging as people
from yiqi.people.models import Person
from yiqi.programmes.volunteering import confirming, counting, disputing, proving, squads
from yiqi.programmes.volunteering.letters import hours_letter
from yiqi.programmes.volunteering.proving import Period
from yiqi.programmes.volunteering.squads import NotTheirs
from yiqi.programmes.volunteering.words import because

DAY = timedelta(days=1)
YEAR = Period(NOON.date().replace(month=1, day=1), NOON.date().replace(month=12, day=31))


@dataclass(frozen=True)
class Proven:
    """An hour that was signed, counted and confirmed: its event and ticket, when that was, and a certificate's number."""

    event: Made
    ref: str
    at: datetime
    number: str

    @property
    def entry(self) -> Mapping[str, Any]:
        """Whose attendance where, as the verbs of a door are told."""
        return {"ref": self.ref, "occurrence_id": occurrence_of(self.event)}


@pytest.fixture
def proven(site: Flask, 小王: Person, 李姐: Person) -> Proven:
    """小王 came to a shift and left after an hour; 李姐 has confirmed it."""
    event = an_event(NOON)
    ref = signs(小王, event, left=60)
    at = counted(event)
    confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at))
    return Proven(event, ref, at, proving.prove(person_id=小王.id, period=YEAR, at=at))


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
    site: Flask, proven: Proven, 小王: Person, 李姐: Person
) -> None:
    ended = proven.event.ends_at
    attendance.undo(**proven.entry, at=ended, by_id=李姐.id, leaving=True)
    attendance.undo(**proven.entry, at=ended, by_id=李姐.id)
    assert counting.sweep(proven.at + HOUR) == 1
    assert counting.sweep(proven.at + 2 * HOUR) == 0

    assert line_of(小王).state == State.REVERSED
    assert not holds(proven.number)
    told = db.session.scalars(select(Notice.key).where(Notice.kind == "volunteering_hours")).all()
    assert f"volunteering-hours-{line_of(小王).entry_id}" in told


def test_a_dispute_of_hours_that_went_with_their_signature_is_there_until_an_organizer_answers(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event)
    at = counted(event)
    attendance.undo(ref=ref, occurrence_id=occurrence_of(event), at=at, by_id=李姐.id)
    assert counting.sweep(at) == 1
    line = line_of(小王)
    mine = {"service_id": line.service_id, "seen": line.entry_id}
    disputing.dispute(**mine, person_id=小王.id, words="我一直都在", at=at + HOUR)

    assert counting.sweep(at + HOUR) == 0

    line = line_of(小王)
    assert (line.state, line.because) == (State.DISPUTED, "我一直都在")
    seen = {"service_id": line.service_id, "seen": line.entry_id, "activity_id": event.activity_id}
    confirming.answer(by=by(李姐, at + 2 * HOUR, "签到表上没有"), **seen)
    assert (counting.sweep(at + 2 * HOUR), line_of(小王).state) == (0, State.REVERSED)


def test_hours_confirmed_as_they_were_signed_wait_again_when_their_check_out_is_taken_back(
    site: Flask, proven: Proven, 小王: Person, 李姐: Person
) -> None:
    at = proven.at

    attendance.undo(**proven.entry, at=at, by_id=李姐.id, leaving=True)
    assert [counting.sweep(at + HOUR), counting.sweep(at + HOUR)] == [1, 0]

    line = line_of(小王)
    assert (line.state, line.minutes, line.proposed, line.ends_at) == (State.PENDING, 0, None, None)
    assert (accounts.of(小王.id, at + HOUR).minutes, holds(proven.number)) == (0, False)
    key = f"volunteering-hours-{line.entry_id}"
    notice = db.session.scalars(select(Notice).where(Notice.key == key)).one()
    letter = hours_letter(notice)
    assert letter is not None
    assert "签退撤回了，这次的志愿时长先不算" in letter.text
    assert line.because == "签退撤回了"
    seen = {"service_id": line.service_id, "seen": line.entry_id, "activity_id": proven.event.activity_id}
    until = NOON + 2 * HOUR
    confirming.settle(in_at=NOON, out_at=until, by=by(李姐, at + 2 * HOUR), **seen)
    assert counting.sweep(at + 3 * HOUR) == 0
    assert accounts.of(小王.id, at + 3 * HOUR).minutes == 120
    assert hours_letter(notice) is None


def test_a_check_out_that_is_put_right_at_once_is_counted_and_confirmed_anew(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event, left=60)
    at = counted(event)
    confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at, second_above=30))
    confirming.confirm_all(activity_id=event.activity_id, by=by(a_worker(name="周姐"), at, second_above=30))
    assert line_of(小王).minutes == 60
    shift = occurrence_of(event)

    attendance.undo(ref=ref, occurrence_id=shift, at=at, by_id=李姐.id, leaving=True)
    attendance.check_out(ref=ref, occurrence_id=shift, at=at, by_id=李姐.id)
    assert [counting.sweep(at), counting.sweep(at)] == [1, 0]

    line = line_of(小王)
    assert (line.state, line.minutes, line.proposed) == (State.PENDING, 0, 135)
    notice = db.session.scalars(
        select(Notice).where(Notice.key == f"volunteering-hours-{line.entry_id}")
    ).one()
    letter = hours_letter(notice)
    assert letter is not None
    assert "签退时间改了，这次的志愿时长先不算" in letter.text
    assert line.because == "签退时间改了"
    with site.test_request_context(), in_language("en"):
        assert because(line.because) == "The check-out time was changed"
    confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at))
    assert (counting.sweep(at + HOUR), line_of(小王).minutes) == (0, 135)


@pytest.mark.parametrize("how", ["settled", "adjusted", "reversed"])
def test_what_an_organizer_said_of_their_own_does_not_go_with_a_check_out(
    site: Flask, 小王: Person, 李姐: Person, how: str
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event, left=None if how == "settled" else 60)
    at = counted(event)
    word = by(李姐, at)
    if how == "settled":
        line = line_of(小王)
        seen = {"service_id": line.service_id, "seen": line.entry_id, "activity_id": event.activity_id}
        confirming.settle(in_at=NOON, out_at=NOON + HOUR, by=word, **seen)
        attendance.check_out(ref=ref, occurrence_id=occurrence_of(event), at=at, by_id=李姐.id)
        assert counting.sweep(at) == 0
    else:
        confirming.confirm_all(activity_id=event.activity_id, by=word)
        line = line_of(小王)
        seen = {"service_id": line.service_id, "seen": line.entry_id, "activity_id": event.activity_id}
        if how == "adjusted":
            confirming.adjust(minutes=90, by=word, **seen)
        else:
            confirming.reverse(by=word, **seen)
    said = line_of(小王)

    attendance.undo(ref=ref, occurrence_id=occurrence_of(event), at=at, by_id=李姐.id, leaving=True)

    assert counting.sweep(at + HOUR) == 0
    assert line_of(小王) == said


def is_spoken_to_again(how: str, event: Made, volunteer: Person, organizer: Person, at: datetime) -> None:
    """The volunteer says that their hours are wrong, or the organizer says ninety minutes and a second one has to."""
    line = line_of(volunteer)
    seen = {"service_id": line.service_id, "seen": line.entry_id}
    if "disputed" in how:
        disputing.dispute(**seen, person_id=volunteer.id, words="我多留了一会儿", at=at)
        seen["seen"] = line_of(volunteer).entry_id
    if "proposed" in how:
        word = by(organizer, at, second_above=30)
        confirming.adjust(activity_id=event.activity_id, minutes=90, by=word, **seen)
    said = line_of(volunteer)
    assert (said.deed, said.minutes) == (how.split()[-1], 60)


@pytest.mark.parametrize("how", ["disputed", "proposed", "disputed proposed"])
def test_neither_a_dispute_nor_other_minutes_proposed_keep_hours_whose_check_out_is_taken_back(
    site: Flask, proven: Proven, 小王: Person, 李姐: Person, how: str
) -> None:
    at = proven.at
    is_spoken_to_again(how, proven.event, 小王, 李姐, at)
    assert (counting.sweep(at), accounts.of(小王.id, at).minutes) == (0, 60)

    attendance.undo(**proven.entry, at=at, by_id=李姐.id, leaving=True)

    assert [counting.sweep(at + HOUR), counting.sweep(at + HOUR)] == [1, 0]
    line = line_of(小王)
    assert (line.state, line.minutes, line.proposed) == (State.PENDING, 0, None)
    assert (accounts.of(小王.id, at + HOUR).minutes, holds(proven.number)) == (0, False)


@pytest.mark.parametrize("how", ["disputed", "proposed", "disputed proposed"])
def test_a_dispute_and_a_proposal_leave_what_an_organizer_said_of_their_own(
    site: Flask, 小王: Person, 李姐: Person, how: str
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event)
    at = counted(event)
    line = line_of(小王)
    seen = {"service_id": line.service_id, "seen": line.entry_id, "activity_id": event.activity_id}
    confirming.settle(in_at=NOON, out_at=NOON + HOUR, by=by(李姐, at), **seen)
    is_spoken_to_again(how, event, 小王, 李姐, at)
    said = line_of(小王)

    shift = occurrence_of(event)
    attendance.check_out(ref=ref, occurrence_id=shift, at=at, by_id=李姐.id)
    assert counting.sweep(at) == 0
    attendance.undo(ref=ref, occurrence_id=shift, at=at, by_id=李姐.id, leaving=True)

    assert (counting.sweep(at + HOUR), line_of(小王)) == (0, said)


def test_a_check_out_long_after_the_end_is_no_news_once_it_is_confirmed_and_its_undoing_is(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event, left=160)
    at = event.ends_at + HOUR
    counting.sweep(at)
    confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at))
    assert (counting.sweep(at), accounts.of(小王.id, at).minutes) == (0, 135)

    shift = occurrence_of(event)
    attendance.undo(ref=ref, occurrence_id=shift, at=at, by_id=李姐.id, leaving=True)

    assert (counting.sweep(at), accounts.of(小王.id, at).minutes) == (1, 0)


def a_sweep_looks_while_a_check_out_is_away(
    monkeypatch: pytest.MonkeyPatch, proven: Proven, organizer: Person
) -> None:
    """The check-out is undone when the sweep looks, and there again, at the same minute, when it writes."""
    at = proven.at
    attendance.undo(**proven.entry, at=at, by_id=organizer.id, leaving=True)
    stale = counting._news(at)
    assert len(stale) == 1
    db.session.rollback()
    attendance.check_out(**proven.entry, at=NOON + HOUR, by_id=organizer.id)
    with monkeypatch.context() as late:
        late.setattr(counting, "_news", lambda _at: stale)
        counting.sweep(at)


def test_a_check_out_that_is_there_again_when_the_sweep_writes_keeps_hours_and_certificate(
    site: Flask, monkeypatch: pytest.MonkeyPatch, proven: Proven, 小王: Person, 李姐: Person
) -> None:
    a_sweep_looks_while_a_check_out_is_away(monkeypatch, proven, 李姐)

    assert (line_of(小王).state, accounts.of(小王.id, proven.at).minutes) == (State.CREDITED, 60)
    assert holds(proven.number)
    assert counting.sweep(proven.at + HOUR) == 0


def test_without_looking_at_the_signatures_again_they_would_wait_and_the_certificate_end(
    site: Flask, monkeypatch: pytest.MonkeyPatch, proven: Proven, 小王: Person, 李姐: Person
) -> None:
    monkeypatch.setattr(counting, "_as_signed", lambda one, _signatures: one)

    a_sweep_looks_while_a_check_out_is_away(monkeypatch, proven, 李姐)

    assert (line_of(小王).state, accounts.of(小王.id, proven.at).minutes) == (State.PENDING, 0)
    assert not holds(proven.number)


def test_whose_check_in_is_away_when_the_sweep_writes_has_nothing_counted(
    site: Flask, monkeypatch: pytest.MonkeyPatch, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event)
    at = event.ends_at + HOUR
    stale = counting._news(at)
    db.session.rollback()
    attendance.undo(ref=ref, occurrence_id=occurrence_of(event), at=at, by_id=李姐.id)

    with monkeypatch.context() as late:
        late.setattr(counting, "_news", lambda _at: stale)
        assert counting.sweep(at) == 0


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
