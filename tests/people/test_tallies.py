"""How long the site remembers how often something was done."""

from datetime import timedelta

import pytest
from flask import Flask

from yiqi import clock
from yiqi.db import db, writing
from yiqi.people import codes, tallies
from yiqi.people.models import Tally

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = clock.at(clock.today(), 20)
"""Ten hours into a window of a day."""


def spend(what: str, window: timedelta, most: int = 2) -> None:
    with writing() as session:
        tallies.spend(session, what, window, most, TEN)


def test_a_limit_of_a_day_holds_after_codes_were_swept(site: Flask) -> None:
    spend("papers-1", DAY)
    spend("papers-1", DAY)
    codes.purge(TEN + HOUR)

    with pytest.raises(tallies.TooMany):
        spend("papers-1", DAY)


def test_an_address_is_forgotten_after_two_hours_and_a_persons_day_after_two_days(site: Flask) -> None:
    spend("codes-asked 10.0.0.0/24", HOUR)
    spend("papers-1", DAY)

    def left(after: timedelta) -> list[str]:
        codes.purge(TEN + after)
        db.session.rollback()
        return [one.what for one in db.session.query(Tally).order_by(Tally.what)]

    assert len(left(HOUR)) == 2
    assert left(3 * HOUR) == ["day papers-1"]
    assert left(3 * DAY) == []


def test_what_begins_anew_begins_so_for_the_day_too(site: Flask) -> None:
    spend("factor-day 1", DAY)
    with writing() as session:
        tallies.forget(session, "factor-day 1")

    assert db.session.query(Tally).count() == 0
