"""A front page that was arranged once serves everybody until something on it is another: at no instant may it show less than
one that is arranged anew."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from tests.booking.steps import asks
from tests.browsing import Client, at_time
from tests.builders import a_union, a_worker, an_activity
from yiqi import clock
from yiqi.activities.calendar import Showing
from yiqi.activities.planning import Meeting, Pool, Share
from yiqi.connections import Remembered
from yiqi.db import db
from yiqi.pages import steady

NOW = clock.at(date(2026, 11, 18), 10)
PAGES = ("/", "/?day=2026-11-19", "/?free=1", "/?week=2026-11-18")
STARTS = (NOW + timedelta(hours=3), NOW + timedelta(hours=30, minutes=20))


@pytest.fixture(autouse=True)
def _ten_on_a_wednesday() -> Iterator[None]:
    with at_time(NOW):
        yield


@pytest.fixture
def moments(site: Flask) -> Sequence[datetime]:
    """Just before and just after each instant at which the clock alone changes something of what is on."""
    turns = {clock.at(date(2026, 11, 19))}
    for number, start in enumerate(STARTS):
        kept = Share(
            "留给会员", least=2, unions=(a_union("一号工会").id,), releases_at=start - timedelta(minutes=95)
        )
        made = an_activity(
            title=f"第 {number} 场",
            places=3,
            meetings=[Meeting(start, start + timedelta(minutes=50), "亦城文化广场")],
            opens_in=timedelta(minutes=30),
            closes_in=start - NOW - timedelta(minutes=45),
            promotion_minutes=100,
            quotas=[kept],
        )
        turns |= {
            NOW + timedelta(minutes=30),
            start - timedelta(minutes=45),
            start - timedelta(minutes=95),
            start - timedelta(minutes=100),
            start,
            start + timedelta(minutes=50),
        }
        asks(a_worker(), made, at=NOW + timedelta(minutes=31))
    return [turn + timedelta(seconds=step) for turn in sorted(turns) for step in (-1, 0, 1)]


def shown(client: Client, address: str) -> str:
    """A page, without the seconds after which it asks again: they are drawn."""
    return re.sub(r"every \d+s", "", client.get(address).text)


def differences(client: Client, moments: Sequence[datetime]) -> list[tuple[datetime, str]]:
    """Where what was kept a moment ago is not what would be arranged now."""
    found = []
    for moment in moments:
        with at_time(moment):
            kept = {address: shown(client, address) for address in PAGES}
            Remembered.forget(db.engine)
            fresh = {address: shown(client, address) for address in PAGES}
        found += [(moment, address) for address in PAGES if kept[address] != fresh[address]]
    return found


def test_at_every_instant_the_kept_page_is_the_one_that_would_be_made_now(
    client: Client, moments: Sequence[datetime]
) -> None:
    assert differences(client, moments) == []


def test_one_that_held_for_good_would_be_noticed(
    client: Client, moments: Sequence[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def for_good(_showings: Sequence[Showing], _at: datetime) -> datetime:
        return clock.at(date(2030, 1, 1))

    monkeypatch.setattr(steady, "_holds_until", for_good)
    assert differences(client, moments) != []


def test_who_may_know_of_more_is_shown_more_and_nobody_else(client: Client) -> None:
    member, stranger = a_worker("会员"), a_worker("路人")
    union = a_union("一号工会", members=[member])
    an_activity(title="人人都能来", pools=[Pool(5)], starts_in=timedelta(hours=5))
    an_activity(title="只给会员", starts_in=timedelta(hours=6), owner=union, union_only=True)

    for _again in range(2):
        assert "只给会员" not in client.application.test_client().get("/").text
        for person, is_told in ((member, True), (stranger, False)):
            client.sign_in(person)
            assert ("只给会员" in client.get("/").text) is is_told
