"""What lists are made of is kept, and never out of date: `broken` compares it with the tables after every verb."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, MINUTE, NOON, asks
from tests.builders import an_activity
from yiqi import clock
from yiqi.activities import calendar, picture
from yiqi.activities.calendar import Showing
from yiqi.activities.models import Activity
from yiqi.activities.planning import Share
from yiqi.db import db, writing
from yiqi.people.models import Person

DAY = clock.beijing(NOON).date()


def shown(days: int = 7) -> list[Showing]:
    db.session.rollback()
    return picture.between(DAY, DAY + timedelta(days=days), NOON)


def test_what_has_not_changed_is_not_read_again(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    an_activity(now=NOON)
    before = shown()

    def never(first: date, last: date, **_more: object) -> list[Showing]:
        raise AssertionError("read again")

    monkeypatch.setattr(calendar, "between", never)
    assert shown() == before


def test_a_sign_up_is_seen_by_the_next_look(site: Flask, 小王: Person) -> None:
    made = an_activity(places=3, now=NOON)
    assert [one.held for one in shown()] == [0]
    asks(小王, made)
    assert [one.held for one in shown()] == [1]


def test_a_change_that_raises_no_version_would_not_be_seen_and_is_found(site: Flask) -> None:
    made = an_activity(title="旧名字", now=NOON)
    assert broken(NOON) == []
    with writing() as session:
        session.execute(update(Activity).where(Activity.id == made.activity_id).values(title="新名字"))
    assert broken(NOON) == ["a list shows what is no longer so"]


def test_places_kept_for_somebody_are_free_from_the_very_moment(site: Flask) -> None:
    release = NOON + HOUR
    kept = Share("女职工", tag="女职工", least=2, releases_at=release)
    an_activity(places=3, quotas=[kept], now=NOON)

    def free(at: object) -> list[int]:
        db.session.rollback()
        return [one.free for one in picture.between(DAY, DAY + timedelta(days=7), at)]  # type: ignore[arg-type]

    assert free(NOON) == [1]
    assert free(release - timedelta(seconds=1)) == [1]
    assert free(release) == [3]
    assert free(NOON) == [1], "a clock that was set back"


def test_a_look_some_minutes_later_is_told_of_that_moment(site: Flask) -> None:
    made = an_activity(places=3, opens_in=10 * MINUTE, now=NOON)
    (before,) = shown()
    (after,) = picture.between(DAY, DAY + timedelta(days=7), made.opens_at)
    assert (before.can_be_joined, after.can_be_joined) == (False, True)


def test_a_database_put_back_under_the_same_address_is_read_anew(site: Flask) -> None:
    made = an_activity(title="旧名字", now=NOON)
    shown()
    with writing() as session:
        session.execute(update(Activity).where(Activity.id == made.activity_id).values(title="新名字"))
    db.session.remove()
    db.engine.dispose()
    assert [one.facts.title for one in shown()] == ["新名字"]
