"""What is counted is counted for both hosts together: codes and tries of one phone, codes of one address, letters."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

import pytest

from tests.concurrency.crowd import Answer, Door, token
from tests.faults.test_streams import until
from tests.hosts.machines import City
from tests.servers import ROOT
from yiqi.people.rules import ADDRESS_LIMIT

pytestmark = pytest.mark.hosts


class Visitor:
    """A browser without a session that asks for codes, at whichever host."""

    def __init__(self, phone: str = "", address: str = "203.0.113.7") -> None:
        self.phone = phone or f"136{secrets.randbelow(10**8):08d}"
        self.address = address
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def ask(self, door: Door, path: str, **typed: str) -> Answer:
        page = door.ask("GET", path, self.cookie, address=self.address)
        self._keep(page)
        fields = {"csrf_token": token(page), "next": "/me", **typed}
        answer = door.ask("POST", path, self.cookie, fields, address=self.address)
        self._keep(answer)
        return answer

    def asks_for_a_code(self, door: Door) -> int:
        return self.ask(door, "/sign-in", phone=self.phone, ok="y").status

    def types(self, door: Door, code: str) -> Answer:
        return self.ask(door, "/sign-in/code", code=code)

    def _keep(self, answer: Answer) -> None:
        for cookie in answer.cookies:
            name, _is, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value


def code_of(two: City, visitor: Visitor) -> str:
    """The code that reached a phone."""
    assert until(lambda: bool(two.letters(f"+86{visitor.phone}")), 30), "no letter came"
    found = re.search(r"\b\d{6}\b", two.letters(f"+86{visitor.phone}")[-1]["text"])
    assert found is not None
    return found[0]


def test_a_code_asked_for_on_one_host_is_typed_on_the_other(two: City) -> None:
    one, other = two.doors
    visitor = Visitor()
    assert visitor.asks_for_a_code(one) == 303
    assert visitor.asks_for_a_code(other) == 429, "one a minute, whichever host is asked"
    code = code_of(two, visitor)
    assert visitor.types(other, code).status == 303
    assert one.ask("GET", "/me", visitor.cookie).status == 200
    assert visitor_is_in(two, visitor)


def visitor_is_in(two: City, visitor: Visitor) -> bool:
    sql = "SELECT 1 FROM browser_session s JOIN person p ON p.id = s.person_id WHERE p.phone = :phone"
    return bool(two.front.rows(sql, phone=f"+86{visitor.phone}"))


def test_five_wrong_codes_are_five_on_both_hosts_together(two: City) -> None:
    doors, visitor = cycle(two.doors), Visitor()
    visitor.asks_for_a_code(two.doors[0])
    code = code_of(two, visitor)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    assert [visitor.types(next(doors), wrong).status for _time in range(5)] == [422] * 5
    assert visitor.types(next(doors), code).status == 422, "the right code after five wrong ones"
    assert not visitor_is_in(two, visitor)


def codes_for_an_address(two: City, tries: int) -> list[int]:
    """What one address is answered that asks for codes to different phones, at both hosts in turn."""
    doors, address = cycle(two.doors), f"203.0.113.{secrets.randbelow(200) + 20}"
    until_next = 600 - time.time() % 600
    if until_next < 90:  # all of them have to fall into one window of ten minutes
        time.sleep(until_next + 1)
    return [Visitor(address=address).asks_for_a_code(next(doors)) for _time in range(tries)]


def test_an_address_gets_as_many_codes_from_two_hosts_as_from_one(two: City) -> None:
    answers = codes_for_an_address(two, ADDRESS_LIMIT + 4)

    assert answers == [303] * ADDRESS_LIMIT + [429] * 4


@pytest.fixture
def forgetful(two: City) -> Iterator[City]:
    """Both hosts with processes that each keep a count of their own."""
    for one in two.hosts:
        one.kill()
        one.app = "tests.hosts.forgetful:app"
        one.env = {**one.env, "PYTHONPATH": str(ROOT)}
        one.begin()
    try:
        for one in two.hosts:
            one.answers()
        yield two
    finally:
        for one in two.hosts:
            one.kill()
            one.app = "wsgi:app"
            one.begin()
        for one in two.hosts:
            one.answers()


def test_hosts_that_count_by_themselves_give_an_address_more(forgetful: City) -> None:
    assert codes_for_an_address(forgetful, ADDRESS_LIMIT + 4).count(303) > ADDRESS_LIMIT


def test_each_letter_goes_out_once_though_both_hosts_send(two: City) -> None:
    visitors = [Visitor(address=f"198.51.100.{number}") for number in range(30)]
    for visitor, door in zip(visitors, cycle(two.doors), strict=False):
        assert visitor.asks_for_a_code(door) == 303
    assert until(lambda: all(two.letters(f"+86{one.phone}") for one in visitors))
    time.sleep(3)

    assert {len(two.letters(f"+86{one.phone}")) for one in visitors} == {1}
    assert set(Counter(one["key"] for one in two.letters()).values()) == {1}
