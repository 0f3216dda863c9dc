"""Conditions as people meet them: what is missing, what is met, and the way on."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders import Made, a_union, an_activity
from yiqi import clock
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.people.persons import tell_birthday


def conditions_on(page: TestResponse, made: Made) -> list[str]:
    section = by_id(page, f"booking-{made.slot_id}")
    assert section.get("data-state") == "ineligible"
    return [words(item).replace("\xa0", " ") for item in section.iter("li")]


def test_what_is_missing_is_named_beside_what_is_met(client: Client, 小王: Person) -> None:
    a_union(members=[小王])
    course = an_activity(title="电工中级班")
    made = an_activity(
        contact="陈老师 010-6788 1351",
        conditions=[
            {"kind": "member"},
            {
                "kind": "holds",
                "code": "dg4",
                "name": "电工中级（四级）证书",
                "years": 2,
                "activity": course.activity_id,
            },
        ],
    )
    client.sign_in(小王)

    page = client.get(f"/activities/{made.activity_id}")

    assert conditions_on(page, made) == [
        "工会会员符合",
        "电工中级（四级）证书满 2 年你的档案里没有这本证书缺少",
    ]
    assert by_id(page, f"course-{made.slot_id}").get("href") == f"/activities/{course.activity_id}"
    assert words(by_id(page, f"h-booking-{made.slot_id}")) == "还差一个条件，暂时不能报"
    assert "请你单位工会确认" not in page.text


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"kind": "member"}, "工会会员还没有工会确认你是会员缺少"),
        ({"kind": "good_standing"}, "会员资格正常你单位工会还没确认你的会员资格缺少"),
        ({"kind": "tag", "tag": "女职工"}, "女职工你的档案里没有这一项缺少"),
        ({"kind": "age", "least": 18}, "活动当天满 18 周岁还不知道你的出生日期缺少"),
        ({"kind": "age", "most": 60}, "活动当天不超过 60 周岁还不知道你的出生日期缺少"),
        ({"kind": "age", "least": 18, "most": 60}, "活动当天 18 到 60 周岁还不知道你的出生日期缺少"),
        ({"kind": "holds", "code": "dg5", "name": "五级电工"}, "五级电工你的档案里没有这本证书缺少"),
    ],
)
def test_each_condition_is_said_in_plain_words(
    client: Client, 小赵: Person, condition: dict[str, Any], said: str
) -> None:
    made = an_activity(conditions=[condition])
    client.sign_in(小赵)

    assert conditions_on(client.get(f"/activities/{made.activity_id}"), made) == [said]


def test_a_union_is_named_and_its_members_may_come(client: Client, 小王: Person, 小赵: Person) -> None:
    union = a_union("北京奔驰工会", members=[小王])
    made = an_activity(conditions=[{"kind": "union", "unions": [union.id]}])

    client.sign_in(小赵)
    page = client.get(f"/activities/{made.activity_id}")
    assert conditions_on(page, made) == ["北京奔驰工会的会员你登记的工会不在里面缺少"]
    assert "请你单位工会确认" in page.text

    client.sign_in(小王)
    by_id(client.get(f"/activities/{made.activity_id}"), f"sign-up-{made.slot_id}")


def test_who_tells_their_birthday_may_come_when_they_are_old_enough(client: Client, 小王: Person) -> None:
    made = an_activity(conditions=[{"kind": "age", "least": 18}])
    client.sign_in(小王)
    page = client.get(f"/activities/{made.activity_id}")
    asked = client.get(by_id(page, f"birthday-{made.slot_id}").get("href", ""))

    for typed_day in (
        "",
        "1990-02-30",
        "明天",
        "2999-01-01",
        (clock.today() + timedelta(days=1)).isoformat(),
    ):
        wrong = client.press(asked, "/me/birthday", born_on=typed_day)
        assert wrong.status_code == 422
        assert words(by_id(wrong, "born_on-err")).endswith("填你的出生日期，例如 1990-05-01")
    told = client.press(asked, "/me/birthday", born_on="1990年5月1日")

    assert told.location == f"/activities/{made.activity_id}"
    by_id(client.follow(told), f"sign-up-{made.slot_id}")
    assert form_of(client.get("/me/birthday"), "/me/birthday")["born_on"] == "1990-05-01"


def test_who_is_too_young_reads_how_old_they_are(client: Client, 小王: Person) -> None:
    made = an_activity(conditions=[{"kind": "age", "least": 18}])
    tell_birthday(person_id=小王.id, born_on=date(clock.today().year - 10, 1, 1))
    client.sign_in(小王)

    page = client.get(f"/activities/{made.activity_id}")
    assert "活动当天你" in conditions_on(page, made)[0]
    assert parsed(page).find(f".//a[@id='birthday-{made.slot_id}']") is None


def test_a_condition_holds_against_a_forged_form_too(client: Client, 小赵: Person) -> None:
    made, free = an_activity(conditions=[{"kind": "member"}]), an_activity(starts_in=timedelta(hours=96))
    client.sign_in(小赵)
    token = form_of(client.get(f"/slots/{free.slot_id}/sign-up"), f"/slots/{free.slot_id}/bookings")

    refused = client.post(f"/slots/{made.slot_id}/bookings", data=token)

    assert refused.status_code == 409
    assert db.session.scalars(select(Booking)).all() == []
    assert client.post(f"/slots/{free.slot_id}/bookings", data=token).status_code == 303
