"""Adding somebody by hand and moving them: the form says what is left where, the answer what became of it."""

from datetime import timedelta

from werkzeug.test import TestResponse

from tests.booking.steps import asks, row
from tests.browsing import Client, by_id, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer, workers
from yiqi import clock
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Pool
from yiqi.booking.rules.states import State

DAY = timedelta(days=1)


def three_groups(client: Client, **options: object) -> Made:
    """上午 is full and one waits, 下午 has three left, 晚上 takes everybody; and the client of who organizes it."""
    pools = [
        Pool(label="上午", capacity=1),
        Pool(label="下午", capacity=3),
        Pool(label="晚上", capacity=None),
    ]
    made = an_activity(pools=pools, max_party=4, **options)  # type: ignore[arg-type]
    client.sign_in(an_organizer(a_union()))
    return made


def fills(made: Made, *, waits: int = 1) -> None:
    for person in workers(1 + waits):
        asks(person, made, at=clock.now())


def options_of(page: TestResponse, select: str) -> dict[str, bool]:
    """What each option of a select says, with whether it is the chosen one."""
    return {words(one): one.get("selected") is not None for one in by_id(page, select).iter("option")}


def what_is_left(page: TestResponse, select: str) -> list[str]:
    return [one.split(" · ", 1)[-1] for one in options_of(page, select)]


def chosen(page: TestResponse, select: str) -> str:
    (found,) = [one for one, is_chosen in options_of(page, select).items() if is_chosen]
    return found[:2]


def adding(made: Made) -> str:
    return f"/desk/activities/{made.activity_id}/add"


def adds(client: Client, made: Made, slot: int, phone: str, **more: str) -> TestResponse:
    typed = {"slot": str(slot), "phone": phone, "name": "孙丽"} | more
    return client.follow(client.press(client.get(adding(made)), adding(made), **typed))


def told(page: TestResponse) -> tuple[str, bool]:
    """What the page says that was done, and whether it is told as good news."""
    found = by_id(page, "did")
    return words(found).replace("\u00a0", " "), "note--ok" in found.get("class", "")


def test_who_adds_somebody_reads_what_is_left_everywhere_and_the_first_with_room_is_chosen(
    client: Client,
) -> None:
    made = three_groups(client)
    fills(made)

    page = client.get(adding(made))

    assert what_is_left(page, "slot") == ["已满 · 候补 1 人", "余 3", "不限名额"]
    assert chosen(page, "slot") == "下午"


def test_the_slot_that_the_roster_was_narrowed_to_stays_chosen_though_it_is_full(client: Client) -> None:
    made = three_groups(client)
    fills(made, waits=0)

    page = client.get(f"{adding(made)}?slot={made.slot_id}")

    assert what_is_left(page, "slot")[0] == "已满"
    assert chosen(page, "slot") == "上午"


def test_what_is_drawn_by_lot_says_so_and_who_is_added_is_told_of_as_being_in_the_draw(
    client: Client,
) -> None:
    now = clock.now()
    made = an_activity(places=5, allocation=Allocation.DRAW, closes_in=DAY, draw_at=now + DAY)
    client.sign_in(an_organizer(a_union()))

    page = adds(client, made, made.slot_id, "13911112222")

    assert what_is_left(client.get(adding(made)), "slot") == ["共 5 个名额，摇号给"]
    assert told(page) == ("已报上，等摇号。通知已发给对方。", False)


def test_who_is_added_to_what_is_full_is_said_to_wait_and_at_which_place(client: Client) -> None:
    made = three_groups(client)
    fills(made)

    page = adds(client, made, made.slot_id, "13911112222")

    assert told(page) == ("已满，排在候补第 2 位。通知已发给对方。", False)


def test_who_is_added_with_a_place_is_good_news(client: Client) -> None:
    made = three_groups(client)

    page = adds(client, made, made.slot_ids[1], "13911112222")

    assert told(page) == ("已加上，通知已发给对方。", True)


def test_a_party_that_is_too_big_for_what_is_left_waits_though_it_is_not_full(client: Client) -> None:
    made = three_groups(client)
    asks(a_worker(), made, at=clock.now())
    afternoon = made.slot_ids[1]

    adds(client, made, afternoon, "13911112222", party="2")
    page = adds(client, made, afternoon, "13911113333", party="2")

    assert told(page) == ("还没有名额，排在候补第 1 位。通知已发给对方。", False)
    assert what_is_left(client.get(adding(made)), "slot")[1] == "余 1 · 先给候补 1 人"
    assert chosen(client.get(adding(made)), "slot") == "晚上"


def test_who_is_moved_sees_what_is_left_elsewhere_and_the_first_with_room_for_them_is_chosen(
    client: Client,
) -> None:
    made = three_groups(client)
    fills(made)
    afternoon = made.slot_ids[1]
    for person in workers(2):
        asks(person, afternoon, at=clock.now())
    one, two = (asks(a_worker(), made.slot_ids[2], party=party, at=clock.now()) for party in (1, 2))
    here = f"/desk/activities/{made.activity_id}/bookings"
    address = f"{here}/{one.ref}"

    page = client.get(address)
    moved = client.press(page, f"{address}/move", slot=str(made.slot_id), may_wait="1", because="自己要换")

    assert what_is_left(page, "move-slot") == ["已满 · 候补 1 人", "余 1"]
    assert chosen(page, "move-slot") == "下午"
    assert chosen(client.get(f"{here}/{two.ref}"), "move-slot") == "上午"
    assert told(client.follow(moved)) == ("已换过去，排在那边候补第 2 位。通知已发给对方。", False)
    assert row(one).state is State.CANCELLED
