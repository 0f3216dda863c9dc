"""Marks at the desk: objections are found, and each is lifted or stands with a reason that its person reads."""

from datetime import timedelta

import pytest

from tests.booking.steps import asks
from tests.browsing import Client, by_id, sign_in, words
from tests.builders import Made, a_union, an_activity, an_organizer
from tests.builders.noted import a_mark
from tests.desk.editing_steps import deeds
from yiqi import clock
from yiqi.booking import marks
from yiqi.booking.models import Mark, MarkKind
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role


def the_mark(mark_id: int) -> Mark:
    db.session.rollback()
    return db.session.get_one(Mark, mark_id, populate_existing=True)


def missed(who: Person, made: Made, *, objection: str = "") -> tuple[str, int]:
    """Somebody's mark in an activity, perhaps with what they say against it: the booking's ref and the mark's id."""
    ref = asks(who, made, at=clock.now()).ref
    mark_id = a_mark(ref, at=clock.now() - timedelta(days=1))
    if objection:
        marks.object_to(mark_id=mark_id, person_id=who.id, text=objection, at=clock.now())
    return ref, mark_id


def answers(client: Client, made: Made, ref: str, mark_id: int, **typed: str) -> int:
    page = client.get(f"/desk/activities/{made.activity_id}/bookings/{ref}")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "mark": str(mark_id), **typed}
    return client.post(f"/desk/activities/{made.activity_id}/bookings/{ref}/settle", data=sent).status_code


def test_objections_wait_on_one_page_and_the_list_of_what_waits_leads_there(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    _ref, objected = missed(小王, made, objection="我签到了，机器没响")
    _other, quiet = missed(小赵, made)

    todo = client.get("/desk/")
    page, everything = client.get("/desk/marks"), client.get("/desk/marks?tab=all")

    assert f"/desk/marks?activity={made.activity_id}" in todo.text
    assert "机器没响" in words(by_id(page, f"mark-{objected}"))
    assert f'id="mark-{quiet}"' not in page.text
    assert f'id="mark-{quiet}"' in everything.text


def test_an_objection_is_right_and_the_mark_is_lifted_with_a_reason(client: Client, 小王: Person) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    ref, mark_id = missed(小王, made, objection="我签到了")

    assert answers(client, made, ref, mark_id, lifted="1") == 422
    assert answers(client, made, ref, mark_id, lifted="1", because="查了监控，人在") == 303

    assert the_mark(mark_id).lifted_at is not None
    assert the_mark(mark_id).settled_because == "查了监控，人在"
    assert "没有等你核实的异议" in client.get("/desk/marks").text
    assert [one.because for one in deeds() if one.what is What.MARK_SETTLED] == ["查了监控，人在"]


def test_an_objection_is_wrong_and_the_mark_stands(client: Client, 小王: Person) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    ref, mark_id = missed(小王, made, objection="我忘了")

    assert answers(client, made, ref, mark_id, kept="1", because="名单上没有签到") == 303
    assert answers(client, made, ref, mark_id, lifted="1", because="改主意了") == 303

    assert the_mark(mark_id).lifted_at is None
    assert the_mark(mark_id).settled_because == "名单上没有签到"


def test_of_two_marks_of_one_booking_each_is_answered_by_itself(client: Client, 小王: Person) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    ref, first = missed(小王, made, objection="第一次来了")
    from_another_day = a_mark(ref, kind=MarkKind.LATE_CANCEL, at=clock.now())

    assert answers(client, made, ref, first, lifted="1", because="人在") == 303

    assert the_mark(first).lifted_at is not None
    assert the_mark(from_another_day).lifted_at is None


def test_a_mark_that_is_plainly_wrong_is_lifted_without_an_objection_but_none_stands_without_one(
    client: Client, 小王: Person
) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    ref, mark_id = missed(小王, made)

    assert answers(client, made, ref, mark_id, kept="1", because="就是没来") == 404
    assert answers(client, made, ref, mark_id, lifted="1", because="签到机坏了") == 303

    assert the_mark(mark_id).lifted_at is not None


@pytest.mark.parametrize("role", [Role.CHECK_IN_STAFF, Role.AUDITOR])
def test_marks_are_not_for_who_may_change_no_bookings(client: Client, role: Role) -> None:
    sign_in(client, an_organizer(a_union(), role=role))

    assert client.get("/desk/marks").status_code == 404


def test_a_mark_of_another_union_is_not_listed_nor_answered(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made, elsewhere = an_activity(), an_activity(title="别家的活动", starts_in=timedelta(days=9))
    ref, _mine = missed(小王, made, objection="我签到了")
    _other, theirs = missed(小赵, elsewhere, objection="我也签到了")
    sign_in(client, an_organizer(a_union("中芯国际工会")))

    assert "签到了" not in client.get("/desk/marks?tab=all").text

    sign_in(client, an_organizer(a_union()))
    assert answers(client, made, ref, theirs, lifted="1", because="人在") == 404
    assert the_mark(theirs).lifted_at is None
