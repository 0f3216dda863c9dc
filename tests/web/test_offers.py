"""An offer on the pages: held out, taken, passed on, run out; and a place that goes to a colleague."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.booking.steps import HOUR, asks, gives_back, state
from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, a_worker, an_activity
from tests.web.asking import a_token, out_of_band, press_by_htmx
from tests.web.test_live import poll
from yiqi import clock
from yiqi.activities.models import Allocation
from yiqi.booking import handing
from yiqi.booking.asking import Ticket
from yiqi.people.models import Person

Stage = tuple[Made, Person, Ticket]


@pytest.fixture
def offered(client: Client, 小王: Person) -> Iterator[Stage]:
    """A seat that is held out to 小王, who is signed in; two hours before eight in the evening at the latest."""
    with at_time(clock.at(clock.today() + timedelta(days=1), 12)):
        now = clock.now()
        made = an_activity(places=1, starts_in=8 * HOUR, title="羽毛球大厅")
        holder = a_worker()
        held, mine = asks(holder, made, at=now), asks(小王, made, at=now)
        gives_back(holder, held, at=now)
        client.sign_in(小王)
        yield made, 小王, mine


def section(client: Client, made: Made) -> dict[str, str | None]:
    return dict(by_id(client.get(f"/activities/{made.activity_id}"), f"booking-{made.slot_id}").attrib)


def test_the_page_says_until_when_the_seat_is_held_and_has_both_answers(
    client: Client, offered: Stage
) -> None:
    made, _me, mine = offered

    page = client.get(f"/activities/{made.activity_id}")
    block = by_id(page, f"booking-{made.slot_id}")

    assert (block.get("data-state"), block.get("data-ref")) == ("offered", mine.ref)
    assert block.get("data-until") == clock.beijing(clock.now() + 2 * HOUR).isoformat()
    assert "轮到你了，名额留到 14:00" in words(block)
    assert "还剩 2 小时 0 分" in words(block)
    assert [words(button) for button in block.iter("button")] == ["让给下一位", "确认参加"]


@pytest.mark.parametrize(("answer", "becomes"), [("accept", "confirmed"), ("decline", "declined")])
def test_either_answer_is_one_press_without_javascript(
    client: Client, offered: Stage, answer: str, becomes: str
) -> None:
    made, _me, mine = offered
    page = client.get(f"/activities/{made.activity_id}")

    for _time in range(2):
        pressed = client.press(page, f"/bookings/{mine.ref}/{answer}")

        assert pressed.status_code == 303
        assert pressed.location.endswith(f"/activities/{made.activity_id}#booking-{made.slot_id}")
        assert state(mine) == becomes
    assert section(client, made)["data-state"] == becomes


@pytest.mark.parametrize(
    ("answer", "becomes", "said"),
    [("accept", "confirmed", "报名成功"), ("decline", "declined", "你让出了名额，谢谢")],
)
def test_by_htmx_the_answer_is_the_new_state_and_is_spoken(
    client: Client, offered: Stage, answer: str, becomes: str, said: str
) -> None:
    made, _me, mine = offered
    page = client.get(f"/activities/{made.activity_id}")

    pressed = press_by_htmx(client, page, f"/bookings/{mine.ref}/{answer}")

    assert by_id(pressed, f"booking-{made.slot_id}").get("data-state") == becomes
    assert words(out_of_band(pressed.text)["say"]) == said


def test_an_open_page_hears_of_the_offer_by_its_poll(client: Client, 小王: Person) -> None:
    with at_time(clock.at(clock.today() + timedelta(days=1), 12)) as time:
        made = an_activity(places=1, starts_in=8 * HOUR)
        holder = a_worker()
        held = asks(holder, made, at=clock.now())
        asks(小王, made, at=clock.now())
        client.sign_in(小王)
        page = client.get(f"/activities/{made.activity_id}")
        gives_back(holder, held, at=clock.now())
        time.shift(timedelta(seconds=1))

        news = out_of_band(poll(client, page).text)

    assert news[f"booking-{made.slot_id}"].get("data-state") == "offered"
    assert "轮到你了" in words(news["say"])


def test_pressed_too_late_the_seat_is_the_next_persons_and_the_page_says_so(
    client: Client, offered: Stage
) -> None:
    made, _me, mine = offered
    behind = asks(a_worker(), made, at=clock.now())
    page = client.get(f"/activities/{made.activity_id}")
    with at_time(clock.now() + 2 * HOUR):
        late = client.follow(client.press(page, f"/bookings/{mine.ref}/accept"))

    block = by_id(late, f"booking-{made.slot_id}")
    assert (block.get("data-state"), block.get("data-place")) == ("waiting", "1")
    assert "上次轮到你时没有在时间内确认，名额转给了下一位，你排到了最后" in words(block)
    assert state(behind) == "offered"


def test_pressed_too_late_where_nobody_else_waits_the_seat_is_still_there(
    client: Client, offered: Stage
) -> None:
    made, _me, mine = offered
    page = client.get(f"/activities/{made.activity_id}")
    with at_time(clock.now() + 2 * HOUR):
        client.press(page, f"/bookings/{mine.ref}/accept")

    assert state(mine) == "confirmed"


def test_home_and_mine_say_that_a_seat_is_held_and_the_tab_counts_it(client: Client, offered: Stage) -> None:
    _made, _me, mine = offered

    for path in ("/", "/me", "/me?tab=waiting"):
        page = client.get(path)
        assert "羽毛球大厅" in words(by_id(page, f"offer-{mine.ref}"))
        assert "14:00 前确认（还有 2 小时 0 分）" in words(by_id(page, f"offer-{mine.ref}"))
        dots = [words(one) for one in parsed(page).iter("span") if one.get("class") == "bar__dot"]
        assert dots == ["待处理 1"]


def test_somebody_elses_offer_is_not_there(client: Client, offered: Stage) -> None:
    _made, _me, mine = offered
    client.sign_in(a_worker())

    assert f"offer-{mine.ref}" not in client.get("/").text
    token = a_token(client)
    for answer in ("accept", "decline"):
        assert client.post(f"/bookings/{mine.ref}/{answer}", data={"csrf_token": token}).status_code == 404
    assert state(mine) == "offered"


def test_a_place_is_handed_on_by_a_link(client: Client, 小王: Person, 小赵: Person) -> None:
    made = an_activity(places=2, title="观影")
    mine = asks(小王, made, at=clock.now())
    client.sign_in(小王)
    page = client.get(f"/bookings/{mine.ref}/hand-on")
    assert client.press(page, f"/bookings/{mine.ref}/hand-on").status_code == 303
    shown = client.get(f"/bookings/{mine.ref}/hand-on")
    link = by_id(shown, "link").get("value") or ""
    path = "/hand/" + link.rpartition("/")[2]

    client.sign_in(小赵)
    taken = client.press(client.get(path), path)

    assert taken.status_code == 303
    assert section(client, made)["data-state"] == "confirmed"
    assert state(mine) == "cancelled"
    assert client.get(path).status_code == 404


def test_a_link_that_was_taken_back_says_so(client: Client, 小王: Person, 小赵: Person) -> None:
    made = an_activity(places=2)
    mine = asks(小王, made, at=clock.now())
    token = handing.hold_out(ref=mine.ref, person_id=小王.id, at=clock.now()).token
    client.sign_in(小王)
    page = client.get(f"/bookings/{mine.ref}/hand-on")
    client.press(page, f"/bookings/{mine.ref}/hand-on")
    client.sign_in(小赵)

    gone = client.get(f"/hand/{token}")

    assert gone.status_code == 404
    assert "这个链接用不了了" in gone.text


def test_while_somebody_waits_the_link_says_that_they_come_first(
    client: Client, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    made = an_activity(places=1)
    mine = asks(小王, made, at=clock.now())
    asks(老陈, made, at=clock.now())
    token = handing.hold_out(ref=mine.ref, person_id=小王.id, at=clock.now()).token
    client.sign_in(小赵)

    refused = client.press(client.get(f"/hand/{token}"), f"/hand/{token}")

    assert refused.status_code == 409
    assert "有人在候补" in refused.text
    assert state(mine) == "confirmed"


def test_what_was_approved_for_a_person_has_no_link(client: Client, 小王: Person) -> None:
    made = an_activity(places=2, allocation=Allocation.APPROVAL)
    mine = asks(小王, made, at=clock.now())
    client.sign_in(小王)

    assert client.get(f"/bookings/{mine.ref}/hand-on").status_code == 303
