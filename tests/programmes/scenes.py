"""What the doctor's checks of the programmes are tried on: a few rows of each, made by its verbs, and their ids by name."""

from datetime import timedelta

from sqlalchemy import select

from tests.booking.steps import NOON
from tests.builders import a_union, a_worker, an_organizer
from tests.builders.serving import served
from tests.league.season import a_season, a_team, planned
from tests.reading.making import a_call, a_copy, hands_in, is_juror, receives
from tests.training.builders import a_course, a_member, a_plan, a_score, a_subsidy, a_trade, issued
from tests.troupe import stage
from tests.troupe.conftest import Troupe
from tests.troupe.evening import Evening
from tests.troupe.test_step_in import Evening as Rehearsal
from yiqi import clock
from yiqi.booking.models import Booking
from yiqi.certificates.models import Certificate
from yiqi.db import Facts, db
from yiqi.hours import ledger
from yiqi.hours.models import Service
from yiqi.people.models import Person
from yiqi.programmes.league import results, scoring
from yiqi.programmes.league.models import Player
from yiqi.programmes.league.results import Entry
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.reading import marking
from yiqi.programmes.training.models import Pass
from yiqi.programmes.troupe import step_ins, things

Ids = dict[str, int]
DAY = timedelta(days=1)


def league() -> Ids:
    """Two teams of three, no more than which a season allows: one game is over, with a player of the first on its sheet,
    and one is live."""
    now = clock.now()
    season = a_season(a_union().id, least_players=1, most_players=3)
    home, away = (a_team(season.id, group_id=season.group_ids[0], players=2) for _n in range(2))
    over, live = (planned(season, (home.id, away.id), now - hours * DAY / 24) for hours in (2, 1))
    scorer = a_worker(name="记录员").id
    results.keep_sheet(game_id=over, entries=[Entry(home.player_ids[0])], by_id=scorer, at=now)
    results.settle(game_id=over, became=State.PLAYED, home_score=70, away_score=60, by_id=scorer, at=now)
    scoring.start(game_id=live, by_id=scorer, at=now)
    scoring.basket(game_id=live, team_id=home.id, points=2, player_id=None, nonce="tap", by_id=scorer, at=now)
    captains = [
        db.session.scalars(select(Player.id).where(Player.person_id == one.captain.id)).one()
        for one in (home, away)
    ]
    return {
        "home": home.id,
        "away": away.id,
        "captain": captains[0],
        "other_captain": captains[1],
        "mate": home.player_ids[0],
        "opponent": away.player_ids[0],
        "over": over,
        "live": live,
        "group": season.group_ids[0],
        "other_group": season.group_ids[1],
    }


def troupe() -> Ids:
    """An audition whose results are out, with a sheet; and a part for which one of two who were asked steps in."""
    union = a_union()
    organizer, now = an_organizer(union), clock.now()
    ours = Troupe(union, organizer, stage.a_season(union.id, organizer.id, now=now), now)
    evening = Evening(ours, a_worker(name="小王"))
    evening.marks(evening.one, evening.refs[0])
    evening.decides(evening.refs[0])
    evening.sends()
    rehearsal = Rehearsal(ours)
    people, date, thing = ours.members(2), rehearsal.date, things.season({"season_id": ours.season.id})
    assert thing is not None
    asked = [
        step_ins.ask(
            part_id=rehearsal.part_id,
            occurrence_id=date.id,
            person_id=person.id,
            thing=thing,
            by_id=organizer.id,
            at=now,
        )
        for person in people
    ]
    step_ins.answer(step_in_id=asked[0], person_id=people[0].id, accepts=True, at=now)
    return {
        "dance": ours.dance.id,
        "strange": stage.slots_of(evening.audition_id)[0],
        "booked": db.session.scalars(select(Booking.id).where(Booking.ref == evening.refs[0])).one(),
        "part": rehearsal.part_id,
        "settled": asked[1],
    }


def reading() -> Ids:
    """A book in a hand and one in a room; an essay with a mark."""
    now = clock.now()
    held, stands = a_copy("平凡的世界", at=now), a_copy("我与地坛", at=now)
    reader, author, juror = (a_worker(name=name) for name in ("小王", "小赵", "评委"))
    receives(reader, held, at=now)
    call_id = a_call(at=now - 6 * DAY)
    entry_id = hands_in(author, call_id, at=now - 6 * DAY)
    is_juror(juror, call_id, at=now - 6 * DAY)
    marking.mark(call_id=call_id, entry_id=entry_id, juror_id=juror.id, mark=80, word="", at=now)
    return {
        "held": held.id,
        "stands": stands.id,
        "reader": reader.id,
        "entry": entry_id,
        "juror": juror.id,
    }


def training() -> Ids:
    """A course that is over, with a certificate that leads to a level; another course; a request with one file."""
    union = a_union()
    organizer, person = an_organizer(union), a_member(union.id)
    plan = a_plan((), trade=a_trade(), level=4, percent=75, least=600)
    course, other = a_course([person], plan=plan), a_course(title="焊工培训", evenings=2)
    a_score(course, person, 880, by=organizer)
    (one,) = issued(course, by=organizer)
    asked = a_subsidy(person, is_sent=True)
    return {
        "course": course.activity_id,
        "evening": course.evenings[0],
        "other_course": other.activity_id,
        "organizer": organizer.id,
        "person": person.id,
        "pass": db.session.scalars(select(Pass.id).where(Pass.certificate == one.number)).one(),
        "certificate": db.session.scalars(
            select(Certificate.id).where(Certificate.number == one.number)
        ).one(),
        "subsidy": asked.subsidy_id,
        "paper": asked.paper_id,
    }


def volunteering() -> Ids:
    """Somebody served on two days, and an organizer has confirmed both."""
    person, organizer = a_worker(name="小王"), a_worker(name="李姐")
    for starts_at in (NOON, NOON + DAY):
        served(person, starts_at, organizer=organizer)
    first, second = _services(person)
    return {
        "person": person.id,
        "organizer": organizer.id,
        "first": first.service_id,
        "second": second.service_id,
        "first_row": first.entry_id,
        "second_row": second.entry_id,
        "booked": second.booking_id,
    }


def _services(person: Person) -> list[Facts]:
    db.session.rollback()
    mine = ledger.heads().where(Service.person_id == person.id).order_by(Service.id)
    return list(db.session.execute(mine))
