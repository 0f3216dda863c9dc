"""What a page tells of marks, of a missed evening, and of a place that a colleague has now."""

from datetime import timedelta

import pytest

from tests.booking.steps import HOUR, asks, gives_back, state
from tests.browsing import Client, at_time, by_id, words
from tests.builders import Made, a_worker, an_activity
from tests.builders.noted import a_mark
from tests.web.asking import a_token, press_by_htmx
from yiqi import clock
from yiqi.booking import handing, marks
from yiqi.people.models import Person

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

DAY = timedelta(days=1)


@pytest.fixture
def 记了两次(client: Client, 小王: Person) -> Person:
    """小王, signed in, with two marks that count."""
    for hours in (60, 90):
        a_mark(asks(小王, an_activity(starts_in=timedelta(hours=hours)), at=clock.now()).ref)
    client.sign_in(小王)
    return 小王


def full() -> Made:
    made = an_activity(places=1, starts_in=10 * DAY)
    asks(a_worker(), made, at=clock.now())
    return made


def block(client: Client, made: Made) -> str:
    page = client.get(f"/activities/{made.activity_id}")
    return words(by_id(page, f"booking-{made.slot_id}")).replace("\u00a0", " ")


def test_with_two_marks_a_full_activity_promises_no_place_in_the_queue(
    client: Client, 记了两次: Person
) -> None:
    made = full()

    before = block(client, made)
    form = client.get(f"/slots/{made.slot_id}/sign-up")

    assert "最近记了两次" in before
    assert "组织者先同意，再排候补" in before
    assert "加入候补" not in before
    assert "申请候补" in before
    assert "最近记了两次" in words(by_id(form, "watched"))
    assert "申请候补" in words(by_id(form, "submit"))
    ticket = asks(记了两次, made, at=clock.now())
    assert state(ticket) == "pending"
    assert "因为最近记了两次" in block(client, made)


def test_without_marks_or_with_places_left_nothing_of_it_is_said(
    client: Client, 小赵: Person, 记了两次: Person
) -> None:
    free = an_activity(places=3, starts_in=10 * DAY)
    assert "最近记了两次" not in block(client, free)
    made = full()

    client.sign_in(小赵)

    assert "加入候补" in block(client, made)
    assert "最近记了两次" not in block(client, made)


def test_after_an_objection_the_page_no_longer_asks_for_approval(client: Client, 记了两次: Person) -> None:
    page = client.get("/me/marks")
    assert "要组织者点头" in words(by_id(page, "approval"))
    first = marks.of(记了两次.id, clock.now())[0].mark.id

    answer = press_by_htmx(client, page, f"/me/marks/{first}/objection", objection="我到了，手机没电")

    assert by_id(answer, "approval").get("hx-swap-oob") == "true"
    assert words(by_id(answer, "approval")) == ""
    assert "记了 1 次，1 次在核实" in words(by_id(client.get("/me"), "my-marks")).replace("\u00a0", " ")


def test_who_handed_a_place_on_reads_that_they_need_not_come(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(places=2, max_party=2)
    mine = asks(小王, made, at=clock.now(), party=2)
    held = handing.hold_out(ref=mine.ref, person_id=小王.id, at=clock.now())
    client.sign_in(小王)
    assert "已发出交接链接" in block(client, made)

    client.sign_in(小赵)
    offered = client.get(f"/hand/{held.token}").text.replace("\u00a0", " ")
    assert f"{小王.name[:1]}** 把名额交给你" in offered
    assert 小王.name not in offered
    assert "连你 2 人" in offered
    handing.take_over(token=held.token, person_id=小赵.id, at=clock.now())

    client.sign_in(小王)
    told = block(client, made)
    assert "已交给同事" in told
    assert "你不用来了，不记爽约" in told
    assert "已交给同事" in words(by_id(client.get("/me?tab=past"), f"mine-{mine.ref}"))


def test_who_only_cancelled_handed_nothing_on(client: Client, 小王: Person) -> None:
    made = an_activity(places=2)
    mine = asks(小王, made, at=clock.now())
    gives_back(小王, mine, at=clock.now())
    client.sign_in(小王)

    assert "已交给同事" not in block(client, made)
    assert "已交给同事" not in client.get("/me?tab=past").text


def test_a_missed_evening_shows_no_code_to_scan_and_the_way_to_object(client: Client, 小王: Person) -> None:
    made = an_activity(places=2)
    mine = asks(小王, made, at=clock.now())
    client.sign_in(小王)
    assert 'class="qr"' in client.get(f"/activities/{made.activity_id}").text

    with at_time(made.ends_at + DAY + HOUR):
        mark_id = a_mark(mine.ref)
        client.sign_in(小王)
        page = client.get(f"/activities/{made.activity_id}")
        told = block(client, made)
        assert 'class="qr"' not in page.text
        assert "没有签到" in told
        assert "前说明" in told
        assert "说明情况" in told
        assert "活动已经开始" not in told
        assert by_id(page, f"places-{made.slot_id}").get("hidden") is not None
        assert "没有签到" in words(by_id(client.get("/me?tab=past"), f"mine-{mine.ref}"))
        marks.object_to(mark_id=mark_id, person_id=小王.id, text="到了", at=clock.now())
        assert "组织者在核实，有结果前不算" in block(client, made)


def test_one_who_answers_an_offer_twice_is_told_how_to_give_it_up(client: Client, 小王: Person) -> None:
    made = an_activity(places=2)
    mine = asks(小王, made, at=clock.now())
    client.sign_in(小王)

    answer = client.post(
        f"/bookings/{mine.ref}/decline",
        data={"csrf_token": a_token(client)},
        headers={"HX-Request": "true"},
    )

    assert "你已经确认参加了" in words(by_id(answer, "say"))
