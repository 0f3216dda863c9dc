"""What the programmes add to calendars: games, parts, shifts and meetings that nobody booked."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from icalendar import Event
from sqlalchemy import insert, select, update

from tests.browsing import Client, at_time
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.builders.serving import an_event, books, occurrence_of
from tests.calendars.steps import address, events
from tests.league.season import Begun, Entered, a_season, a_team, planned
from tests.reading.making import a_group
from tests.troupe import stage
from yiqi import clock
from yiqi.activities.models import Slot, slot_occurrence
from yiqi.booking import places
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.programmes.league import fixtures, results, spectating
from yiqi.programmes.league.models import Player
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.league.spectating import Stand
from yiqi.programmes.troupe import productions, sections, step_ins, things
from yiqi.programmes.troupe.models import Casting, Juror, Section, Show
from yiqi.programmes.volunteering.models import Post, Squad

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class League:
    """Two teams of a season that meet in a week."""

    def __init__(self) -> None:
        self.now = clock.now().replace(microsecond=0)
        self.union = a_union()
        self.organizer = an_organizer(self.union)
        self.season: Begun = a_season(self.union.id, at=self.now)
        self.home: Entered = self._team("泰德制药")
        self.away: Entered = self._team("京仪装备")
        self.starts_at = clock.at(clock.beijing(self.now).date() + 7 * DAY, 19)
        self.game_id = planned(self.season, [self.home.id, self.away.id], self.starts_at)

    def _team(self, name: str) -> Entered:
        return a_team(self.season.id, name=name, group_id=self.season.group_ids[0], players=1, at=self.now)

    def moves(self, starts_at: datetime) -> None:
        fixtures.move(
            game_id=self.game_id,
            starts_at=starts_at,
            court_id=self.season.court_ids[1],
            because="",
            by_id=self.organizer.id,
            at=self.now,
        )

    def stays(self) -> None:
        """Nothing happens."""

    def is_called_off(self) -> None:
        fixtures.call_off(game_id=self.game_id, because="停电", by_id=self.organizer.id, at=self.now)


@pytest.fixture
def league(site: Flask) -> League:
    return League()


def own(site: Flask, client: Client, person: Person) -> list[Event]:
    return events(client.get(address(site, person)))


def of_league(client: Client) -> list[Event]:
    return events(client.get("/calendars/league.ics"))


def numbers(*found: Event) -> list[int]:
    return [int(str(one["SEQUENCE"])) for one in found]


def test_a_players_and_the_leagues_calendar_follow_a_game(
    site: Flask, client: Client, league: League
) -> None:
    player, stranger = league.home.people[0], a_worker()
    seen = []
    for change in (
        league.stays,
        lambda: league.moves(league.starts_at + DAY),
        league.is_called_off,
        lambda: league.moves(league.starts_at + 2 * DAY),
    ):
        change()
        (mine,), (public,) = own(site, client, player), of_league(client)
        assert (mine.start, str(mine["STATUS"])) == (public.start, str(public["STATUS"]))
        seen.append((mine, public))

    first, moved, off, again = (mine for mine, _public in seen)
    assert str(first["SUMMARY"]) == "比赛：泰德制药 对 京仪装备"
    assert (str(first["LOCATION"]), str(moved["LOCATION"])) == ("一号场", "二号场")
    assert first.end - first.start == timedelta(minutes=90)
    assert str(first["URL"]) == f"http://localhost/league/games/{league.game_id}"
    assert [one.start - first.start for one in (moved, off, again)] == [DAY, DAY, 2 * DAY]
    assert [str(one["STATUS"]) for one in (first, moved, off, again)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
    ]
    assert str(off["SUMMARY"]).startswith("（取消）")
    for which in range(2):
        assert len({str(pair[which]["UID"]) for pair in seen}) == 1
        counted = numbers(*(pair[which] for pair in seen))
        assert counted == sorted(set(counted))
    assert own(site, client, stranger) == []


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_game_that_nobody_plays_is_off_and_says_why(site: Flask, client: Client, league: League) -> None:
    (before,) = of_league(client)
    results.settle(
        game_id=league.game_id,
        became=State.FORFEITED,
        forfeited_by_id=league.home.id,
        by_id=league.organizer.id,
        at=league.now,
    )

    (after,) = of_league(client)

    assert str(after["STATUS"]) == "CANCELLED"
    assert "弃权" in str(after["DESCRIPTION"])
    assert numbers(after) > numbers(before)


def test_who_has_left_the_team_sees_its_games_off_and_after_a_month_none(
    site: Flask, client: Client, league: League
) -> None:
    player = league.home.people[0]
    (before,) = own(site, client, player)
    with writing() as session:
        session.execute(update(Player).where(Player.person_id == player.id).values(left_at=league.now))

    (after,) = own(site, client, player)
    with at_time(league.now + 31 * DAY):
        later = own(site, client, player)

    assert (str(after["STATUS"]), after["UID"]) == ("CANCELLED", before["UID"])
    assert numbers(after) > numbers(before)
    assert later == []


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_game_with_spectators_stands_in_the_calendar_once(client: Client, league: League) -> None:
    (before,) = of_league(client)
    spectating.open_places(
        game_id=league.game_id, stands=[Stand("A 看台", 10)], by_id=league.organizer.id, at=league.now
    )

    (after,) = of_league(client)
    (among_all,) = events(client.get("/calendars/all.ics"))

    assert before["UID"] == after["UID"] == among_all["UID"]
    assert events(client.get("/calendars/troupe.ics")) == []


class TestTheTroupe:
    """A show in six days with a part, its first cast, and the section it is cast from."""

    @pytest.fixture(autouse=True)
    def evening(self, site: Flask) -> None:
        self.now = clock.now()
        union = a_union()
        self.organizer = an_organizer(union).id
        self.season = stage.a_season(union.id, self.organizer, now=self.now)
        self.section = self.season.sections[0]
        self.lead, self.second = stage.somebody(), stage.somebody()
        for one in (self.lead, self.second):
            stage.joins(self.section.slot_id, one.id, self.organizer, self.now)
        self.production = productions.begin(
            season_id=self.season.id, name="亦庄之声", by_id=self.organizer, nonce="p", at=self.now
        )
        self.part = stage.a_part(self.production, self.section.id, self.organizer, now=self.now)
        productions.cast(
            part_id=self.part,
            first_id=self.lead.id,
            second_id=self.second.id,
            by_id=self.organizer,
            at=self.now,
        )
        self.show = stage.a_show(self.production, union.id, self.organizer, now=self.now)

    def shown(self, site: Flask, client: Client, person: Person) -> list[str]:
        """What stands there beside the rehearsals, which are booked."""
        found = [str(one["SUMMARY"]) for one in own(site, client, person)]
        assert any("职工艺术团秋冬季" in one for one in found), "rehearsals are bookings"
        return [one for one in found if "职工艺术团秋冬季" not in one]

    def test_who_plays_has_the_show_and_who_steps_in_has_it_instead(
        self, site: Flask, client: Client
    ) -> None:
        assert self.shown(site, client, self.lead) == ["演出：亦庄之声演出"]
        assert self.shown(site, client, self.second) == []
        thing = things.production({"production_id": self.production})
        assert thing is not None
        occurrence_id = db.session.scalars(
            select(slot_occurrence.c.occurrence_id).join(Slot).where(Slot.activity_id == self.show)
        ).one()
        asked = step_ins.ask(
            part_id=self.part,
            occurrence_id=occurrence_id,
            person_id=self.second.id,
            thing=thing,
            by_id=self.organizer,
            at=self.now,
        )
        assert self.shown(site, client, self.second) == [], "asked is not said"

        step_ins.answer(step_in_id=asked, person_id=self.second.id, accepts=True, at=self.now)

        assert self.shown(site, client, self.second) == ["你来顶“领唱”：亦庄之声演出"]
        assert self.shown(site, client, self.lead) == []

    def test_the_casting_that_is_on_has_it(self, site: Flask, client: Client) -> None:
        with writing() as session:
            session.execute(update(Show).values(casting=Casting.SECOND))

        assert self.shown(site, client, self.lead) == []
        assert self.shown(site, client, self.second) == ["演出：亦庄之声演出"]

    def test_a_leader_has_the_rehearsals_and_a_juror_the_audition(self, site: Flask, client: Client) -> None:
        leader, juror = a_worker(), a_worker()
        audition = stage.an_audition(self.season.id, [self.section.id], self.organizer, now=self.now)
        with writing() as session:
            session.execute(update(Section).where(Section.id == self.section.id).values(leader_id=leader.id))
            session.execute(
                insert(Juror), {"audition_id": audition, "person_id": juror.id, "chosen_at": self.now}
            )

        led = own(site, client, leader)
        judged = {str(one["SUMMARY"]) for one in own(site, client, juror)}

        assert len(led) == len(sections.rehearsals([self.section.slot_id]))
        assert str(led[0]["SUMMARY"]) == "女高音排练：职工艺术团秋冬季"
        assert {one.partition("：")[0] for one in judged} == {"评委"}


def test_who_leads_a_squad_has_its_shift_once(site: Flask, client: Client, 小王: Person) -> None:
    event = an_event(clock.now() + 3 * DAY)
    with writing() as session:
        squad = session.execute(
            insert(Squad).returning(Squad.id),
            {"activity_id": event.activity_id, "name": "一队", "leader_id": 小王.id},
        ).scalar_one()
        session.execute(
            insert(Post),
            {
                "slot_id": event.slot_ids[0],
                "least": 0,
                "break_minutes": 0,
                "is_briefing": False,
                "squad_id": squad,
            },
        )

    (shift,) = own(site, client, 小王)
    assert str(shift["SUMMARY"]) == "你带队“一队”：地铁站文明引导"
    assert str(shift["UID"]).endswith(f"-{occurrence_of(event)}@yiqi")

    books(小王, event)
    (booked,) = own(site, client, 小王)
    assert str(booked["SUMMARY"]).startswith("地铁站文明引导")


def test_who_hosts_a_group_has_its_meetings_and_a_reader_the_booking(
    site: Flask, client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(title="共读")
    a_group(host=小王, activities=[made.activity_id])
    places.sign_up(slot_id=made.slot_id, person_id=小赵.id, party=1, nonce="n", at=clock.now())

    (hosted,), (read,) = own(site, client, 小王), own(site, client, 小赵)

    assert (str(hosted["SUMMARY"]), str(read["SUMMARY"])) == ("你主持：青马读书班", "共读")
    assert hosted.start == read.start == made.starts_at
    places.call_off(activity_id=made.activity_id, at=clock.now())
    (off,) = own(site, client, 小王)
    assert str(off["STATUS"]) == "CANCELLED"
    assert numbers(off) > numbers(hosted)
