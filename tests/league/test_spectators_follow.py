"""When a game is moved or not played, whoever has a place to watch it hears so, and their place follows it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, by_id, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.league.season import a_season, a_team, game, planned
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme, Status
from yiqi.activities.planning import Meeting
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State as BookingState
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages import composing
from yiqi.people.models import Person
from yiqi.programmes.league import fixtures, following, results, spectating
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.league.spectating import Stand
from yiqi.roles.models import Deed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Evening:
    """A game in a week with a stand of two, a fan in it and another one who waits."""

    def __init__(self) -> None:
        self.now = clock.now().replace(microsecond=0)
        self.union = a_union()
        self.organizer = an_organizer(self.union)
        self.season = a_season(self.union.id)
        teams = [a_team(self.season.id, group_id=self.season.group_ids[0], players=1) for _n in range(2)]
        self.home = teams[0]
        self.starts_at = clock.at(clock.beijing(self.now).date() + 7 * DAY, 19)
        self.game_id = planned(self.season, [one.id for one in teams], self.starts_at)
        self.activity_id = spectating.open_places(
            game_id=self.game_id, stands=[Stand("A 看台", 1)], by_id=self.organizer.id, at=self.now
        )
        slot_id = db.session.get_one(Activity, self.activity_id).slots[0].id
        self.fan, self.waiter = a_worker(name="球迷"), a_worker(name="候补")
        for one in (self.fan, self.waiter):
            places.sign_up(slot_id=slot_id, person_id=one.id, party=1, nonce="n", at=self.now)

    def moves(self, starts_at: datetime, *, court: int = 0, at: datetime | None = None) -> None:
        fixtures.move(
            game_id=self.game_id,
            starts_at=starts_at,
            court_id=self.season.court_ids[court],
            because="",
            by_id=self.organizer.id,
            at=at or self.now,
        )

    def is_off(self, at: datetime | None = None) -> None:
        fixtures.call_off(game_id=self.game_id, because="停电", by_id=self.organizer.id, at=at or self.now)

    def states(self) -> list[BookingState]:
        db.session.rollback()
        found = select(Booking.state).where(Booking.person_id.in_([self.fan.id, self.waiter.id]))
        return list(db.session.scalars(found.order_by(Booking.id)))

    def date(self) -> Occurrence:
        db.session.rollback()
        mine = select(Occurrence).where(Occurrence.activity_id == self.activity_id)
        return db.session.scalars(mine.execution_options(populate_existing=True)).one()

    def activity(self) -> Activity:
        db.session.rollback()
        return db.session.get_one(Activity, self.activity_id, populate_existing=True)


@pytest.fixture
def evening(site: Flask) -> Evening:
    return Evening()


def told(person: Person) -> list[str]:
    """What the newest letters to somebody about the game say."""
    db.session.rollback()
    mine = select(Notice).where(Notice.person_id == person.id, Notice.kind.in_(["change", "booking"]))
    letters = [composing.letter(one) for one in db.session.scalars(mine.order_by(Notice.id))]
    return [str(one.text) for one in letters if one is not None]


def test_a_moved_game_takes_its_spectators_along_and_tells_them(evening: Evening) -> None:
    evening.moves(evening.starts_at + DAY, court=1)

    date = evening.date()
    assert (date.starts_at, date.ends_at) == (
        evening.starts_at + DAY,
        evening.starts_at + DAY + timedelta(minutes=90),
    )
    assert (date.venue, date.venue_en) == ("二号场", "Court 2")
    assert evening.activity().closes_at == evening.starts_at + DAY
    assert evening.states() == [BookingState.CONFIRMED, BookingState.WAITING]
    for person in (evening.fan, evening.waiter):
        (notice,) = db.session.scalars(
            select(Notice).where(Notice.person_id == person.id, Notice.kind == "change")
        )
        assert composing.letter(notice) is not None


def test_a_move_to_another_court_is_told_as_another_place(evening: Evening) -> None:
    evening.moves(evening.starts_at, court=1)

    assert (evening.date().starts_at, evening.date().venue) == (evening.starts_at, "二号场")
    assert any("二号场" in text for text in told(evening.fan))


def test_a_game_called_off_calls_off_what_they_signed_up_for(evening: Evening) -> None:
    evening.is_off()

    assert evening.activity().status is Status.CALLED_OFF
    assert evening.activity().called_off_because == "停电"
    assert evening.states() == [BookingState.CALLED_OFF] * 2
    assert any("取消" in text for text in told(evening.fan))
    assert any("取消" in text for text in told(evening.waiter))
    deeds = db.session.scalars(select(Deed.what).where(Deed.activity_id == evening.activity_id)).all()
    assert {"called_off", "game_kept"} <= {str(one) for one in deeds}


def test_a_game_that_comes_back_gets_places_of_its_own(evening: Evening) -> None:
    evening.is_off()
    evening.moves(evening.starts_at + 2 * DAY)

    assert game(evening.game_id).activity_id is None
    again = spectating.open_places(
        game_id=evening.game_id,
        stands=[Stand("A 看台", 5)],
        by_id=evening.organizer.id,
        at=evening.now,
    )
    assert again != evening.activity_id
    assert evening.states() == [BookingState.CALLED_OFF] * 2, "what ended does not come back to life"


def test_who_would_watch_a_forfeited_game_hears_that_it_is_not_played(evening: Evening) -> None:
    results.settle(
        game_id=evening.game_id,
        became=State.FORFEITED,
        forfeited_by_id=evening.home.id,
        by_id=evening.organizer.id,
        at=evening.now,
    )

    assert evening.states() == [BookingState.CALLED_OFF] * 2
    assert evening.activity().called_off_because_en == results.NOT_PLAYED[1]


def test_a_forfeit_at_the_court_itself_leaves_who_came_what_they_had(evening: Evening) -> None:
    results.settle(
        game_id=evening.game_id,
        became=State.FORFEITED,
        forfeited_by_id=evening.home.id,
        by_id=evening.organizer.id,
        at=evening.starts_at + HOUR / 2,
    )

    assert evening.states()[0] is BookingState.CONFIRMED


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_of_an_activity_with_several_dates_only_the_games_own_follows(evening: Evening) -> None:
    spectating.link(game_id=evening.game_id, activity_id=None, by_id=None, at=evening.now)
    doors = evening.starts_at - HOUR
    final_days = an_activity(
        programme=Programme.LEAGUE,
        owner=evening.union,
        now=evening.now,
        meetings=[
            Meeting(doors, doors + 3 * HOUR, "博大体育馆 一号场"),
            Meeting(doors + 3 * DAY, doors + 3 * DAY + 3 * HOUR, "博大体育馆 一号场"),
        ],
    )
    spectating.link(game_id=evening.game_id, activity_id=final_days.activity_id, by_id=None, at=evening.now)

    evening.moves(evening.starts_at + DAY, court=1)
    mine = select(Occurrence).where(Occurrence.activity_id == final_days.activity_id)
    first, second = db.session.scalars(mine.order_by(Occurrence.starts_at)).all()
    assert (first.starts_at, first.venue) == (doors + DAY, "博大体育馆 二号场")
    assert (second.starts_at, second.venue) == (doors + 3 * DAY, "博大体育馆 一号场")

    evening.is_off()
    db.session.expire_all()
    assert first.called_off_at is not None
    assert second.called_off_at is None
    assert db.session.get_one(Activity, final_days.activity_id).status is Status.PUBLISHED


def test_without_it_they_would_stand_at_an_empty_court(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of those above."""
    monkeypatch.setattr(following, "_carry_out", lambda *_asked: None)

    evening.moves(evening.starts_at + DAY)
    evening.is_off()

    assert evening.date().starts_at == evening.starts_at
    assert evening.states() == [BookingState.CONFIRMED, BookingState.WAITING]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_desk_says_beforehand_how_many_it_concerns(client: Client, evening: Evening) -> None:
    client.sign_in(evening.organizer)

    page = client.get(f"/desk/league/games/{evening.game_id}")

    assert "2 位报名的观众" in words(by_id(page, "watchers"))
