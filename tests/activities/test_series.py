"""A rule becomes a series: a course with one slot over all evenings, or dates that are signed up for one by one."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from tests.builders import a_union
from yiqi import clock
from yiqi.activities import series
from yiqi.activities.models import Activity, Occurrence, Programme, Quota, Series, Slot, quota_slot
from yiqi.activities.planning import Meeting, Plan, Pool, Share, Venue
from yiqi.activities.rules.recurrence import Weekly
from yiqi.activities.series import PublishedSeries, extend, publish_series
from yiqi.db import db

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
THURSDAYS = Weekly(frozenset({3}), time(19, 0), 90, date(2026, 9, 17), date(2026, 10, 15))
"""Five Thursdays, one of them the National Day."""
HALL = Venue("市民服务中心 3 层", "Service centre, 3rd floor", "从北门进")


def a_plan(*pools: Pool, quotas: tuple[Share, ...] = ()) -> Plan:
    return Plan(
        programme=Programme.TROUPE,
        title="合唱排练",
        owner_id=a_union().id,
        meetings=(),
        pools=pools or (Pool(20),),
        opens_at=NOON,
        closes_at=clock.at(date(2026, 10, 15), 19),
        quotas=quotas,
    )


def slots(made: PublishedSeries) -> list[Slot]:
    db.session.rollback()
    rows = select(Slot).where(Slot.activity_id == made.activity_id).order_by(Slot.position)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def dates(slot: Slot) -> list[str]:
    return [f"{clock.beijing(one.starts_at):%m-%d %H:%M}" for one in slot.occurrences]


def test_a_course_is_one_slot_over_all_evenings_but_the_holiday(site: Flask) -> None:
    made = publish_series(a_plan(), THURSDAYS, drop_in=False, venue=HALL)

    (slot,) = slots(made)
    assert dates(slot) == ["09-17 19:00", "09-24 19:00", "10-08 19:00", "10-15 19:00"]
    assert (slot.starts_at, slot.ends_at) == (
        slot.occurrences[0].starts_at,
        slot.occurrences[-1].ends_at,
    )
    assert {one.venue for one in slot.occurrences} == {"市民服务中心 3 层"}
    assert {one.series_id for one in slot.occurrences} == {made.series_id}
    assert [(one.day, one.holiday) for one in made.times.left_out] == [(date(2026, 10, 1), "国庆节")]


def test_a_drop_in_series_has_slots_of_its_own_for_each_date(site: Flask) -> None:
    made = publish_series(a_plan(Pool(20, "高音"), Pool(12, "低音")), THURSDAYS, drop_in=True)

    found = slots(made)

    assert [(one.label, dates(one)) for one in found[:3]] == [
        ("高音", ["09-17 19:00"]),
        ("低音", ["09-17 19:00"]),
        ("高音", ["09-24 19:00"]),
    ]
    assert [one.capacity for one in found] == [20, 12] * 4
    assert all(one.starts_at == one.occurrences[0].starts_at for one in found)


def test_quotas_are_kept_for_each_date_and_released_as_long_before_it(site: Flask) -> None:
    release = clock.at(date(2026, 9, 16), 12)
    made = publish_series(
        a_plan(quotas=(Share("奔驰", least=3, releases_at=release),)), THURSDAYS, drop_in=True
    )

    kept = db.session.execute(
        select(quota_slot.c.slot_id, Quota.least, Quota.releases_at)
        .join(Quota, Quota.id == quota_slot.c.quota_id)
        .order_by(Quota.id)
    ).all()

    assert [one.slot_id for one in kept] == list(made.slot_ids)
    assert [clock.beijing(one.releases_at).date() for one in kept] == [
        date(2026, 9, 16),
        date(2026, 9, 23),
        date(2026, 10, 7),
        date(2026, 10, 14),
    ]


def test_the_rule_is_kept_and_says_again_what_it_leaves_out(site: Flask) -> None:
    made = publish_series(a_plan(), replace(THURSDAYS, weekdays=frozenset({3, 5})), drop_in=False)

    row = db.session.get_one(Series, made.series_id)

    assert (row.weekdays, row.starts, row.minutes) == ("35", time(19, 0), 90)
    assert series.comes_to(row) == made.times


def test_a_longer_drop_in_series_gets_dates_like_the_last_one_and_sign_up_goes_on(site: Flask) -> None:
    made = publish_series(
        a_plan(Pool(20, waitlist_limit=5), quotas=(Share("奔驰", most=3),)), THURSDAYS, drop_in=True
    )

    for _ in range(2):
        extend(made.series_id, date(2026, 10, 29))

    found = slots(made)
    assert [dates(one) for one in found[4:]] == [["10-22 19:00"], ["10-29 19:00"]]
    assert [(one.capacity, one.waitlist_limit, one.held) for one in found[4:]] == [(20, 5, 0)] * 2
    activity = db.session.get_one(Activity, made.activity_id)
    assert activity.closes_at == found[-1].starts_at
    limits = db.session.execute(
        select(quota_slot.c.slot_id, Quota.most, Quota.used).join(Quota, Quota.id == quota_slot.c.quota_id)
    ).all()
    assert sorted(limits) == [(one.id, 3, 0) for one in sorted(found, key=lambda one: one.id)]


def test_a_longer_series_that_skips_its_only_new_day_says_so(site: Flask) -> None:
    made = publish_series(a_plan(), replace(THURSDAYS, last_on=date(2026, 9, 24)), drop_in=True)

    added = extend(made.series_id, date(2026, 10, 1))

    assert (added.meets, [one.holiday for one in added.left_out]) == ((), ["国庆节"])
    assert len(slots(made)) == 2


def test_an_earlier_last_day_adds_nothing(site: Flask) -> None:
    made = publish_series(a_plan(), THURSDAYS, drop_in=True)

    extend(made.series_id, date(2026, 9, 24))

    assert len(slots(made)) == 4
    assert db.session.get_one(Series, made.series_id).last_on == date(2026, 10, 15)


def test_a_course_is_not_lengthened_behind_the_backs_of_those_in_it(site: Flask) -> None:
    made = publish_series(a_plan(), THURSDAYS, drop_in=False)

    with pytest.raises(ValueError, match="preview"):
        extend(made.series_id, date(2026, 10, 29))

    assert len(db.session.scalars(select(Occurrence)).all()) == 4


def test_a_series_longer_than_two_years_is_refused(site: Flask) -> None:
    made = publish_series(a_plan(), THURSDAYS, drop_in=True)

    with pytest.raises(ValueError, match="two years"):
        extend(made.series_id, THURSDAYS.first_on + timedelta(days=731))


def test_there_is_no_series_without_a_rule_that_meets(site: Flask) -> None:
    only_the_holiday = replace(THURSDAYS, first_on=date(2026, 10, 1), last_on=date(2026, 10, 1))

    with pytest.raises(ValueError, match="needs a meeting"):
        publish_series(a_plan(), only_the_holiday, drop_in=True)
    with pytest.raises(ValueError, match="rule makes"):
        publish_series(
            replace(a_plan(), meetings=(Meeting(NOON, NOON + timedelta(hours=1)),)), THURSDAYS, drop_in=True
        )
    with pytest.raises(LookupError):
        extend(99, date(2026, 12, 31))
