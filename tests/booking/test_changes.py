"""Changing what people booked: the preview names everybody concerned and why, and what was seen is what happens."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from tests.booking.invariants import broken, tally
from tests.booking.steps import HOUR, MINUTE, NOON, asks, gives_back, row, seats, slot, state, states
from tests.builders import Made, a_union, an_activity, workers
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme, Series
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.activities.rules.recurrence import Weekly
from yiqi.activities.series import PublishedSeries, publish_series
from yiqi.booking import changes, places
from yiqi.booking.asking import Ticket
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import (
    CallOffActivity,
    CallOffOccurrence,
    Change,
    EditSeries,
    Effect,
    MoveOccurrence,
    Preview,
    SetCapacity,
)
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people.models import Person

DAY = timedelta(days=1)


def occurrences(activity_id: int) -> list[Occurrence]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Occurrence)
            .where(Occurrence.activity_id == activity_id)
            .order_by(Occurrence.starts_at)
            .execution_options(populate_existing=True)
        )
    )


def later(made: Made, hours: float, **venue: str) -> MoveOccurrence:
    """The only occurrence of an activity, so many hours later."""
    (one,) = occurrences(made.activity_id)
    return MoveOccurrence(one.id, one.starts_at + hours * HOUR, one.ends_at + hours * HOUR, venue)


def rows(preview: Preview) -> list[tuple[int, Effect, str]]:
    return [(one.person_id, one.effect, one.other) for one in preview.affected]


def does(change: Change, at: datetime = NOON) -> Preview:
    """Look, and then carry out what was seen."""
    return changes.apply(change, seen=changes.preview(change, at=at).version, at=at)


def letters() -> list[tuple[int | None, str]]:
    """Who was told of a change that their booking survived, and what it did."""
    db.session.rollback()
    told = db.session.scalars(select(Notice).where(Notice.kind == "change").order_by(Notice.person_id))
    return [(one.person_id, one.facts["effect"]) for one in told]


def a_series(*, drop_in: bool, places: int = 2, weeks: int = 4) -> PublishedSeries:
    """Wednesday evenings, seven to half past eight, from the eighth of July."""
    first = date(2026, 7, 8)
    rule = Weekly(frozenset({2}), time(19, 0), 90, first, first + timedelta(weeks=weeks - 1))
    plan = Plan(
        programme=Programme.READING,
        title="职工书屋读书会",
        owner_id=a_union().id,
        meetings=(),
        pools=[Pool(places)],
        opens_at=NOON - HOUR,
        closes_at=clock.at(rule.last_on, 19),
    )
    return publish_series(plan, rule, drop_in=drop_in)


def days(activity_id: int, *, off: bool = False) -> list[str]:
    return [
        f"{clock.beijing(one.starts_at):%m-%d %H:%M}"
        for one in occurrences(activity_id)
        if (one.called_off_at is not None) == off
    ]


def test_a_preview_changes_nothing(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(小王, activity), asks(小赵, activity)]
    before, counted = occurrences(activity.activity_id)[0].starts_at, tally()

    for change in (
        later(activity, 3),
        CallOffActivity(activity.activity_id),
        SetCapacity(activity.slot_id, 2),
        CallOffOccurrence(occurrences(activity.activity_id)[0].id),
    ):
        assert changes.preview(change, at=NOON).affected

    assert states(*tickets) == ["confirmed", "waiting"]
    assert (occurrences(activity.activity_id)[0].starts_at, tally()) == (before, counted)
    assert broken(NOON) == []


def test_a_new_time_names_those_who_now_clash_with_what(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    activity = an_activity(places=2, now=NOON)
    evening = an_activity(places=5, now=NOON, starts_in=75 * HOUR)
    asks(小王, activity)
    asks(小赵, activity)
    asks(老陈, activity)
    held, waits = asks(小王, evening), asks(老陈, evening)

    seen = changes.preview(later(activity, 3), at=NOON)

    assert rows(seen) == [
        (小王.id, Effect.NOW_CLASHES, held.ref),
        (小赵.id, Effect.MOVED, ""),
        (老陈.id, Effect.NOW_CLASHES, waits.ref),
    ]
    assert [str(one.state) for one in seen.affected] == ["confirmed", "confirmed", "waiting"]
    assert (seen.live, seen.untouched) == (3, 0)


def test_a_move_keeps_every_booking_asks_each_person_once_and_remembers_the_first_time(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(小王, activity), asks(小赵, activity)]
    first = activity.starts_at

    does(later(activity, 2, venue="博大公园"))
    does(later(activity, 2), at=NOON + MINUTE)

    (one,) = occurrences(activity.activity_id)
    assert (one.planned_at, one.starts_at, one.venue) == (first, first + 4 * HOUR, "博大公园")
    assert (slot(activity).starts_at, slot(activity).ends_at) == (one.starts_at, one.ends_at)
    assert states(*tickets) == ["confirmed", "waiting"]
    assert [row(ticket).moved_at for ticket in tickets] == [NOON + MINUTE] * 2
    assert letters() == [(小王.id, "moved")] * 2 + [(小赵.id, "moved")] * 2
    assert broken(NOON) == []


def test_sign_up_that_closed_at_the_start_goes_on_closing_at_the_start(site: Flask) -> None:
    at_the_start, earlier = an_activity(now=NOON), an_activity(now=NOON, closes_in=HOUR)

    does(later(at_the_start, 2))
    does(later(earlier, 2))

    closes = [
        db.session.get_one(Activity, made.activity_id, populate_existing=True).closes_at
        for made in (at_the_start, earlier)
    ]
    assert closes == [at_the_start.starts_at + 2 * HOUR, NOON + HOUR]


def test_another_venue_alone_is_told_and_asks_nothing(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)

    happened = does(later(activity, 0, venue="博大公园", directions="从西门进"))

    assert rows(happened) == [(小王.id, Effect.OTHER_VENUE, "")]
    assert row(ticket).moved_at is None
    assert letters() == [(小王.id, "other_venue")]


def test_the_time_a_move_frees_gives_people_the_places_they_wait_for_elsewhere(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    wanted = an_activity(places=1, now=NOON)
    moved = an_activity(places=5, now=NOON)
    held, waits = asks(小赵, wanted), asks(小王, wanted)
    asks(小王, moved)
    gives_back(小赵, held)
    assert state(waits) == "waiting"

    seen = changes.preview(later(moved, 5), at=NOON)
    happened = does(later(moved, 5))

    assert rows(seen) == rows(happened)
    assert (小王.id, Effect.MOVES_UP, "") in rows(seen)
    assert state(waits) == "confirmed"
    assert broken(NOON) == []


def test_the_time_a_move_takes_is_no_longer_given_to_its_waiters(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    evening = an_activity(places=5, now=NOON, starts_in=75 * HOUR)
    held, waits = asks(小赵, activity), asks(小王, activity)
    asks(小王, evening)

    does(later(activity, 3))
    gives_back(小赵, held)

    assert (state(waits), row(waits).skipped_because) == ("waiting", "clash")


def test_who_still_comes_is_asked_no_more(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    does(later(activity, 2))

    answers = [changes.still_coming(ref=ticket.ref, person_id=小王.id, at=NOON) for _ in range(2)]

    assert [one.fresh for one in answers] == [True, False]
    assert (state(ticket), row(ticket).moved_at) == ("confirmed", None)
    with pytest.raises(Refused) as refused:
        changes.still_coming(ref=ticket.ref, person_id=小赵.id, at=NOON)
    assert refused.value.why is Refusal.NOT_YOURS


def test_who_cannot_come_at_the_new_time_goes_free_of_blame(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    does(later(activity, -71))

    answer = gives_back(小王, ticket, at=NOON + MINUTE)

    assert str(answer.state) == "cancelled"


def test_what_is_no_longer_as_it_was_seen_is_not_carried_out(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=5, now=NOON)
    asks(小王, activity)
    change = later(activity, 2)
    seen = changes.preview(change, at=NOON)
    asks(小赵, activity)
    counted = tally()

    with pytest.raises(Refused) as refused:
        changes.apply(change, seen=seen.version, at=NOON)

    assert refused.value.why is Refusal.STALE_FORM
    assert occurrences(activity.activity_id)[0].starts_at == activity.starts_at
    assert tally() == counted
    does(change)
    assert occurrences(activity.activity_id)[0].starts_at == activity.starts_at + 2 * HOUR


def test_two_organizers_who_move_the_same_evening_do_not_both_win(site: Flask) -> None:
    activity = an_activity(now=NOON)
    one, other = later(activity, 2), later(activity, 3)
    seen = [changes.preview(change, at=NOON) for change in (one, other)]

    changes.apply(one, seen=seen[0].version, at=NOON)

    with pytest.raises(Refused):
        changes.apply(other, seen=seen[1].version, at=NOON)
    with pytest.raises(Refused):
        changes.apply(one, seen=seen[0].version, at=NOON)
    assert occurrences(activity.activity_id)[0].starts_at == activity.starts_at + 2 * HOUR


def test_lower_seats_un_confirm_nobody_and_say_how_many_are_over(site: Flask) -> None:
    activity = an_activity(places=3, now=NOON)
    tickets = [asks(person, activity) for person in workers(3)]

    seen = changes.preview(SetCapacity(activity.slot_id, 1), at=NOON)
    does(SetCapacity(activity.slot_id, 1))

    assert (seen.over, seen.affected, seen.untouched) == (2, (), 3)
    assert states(*tickets) == ["confirmed"] * 3


def test_more_seats_name_those_who_would_move_up_and_only_those(site: Flask) -> None:
    activity = an_activity(places=1, now=NOON)
    people = workers(4)
    tickets = [asks(person, activity) for person in people]

    seen = changes.preview(SetCapacity(activity.slot_id, 3), at=NOON)
    assert rows(seen) == [(person.id, Effect.MOVES_UP, "") for person in people[1:3]]

    changes.apply(SetCapacity(activity.slot_id, 3), seen=seen.version, at=NOON)
    assert states(*tickets) == ["confirmed"] * 3 + ["waiting"]
    assert broken(NOON) == []


def test_calling_the_only_date_off_ends_its_bookings_and_says_who_has_nothing_else(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    made = a_series(drop_in=True)
    first, second = made.slot_ids[:2]
    tickets = [asks(小王, first), asks(小赵, first), asks(老陈, first), asks(小赵, second)]

    happened = does(CallOffOccurrence(occurrences(made.activity_id)[0].id, "场馆停电"))

    assert [(one.person_id, one.effect, one.only) for one in happened.affected] == [
        (小王.id, Effect.LOSES_PLACE, True),
        (小赵.id, Effect.LOSES_PLACE, False),
        (老陈.id, Effect.LOSES_TURN, True),
    ]
    assert states(*tickets) == ["called_off"] * 3 + ["confirmed"]
    assert slot(first).called_off_at == NOON
    assert slot(second).called_off_at is None
    assert broken(NOON) == []


def test_nobody_books_what_is_called_off_or_moves_it(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    one = occurrences(made.activity_id)[0]
    does(CallOffOccurrence(one.id))

    with pytest.raises(Refused) as booked:
        asks(小王, made.slot_ids[0])
    with pytest.raises(Refused) as moved:
        changes.preview(MoveOccurrence(one.id, NOON + HOUR, NOON + 2 * HOUR), at=NOON)

    assert {booked.value.why, moved.value.why} == {Refusal.CALLED_OFF}


def test_a_course_that_misses_one_evening_keeps_everybody_and_tells_them(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = a_series(drop_in=False, places=1)
    tickets = [asks(小王, made.slot_ids[0]), asks(小赵, made.slot_ids[0])]
    evenings = occurrences(made.activity_id)

    happened = does(CallOffOccurrence(evenings[0].id, "讲师出差", "The teacher is away"))

    assert rows(happened) == [(one.id, Effect.FEWER_DATES, "") for one in (小王, 小赵)]
    assert states(*tickets) == ["confirmed", "waiting"]
    assert [row(ticket).moved_at for ticket in tickets] == [None, None]
    assert slot(made.slot_ids[0]).starts_at == evenings[1].starts_at
    assert days(made.activity_id, off=True) == ["07-08 19:00"]
    assert letters() == [(one.id, "fewer_dates") for one in (小王, 小赵)]


def test_an_evening_that_falls_out_is_free_for_something_else(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=False)
    asks(小王, made.slot_ids[0])
    second = occurrences(made.activity_id)[1]
    other = an_activity(now=NOON, meetings=[Meeting(second.starts_at, second.ends_at)])
    with pytest.raises(Refused) as refused:
        asks(小王, other)
    assert refused.value.why is Refusal.CLASH

    does(CallOffOccurrence(second.id))

    assert str(asks(小王, other).state) == "confirmed"


def test_a_course_whose_every_evening_is_called_off_ends(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=False, weeks=2)
    ticket = asks(小王, made.slot_ids[0])

    for one in occurrences(made.activity_id):
        does(CallOffOccurrence(one.id))

    assert state(ticket) == "called_off"
    assert slot(made.slot_ids[0]).called_off_at == NOON
    assert seats(made.slot_ids[0]) == (0, 0)


@pytest.mark.parametrize("how", ["one by one", "cut short"])
def test_who_waits_for_a_course_of_which_nothing_is_left_is_let_go(
    site: Flask, 小王: Person, 小赵: Person, how: str
) -> None:
    made = a_series(drop_in=False, places=1, weeks=3)
    held, waits = asks(小王, made.slot_ids[0]), asks(小赵, made.slot_ids[0])
    first, second, third = occurrences(made.activity_id)
    at = first.starts_at + HOUR

    if how == "one by one":
        happened = does(CallOffOccurrence(second.id), at)
        assert state(waits) == "waiting"
        happened = does(CallOffOccurrence(third.id), at)
    else:
        happened = does(EditSeries(made.series_id, last_on=date(2026, 7, 8)), at)

    assert states(held, waits) == ["confirmed", "called_off"]
    assert rows(happened) == [(小王.id, Effect.FEWER_DATES, ""), (小赵.id, Effect.LOSES_TURN, "")]
    assert seats(made.slot_ids[0]) == (1, 0)
    assert slot(made.slot_ids[0]).called_off_at is None
    told = db.session.scalars(select(Notice).where(Notice.kind == "booking", Notice.person_id == 小赵.id))
    assert [one.facts["state"] for one in told] == ["called_off"]


def test_calling_the_activity_off_is_previewed_like_everything_else(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    activity = an_activity(places=1, now=NOON)
    tickets = [asks(小王, activity), asks(小赵, activity)]

    happened = does(CallOffActivity(activity.activity_id, "大风蓝色预警"))

    assert rows(happened) == [(小王.id, Effect.LOSES_PLACE, ""), (小赵.id, Effect.LOSES_TURN, "")]
    assert states(*tickets) == ["called_off"] * 2
    assert letters() == []
    assert broken(NOON) == []


def test_a_series_an_hour_later_moves_all_that_comes_but_what_was_moved_alone(
    site: Flask, 小王: Person
) -> None:
    made = a_series(drop_in=False)
    ticket = asks(小王, made.slot_ids[0])
    second = occurrences(made.activity_id)[1]
    does(MoveOccurrence(second.id, second.starts_at + DAY, second.ends_at + DAY))
    after_the_first = clock.at(date(2026, 7, 9))

    happened = does(EditSeries(made.series_id, starts=time(20, 0)), at=after_the_first)

    assert days(made.activity_id) == ["07-08 19:00", "07-16 19:00", "07-22 20:00", "07-29 20:00"]
    assert rows(happened) == [(小王.id, Effect.MOVED, "")]
    assert row(ticket).moved_at == after_the_first
    assert len(letters()) == 2
    assert db.session.get_one(Series, made.series_id, populate_existing=True).starts == time(20, 0)


def test_the_end_of_a_drop_in_series_can_be_cut(site: Flask, 小王: Person, 小赵: Person) -> None:
    made = a_series(drop_in=True)
    tickets = [asks(小王, made.slot_ids[0]), asks(小王, made.slot_ids[3]), asks(小赵, made.slot_ids[2])]

    happened = does(EditSeries(made.series_id, last_on=date(2026, 7, 15), because="场地另有安排"))

    assert [(one.person_id, one.effect, one.only) for one in happened.affected] == [
        (小赵.id, Effect.LOSES_PLACE, True),
        (小王.id, Effect.LOSES_PLACE, False),
    ]
    assert states(*tickets) == ["confirmed", "called_off", "called_off"]
    assert days(made.activity_id) == ["07-08 19:00", "07-15 19:00"]
    assert db.session.get_one(Series, made.series_id, populate_existing=True).last_on == date(2026, 7, 15)


def test_a_longer_course_asks_those_in_it_and_names_new_clashes(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = a_series(drop_in=False)
    tickets = [asks(person, made.slot_ids[0]) for person in (小王, 小赵)]
    new_evening = clock.at(date(2026, 8, 5), 19)
    other = asks(小赵, an_activity(now=NOON, meetings=[Meeting(new_evening, new_evening + HOUR)]))

    happened = does(EditSeries(made.series_id, last_on=date(2026, 8, 5)))

    assert rows(happened) == [(小王.id, Effect.MORE_DATES, ""), (小赵.id, Effect.NOW_CLASHES, other.ref)]
    assert days(made.activity_id)[-1] == "08-05 19:00"
    assert slot(made.slot_ids[0]).ends_at == new_evening + 90 * MINUTE
    assert [row(ticket).moved_at for ticket in tickets] == [NOON] * 2


def test_what_has_begun_is_not_moved_and_nothing_is_moved_into_the_past(site: Flask) -> None:
    activity = an_activity(now=NOON)
    change = later(activity, 2)
    with pytest.raises(Refused) as refused:
        changes.preview(change, at=activity.starts_at)
    assert refused.value.why is Refusal.CLOSED
    with pytest.raises(ValueError, match="after now"):
        changes.preview(later(activity, -73), at=NOON)
    with pytest.raises(ValueError, match="after it starts"):
        changes.preview(replace(change, ends_at=change.starts_at), at=NOON)
    with pytest.raises(ValueError, match="directions"):
        changes.preview(replace(change, venue={"title": "别的"}), at=NOON)


@pytest.mark.parametrize(
    "change",
    [
        MoveOccurrence(99, NOON + HOUR, NOON + 2 * HOUR),
        CallOffOccurrence(99),
        SetCapacity(99, 1),
        CallOffActivity(99),
        EditSeries(99, starts=time(18, 0)),
    ],
)
def test_what_is_not_there_cannot_be_changed(site: Flask, change: Change) -> None:
    with pytest.raises(LookupError):
        changes.preview(change, at=NOON)


def test_an_offer_does_not_outlive_an_earlier_start(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(places=1, now=NOON, starts_in=6 * HOUR)
    held, waits = asks(小赵, activity), asks(小王, activity)
    gives_back(小赵, held)
    assert state(waits) == "offered"

    does(later(activity, -5))

    assert row(waits).offer_until == NOON + HOUR
    assert slot(activity).due_at == NOON + HOUR
    assert seats(activity) == (1, 0)


def affects_exactly(change: Change, tickets: Sequence[Ticket]) -> None:
    """Each booking whose row or dates a change touches stands in its preview, and no other."""
    before = {ticket.ref: _facts(ticket) for ticket in tickets}
    seen = changes.preview(change, at=NOON)
    assert {ticket.ref: _facts(ticket) for ticket in tickets} == before
    changes.apply(change, seen=seen.version, at=NOON)
    touched = {ticket.ref for ticket in tickets if _facts(ticket) != before[ticket.ref]}
    assert touched == {one.ref for one in seen.affected}


def _facts(ticket: Ticket) -> tuple[str, list[tuple[datetime, datetime, str]]]:
    booking = row(ticket)
    dates = [
        (one.starts_at, one.ends_at, one.venue)
        for one in slot(booking.slot_id).occurrences
        if one.called_off_at is None
    ]
    return str(booking.state), dates if str(booking.state) != "called_off" else []


@pytest.mark.parametrize("which", ["moves", "falls out", "ends", "grows", "shifts", "is cut"])
@pytest.mark.parametrize("drop_in", [True, False])
def test_the_preview_holds_exactly_those_whom_the_change_touches(
    site: Flask, which: str, drop_in: bool
) -> None:
    made = a_series(drop_in=drop_in, places=2)
    elsewhere = an_activity(places=1, now=NOON)
    tickets = [asks(person, slot_id) for person in workers(4) for slot_id in made.slot_ids]
    tickets += [asks(person, elsewhere) for person in workers(2)]
    one = occurrences(made.activity_id)[1]
    kinds: dict[str, Change] = {
        "moves": MoveOccurrence(one.id, one.starts_at + HOUR, one.ends_at + HOUR),
        "falls out": CallOffOccurrence(one.id),
        "ends": CallOffActivity(made.activity_id),
        "grows": SetCapacity(made.slot_ids[0], 3),
        "shifts": EditSeries(made.series_id, starts=time(18, 0)),
        "is cut": EditSeries(made.series_id, last_on=date(2026, 7, 15)),
    }

    affects_exactly(kinds[which], tickets)


def test_a_booking_touched_behind_the_preview_is_noticed(site: Flask, 小王: Person) -> None:
    """The control of the test above."""
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    before = _facts(ticket)
    with writing() as session:
        session.get_one(Occurrence, occurrences(activity.activity_id)[0].id).venue = "别处"

    assert _facts(ticket) != before


def test_the_verbs_of_places_and_of_changes_agree_on_calling_off(site: Flask) -> None:
    one, other = an_activity(places=1, now=NOON), an_activity(places=1, now=NOON, starts_in=96 * HOUR)
    people = workers(2)
    tickets = [asks(person, made) for made in (one, other) for person in people]

    does(CallOffActivity(one.activity_id))
    places.call_off(activity_id=other.activity_id, at=NOON)

    assert states(*tickets) == ["called_off"] * 4
    assert (seats(one), seats(other)) == ((0, 0), (0, 0))
