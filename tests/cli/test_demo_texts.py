"""The demo's content before it is loaded: times at any hour, texts in both languages that fit."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.promises.test_typesetting import breaches
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence
from yiqi.booking.rules.offers import offer_until
from yiqi.cli.demo_content.names import ACCOUNTS
from yiqi.cli.demo_content.offer import Dropped, Offer, Pair
from yiqi.cli.demo_load import OFFERS
from yiqi.cli.demo_publish import meetings

TEXTS = ("title", "sub", "who", "fee", "contact", "about")


@pytest.mark.parametrize("hour", range(24))
def test_the_offer_is_made_whatever_the_hour(hour: int) -> None:
    now = clock.at(date(2027, 3, 1), hour, 40)
    (held_out,) = (offer for offer in OFFERS if any(room.just_freed for room in offer.rooms))
    ((starts_at, _ends_at),) = meetings(held_out.times, now)

    until = offer_until(now, starts_at, longest=timedelta(minutes=120), shortest=timedelta(minutes=15))

    assert now + timedelta(hours=6) <= starts_at < now + timedelta(hours=24)
    assert until >= now + timedelta(hours=1)


@pytest.mark.parametrize("hour", [0, 7, 13, 19, 22, 23])
@pytest.mark.parametrize("day", [date(2027, 3, 1) + timedelta(days=number) for number in range(7)])
def test_there_is_something_on_whatever_the_day_and_hour(day: date, hour: int) -> None:
    now = clock.at(day, hour, 40)
    starts = [starts_at for offer in OFFERS for starts_at, _ends_at in meetings(offer.times, now)]
    per_day = Counter(clock.beijing(instant).date() for instant in starts)
    monday = day - timedelta(days=day.weekday())

    assert all(per_day[monday + timedelta(days=number)] >= 2 for number in range(14))
    later = [instant for instant in starts if now < instant and clock.beijing(instant).date() == day]
    assert len(later) >= 2 or hour == 23
    assert per_day[day + timedelta(days=1)] >= 2


def test_every_text_is_said_twice_and_set_as_chinese_is_set() -> None:
    pairs = [(offer.title[0], pair) for offer in OFFERS for pair in (getattr(offer, name) for name in TEXTS)]
    pairs += [("", pair) for offer in OFFERS for pair in (offer.place.venue, offer.place.directions)]
    pairs += [("", pair) for offer in OFFERS for room in offer.rooms for pair in (room.label, room.detail)]
    pairs += [("", pair) for offer in OFFERS for pair in extra(offer)]

    assert [title for title, (zh, en) in pairs if bool(zh) != bool(en)] == []
    assert {zh: found for _title, (zh, _en) in pairs if (found := breaches(zh))} == {}
    assert all(len(offer.title[0]) <= 14 for offer in OFFERS)


def extra(offer: Offer) -> list[Pair]:
    """The texts of quotas, questions, conditions, draws and changes."""
    asked = [(one.label, one.label_en) for one in offer.questions]
    asked += [(one.hint, one.hint_en) for one in offer.questions]
    asked += [(each.label, each.label_en) for one in offer.questions for each in one.choices]
    named = [(one["name"], one["name_en"]) for one in offer.conditions if "name" in one]
    dropped = [one.because for one in offer.changes if isinstance(one, Dropped)]
    drawn = [offer.drawing.source] if offer.drawing else []
    filled = [(zh.format(day="3月1日"), en.format(day="1 March")) for zh, en in drawn]
    return [*asked, *named, *dropped, *filled, *(quota.name for quota in offer.quotas)]


def test_every_text_fits_its_column() -> None:
    columns = Activity.__table__.columns
    for offer in OFFERS:
        for name in TEXTS[:-1]:
            zh, en = getattr(offer, name)
            assert len(zh) <= columns[name].type.length  # type: ignore[attr-defined]
            assert len(en) <= columns[f"{name}_en"].type.length  # type: ignore[attr-defined]
        places = Occurrence.__table__.columns
        for name in ("venue", "directions"):
            zh, en = getattr(offer.place, name)
            assert len(zh) <= places[name].type.length  # type: ignore[attr-defined]
            assert len(en) <= places[f"{name}_en"].type.length  # type: ignore[attr-defined]


def test_nobody_bears_two_demo_phones() -> None:
    assert [account.phone[-2:] for account in ACCOUNTS] == [
        *(f"{number:02d}" for number in range(1, 6)),
        *(f"{number:02d}" for number in range(10, 21)),
    ]
