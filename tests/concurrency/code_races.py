"""Races for sign-in codes: each is run on the site as it is, and on the site with its guards off."""

import re
from collections import Counter
from functools import partial

from tests.concurrency.crowd import Door, at_once, token


def many_guesses(door: Door, phone: str, guesses: int = 400) -> tuple[Counter[int], int]:
    """Wrong codes from one browser, all at once; answers the statuses, and how many guesses were looked at."""
    cookie, held = _asked(door, phone)
    wrong = f"{(int(_code(door, phone)) + 1) % 10**6:06d}"
    before = _looked_at(door)
    guess = partial(door.ask, "POST", "/sign-in/code", cookie, {"code": wrong, "csrf_token": held})
    statuses = at_once([guess] * guesses)
    return statuses, _looked_at(door) - before


def the_right_code_often(door: Door, phone: str) -> tuple[Counter[int], int]:
    """The right code sixty times at once; answers the statuses, and how many sessions it opened."""
    cookie, held = _asked(door, phone)
    fields = {"code": _code(door, phone), "csrf_token": held}
    statuses = at_once([partial(door.ask, "POST", "/sign-in/code", cookie, fields)] * 60)
    (sessions,) = door.found(
        "SELECT count(*) FROM browser_session s JOIN person p ON p.id = s.person_id WHERE p.phone = :phone",
        phone=f"+86{phone}",
    )
    return statuses, int(sessions)


def many_wishes_for_a_code(door: Door, phone: str) -> tuple[Counter[int], int]:
    """Two hundred requests to send a code to one phone; answers the statuses, and how many messages there are."""
    opened = door.ask("GET", "/sign-in")
    cookie, held = opened.cookies[0].split(";")[0], token(opened)
    send = partial(door.ask, "POST", "/sign-in", cookie, {"phone": phone, "csrf_token": held})
    statuses = at_once([send] * 200)
    (sent,) = door.found("SELECT count(*) FROM notice WHERE phone = :phone", phone=f"+86{phone}")
    return statuses, int(sent)


def _asked(door: Door, phone: str) -> tuple[str, str]:
    """A stranger's browser that asked for a code: its cookie and a token."""
    opened = door.ask("GET", "/sign-in")
    cookie, held = opened.cookies[0].split(";")[0], token(opened)
    assert door.ask("POST", "/sign-in", cookie, {"phone": phone, "csrf_token": held}).status == 303
    return cookie, held


def _code(door: Door, phone: str) -> str:
    shown = re.search(r'data-code="(\d{6})"', door.ask("GET", f"/demo/messages?phone={phone}").text)
    assert shown is not None
    return shown[1]


def _looked_at(door: Door) -> int:
    """Every guess that a code was held against is counted here, guarded or not."""
    (count,) = door.found("SELECT coalesce(sum(count), 0) FROM tally WHERE what = 'wrong-codes'")
    return int(count)
