"""The ledger: rows are added and never changed, hours count once, and nobody confirms their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.booking.steps import NOON
from tests.builders import a_worker
from tests.builders.serving import HOUR, MINUTE, an_event, by, counted, line_of, served, signs
from yiqi.booking import attendance
from yiqi.db import db, writing
from yiqi.hours import accounts, ledger
from yiqi.hours.models import Entry
from yiqi.hours.rules.standing import Deed, Refused, State, Why
from yiqi.people.models import Person
from yiqi.programmes.volunteering import confirming, counting, disputing

DAY = timedelta(days=1)


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def confirms(organizer: Person, person: Person, at: object, **limits: int) -> object:
    line = line_of(person)
    return confirming.confirm(
        activity_id=line.activity_id,
        service_id=line.service_id,
        seen=line.entry_id,
        by=by(organizer, at, **limits),  # type: ignore[arg-type]
    )


def test_what_was_signed_waits_for_an_organizer_and_then_counts(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    signs(小王, event, came=-10, left=118)
    at = counted(event)
    assert (line_of(小王).state, line_of(小王).proposed, accounts.of(小王.id, at).minutes) == (
        "pending",
        118,
        0,
    )

    confirms(李姐, 小王, at)

    assert (line_of(小王).state, accounts.of(小王.id, at).minutes) == ("credited", 118)


def test_counting_twice_writes_once_and_nothing_is_counted_before_the_end(site: Flask, 小王: Person) -> None:
    event = an_event(NOON)
    signs(小王, event, left=60)

    assert counting.sweep(event.ends_at) == 0
    assert counting.sweep(event.ends_at + 15 * MINUTE) == 1
    assert counting.sweep(event.ends_at + 16 * MINUTE) == 0
    assert rows() == 1


def test_who_forgot_to_sign_out_is_pending_until_somebody_says_when_they_left(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    signs(小王, event)
    at = counted(event)
    assert (line_of(小王).proposed, line_of(小王).ends_at) == (None, None)
    assert confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at)).left_out == {
        Why.NOT_LEFT: 1
    }
    with pytest.raises(Refused, match="not_left"):
        confirms(李姐, 小王, at)

    line = line_of(小王)
    confirming.settle(
        activity_id=event.activity_id,
        service_id=line.service_id,
        seen=line.entry_id,
        in_at=NOON,
        out_at=NOON + 90 * MINUTE,
        by=by(李姐, at),
    )

    assert accounts.of(小王.id, at).minutes == 90


def test_a_sign_out_that_comes_later_is_counted_anew_and_an_undone_one_taken_back(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = an_event(NOON)
    ref = signs(小王, event)
    at = counted(event)
    occurrence_id = line_of(小王).occurrence_id

    attendance.check_out(ref=ref, occurrence_id=occurrence_id, at=event.ends_at + 40 * MINUTE, by_id=李姐.id)
    counting.sweep(at + HOUR)
    assert line_of(小王).proposed == 135
    confirms(李姐, 小王, at + HOUR)
    attendance.undo(ref=ref, occurrence_id=occurrence_id, at=at + 2 * HOUR, by_id=李姐.id, leaving=True)
    attendance.undo(ref=ref, occurrence_id=occurrence_id, at=at + 2 * HOUR, by_id=李姐.id)
    counting.sweep(at + 3 * HOUR)

    assert (line_of(小王).state, accounts.of(小王.id, at).minutes) == ("reversed", 0)
    assert [row.deed for row in accounts.history(line_of(小王).service_id)] == [
        Deed.COUNTED,
        Deed.COUNTED,
        Deed.CONFIRMED,
        Deed.REVERSED,
    ]


def test_nobody_confirms_changes_or_answers_their_own_hours(site: Flask, 李姐: Person, 小王: Person) -> None:
    event = an_event(NOON)
    signs(李姐, event, left=120)
    signs(小王, event, left=120)
    at = counted(event)
    line = line_of(李姐)
    one = {"activity_id": event.activity_id, "service_id": line.service_id, "seen": line.entry_id}

    deeds: list[Callable[[], object]] = [
        lambda: confirming.confirm(**one, by=by(李姐, at)),
        lambda: confirming.adjust(**one, minutes=135, by=by(李姐, at)),
        lambda: confirming.reverse(**one, by=by(李姐, at)),
        lambda: confirming.answer(**one, by=by(李姐, at)),
        lambda: confirming.settle(**one, in_at=NOON, out_at=NOON + HOUR, by=by(李姐, at)),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="own"):
            deed()
    all_of_it = confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at))

    assert (all_of_it.credited, all_of_it.left_out) == (1, {Why.OWN: 1})
    assert (line_of(李姐).state, line_of(小王).state) == ("pending", "credited")


def test_without_that_rule_they_would(site: Flask, 李姐: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_not_own", lambda _line, _by: None)
    event = an_event(NOON)
    signs(李姐, event, left=120)
    at = counted(event)

    assert confirming.confirm_all(activity_id=event.activity_id, by=by(李姐, at)).credited == 1
    assert accounts.of(李姐.id, at).minutes == 120


def test_long_hours_take_two_people(site: Flask, 小王: Person, 李姐: Person, 老陈: Person) -> None:
    event = an_event(NOON, hours=9)
    signs(小王, event, left=540)
    at = counted(event)

    confirms(李姐, 小王, at)
    assert (line_of(小王).state, line_of(小王).deed, line_of(小王).minutes) == ("pending", "proposed", 0)
    with pytest.raises(Refused, match="second"):
        confirms(李姐, 小王, at)
    confirms(老陈, 小王, at)

    assert (line_of(小王).state, accounts.of(小王.id, at).minutes) == ("credited", 540)


def test_two_services_at_one_time_count_once(site: Flask, 小王: Person, 李姐: Person) -> None:
    first = served(小王, NOON, organizer=李姐)
    line = line_of(小王)
    second = an_event(NOON + 3 * HOUR, title="夜归人热汤站")
    signs(小王, second, left=120)
    at = counted(second)
    other = line_of(小王, second)
    with writing() as session:
        session.execute(
            text("UPDATE occurrence SET starts_at = :at WHERE id = :id"),
            {"at": first.starts_at + HOUR, "id": other.occurrence_id},
        )

    with pytest.raises(Refused, match="overlaps"):
        confirming.settle(
            activity_id=second.activity_id,
            service_id=other.service_id,
            seen=other.entry_id,
            in_at=first.starts_at + HOUR,
            out_at=first.starts_at + 3 * HOUR,
            by=by(李姐, at),
        )
    confirming.reverse(
        activity_id=first.activity_id, service_id=line.service_id, seen=line.entry_id, by=by(李姐, at)
    )
    confirming.settle(
        activity_id=second.activity_id,
        service_id=other.service_id,
        seen=other.entry_id,
        in_at=first.starts_at + HOUR,
        out_at=first.starts_at + 3 * HOUR,
        by=by(李姐, at),
    )
    assert accounts.of(小王.id, at).minutes == 120


def test_an_adjustment_is_a_new_row_with_its_reason_and_no_more_than_the_shift_allows(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    event = served(小王, NOON, organizer=李姐)
    was = line_of(小王)
    one = {"activity_id": event.activity_id, "service_id": was.service_id, "seen": was.entry_id}

    with pytest.raises(Refused, match="too_much"):
        confirming.adjust(**one, minutes=136, by=by(李姐, NOON + DAY))
    confirming.adjust(**one, minutes=135, by=by(李姐, NOON + DAY, "收摊多留了一刻钟"))
    with pytest.raises(Refused, match="stale"):
        confirming.adjust(**one, minutes=100, by=by(李姐, NOON + DAY))

    now = line_of(小王)
    assert (now.replaces_id, now.minutes, now.because, now.by_id) == (
        was.entry_id,
        135,
        "收摊多留了一刻钟",
        李姐.id,
    )
    assert accounts.of(小王.id, NOON + DAY).minutes == 135


def test_a_dispute_keeps_the_hours_until_it_is_answered(
    site: Flask, 小王: Person, 小赵: Person, 李姐: Person
) -> None:
    event = served(小王, NOON, organizer=李姐)
    line = line_of(小王)
    mine = {"service_id": line.service_id, "seen": line.entry_id, "words": "我八点就到了"}

    with pytest.raises(LookupError):
        disputing.dispute(**mine, person_id=小赵.id, at=NOON + DAY)
    disputing.dispute(**mine, person_id=小王.id, at=NOON + DAY)
    again = disputing.dispute(**mine, person_id=小王.id, at=NOON + DAY)
    assert (again.state, line_of(小王).minutes, accounts.of(小王.id, NOON + DAY).minutes) == (
        "disputed",
        120,
        120,
    )

    now = line_of(小王)
    one = {"activity_id": event.activity_id, "service_id": now.service_id, "seen": now.entry_id}
    confirming.answer(**one, by=by(李姐, NOON + 2 * DAY, "签到表上是九点"))
    assert (line_of(小王).state, line_of(小王).deed) == (State.CREDITED, Deed.ANSWERED)
    with pytest.raises(Refused, match="too_late"):
        disputing.dispute(
            service_id=now.service_id,
            seen=line_of(小王).entry_id,
            person_id=小王.id,
            words="再看看",
            at=NOON + 3 * DAY,
        )


def test_after_thirty_days_it_is_too_late(site: Flask, 小王: Person, 李姐: Person) -> None:
    served(小王, NOON, organizer=李姐)
    line = line_of(小王)
    with pytest.raises(Refused, match="too_late"):
        disputing.dispute(
            service_id=line.service_id,
            seen=line.entry_id,
            person_id=小王.id,
            words="少了",
            at=line.at + 30 * DAY,
        )


@pytest.mark.parametrize("statement", ["UPDATE hours_entry SET minutes = 9999", "DELETE FROM hours_entry"])
def test_the_database_lets_nobody_change_a_row(
    site: Flask, 小王: Person, 李姐: Person, statement: str
) -> None:
    served(小王, NOON, organizer=李姐)
    with pytest.raises(IntegrityError), writing() as session:
        session.execute(text(statement))
    assert accounts.of(小王.id, NOON + DAY).minutes == 120


def test_stars_are_reached_by_the_word_that_makes_them_and_lost_by_a_correction(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    helper = a_worker(name="小赵")
    for day in range(13):
        served(小王, NOON + day * DAY, hours=8, organizer=李姐)
        served(helper, NOON + day * DAY, hours=2, organizer=李姐)
    at = NOON + 14 * DAY

    (reached,) = accounts.reached(at - 30 * DAY, at, at.date())
    assert (reached.person_id, reached.stars) == (小王.id, 1)
    assert accounts.totals([小王.id, helper.id]) == {小王.id: 13 * 480, helper.id: 13 * 120}
    db.session.rollback()
    line = db.session.execute(ledger.heads().where(Entry.minutes == 480)).first()
    assert line is not None
    confirming.adjust(
        activity_id=line.activity_id,
        service_id=line.service_id,
        seen=line.entry_id,
        minutes=200,
        by=by(李姐, at),
    )
    assert accounts.reached(at - 30 * DAY, at + HOUR, at.date()) == []
