"""What people read when an organizer changed something they keep: the new facts, as they are when it is sent."""

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, true

from tests.booking.steps import HOUR, NOON, asks, gives_back
from tests.booking.test_changes import a_series, does, later, occurrences
from tests.browsing import at_time
from tests.builders import Made, a_worker, an_activity
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import enrolling
from yiqi.booking.rules.changes import (
    CallOffActivity,
    CallOffOccurrence,
    CallOffSlot,
    EditSeries,
    MoveOccurrence,
)
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages import composing
from yiqi.people.models import Person


@pytest.fixture(autouse=True)
def _in_a_request(site: Flask) -> object:
    with at_time(NOON), site.test_request_context("/"):
        yield


def read(kind: str = "change", person: Person | None = None) -> list[str | None]:
    """The letters of changes, or of one's bookings, oldest first; None for one that is not sent."""
    db.session.rollback()
    wanted = (Notice.kind == kind, Notice.person_id == person.id if person else true())
    told = db.session.scalars(select(Notice).where(*wanted).order_by(Notice.id)).all()
    return [letter.text if (letter := composing.letter(notice)) else None for notice in told]


def test_a_new_time_and_a_question(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)

    does(later(activity, 2))

    assert read() == [
        "【亦庄工会】时间改了：职工书屋读书会，从 7月4日 12:00 改到 14:00。能来吗？到亦起回答。"
    ]


def test_who_waits_is_not_asked_whether_they_come(site: Flask, 小王: Person, 小赵: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)
    asks(小赵, activity)

    does(later(activity, 2))

    assert read()[1] == "【亦庄工会】时间改了：职工书屋读书会，从 7月4日 12:00 改到 14:00，候补照排。"


def test_moved_twice_before_it_is_sent_both_say_the_last_time(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)

    does(later(activity, 2))
    does(later(activity, 3))

    assert [text and text.partition("，")[2] for text in read()] == [
        "从 7月4日 12:00 改到 17:00。能来吗？到亦起回答。",
        "从 7月4日 14:00 改到 17:00。能来吗？到亦起回答。",
    ]


def test_who_has_given_up_meanwhile_is_left_alone(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    ticket = asks(小王, activity)
    does(later(activity, 2))

    gives_back(小王, ticket)

    assert read() == [None]


def test_a_clash_names_the_other_as_long_as_it_is_held(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)
    other = asks(小王, an_activity(now=NOON, starts_in=75 * HOUR, title="电工中级技能培训"))
    does(later(activity, 3))

    assert read() == [
        "【亦庄工会】时间改了：职工书屋读书会，从 7月4日 12:00 改到 15:00，和“电工中级技能培训”重叠，只能去一场。"
    ]
    gives_back(小王, other)
    assert read() == [
        "【亦庄工会】时间改了：职工书屋读书会，从 7月4日 12:00 改到 15:00。能来吗？到亦起回答。"
    ]


def test_another_venue(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)

    does(later(activity, 0, venue="博大公园"))

    assert read() == ["【亦庄工会】地点改了：职工书屋读书会，7月4日 12:00，改在博大公园。"]


def test_an_evening_of_a_course_that_falls_out_and_a_shorter_one(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=False)
    asks(小王, made.slot_ids[0])

    does(CallOffOccurrence(occurrences(made.activity_id)[1].id))
    does(EditSeries(made.series_id, last_on=date(2026, 7, 15)))

    assert read() == [
        "【亦庄工会】职工书屋读书会，停一次：7月15日 19:00。其他日期照旧，不用处理。",
        "【亦庄工会】职工书屋读书会，停 2 次，7月22日 19:00 起。其他日期照旧。",
    ]


def test_the_rest_of_a_course_is_called_off_for_who_waits(site: Flask, 小王: Person, 小赵: Person) -> None:
    made = a_series(drop_in=False, places=1)
    for person in (小王, 小赵):
        asks(person, made.slot_ids[0])

    under_way = occurrences(made.activity_id)[0].starts_at + HOUR
    does(EditSeries(made.series_id, last_on=date(2026, 7, 8)), under_way)

    assert read("booking", 小赵) == ["【亦庄工会】职工书屋读书会：后面的日期都停了，候补结束。不用处理。"]


def test_dates_that_are_called_off_at_once_are_one_letter(site: Flask, 小王: Person, 小赵: Person) -> None:
    made = a_series(drop_in=True)
    enrolling.enrol(activity_id=made.activity_id, person_id=小王.id, nonce="once", at=NOON)
    asks(小赵, made.slot_ids[2])

    does(EditSeries(made.series_id, last_on=date(2026, 7, 15)), NOON + HOUR)
    does(CallOffActivity(made.activity_id), NOON + 2 * HOUR)

    assert [one for one in read("booking", 小王) if one] == [
        "【亦庄工会】活动取消：职工书屋读书会，7月22日 19:00 起的 2 次。不用处理。",
        "【亦庄工会】活动取消：职工书屋读书会，7月8日 19:00 起的 2 次。不用处理。",
    ]
    assert read("booking", 小赵)[1:] == ["【亦庄工会】活动取消：职工书屋读书会，7月22日 19:00。不用处理。"]


def test_who_is_called_off_reads_why_where_somebody_said_it(site: Flask, 小王: Person, 小赵: Person) -> None:
    sudden = an_activity(now=NOON)
    asks(小王, sudden)
    does(CallOffActivity(sudden.activity_id, because="大风预警。", because_en="strong wind"))
    course = a_series(drop_in=False, places=1)
    for person in (小王, 小赵):
        asks(person, course.slot_ids[0])
    does(CallOffOccurrence(occurrences(course.activity_id)[3].id, because="停电"))
    under_way = occurrences(course.activity_id)[0].starts_at + HOUR
    does(EditSeries(course.series_id, last_on=date(2026, 7, 8), because="老师病了"), under_way)

    assert read("booking", 小王)[1] == (
        "【亦庄工会】活动取消：职工书屋读书会，7月4日 12:00。因为大风预警。不用处理。"
    )
    assert read("booking", 小赵) == [
        "【亦庄工会】职工书屋读书会：后面的日期都停了，因为老师病了。候补结束，不用处理。"
    ]
    assert read("change", 小王) == [
        "【亦庄工会】职工书屋读书会，停一次：7月29日 19:00，因为停电。其他日期照旧，不用处理。",
        "【亦庄工会】职工书屋读书会，停 2 次，7月15日 19:00 起，因为老师病了。其他日期照旧。",
    ]


def test_dates_of_a_series_that_one_joins_singly_fall_out_with_their_reason(
    site: Flask, 小王: Person
) -> None:
    made = a_series(drop_in=True)
    enrolling.enrol(activity_id=made.activity_id, person_id=小王.id, nonce="once", at=NOON)

    does(EditSeries(made.series_id, last_on=date(2026, 7, 15), because="闭馆"), NOON + HOUR)
    does(CallOffActivity(made.activity_id, because="改到线上"), NOON + 2 * HOUR)

    assert [one for one in read("booking", 小王) if one] == [
        "【亦庄工会】活动取消：职工书屋读书会，7月22日 19:00 起的 2 次。因为改到线上。不用处理。",
        "【亦庄工会】活动取消：职工书屋读书会，7月8日 19:00 起的 2 次。因为改到线上。不用处理。",
    ]


def test_a_series_shifted_or_lengthened_is_one_letter(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=True)
    for slot_id in made.slot_ids:
        asks(小王, slot_id)

    does(EditSeries(made.series_id, starts=time(20, 0)))

    assert read() == [
        "【亦庄工会】时间改了：职工书屋读书会，改了 4 次，先是从 7月8日 19:00 改到 20:00。能来吗？到亦起回答。"
    ]


def test_more_evenings(site: Flask, 小王: Person) -> None:
    made = a_series(drop_in=False)
    asks(小王, made.slot_ids[0])

    does(EditSeries(made.series_id, last_on=date(2026, 7, 29) + timedelta(days=14)))

    assert read() == ["【亦庄工会】职工书屋读书会，加了 2 次，8月5日 19:00 起。能来吗？到亦起回答。"]


def test_in_english_for_who_reads_english(site: Flask) -> None:
    anna = a_worker(name="Anna", lang="en")
    activity = an_activity(now=NOON, title_en="Reading circle")
    asks(anna, activity)

    does(later(activity, 2))

    (text,) = read()
    assert text is not None
    assert "Reading circle" in text
    assert "from 4 Jul, 12:00 to 14:00" in text


def two_dates(*pools: Pool) -> Made:
    """An activity whose slots cover two dates, three and five days from noon."""
    starts = [NOON + 72 * HOUR, NOON + 120 * HOUR]
    return an_activity(
        now=NOON, meetings=[Meeting(one, one + 2 * HOUR) for one in starts], pools=pools or [Pool(9)]
    )


def test_of_two_dates_the_one_that_moved_is_named_as_it_was_and_became(site: Flask, 小王: Person) -> None:
    activity = two_dates()
    asks(小王, activity)
    second = occurrences(activity.activity_id)[1]

    does(MoveOccurrence(second.id, second.starts_at + 24 * HOUR, second.ends_at + 24 * HOUR))

    assert read() == [
        "【亦庄工会】时间改了：职工书屋读书会，从 7月6日 12:00 改到 7月7日 12:00。能来吗？到亦起回答。"
    ]


def test_moved_back_before_it_is_sent_the_first_move_is_not_told(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)

    does(later(activity, 2))
    does(later(activity, -2))

    assert read() == [
        None,
        "【亦庄工会】时间改了：职工书屋读书会，从 7月4日 14:00 改到 12:00。能来吗？到亦起回答。",
    ]


def test_a_date_that_only_ends_later_goes_on_being_told(site: Flask, 小王: Person) -> None:
    activity = an_activity(now=NOON)
    asks(小王, activity)
    (one,) = occurrences(activity.activity_id)

    does(MoveOccurrence(one.id, one.starts_at, one.ends_at + HOUR))

    assert read() == ["【亦庄工会】时间改了：职工书屋读书会，改到 7月4日 12:00。能来吗？到亦起回答。"]


def test_called_off_with_all_its_dates_says_how_many(site: Flask, 小王: Person) -> None:
    activity = two_dates()
    asks(小王, activity)

    does(CallOffActivity(activity.activity_id))

    assert read("booking", 小王)[-1] == (
        "【亦庄工会】活动取消：职工书屋读书会，7月4日 12:00 起的 2 次。不用处理。"
    )


def test_called_off_after_the_first_date_names_the_one_that_was_to_come(site: Flask, 小王: Person) -> None:
    activity = two_dates()
    asks(小王, activity)

    does(CallOffActivity(activity.activity_id), NOON + 96 * HOUR)

    assert read("booking", 小王)[-1] == "【亦庄工会】活动取消：职工书屋读书会，7月6日 12:00。不用处理。"


def test_a_date_that_fell_out_before_is_not_called_off_once_more(site: Flask, 小王: Person) -> None:
    activity = two_dates()
    asks(小王, activity)
    does(CallOffOccurrence(occurrences(activity.activity_id)[0].id))

    does(CallOffActivity(activity.activity_id), NOON + HOUR)

    assert read("booking", 小王)[-1] == "【亦庄工会】活动取消：职工书屋读书会，7月6日 12:00。不用处理。"


def test_one_of_two_groups_called_off_with_its_dates(site: Flask, 小王: Person) -> None:
    activity = two_dates(Pool(9, "上午组"), Pool(9, "下午组"))
    asks(小王, activity)

    does(CallOffSlot(activity.slot_ids[0]))

    assert read("booking", 小王)[-1] == (
        "【亦庄工会】上午组取消：职工书屋读书会，7月4日 12:00 起的 2 次。不用处理。"
    )
