"""The one poller of a page: silent while nothing changed, exact when something did, quick around an opening, then quiet."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, a_worker, an_activity
from tests.web.asking import HTMX, out_of_band
from yiqi import clock
from yiqi.booking import places
from yiqi.live import snapshot
from yiqi.people.models import Person
from yiqi.web.crowds import WAITED

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a second here for a process's picture to be taken anew."""
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0)


def takes(made: Made, person: Person, nonce: str = "n") -> str:
    return places.sign_up(slot_id=made.slot_id, person_id=person.id, party=1, nonce=nonce, at=clock.now()).ref


def poller(page: TestResponse) -> tuple[str, int]:
    """Where a page's poller asks, and how many seconds apart; an empty address when it has stopped."""
    element = by_id(page, "poller")
    found = re.search(r"every ([0-9]+)s", element.get("hx-trigger", ""))
    return element.get("hx-get", ""), int(found[1]) if found else 0


def poll(client: Client, page: TestResponse) -> TestResponse:
    return client.get(poller(page)[0], headers=HTMX)


def address(made: Made, view: str) -> str:
    return {"page": f"/activities/{made.activity_id}", "list": "/", "mine": "/me"}[view]


@pytest.mark.parametrize("view", ["page", "list", "mine"])
def test_while_nothing_changed_it_is_silent(client: Client, view: str) -> None:
    me, made = a_worker(), an_activity(places=6)
    takes(made, me)
    client.sign_in(me)
    page = client.get(address(made, view))

    for _time in range(3):
        answer = poll(client, page)
        assert (answer.status_code, answer.data) == (204, b"")
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_change_brings_count_state_and_the_next_poller_of_that_slot_alone(client: Client) -> None:
    watched, other = an_activity(places=6), an_activity(places=6)
    me = a_worker(name="王小明")
    client.sign_in(me)
    page = client.get(address(watched, "page"))
    takes(other, a_worker())
    assert poll(client, page).status_code == 204

    takes(watched, a_worker())
    answer = poll(client, page)

    assert answer.status_code == 200
    aside = out_of_band(answer.text)
    assert set(aside) == {f"places-{watched.slot_id}", f"booking-{watched.slot_id}"}
    assert aside[f"places-{watched.slot_id}"].get("data-held") == "1"
    assert poller(answer)[0] != poller(page)[0]
    assert poll(client, answer).status_code == 204


def test_a_picture_is_half_a_second_old_at_the_most(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0.5)
    made = an_activity(places=6)
    page = client.get(address(made, "page"))
    assert poll(client, page).status_code == 204
    takes(made, a_worker())

    until = time.monotonic() + 1
    while poll(client, page).status_code == 204:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_list_brings_counts_only(client: Client) -> None:
    made = an_activity(places=6)
    page = client.get("/")
    takes(made, a_worker())

    answer = poll(client, page)

    aside = out_of_band(answer.text)
    assert set(aside) == {f"places-{made.slot_id}"}
    assert words(aside[f"places-{made.slot_id}"]) == "余 5 / 6"
    assert aside[f"places-{made.slot_id}"].get("class") == by_id(
        client.get("/"), f"places-{made.slot_id}"
    ).get("class")
    assert poll(client, answer).status_code == 204


def test_while_people_stand_in_line_those_who_only_look_ask_less_often(client: Client) -> None:
    made = an_activity(places=2)
    page = client.get("/")
    takes(made, a_worker())

    quick, slow = (
        poller(client.get(poller(page)[0], headers=HTMX, environ_overrides={WAITED: waited}))[1]
        for waited in (0.0, 5.0)
    )
    assert quick <= 24
    assert slow >= 40


def test_my_own_list_is_told_to_fetch_itself(client: Client) -> None:
    me, made = a_worker(), an_activity(places=6)
    takes(made, me)
    client.sign_in(me)
    page = client.get("/me")
    takes(made, a_worker())

    answer = poll(client, page)

    assert answer.headers["HX-Trigger"] == "yiqi:mine"
    bookings = by_id(page, "bookings")
    assert "yiqi:mine from:body" in bookings.get("hx-trigger", "")
    assert bookings.get("hx-get") == "/me?tab=coming"


def test_the_next_in_line_is_told_when_the_turn_comes(client: Client) -> None:
    first, me = a_worker(), a_worker(name="王小明")
    made = an_activity(places=1)
    ref = takes(made, first)
    takes(made, me)
    client.sign_in(me)
    page = client.get(address(made, "page"))
    assert by_id(page, f"booking-{made.slot_id}").get("data-state") == "waiting"

    places.cancel(ref=ref, person_id=first.id, at=clock.now())
    answer = poll(client, page)

    aside = out_of_band(answer.text)
    assert aside[f"booking-{made.slot_id}"].get("data-state") == "confirmed"
    assert aside[f"booking-{made.slot_id}"].get("data-focus") is None
    assert words(aside["say"]) == "轮到你了，报名成功"


def test_a_place_that_moves_up_and_the_last_seat_gone_are_said(client: Client) -> None:
    made = an_activity(places=1)
    me, second = a_worker(name="王小明"), a_worker()
    client.sign_in(me)
    page = client.get(address(made, "page"))
    takes(made, a_worker())
    assert words(out_of_band(poll(client, page).text)["say"]) == "刚刚满了，可以排候补"

    ref = takes(made, second)
    takes(made, me)
    page = client.get(address(made, "page"))
    places.cancel(ref=ref, person_id=second.id, at=clock.now())
    assert words(out_of_band(poll(client, page).text)["say"]) == "你现在是候补第 1 位"

    page = client.get(address(made, "page"))
    places.call_off(activity_id=made.activity_id, at=clock.now())
    assert words(out_of_band(poll(client, page).text)["say"]) == "活动取消了"


def test_what_others_do_is_not_said(client: Client) -> None:
    made = an_activity(places=6)
    page = client.get(address(made, "page"))
    takes(made, a_worker())
    assert "say" not in out_of_band(poll(client, page).text)


def test_the_clock_alone_opens_a_page(site: Flask, client: Client) -> None:
    made = an_activity(places=6, opens_in=timedelta(minutes=10))
    client.sign_in(a_worker(name="王小明"))

    with at_time(made.opens_at - SECOND):
        page = client.get(address(made, "page"))
        assert by_id(page, f"booking-{made.slot_id}").get("data-state") == "not_open"
        assert poll(client, page).status_code == 204
    with at_time(made.opens_at):
        answer = poll(client, page)
        aside = out_of_band(answer.text)
        assert aside[f"booking-{made.slot_id}"].get("data-state") == "open"
        assert words(aside["say"]) == "现在可以报名了"
        assert poll(client, answer).status_code == 204


@pytest.mark.parametrize("instant", ["closes", "cancel deadline", "promotion ends", "starts"])
def test_each_deadline_makes_a_page_read_differently_by_itself(client: Client, instant: str) -> None:
    made = an_activity(places=6, closes_in=timedelta(hours=60))
    at = {
        "closes": made.closes_at,
        "cancel deadline": made.starts_at - timedelta(minutes=120),
        "promotion ends": made.starts_at - timedelta(minutes=60),
        "starts": made.starts_at,
    }[instant]
    with at_time(at - SECOND):
        page = client.get(address(made, "page"))
        assert poll(client, page).status_code == 204
    with at_time(at):
        assert poll(client, page).status_code == 200


@pytest.mark.parametrize("view", ["page", "list", "mine"])
def test_when_it_is_over_the_polling_ends(client: Client, view: str) -> None:
    me, made = a_worker(), an_activity(places=6, starts_in=timedelta(hours=1))
    takes(made, me)
    client.sign_in(me)
    page = client.get(address(made, view))

    with at_time(made.ends_at):
        last = poll(client, page)
        assert last.status_code in (200, 286)
        if last.status_code == 200:
            assert poller(last) == ("", 0)
        assert client.get(f"/live?slots={made.slot_id}.99", headers=HTMX).status_code in (200, 286)
        assert poller(client.get(address(made, "page"))) == ("", 0)
    assert client.get("/live", headers=HTMX).status_code == 286
    assert client.get("/live?slots=987654.1", headers=HTMX).status_code == 286


def seconds(client: Client, path: str) -> set[int]:
    return {poller(client.get(path))[1] for _time in range(40)}


def test_the_server_sets_the_interval_with_a_fifth_of_jitter(client: Client) -> None:
    made = an_activity(places=6)
    on_page, on_list = seconds(client, address(made, "page")), seconds(client, "/")
    assert on_page <= set(range(12, 19))
    assert on_list <= set(range(16, 25))
    assert min(len(on_page), len(on_list)) > 2


@pytest.mark.parametrize(
    ("before", "rush"), [(121, False), (120, True), (0, True), (-299, True), (-300, False)]
)
@pytest.mark.parametrize("view", ["page", "list"])
def test_around_an_opening_it_asks_every_three_seconds(
    client: Client, view: str, before: int, rush: bool
) -> None:
    made = an_activity(places=6, opens_in=timedelta(hours=1))
    with at_time(made.opens_at - before * SECOND):
        found = {poller(client.get(address(made, view)))[1] for _time in range(8)}
    assert (found <= {2, 3, 4}) is rush


def test_a_page_that_comes_back_asks_at_once_and_none_asks_by_a_filter(client: Client) -> None:
    made = an_activity(places=6)
    trigger = by_id(client.get(address(made, "page")), "poller").get("hx-trigger", "")
    assert re.fullmatch(r"every [0-9]+s, yiqi:stale from:document", trigger)


def test_a_visitor_is_never_told_of_anybodys_booking(client: Client) -> None:
    me, made = a_worker(name="某某某"), an_activity(places=6)
    page = client.get(address(made, "page"))
    ref = takes(made, me)
    answer = poll(client, page)
    assert ref not in answer.text
    assert by_id(answer, f"booking-{made.slot_id}").get("data-state") == "signed_out"


def test_what_a_poll_brings_is_what_the_page_would_show(client: Client) -> None:
    made = an_activity(places=6)
    client.sign_in(a_worker(name="王小明"))
    page = client.get(address(made, "page"))
    takes(made, a_worker())

    aside, fresh = out_of_band(poll(client, page).text), client.get(address(made, "page"))

    for name, brought in aside.items():
        shown = by_id(fresh, name)
        assert {**brought.attrib, "hx-swap-oob": ""} == {**shown.attrib, "hx-swap-oob": ""}
        assert words(brought) == words(shown)
    assert len(parsed(page).findall(".//*[@hx-swap-oob]")) == 0
