"""The form of an activity read: what it comes to, and what is said of each thing that cannot be."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiqi import clock
from yiqi.activities.holidays import public_day
from yiqi.activities.rules import conditions as closed_list
from yiqi.activities.rules import questions as answerable
from yiqi.desk.planning.known import gate
from yiqi.desk.rules import reading, sheet
from yiqi.desk.rules.reading import Known, Read
from yiqi.desk.rules.sheet import GROUPS, Fields
from yiqi.desk.rules.typed import Remark, Why

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon on a Saturday in Beijing."""
KNOWN = Known({"京东方工会": 7, "拜耳工会": 8}, frozenset({17}), 3, public_day)
EVENING = {"day": "2026-11-28", "starts": "18:30", "ends": "20:00"}
BAD_NUMBERS = [
    "-1",
    "1.5",
    "1e3",
    "1_000",
    "٣",
    "+5",
    "2147483648",
    "9223372036854775808",
    "9" * 5000,
    "十",
    "1 2x",
]
BAD_DAYS = [
    "2026-02-30",
    "2027-02-29",
    "0000-01-01",
    "9999-12-31",
    "2026-13-01",
    "明天",
    "2026-1",
    "1" * 5000,
]
BAD_TIMES = ["24:00", "23:60", "23:59:60", "18", "1830", "晚上", "-1:00", "18:3"]


def form(**typed: Any) -> Fields:
    fields = sheet.blank() | {"title": "职工书屋读书会", "date": [EVENING], "slot": [{"capacity": "40"}]}
    return sheet.completed(fields | typed)


def read(**typed: Any) -> Read:
    return reading.read(form(**typed), KNOWN, gate, NOW)


def wrong(found: Read) -> dict[str, Why]:
    assert (found.wanted is None) == bool(found.problems)
    return {problem.where: problem.why for problem in found.problems}


def test_little_is_enough_and_the_numbers_are_those_of_the_rule_book() -> None:
    wanted = read().wanted

    assert wanted is not None
    (evening,) = wanted.dates.stretches
    assert evening.starts_at == datetime(2026, 11, 28, 10, 30, tzinfo=UTC)
    assert evening.ends_at == datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert wanted.windows.opens_at == NOW
    assert wanted.windows.closes_at == evening.starts_at
    assert [one.capacity for one in wanted.places] == [40]
    assert wanted.numbers == {
        "max_party": 1,
        "most_open": None,
        "cancel_minutes": 120,
        "promotion_minutes": 60,
        "auto_minutes": 1440,
        "offer_minutes": 120,
        "offer_least_minutes": 15,
    }
    assert wanted.penalties
    assert not wanted.union_only


def test_everything_wrong_is_said_at_once() -> None:
    found = read(title="", cancel="很久", slot=[{"capacity": "0"}], date=[{**EVENING, "starts": "24:00"}])

    assert wrong(found) == {
        "title": Why.MISSING,
        "cancel": Why.NOT_WHOLE,
        "slot-0-capacity": Why.NOT_WHOLE,
        "date-0-starts": Why.NOT_A_TIME,
    }


@pytest.mark.parametrize("typed", [*BAD_NUMBERS, "0", "10000", "０"])
def test_what_is_no_number_of_places_is_said(typed: str) -> None:
    assert wrong(read(slot=[{"capacity": typed}])) == {"slot-0-capacity": Why.NOT_WHOLE}


@pytest.mark.parametrize("typed", BAD_NUMBERS)
@pytest.mark.parametrize(
    "name", ["cancel", "promotion", "auto", "offer", "offer_least", "max_party", "most_open", "age_least"]
)
def test_what_is_no_number_is_said_everywhere(name: str, typed: str) -> None:
    assert wrong(read(**{name: typed})) == {name: Why.NOT_WHOLE}


@pytest.mark.parametrize(("typed", "seats"), [("４０", 40), (" 40 ", 40), ("040", 40), ("", None)])
def test_digits_of_full_width_are_digits_and_no_number_is_no_limit(typed: str, seats: int | None) -> None:
    wanted = read(slot=[{"capacity": typed}]).wanted
    assert wanted is not None
    assert wanted.places[0].capacity == seats


@pytest.mark.parametrize("typed", BAD_DAYS)
def test_what_is_no_day_is_said(typed: str) -> None:
    for name in ("opens_day", "closes_day"):
        found = wrong(read(**{name: typed, name.replace("day", "time"): "12:00"}))
        assert set(found) == {name}
        assert found[name] in (Why.NOT_A_DAY, Why.TOO_FAR, Why.PAST)
    assert set(wrong(read(date=[{**EVENING, "day": typed}]))) == {"date-0-day"}


@pytest.mark.parametrize("typed", BAD_TIMES)
def test_what_is_no_time_is_said(typed: str) -> None:
    assert wrong(read(date=[{**EVENING, "starts": typed}])) == {"date-0-starts": Why.NOT_A_TIME}
    assert wrong(read(opens_day="2026-11-25", opens_time=typed)) == {"opens_time": Why.NOT_A_TIME}


@pytest.mark.parametrize(
    ("more", "name", "why"),
    [
        ({"ends": "18:30"}, "date-0-ends", Why.ENDS_FIRST),
        ({"ends": "18:00"}, "date-0-ends", Why.ENDS_FIRST),
        ({"end_day": "2026-11-27"}, "date-0-ends", Why.ENDS_FIRST),
        ({"end_day": "2026-12-20"}, "date-0-end_day", Why.LASTS_TOO_LONG),
        ({"day": "2026-11-20"}, "date-0-day", Why.PAST),
        ({"day": "2029-11-28"}, "date-0-day", Why.TOO_FAR),
        ({"day": ""}, "date-0-day", Why.MISSING),
    ],
)
def test_a_date_that_cannot_be_is_said(more: dict[str, str], name: str, why: Why) -> None:
    assert wrong(read(date=[EVENING | more])) == {name: why}


def test_an_evening_past_midnight_ends_on_the_next_day_and_over_new_year() -> None:
    night = {"day": "2026-12-31", "starts": "23:59", "end_day": "２０２７-１-１", "ends": "00:30"}
    wanted = read(date=[night]).wanted
    assert wanted is not None
    (one,) = wanted.dates.stretches
    assert one.ends_at - one.starts_at == timedelta(minutes=31)


def test_the_same_date_twice_is_said() -> None:
    assert wrong(read(date=[EVENING, EVENING])) == {"date-1-day": Why.TWICE}


@pytest.mark.parametrize(
    ("typed", "name", "why"),
    [
        ({"closes_day": "2026-11-28", "closes_time": "18:31"}, "closes_day", Why.CLOSES_LATE),
        ({"closes_day": "2026-11-21", "closes_time": "11:59"}, "closes_day", Why.PAST),
        ({"opens_day": "2026-11-28", "opens_time": "18:30"}, "opens_day", Why.OPENS_LATE),
        ({"closes_day": "2026-11-25"}, "closes_time", Why.NEEDS_TIME),
        ({"opens_time": "12:00"}, "opens_day", Why.NEEDS_DAY),
        ({"allocation": "draw"}, "draw_day", Why.MISSING),
        (
            {"allocation": "draw", "draw_day": "2026-11-27", "draw_time": "12:00"},
            "draw_day",
            Why.DRAW_EARLY,
        ),
        ({"allocation": "auction"}, "allocation", Why.NOT_LISTED),
        ({"when": "sometimes"}, "when", Why.NOT_LISTED),
        ({"topic": "party"}, "topic", Why.NOT_LISTED),
        ({"offer": "10"}, "offer_least", Why.OFFER_SHORT),
        ({"title": "名" * 61}, "title", Why.TOO_LONG),
        ({"sub": "坏\ue000字"}, "sub", Why.UNWRITABLE),
        ({"conditions_unions": "没有这个工会"}, "conditions_unions", Why.NO_SUCH_UNION),
        ({"age_least": "60", "age_most": "18"}, "age_most", Why.BELOW_LEAST),
        ({"holds_name": "电工证"}, "holds_code", Why.NEEDS_CODE),
        ({"holds_code": "电工"}, "holds_code", Why.NOT_A_CODE),
        ({"holds_activity": "99"}, "holds_activity", Why.NO_SUCH_COURSE),
    ],
)
def test_what_does_not_go_together_is_said_where_it_is_mended(
    typed: dict[str, str], name: str, why: Why
) -> None:
    assert wrong(read(**typed))[name] is why


def test_a_draw_is_held_between_the_closing_and_the_start() -> None:
    closing = {"closes_day": "2026-11-26", "closes_time": "18:00", "allocation": "draw"}
    found = read(**closing, draw_day="2026-11-27", draw_time="12:00")
    assert found.wanted is not None
    late = read(**closing, draw_day="2026-11-28", draw_time="18:30")
    assert wrong(late) == {"draw_day": Why.DRAW_LATE}


def test_what_is_only_worth_knowing_hinders_nothing() -> None:
    found = read(title="京东方工会第三届班组趣味运动会", opens_day="2026-11-20", opens_time="12:00")
    assert found.wanted is not None
    assert [note.what for note in found.notes] == [Remark.LONG_TITLE, Remark.OPEN_ALREADY]


def test_slots_have_names_when_there_are_several_and_cover_dates_by_their_numbers() -> None:
    two = [EVENING, {**EVENING, "day": "2026-11-29"}]
    found = read(
        date=two,
        slot=[{"label": "引导"}, {"label": "补给", "dates": "２"}, {"label": "医疗", "dates": "1、2"}],
    )
    assert found.wanted is not None
    assert [one.meetings for one in found.wanted.places] == [(), (1,), (0, 1)]

    assert wrong(read(slot=[{"label": "引导"}, {}])) == {"slot-1-label": Why.MISSING}
    assert wrong(read(slot=[{"label": "引导"}, {"label": "引导"}])) == {"slot-1-label": Why.TWICE}
    for typed in ("3", "0", "x", "1;9", "-1", "1" * 5000):
        assert wrong(read(date=two, slot=[{"dates": typed}])) == {"slot-0-dates": Why.NO_SUCH_DATE}


def test_a_quota_names_whom_it_is_for() -> None:
    shirt = {"key": "q1", "kind": "choice", "label": "尺码", "choices": "大 | L\n小｜S\n"}
    kept = {
        "name": "一线班组",
        "least": "5",
        "most": "9",
        "unions": "京东方工会\n 拜耳 工会 ",
        "choice": "q1=小",
        "release_day": "2026-11-27",
        "release_time": "12:00",
    }
    found = read(question=[shirt], quota=[kept])

    assert found.wanted is not None
    (quota,) = found.wanted.quotas
    assert (quota.least, quota.most, quota.unions, quota.choice) == (5, 9, (7, 8), "q1=c2")
    assert quota.releases_at == clock.at(datetime(2026, 11, 27).date(), 12)  # noqa: DTZ001
    assert [(one.label, one.label_en) for one in found.wanted.questions[0].choices] == [
        ("大", "L"),
        ("小", "S"),
    ]


@pytest.mark.parametrize(
    ("row", "name", "why"),
    [
        ({}, "most", Why.NEEDS_LIMIT),
        ({"most": "2", "least": "3"}, "most", Why.BELOW_LEAST),
        ({"least": "41"}, "least", Why.ABOVE_CAPACITY),
        ({"most": "2", "slots": "2"}, "slots", Why.NO_SUCH_SLOT),
        ({"most": "2", "choice": "q1=没有"}, "choice", Why.NO_SUCH_CHOICE),
        ({"most": "2", "unions": "火星工会"}, "unions", Why.NO_SUCH_UNION),
        ({"most": "2", "name": ""}, "name", Why.MISSING),
    ],
)
def test_a_quota_that_cannot_be_is_said(row: dict[str, str], name: str, why: Why) -> None:
    assert wrong(read(quota=[{"name": "一线", **row}])) == {f"quota-0-{name}": why}


CLOSES = {"closes_day": "2026-11-27", "closes_time": "18:00"}
DRAWN = {"allocation": "draw", "draw_day": "2026-11-28", "draw_time": "09:00"}
WEEKLY = {
    "when": "weekly",
    "date": [],
    "weekday-2": "1",
    "first_on": "2026-11-25",
    "last_on": "2026-12-09",
    "weekly_starts": "19:00",
    "weekly_ends": "20:30",
}


@pytest.mark.parametrize(
    ("typed", "released", "opens"),
    [
        ({}, "2026-11-28 18:29", True),
        ({}, "2026-11-28 18:30", False),
        ({}, "2026-12-01 12:00", False),
        (CLOSES, "2026-11-27 17:59", True),
        (CLOSES, "2026-11-27 18:00", False),
        (CLOSES | {"allocation": "approval"}, "2026-11-28 12:00", True),
        (CLOSES | DRAWN, "2026-11-28 12:00", True),
        (CLOSES | DRAWN, "2026-11-28 18:30", False),
        (WEEKLY, "2026-11-25 18:59", True),
        (WEEKLY, "2026-11-25 19:00", False),
        (WEEKLY | {"drop_in": "1"}, "2026-12-09 18:59", True),
        (WEEKLY | {"drop_in": "1"}, "2026-12-09 19:00", False),
    ],
)
def test_kept_places_are_released_while_somebody_can_still_have_them(
    typed: dict[str, Any], released: str, opens: bool
) -> None:
    day, when = released.split()
    quota = {"name": "一线", "least": "4", "tag": "一线", "release_day": day, "release_time": when}

    assert wrong(read(quota=[quota], **typed)) == (
        {} if opens else {"quota-0-release_day": Why.RELEASED_LATE}
    )


def test_kept_places_of_a_group_open_before_its_own_last_date() -> None:
    later = EVENING | {"day": "2026-11-30"}
    two = [{"label": "上午组", "capacity": "9", "dates": "1"}, {"label": "下午组", "capacity": "9"}]
    quota = {"name": "一线", "least": "4", "release_day": "2026-11-29", "release_time": "12:00"}
    closes = {"closes_day": "2026-11-30", "closes_time": "12:00"}

    def of(group: str) -> dict[str, Why]:
        return wrong(read(date=[EVENING, later], slot=two, quota=[quota | {"slots": group}], **closes))

    assert of("1") == {"quota-0-release_day": Why.RELEASED_LATE}
    assert of("2") == {}


def test_places_are_kept_in_one_slot_only() -> None:
    slots = [{"label": "甲", "capacity": "9"}, {"label": "乙", "capacity": "9"}]
    assert wrong(read(slot=slots, quota=[{"name": "一线", "least": "2"}])) == {
        "quota-0-slots": Why.NEEDS_ONE_SLOT
    }
    assert read(slot=slots, quota=[{"name": "一线", "least": "2", "slots": "2"}]).wanted is not None


@pytest.mark.parametrize(
    ("row", "name", "why"),
    [
        ({"label": ""}, "label", Why.MISSING),
        ({"kind": "essay"}, "kind", Why.NOT_LISTED),
        ({"kind": "choice"}, "choices", Why.NEEDS_CHOICES),
        ({"kind": "choice", "choices": "大\n大"}, "choices", Why.TWICE),
        ({"kind": "choice", "choices": "\n".join(map(str, range(21)))}, "choices", Why.NEEDS_CHOICES),
        ({"kind": "choice", "choices": "大\n" + "小" * 41}, "choices", Why.TOO_LONG),
        ({"kind": "number", "least": "9", "most": "3"}, "most", Why.BELOW_LEAST),
        ({"kind": "text", "most": "501"}, "most", Why.NOT_WHOLE),
    ],
)
def test_a_question_nobody_could_answer_is_said(row: dict[str, str], name: str, why: Why) -> None:
    asked = {"key": "q1", "kind": "text", "label": "忌口", **row}
    assert wrong(read(question=[asked])) == {f"question-0-{name}": why}


def test_questions_keep_their_keys_and_never_share_one() -> None:
    rows = [{"key": key, "kind": "text", "label": f"第{n}题"} for n, key in enumerate(["q2", "q2", "Q 1"])]
    wanted = read(question=rows).wanted
    assert wanted is not None
    answerable.check(wanted.questions)
    assert wanted.questions[0].key == "q2"


def test_conditions_are_those_of_the_closed_list() -> None:
    wanted = read(
        member="1",
        good_standing="1",
        conditions_unions="拜耳工会",
        conditions_tag="女职工",
        age_least="18",
        holds_code="electrician-5",
        holds_name="五级电工",
        holds_years="2",
        holds_activity="17",
    ).wanted
    assert wanted is not None
    assert len(closed_list.parse(wanted.conditions)) == 6


def test_what_only_the_union_sees_only_its_members_may_join() -> None:
    wanted = read(union_only="1").wanted
    assert wanted is not None
    assert wanted.conditions == ({"kind": "union", "unions": [3]},)
    named = read(union_only="1", conditions_unions="拜耳工会").wanted
    assert named is not None
    assert named.conditions == ({"kind": "union", "unions": [8]},)


WEEKLY = {
    "when": "weekly",
    "weekday-3": "1",
    "weekly_starts": "18:30",
    "weekly_ends": "20:00",
    "first_on": "2026-12-03",
    "last_on": "2027-01-07",
}


def test_a_weekly_rule_makes_its_dates_and_leaves_holidays_out() -> None:
    wanted = read(**WEEKLY).wanted
    assert wanted is not None
    assert wanted.dates.rule is not None
    assert wanted.dates.times is not None
    assert (wanted.dates.rule.starts, wanted.dates.rule.minutes) == (time(18, 30), 90)
    days = [clock.beijing(starts).date().isoformat() for starts, _ends in wanted.dates.times.meets]
    assert days[:2] == ["2026-12-03", "2026-12-10"]
    assert wanted.windows.closes_at == wanted.dates.times.meets[0][0]
    each = read(**WEEKLY, drop_in="1").wanted
    assert each is not None
    assert each.dates.times is not None
    assert each.windows.closes_at == each.dates.times.meets[-1][0]


@pytest.mark.parametrize(
    ("more", "name", "why"),
    [
        ({"weekday-3": ""}, "weekday-0", Why.NO_WEEKDAY),
        ({"weekly_ends": "18:30"}, "weekly_ends", Why.ENDS_FIRST),
        ({"last_on": "2026-12-02"}, "last_on", Why.ENDS_FIRST),
        ({"first_on": "2026-12-04", "last_on": "2026-12-08"}, "last_on", Why.NEVER_MEETS),
        ({"first_on": "2026-11-19"}, "first_on", Why.PAST),
        ({"first_on": "2024-01-01", "last_on": "2028-01-01"}, "last_on", Why.RUNS_TOO_LONG),
        ({"first_on": ""}, "first_on", Why.MISSING),
    ],
)
def test_a_rule_that_cannot_be_is_said(more: dict[str, str], name: str, why: Why) -> None:
    assert wrong(read(**WEEKLY | more)) == {name: why}


ANYTHING = st.one_of(
    st.sampled_from(
        [*BAD_NUMBERS, *BAD_DAYS, *BAD_TIMES, "1", "40", "2026-12-05", "19:00", "", "weekly", "choice"]
    ),
    st.text(max_size=12),
)
NAMES = sorted(name for name, value in sheet.blank().items() if isinstance(value, str))


@settings(max_examples=100)
@given(
    flat=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=8),
    rows=st.fixed_dictionaries(
        {
            group: st.lists(st.dictionaries(st.sampled_from(names), ANYTHING, max_size=4), max_size=3)
            for group, names in GROUPS.items()
        }
    ),
)
def test_whatever_is_typed_is_read_and_what_passes_can_be_kept(
    flat: dict[str, str], rows: dict[str, list[dict[str, str]]]
) -> None:
    """No form makes reading fail; and what it lets through is what `planning` and the closed lists take."""
    found = read(**flat, **{group: some for group, some in rows.items() if some})

    wrong(found)
    closed_list.parse(found.conditions)
    if found.wanted is not None:
        answerable.check(found.wanted.questions)
        assert found.wanted.windows.opens_at < found.wanted.windows.closes_at
