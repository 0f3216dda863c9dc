"""我的活动: what waits for one's word, one's activities by their next date, found by name or place, page by page."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.booking.steps import asks
from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.builders.drafts import a_draft
from tests.builders.noted import a_mark
from tests.builders.series import a_drop_in_series
from yiqi import clock
from yiqi.activities.models import Activity, Allocation, Programme, Status
from yiqi.activities.planning import Meeting
from yiqi.booking.models import Booking
from yiqi.booking.places import call_off
from yiqi.db import writing
from yiqi.desk import agenda, reach
from yiqi.people.models import Person
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Union

NOON = clock.at(date(2026, 11, 18), 12)
"""A Wednesday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def union(site: Flask) -> Union:
    return a_union("京东方工会", parent=a_union("开发区总工会"))


@pytest.fixture
def 陈老师(client: Client, union: Union) -> Person:
    person = an_organizer(union, name="陈老师")
    client.sign_in(person)
    return person


def listed(page: TestResponse) -> list[str]:
    return [words(link) for link in parsed(page).iter("a") if link.get("class") == "t"]


def counts(page: TestResponse) -> list[int]:
    return [int(words(one)) for one in parsed(page).iter("span") if one.get("class") == "chip__n"]


def row_of(page: TestResponse, title: str) -> str:
    return next(words(row) for row in parsed(page).iter("tr") if title in words(row))


def test_an_activity_stands_once_under_its_next_date(client: Client, union: Union, 陈老师: Person) -> None:
    with at_time(NOON, tick=True):
        an_activity(title="今晚读书", owner=union, starts_in=6 * HOUR, now=NOON)
        an_activity(title="周日长跑", owner=union, starts_in=4 * DAY, now=NOON)
        an_activity(title="下周一讲座", owner=union, starts_in=5 * DAY, now=NOON)
        an_activity(title="上周末赛", owner=union, starts_in=-4 * DAY, now=NOON)
        evenings = [Meeting(NOON + n * DAY, NOON + n * DAY + HOUR) for n in (-7, -1, 2, 9)]
        an_activity(title="电工培训", owner=union, meetings=evenings, now=NOON)
        a_draft(陈老师, union)
        client.sign_in(陈老师)

        week = client.get("/desk/")
        assert listed(week) == ["今晚读书", "电工培训", "周日长跑"]
        assert counts(week) == [3, 1, 1, 1]
        assert listed(client.get("/desk/?tab=later")) == ["下周一讲座"]
        assert listed(client.get("/desk/?tab=done")) == ["上周末赛"]
        assert "班前拉伸" in words(by_id(client.get("/desk/?tab=drafts"), "acts"))
        assert "签到" in row_of(week, "今晚读书")
        assert "名单" in row_of(week, "周日长跑")


def test_what_is_out_of_reach_is_neither_listed_nor_counted(client: Client, union: Union) -> None:
    an_activity(title="拜耳读书", owner=a_union("拜耳工会"))
    an_activity(title="联赛", owner=union, programme=Programme.LEAGUE)
    an_activity(title="京东方运动会", owner=union, union_only=True)
    a_draft(an_organizer(union), union)

    client.sign_in(an_organizer(union, programme=Programme.LEAGUE))
    page = client.get("/desk/?tab=later")
    assert [*listed(page), *listed(client.get("/desk/"))] == ["联赛"]
    assert sum(counts(page)) == 1
    client.sign_in(an_organizer(union, role=Role.FEDERATION_ADMIN))
    assert sum(counts(client.get("/desk/"))) == 4


def test_without_the_reach_all_would_be_listed(
    client: Client, union: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_activity(title="拜耳读书", owner=a_union("拜耳工会"))
    client.sign_in(an_organizer(union))
    assert sum(counts(client.get("/desk/"))) == 0

    monkeypatch.setattr(reach, "activities", lambda _held, _action=None: Activity.id > 0)
    assert sum(counts(client.get("/desk/"))) == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("电工", 1),
        ("三号 实训", 1),
        ("LATHE", 1),
        ("实训室 电工", 1),
        ("%", 0),
        ("_", 0),
        ("没有", 0),
        ("\\", 0),
    ],
)
def test_it_is_found_by_name_or_place(
    client: Client, union: Union, 陈老师: Person, typed: str, found: int
) -> None:
    an_activity(title="电工培训", owner=union, venue="三号实训室", title_en="Lathe work")
    an_activity(title="读书会", owner=union)

    pages = [client.get("/desk/", query_string={"tab": tab, "q": typed}) for tab in ("week", "later")]
    assert sum(len(listed(page)) for page in pages) == found
    assert sum(counts(pages[0])) == found


def test_what_is_over_comes_page_by_page(client: Client, union: Union, 陈老师: Person) -> None:
    for number in range(agenda.PAGE + 3):
        an_activity(title=f"第{number:02d}场", owner=union, starts_in=-timedelta(days=1 + number // 2))
    first = client.get("/desk/?tab=done")
    assert counts(first)[3] == agenda.PAGE + 3
    (further,) = [
        link.get("href") or "" for link in parsed(first).iter("a") if "after=" in (link.get("href") or "")
    ]
    second = client.get(further)

    seen = listed(first) + listed(second)
    assert len(listed(first)) == agenda.PAGE
    assert len(seen) == len(set(seen)) == agenda.PAGE + 3


@pytest.mark.parametrize(
    "after", ["x", "1.", ".1", "99999999999.1", "-1.1", "1.99999999999", "٣.٣", "1.1.1", "0.0"]
)
@pytest.mark.parametrize("tab", ["done", "later", "nothing"])
def test_an_odd_mark_of_a_page_is_no_trouble(client: Client, 陈老师: Person, after: str, tab: str) -> None:
    assert client.get("/desk/", query_string={"tab": tab, "after": after}).status_code == 200


def test_each_state_has_its_word(client: Client, union: Union, 陈老师: Person) -> None:
    now = clock.now()
    an_activity(title="已开始", owner=union, starts_in=-HOUR)
    an_activity(title="还没放", owner=union, opens_in=HOUR, starts_in=3 * HOUR, closes_in=2 * HOUR)
    full = an_activity(title="满员的", owner=union, places=1, starts_in=3 * HOUR)
    an_activity(title="截止的", owner=union, starts_in=3 * HOUR, closes_in=-timedelta(minutes=1))
    offering = an_activity(title="递补的", owner=union, places=1, starts_in=5 * HOUR)
    off = an_activity(title="取消的", owner=union, starts_in=3 * HOUR)
    asks(a_worker(), full, at=now)
    asks(a_worker(), full, at=now)
    asks(a_worker(), offering, at=now)
    waiter = asks(a_worker(), offering, at=now)
    with writing() as session:
        session.execute(
            update(Booking).where(Booking.ref == waiter.ref).values(state="offered", offer_until=now + HOUR)
        )
    call_off(activity_id=off.activity_id, because="大风", at=now)

    week, done = client.get("/desk/"), client.get("/desk/?tab=done")

    for title, word in {
        "已开始": "进行中",
        "还没放": "未开放",
        "满员的": "已满",
        "截止的": "已截止",
        "递补的": "递补中\xa01\xa0人".replace("\xa0", " "),
    }.items():
        page = week if title in week.text else client.get("/desk/?tab=later")
        assert word in row_of(page, title).replace("\xa0", " "), title
    assert "已取消" in row_of(done, "取消的")


def test_what_waits_for_ones_word_is_said_and_leads_to_it(
    client: Client, union: Union, 陈老师: Person
) -> None:
    now = clock.now()
    checked = an_activity(title="要审核的", owner=union, places=9, allocation=Allocation.APPROVAL)
    asks(a_worker(), checked, at=now)
    asks(a_worker(), checked, at=now)
    changed = an_activity(title="改过答案", owner=union, places=9)
    ticket = asks(a_worker(), changed, at=now)
    noted = an_activity(title="有异议", owner=union, places=9)
    other = asks(a_worker(), noted, at=now)
    mark = a_mark(other.ref)
    drawn = an_activity(
        title="摇号的", owner=union, places=9, allocation=Allocation.DRAW, closes_in=-timedelta(minutes=1)
    )
    with writing() as session:
        session.execute(update(Booking).where(Booking.ref == ticket.ref).values(recheck_since=now))
        table = Booking.metadata.tables["mark"]
        session.execute(update(table).where(table.c.id == mark).values(objected_at=now, objection="到了"))
        session.execute(update(Activity).where(Activity.id == drawn.activity_id).values(closes_at=now + HOUR))
    asks(a_worker(), drawn, at=now)
    with writing() as session:
        session.execute(
            update(Activity)
            .where(Activity.id == drawn.activity_id)
            .values(closes_at=now - HOUR, draw_at=now - timedelta(minutes=1))
        )
    elsewhere = an_activity(title="别家要审核的", owner=a_union("拜耳工会"), allocation=Allocation.APPROVAL)
    asks(a_worker(), elsewhere, at=now)

    page = client.get("/desk/")

    said = words(by_id(page, "todo")).replace("\xa0", " ")
    assert "4 件事等你处理" in said
    for sentence in (
        "审核“要审核的”的报名（2 人）",
        "“改过答案”有 1 人改了答案",
        "“有异议”有 1 人对记录有异议",
        "“摇号的”该摇号了（1 人）",
    ):
        assert sentence in said
    links = {words(one): one.get("href") for one in parsed(page).iter("a") if one.get("class") == "todo"}
    assert links["审核“要审核的”的报名（2 人）"] == f"/desk/activities/{checked.activity_id}?tab=pending"


def test_a_desk_with_nothing_to_do_says_so(client: Client, 陈老师: Person) -> None:
    page = client.get("/desk/")
    with pytest.raises(LookupError):
        by_id(page, "todo")
    assert "这周没有活动了" in words(by_id(page, "acts"))


def test_check_in_staff_cannot_begin_anything(client: Client, union: Union) -> None:
    client.sign_in(an_organizer(union, role=Role.CHECK_IN_STAFF))
    assert "新建活动" not in client.get("/desk/").text
    assert client.get("/desk/drafts/new").status_code == 404


def test_a_series_is_one_row_with_the_seats_of_its_next_date(
    client: Client, union: Union, 陈老师: Person
) -> None:
    a_drop_in_series(clock.now(), places=7)
    with writing() as session:
        session.execute(update(Activity).values(owner_id=union.id))
    page = client.get("/desk/?tab=later")
    assert listed(page) == ["晨间太极"]
    assert "/ 7" in row_of(page, "晨间太极")


def test_a_draft_of_an_old_kind_is_no_activity(client: Client, union: Union, 陈老师: Person) -> None:
    an_activity(title="旧草稿", owner=union, status=Status.DRAFT)
    assert sum(counts(client.get("/desk/"))) == 0
