"""The races themselves: each is run on the site as it is, and on the site with its guards off."""

import re
from collections import Counter
from functools import partial
from typing import Any

from tests.concurrency.crowd import ask, at_once, audit, found, publish, token, workers

Bookings = list[dict[str, Any]]


def stampede(base: str, database_url: str, people: int, places: int) -> tuple[Bookings, set[int]]:
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


def one_presses_often(base: str, database_url: str) -> tuple[Bookings, Counter[int]]:
    """One person sends fifty forms at once, each of them twice the same."""
    activity, slot = publish(database_url, "--capacity", "30")
    (cookie,) = workers(database_url, 1)
    held = token(ask(base, "GET", f"/activities/{activity}", cookie))
    deeds = [
        partial(
            ask,
            base,
            "POST",
            f"/slots/{slot}/bookings",
            cookie,
            {"party": "1", "nonce": f"n{number % 25}", "csrf_token": held},
        )
        for number in range(50)
    ]
    statuses = at_once(deeds)
    return audit(database_url, slot), statuses


def one_cancels_often(base: str, database_url: str) -> tuple[Bookings, Counter[int]]:
    """One place, three people waiting, and its holder cancels twenty times at once."""
    activity, slot = publish(database_url, "--capacity", "1")
    cookies = workers(database_url, 4)
    for cookie in cookies:
        fields = {"party": "1", "csrf_token": token(ask(base, "GET", f"/activities/{activity}", cookie))}
        assert ask(base, "POST", f"/slots/{slot}/bookings", cookie, fields).status == 303
    ref = audit(database_url, slot)[0]["ref"]
    held = token(ask(base, "GET", f"/activities/{activity}", cookies[0]))
    cancel = partial(ask, base, "POST", f"/bookings/{ref}/cancel", cookies[0], {"csrf_token": held})
    statuses = at_once([cancel] * 20)
    return audit(database_url, slot), statuses


def three_seats_for_a_party_and_three_more(base: str, database_url: str, rounds: int = 3) -> list[list[int]]:
    """The last three seats, a party of three, and three people who come alone; answers who got in, each time."""
    cookies = iter(workers(database_url, 4 * rounds))
    held = []
    for _round in range(rounds):
        activity, slot = publish(database_url, "--capacity", "3", "--max-party", "3")
        deeds = []
        for party, cookie in zip(("3", "1", "1", "1"), cookies, strict=False):
            fields = {
                "party": party,
                "csrf_token": token(ask(base, "GET", f"/activities/{activity}", cookie)),
            }
            deeds.append(partial(ask, base, "POST", f"/slots/{slot}/bookings", cookie, fields))
        at_once(deeds)
        bookings = audit(database_url, slot)
        assert len(bookings) == 4
        held.append(sorted(one["party"] for one in bookings if one["state"] == "confirmed"))
    return held


def many_guesses(base: str, database_url: str, phone: str, guesses: int = 400) -> tuple[Counter[int], int]:
    """Wrong codes from one browser, all at once; answers the statuses, and how many guesses were looked at."""
    cookie, held = _asked(base, phone)
    wrong = f"{(int(_code(base, phone)) + 1) % 10**6:06d}"
    before = _looked_at(database_url)
    guess = partial(ask, base, "POST", "/sign-in/code", cookie, {"code": wrong, "csrf_token": held})
    statuses = at_once([guess] * guesses)
    return statuses, _looked_at(database_url) - before


def the_right_code_often(base: str, database_url: str, phone: str) -> tuple[Counter[int], int]:
    """The right code sixty times at once; answers the statuses, and how many sessions it opened."""
    cookie, held = _asked(base, phone)
    fields = {"code": _code(base, phone), "csrf_token": held}
    statuses = at_once([partial(ask, base, "POST", "/sign-in/code", cookie, fields)] * 60)
    (sessions,) = found(
        database_url,
        "SELECT count(*) FROM browser_session s JOIN person p ON p.id = s.person_id WHERE p.phone = :phone",
        phone=f"+86{phone}",
    )
    return statuses, int(sessions)


def many_wishes_for_a_code(base: str, database_url: str, phone: str) -> tuple[Counter[int], int]:
    """Two hundred requests to send a code to one phone; answers the statuses, and how many messages there are."""
    opened = ask(base, "GET", "/sign-in")
    cookie, held = opened.cookies[0].split(";")[0], token(opened)
    send = partial(ask, base, "POST", "/sign-in", cookie, {"phone": phone, "csrf_token": held})
    statuses = at_once([send] * 200)
    (sent,) = found(database_url, "SELECT count(*) FROM notice WHERE phone = :phone", phone=f"+86{phone}")
    return statuses, int(sent)


def _asked(base: str, phone: str) -> tuple[str, str]:
    """A stranger's browser that asked for a code: its cookie and a token."""
    opened = ask(base, "GET", "/sign-in")
    cookie, held = opened.cookies[0].split(";")[0], token(opened)
    assert ask(base, "POST", "/sign-in", cookie, {"phone": phone, "csrf_token": held}).status == 303
    return cookie, held


def _code(base: str, phone: str) -> str:
    shown = re.search(r'data-code="(\d{6})"', ask(base, "GET", f"/demo/messages?phone={phone}").text)
    assert shown is not None
    return shown[1]


def _looked_at(database_url: str) -> int:
    """Every guess that a code was held against is counted here, guarded or not."""
    (count,) = found(database_url, "SELECT coalesce(sum(count), 0) FROM tally WHERE what = 'wrong-codes'")
    return int(count)
