"""Races over HTTP against two gunicorn processes of 32 threads, on both databases, with the guard on and off."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.concurrency.crowd import Answer, ask, at_once, audit, found, publish, token, workers
from tests.servers import PostgreSQL, migrate, running_site

pytestmark = pytest.mark.race
MISCOUNTED = """
    SELECT count(*) FROM slot s
    WHERE s.held <> (SELECT coalesce(sum(b.party), 0) FROM booking b
                     WHERE b.slot_id = s.id AND b.state IN ('confirmed', 'offered'))
       OR s.waiting <> (SELECT count(*) FROM booking b WHERE b.slot_id = s.id AND b.state = 'waiting')
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        url = f"sqlite:///{Path(tmp_path_factory.mktemp('race')) / 'yiqi.db'}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.new_database()
    migrate(url)
    return url


@pytest.fixture(scope="module")
def site(database_url: str) -> Iterator[str]:
    with running_site(database_url) as base:
        yield base


def stampede(
    base: str, database_url: str, people: int, places: int
) -> tuple[list[dict[str, object]], set[int]]:
    """Everybody presses 我要报名 at once; answers the slot's bookings and the statuses."""
    activity, slot = publish(database_url, "--capacity", str(places))
    cookies = workers(database_url, people)
    tokens = {cookie: token(ask(base, "GET", f"/activities/{activity}", cookie)) for cookie in cookies}
    deeds = [
        partial(
            ask,
            base,
            "POST",
            f"/slots/{slot}/bookings",
            cookie,
            {"party": "1", "nonce": f"n{number}", "csrf_token": tokens[cookie]},
        )
        for number, cookie in enumerate(cookies)
    ]
    statuses = set(at_once(deeds))
    return audit(database_url, slot), statuses


def test_two_hundred_for_five_places_give_five_and_a_queue_without_gap(site: str, database_url: str) -> None:
    bookings, statuses = stampede(site, database_url, people=200, places=5)

    states = [booking["state"] for booking in bookings]
    assert statuses == {303}
    assert (states.count("confirmed"), states.count("waiting")) == (5, 195)
    assert [booking["place"] for booking in bookings if booking["state"] == "waiting"] == list(range(1, 196))
    assert found(database_url, MISCOUNTED) == (0,)
    assert len(set(found(database_url, "SELECT count(DISTINCT seq), count(*) FROM booking"))) == 1


def test_without_the_guard_the_same_crowd_oversells(database_url: str) -> None:
    with running_site(database_url, app="tests.concurrency.unguarded:app") as base:
        bookings, _statuses = stampede(base, database_url, people=100, places=5)

    assert [booking["state"] for booking in bookings].count("confirmed") > 5


def test_one_person_pressing_fifty_times_books_once(site: str, database_url: str) -> None:
    activity, slot = publish(database_url, "--capacity", "30")
    (cookie,) = workers(database_url, 1)
    held = token(ask(site, "GET", f"/activities/{activity}", cookie))
    deeds = [
        partial(
            ask,
            site,
            "POST",
            f"/slots/{slot}/bookings",
            cookie,
            {"party": "1", "nonce": f"n{number % 25}", "csrf_token": held},
        )
        for number in range(50)
    ]

    statuses = at_once(deeds)

    assert statuses == {303: 50}
    assert [booking["state"] for booking in audit(database_url, slot)] == ["confirmed"]


def test_one_booking_cancelled_twenty_times_moves_one_person_up(site: str, database_url: str) -> None:
    activity, slot = publish(database_url, "--capacity", "1")
    cookies = workers(database_url, 4)
    for cookie in cookies:
        fields = {"party": "1", "csrf_token": token(ask(site, "GET", f"/activities/{activity}", cookie))}
        assert ask(site, "POST", f"/slots/{slot}/bookings", cookie, fields).status == 303
    ref = audit(database_url, slot)[0]["ref"]
    held = token(ask(site, "GET", f"/activities/{activity}", cookies[0]))

    statuses = at_once(
        [partial(ask, site, "POST", f"/bookings/{ref}/cancel", cookies[0], {"csrf_token": held})] * 20
    )

    assert statuses == {303: 20}
    states = [booking["state"] for booking in audit(database_url, slot)]
    assert states == ["cancelled", "confirmed", "waiting", "waiting"]


def test_the_last_three_seats_go_to_the_party_whole_or_to_others(site: str, database_url: str) -> None:
    for _round in range(4):
        activity, slot = publish(database_url, "--capacity", "3", "--max-party", "3")
        cookies = workers(database_url, 4)
        parties = ["3", "1", "1", "1"]
        tokens = [token(ask(site, "GET", f"/activities/{activity}", cookie)) for cookie in cookies]
        at_once(
            [
                partial(
                    ask, site, "POST", f"/slots/{slot}/bookings", cookie, {"party": party, "csrf_token": held}
                )
                for cookie, party, held in zip(cookies, parties, tokens, strict=True)
            ]
        )

        bookings = audit(database_url, slot)
        assert sum(booking["party"] for booking in bookings if booking["state"] == "confirmed") <= 3
        assert len(bookings) == 4


def _asking(site: str, phone: str) -> tuple[str, str, Answer]:
    """A stranger's browser that asked for a code: its cookie, a token, and the answer."""
    opened = ask(site, "GET", "/sign-in")
    cookie = opened.cookies[0].split(";")[0]
    held = token(opened)
    return cookie, held, ask(site, "POST", "/sign-in", cookie, {"phone": phone, "csrf_token": held})


def test_four_hundred_wrong_codes_at_once_are_five_tries(site: str, database_url: str) -> None:
    cookie, held, sent = _asking(site, "13900000001")
    assert sent.status == 303
    guess = partial(ask, site, "POST", "/sign-in/code", cookie, {"code": "000000", "csrf_token": held})

    statuses = at_once([guess] * 400)

    assert set(statuses) <= {303, 422, 429}
    (tries,) = found(database_url, "SELECT tries FROM sign_in_code WHERE phone = '+8613900000001'")
    assert tries <= 5


def test_two_hundred_requests_for_one_phone_send_one_code(site: str, database_url: str) -> None:
    opened = ask(site, "GET", "/sign-in")
    cookie, held = opened.cookies[0].split(";")[0], token(opened)
    send = partial(ask, site, "POST", "/sign-in", cookie, {"phone": "13900000002", "csrf_token": held})

    statuses = at_once([send] * 200)

    assert statuses[303] == 1
    assert set(statuses) == {303, 429}
    assert found(database_url, "SELECT count(*) FROM notice WHERE phone = '+8613900000002'") == (1,)
