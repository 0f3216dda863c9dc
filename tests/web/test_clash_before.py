"""Whoever holds a place at the same time is told so before they press, by the rule by which they would be refused."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.booking.steps import asks, gives_back, slot
from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, a_worker, an_activity
from tests.promises.measured import counted
from tests.web.asking import a_token
from yiqi import clock
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import attendance
from yiqi.booking.rules.asking import Refused
from yiqi.people.models import Person

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = timedelta(hours=72)


def evening(start: timedelta, *, places: int = 5, title: str = "读书会") -> Made:
    return an_activity(starts_in=start, lasts=2 * HOUR, places=places, title=title)


def full(made: Made) -> Made:
    asks(a_worker(), made, at=clock.now())
    return made


def is_offered(client: Client, made: Made) -> bool:
    """Whether the page has a button to sign up or to wait, at one tap or by its form."""
    ids = {one.get("id") for one in parsed(client.get(f"/activities/{made.activity_id}")).iter()}
    told, offered = f"clash-{made.slot_id}" in ids, f"more-{made.slot_id}" in ids
    assert told is not offered
    return offered


@pytest.mark.parametrize("crowded", [False, True])
@pytest.mark.parametrize(
    ("start", "clashes"),
    [
        (START, True),
        (START + 2 * HOUR - MINUTE, True),
        (START + 2 * HOUR, False),
        (START - 2 * HOUR, False),
        (START - 2 * HOUR + MINUTE, True),
    ],
)
def test_the_page_offers_what_the_verb_gives(
    client: Client, 小王: Person, start: timedelta, clashes: bool, crowded: bool
) -> None:
    held = asks(小王, evening(START, title="篮球联赛"), at=clock.now())
    made = full(evening(start, places=1)) if crowded else evening(start)
    client.sign_in(小王)

    assert is_offered(client, made) is not clashes
    if clashes:
        page = client.get(f"/activities/{made.activity_id}")
        assert "篮球联赛" in words(by_id(page, f"h-booking-{made.slot_id}"))
        assert by_id(page, f"clash-{made.slot_id}").get("href") == f"/t/{held.ref}"
        with pytest.raises(Refused, match="clash"):
            asks(小王, made, at=clock.now())
    else:
        assert asks(小王, made, at=clock.now()).state in ("confirmed", "waiting")


def test_only_a_place_that_is_held_keeps_out(client: Client, 小王: Person) -> None:
    waits = asks(小王, full(evening(START, places=1)), at=clock.now())
    made = evening(START + HOUR)
    client.sign_in(小王)

    assert waits.state == "waiting"
    assert is_offered(client, made)
    assert asks(小王, made, at=clock.now()).state == "confirmed"


def test_between_the_evenings_of_a_course_one_is_free_and_on_the_last_one_is_not(
    client: Client, 小王: Person
) -> None:
    starts = [clock.now() + START + week * timedelta(days=7) for week in range(3)]
    asks(小王, an_activity(meetings=[Meeting(one, one + 2 * HOUR) for one in starts]), at=clock.now())
    client.sign_in(小王)

    assert is_offered(client, evening(START + timedelta(days=3)))
    assert not is_offered(client, evening(START + timedelta(days=14)))


def test_another_group_of_the_same_activity_says_which_one_they_are_in(client: Client, 小王: Person) -> None:
    made = an_activity(pools=[Pool(2, "A 看台"), Pool(2, "B 看台")])
    asks(小王, made.slot_ids[0], at=clock.now())
    client.sign_in(小王)

    page = client.get(f"/activities/{made.activity_id}")

    assert "A 看台" in words(by_id(page, f"h-booking-{made.slot_ids[1]}"))


def test_who_gave_a_place_back_and_took_another_is_told_before_they_ask_again(
    client: Client, 小王: Person
) -> None:
    made = evening(START)
    gives_back(小王, asks(小王, made, at=clock.now()), clock.now())
    client.sign_in(小王)
    assert is_offered(client, made)

    asks(小王, evening(START + HOUR), at=clock.now())

    assert not is_offered(client, made)
    pressed = {"party": "1", "nonce": "an old page", "csrf_token": a_token(client)}
    assert client.post(f"/slots/{made.slot_id}/bookings", data=pressed).status_code == 409


def test_it_costs_nothing_whom_it_does_not_concern(site: Flask, client: Client, 小王: Person) -> None:
    made = evening(START)
    page = f"/activities/{made.activity_id}"
    client.sign_in(小王)
    client.get(page)
    with counted() as free:
        client.get(page)
    asks(小王, evening(START + HOUR), at=clock.now())
    with counted() as busy:
        client.get(page)

    assert len(busy) == len(free) + 1


@pytest.mark.parametrize(
    ("has_come", "minutes", "says"),
    [
        (False, -30, "同一时间只能去一场，取消那一场再来"),
        (True, -30, "你已在那一场签到，同一时间只能去一场"),
        (False, 5, "那一场已经开始，不能取消了，同一时间只能去一场"),
        (True, 5, "你已在那一场签到，同一时间只能去一场"),
    ],
)
def test_nobody_is_told_to_give_back_what_cannot_be_given_back(
    client: Client, 小王: Person, has_come: bool, minutes: int, says: str
) -> None:
    made = an_activity(
        pools=[Pool(5, "上午组"), Pool(5, "下午组")], starts_in=START, lasts=2 * HOUR, closes_in=START + HOUR
    )
    late = an_activity(starts_in=START + HOUR, lasts=2 * HOUR, places=5)
    ticket = asks(小王, made.slot_ids[0], at=clock.now())
    with at_time(made.starts_at + minutes * MINUTE, tick=True):
        if has_come:
            (evening_,) = slot(made.slot_ids[0]).occurrences
            attendance.check_in(ref=ticket.ref, occurrence_id=evening_.id, at=clock.now(), by_id=None)
        client.sign_in(小王)
        page = client.get(f"/activities/{late.activity_id}")
        other = client.get(f"/activities/{made.activity_id}")
        refused = client.post(
            f"/slots/{late.slot_id}/bookings",
            data={"csrf_token": a_token(client), "nonce": "n", "party": "1"},
        )

    assert says in words(by_id(page, f"booking-{late.slot_id}"))
    assert refused.status_code == 409
    assert says in refused.text
    if minutes < 0:
        assert says in words(by_id(other, f"booking-{made.slot_ids[1]}"))
