"""A list of people to be signed up: each line by the rules that bind everybody, and nothing before the word is given."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.booking.steps import HOUR, MINUTE, NOON, asks, row, seats, slot, state
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer
from tests.sheets.files import table
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Meeting, Pool, Share
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.booking import places
from yiqi.booking.doctor.checks import CHECKS
from yiqi.booking.models import Answer, Booking, BookingChange
from yiqi.booking.rules.listing import Listed
from yiqi.db import db
from yiqi.desk.files import lists
from yiqi.desk.files.lists import NotAllGood
from yiqi.desk.models import UploadedList
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.sheets.columns import TooManyLines

ASKED = [
    Asked(
        "shirt",
        QuestionKind.CHOICE,
        "尺码",
        "Size",
        required=True,
        choices=(Choice("m", "M"), Choice("l", "加大")),
    ),
    Asked("first", QuestionKind.YES_NO, "第一次来吗？", "Is it your first time?"),
]


@pytest.fixture
def by(site: Flask) -> Person:
    return an_organizer(a_union())


def uploaded(
    by: Person, made: Made, rows: list[list[object]], head: tuple[str, ...] = ("姓名", "手机")
) -> int:
    data = table([list(head), *rows])
    return lists.upload_bookings(
        activity_id=made.activity_id, data=data, name="名单.xlsx", by_id=by.id, at=NOON
    )


def told(list_id: int) -> list[Listed]:
    db.session.rollback()
    found = lists.lines(db.session.get_one(UploadedList, list_id, populate_existing=True))
    return [one for one in found if isinstance(one, Listed)]


def verdicts(list_id: int) -> list[str]:
    return [one.verdict for one in told(list_id)]


def taken(list_id: int, by: Person, made: Made, *, only_good: bool = True) -> lists.Taken:
    thing = Thing(a_union().id, made.activity_id)
    return lists.take_over(list_id=list_id, thing=thing, by_id=by.id, at=NOON, only_good=only_good)


def sound() -> None:
    db.session.rollback()
    assert [found for check in CHECKS.values() for found in check(NOON)] == []


def test_lines_are_asked_for_in_their_order_and_a_trial_leaves_nothing_behind(by: Person) -> None:
    made = an_activity(places=2, waitlist=1, now=NOON, max_party=2)
    seq = slot(made).seq

    listed = uploaded(
        by,
        made,
        [
            ["赵一", 13800000001, 1],
            ["钱二", 13800000002, 1],
            ["孙三", 13800000003, ""],
            ["李四", 13800000004, 1],
            ["周五", 13800000005, 3],
        ],
        ("姓名", "手机", "人数"),
    )

    assert verdicts(listed) == ["confirmed", "confirmed", "waiting", "full", "party_too_big"]
    assert (seats(made), slot(made).seq) == ((0, 0), seq)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
    assert db.session.scalar(select(Person.id).where(Person.phone == "+8613800000001")) is None


def test_taking_it_over_comes_to_the_same_and_everybody_hears_of_it(by: Person) -> None:
    made = an_activity(places=1, waitlist=1, now=NOON)
    listed = uploaded(by, made, [["赵一", 13800000001], ["钱二", 13800000002], ["孙三", 13800000003]])

    result = taken(listed, by, made)

    assert result.counts == {"confirmed": 1, "waiting": 1, "full": 1}
    assert seats(made) == (1, 1)
    assert set(db.session.scalars(select(Notice.kind))) == {"booking", "by_hand"}
    assert set(db.session.scalars(select(BookingChange.by_id))) == {by.id}
    deed = db.session.scalars(select(Deed).where(Deed.what == What.IMPORTED)).one()
    assert (deed.activity_id, deed.facts["counts"]) == (made.activity_id, result.counts)
    sound()


def test_that_people_were_asked_for_stands_in_the_trail_taken_over_or_not(by: Person) -> None:
    """What becomes of a line tells of its person: whether they are barred, how old they are, when they are busy."""
    made = an_activity(places=5, now=NOON)

    uploaded(by, made, [["赵一", 13800000001], ["钱二", 13800000002]])

    deed = db.session.scalars(select(Deed).where(Deed.what == What.TRIED_OUT)).one()
    assert (deed.by_id, deed.activity_id) == (by.id, made.activity_id)
    assert deed.union_id is not None
    assert (deed.facts["kind"], deed.facts["lines"]) == ("bookings", 2)


def test_pressed_twice_it_is_taken_over_once(by: Person) -> None:
    made = an_activity(places=5, now=NOON)
    listed = uploaded(by, made, [["赵一", 13800000001], ["钱二", 13800000002]])

    first, second = taken(listed, by, made), taken(listed, by, made)

    assert (first.fresh, second.fresh) == (True, False)
    assert seats(made) == (2, 0)


def test_what_was_free_and_is_taken_now_keeps_all_of_them_out_until_only_the_good_ones_are_wanted(
    by: Person,
) -> None:
    made = an_activity(places=2, waitlist=0, now=NOON)
    listed = uploaded(by, made, [["赵一", 13800000001], ["钱二", 13800000002]])
    asks(a_worker(), made)

    with pytest.raises(NotAllGood):
        taken(listed, by, made, only_good=False)
    assert seats(made) == (1, 0)
    assert verdicts(listed) == ["confirmed", "full"]

    assert taken(listed, by, made).counts == {"confirmed": 1, "full": 1}
    assert seats(made) == (2, 0)
    sound()


def test_every_reason_not_to_is_told_line_by_line(by: Person) -> None:
    made = an_activity(places=9, now=NOON, conditions=[{"kind": "member"}])
    at_the_same_time = an_activity(places=9, now=NOON)
    mine = a_worker(name="王芳", phone="+8613800000001")
    booked = a_worker(phone="+8613800000002")
    a_union("京东方工会", members=[mine, booked, a_worker(phone="+8613800000003")])
    asks(mine, at_the_same_time)
    asks(booked, made)

    listed = uploaded(
        by,
        made,
        [
            ["王芳", 13800000001],
            ["工友", 13800000002],
            ["新来", 13800000009],
            ["李", ""],
            ["李", "1"],
            ["李", "1.38E+10"],
            ["", 13800000003],
            ["好", 13800000003],
            ["好", 13800000003],
        ],
    )

    assert verdicts(listed) == [
        *(
            "clash",
            "already",
            "not_eligible",
            "no_phone",
            "bad_phone",
            "rounded_phone",
            "no_name",
            "confirmed",
            "twice",
        ),
    ]
    assert told(listed)[2].facts["need"] == "工会会员"
    assert at_the_same_time.activity_id not in told(listed)[0].facts.values()


@pytest.mark.parametrize(("opens_in", "closes_in", "verdict"), [(1, 9, "not_open_yet"), (-9, -1, "closed")])
def test_the_window_binds_a_list_too(by: Person, opens_in: int, closes_in: int, verdict: str) -> None:
    made = an_activity(places=9, now=NOON, opens_in=opens_in * HOUR, closes_in=closes_in * HOUR)

    listed = uploaded(by, made, [["赵一", 13800000001]])

    assert verdicts(listed) == [verdict]
    with pytest.raises(NotAllGood):
        taken(listed, by, made)


@pytest.mark.parametrize(
    ("allocation", "verdict"), [(Allocation.APPROVAL, "pending"), (Allocation.DRAW, "entered")]
)
def test_a_list_does_not_go_round_approval_or_the_draw(
    by: Person, allocation: Allocation, verdict: str
) -> None:
    made = an_activity(places=9, now=NOON, allocation=allocation)
    listed = uploaded(by, made, [["赵一", 13800000001]])

    taken(listed, by, made)

    assert verdicts(listed) == [verdict]
    assert list(db.session.scalars(select(Notice.kind))) == ["by_hand"]


def test_a_quota_that_is_full_is_named(by: Person) -> None:
    union = a_union("京东方工会", members=[a_worker(phone=f"+861380000000{n}") for n in (1, 2)])
    made = an_activity(places=9, waitlist=0, now=NOON, quotas=[Share("京东方", most=1, unions=(union.id,))])

    listed = uploaded(by, made, [["赵一", 13800000001], ["钱二", 13800000002], ["孙三", 13800000003]])

    assert verdicts(listed) == ["confirmed", "quota_full", "confirmed"]
    assert told(listed)[1].facts["name"] == "京东方"


def test_a_line_says_which_slot_by_its_label_or_its_date(by: Person) -> None:
    first, second = (NOON + timedelta(days=3, hours=n) for n in (0, 4))
    made = an_activity(
        now=NOON,
        meetings=[Meeting(first, first + HOUR, "甲"), Meeting(second, second + HOUR, "甲")],
        pools=[
            Pool(5, label="引导", meetings=(0,)),
            Pool(5, label="补给站", label_en="Water", meetings=(1,)),
        ],
    )
    spelled = [
        "引导",
        "water",
        " 补给站 ",
        "7月4日 12:00",
        "2026-07-04 16:00",
        "2026/7/4",
        "7月5日",
        "",
        "裁判",
        "2026-07-04 16:00:00",
    ]
    rows: list[list[object]] = [[f"工友{n}", 13_800_000_000 + n, name] for n, name in enumerate(spelled)]

    listed = uploaded(by, made, rows, ("姓名", "手机", "场次"))

    one, two = made.slot_ids
    assert [line.slot_id for line in told(listed)] == [one, two, two, one, two, None, None, None, None, two]
    assert [line.verdict for line in told(listed)][5:9] == [
        "which_slot",
        "no_such_slot",
        "which_slot",
        "no_such_slot",
    ]


def test_questions_are_columns_and_what_must_be_answered_must_be_there(by: Person) -> None:
    made = an_activity(places=9, now=NOON, questions=ASKED)
    rows: list[list[object]] = [
        ["赵一", 13800000001, "M", "是"],
        ["钱二", 13800000002, "加大", ""],
        ["孙三", 13800000003, "", "否"],
        ["李四", 13800000004, "XXL", ""],
    ]

    listed = uploaded(by, made, rows, ("姓名", "手机", "尺码", "第一次来吗？"))
    taken(listed, by, made)

    assert verdicts(listed) == ["confirmed", "confirmed", "no_answer", "wrong_answer"]
    assert sorted(db.session.scalars(select(Answer.value))) == ["l", "m", "yes"]


def test_who_is_not_known_is_written_down_with_the_name_and_who_is_keeps_their_own(by: Person) -> None:
    made = an_activity(places=9, now=NOON)
    a_worker(name="王小明", phone="+8613800000001")
    listed = uploaded(by, made, [["王大明", 13800000001], ["钱二", 13800000002]])

    taken(listed, by, made)

    names = select(Person.name).join(Booking, Booking.person_id == Person.id).order_by(Booking.seq)
    assert list(db.session.scalars(names)) == ["王小明", "钱二"]


def test_an_offer_that_has_run_out_is_settled_before_the_list_is_tried(by: Person) -> None:
    made = an_activity(places=1, now=NOON, starts_in=timedelta(hours=20))
    holder, waiter = a_worker(), a_worker()
    held, waiting = asks(holder, made, at=NOON - HOUR / 2), asks(waiter, made, at=NOON - HOUR / 2)
    places.cancel(ref=held.ref, person_id=holder.id, at=NOON - HOUR / 2)
    assert state(waiting) == "offered"
    until = row(waiting).offer_until
    assert until is not None

    data = table([["姓名", "手机"], ["赵一", 13800000001]])
    listed = lists.upload_bookings(
        activity_id=made.activity_id, data=data, name="x", by_id=by.id, at=until + MINUTE
    )

    assert verdicts(listed) == ["waiting"]
    assert row(waiting).offers_expired == 1


def test_more_than_a_thousand_lines_are_too_many(by: Person) -> None:
    made = an_activity(places=9, now=NOON)
    with pytest.raises(TooManyLines):
        uploaded(by, made, [["工友", 13_800_000_000 + n] for n in range(1_001)])
