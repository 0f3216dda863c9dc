"""What the league adds to pages, letters, upkeep and checks that are not its own."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import exists

from yiqi import clock
from yiqi.activities.models import Activity, Programme
from yiqi.booking.dated import Dated
from yiqi.booking.programme import Card, Door, Line, Plug
from yiqi.db import Facts
from yiqi.i18n import gettext as _
from yiqi.programmes.league import dates, desk, games, measures, merging, squads, transfers, views
from yiqi.programmes.league.checks import CHECKS
from yiqi.programmes.league.letters import LETTERS
from yiqi.programmes.league.models import Game, Invitation, Player
from yiqi.programmes.league.rules.words import COUNTS, State
from yiqi.programmes.league.wording import versus
from yiqi.roles.rules.permissions import TABLE, Action, Held
from yiqi.web.formats import hhmm, moment, said

TOLD = 2


def front(person_id: int, at: datetime) -> Sequence[Line]:
    """My next game."""
    return [
        Line(
            _("正在比赛：%(game)s", game=versus(game))
            if game.state is State.LIVE
            else _("%(when)s 比赛：%(game)s", when=moment(game.starts_at), game=versus(game)),
            url_for("league.game", game_id=game.id),
            game.starts_at,
        )
        for game in games.next_of(person_id, at)[:TOLD]
    ]


def mine(person_id: int, at: datetime) -> Sequence[Card]:
    """The invitations that wait for me, and my teams in the season that is on and in those that are being set up."""
    cards = [Card("league/_invited.html", {"team": one}, leads=True) for one in squads.invited(person_id, at)]
    season = squads.current(at)
    following = {game.season_id: game for game in games.next_of(person_id, at)}
    for own in squads.own_teams(person_id, season.id) if season is not None else []:
        team, game = squads.team(own.team_id), following.get(own.season_id)
        told = versus(game) if game is not None else ""
        cards.append(Card("league/_mine.html", {"team": team, "own": own, "game": game, "versus": told}))
    return cards


def beside(activity_id: int, _person_id: int | None, _at: datetime) -> Sequence[Card]:
    """The game that spectators of an activity come for."""
    game = games.of_activity(activity_id)
    return [Card("league/_beside.html", {"game": game, "title": versus(game)})] if game is not None else []


def own_dates(person_id: int, since: datetime, at: datetime) -> Sequence[Dated]:
    """The games of my teams."""
    return dates.own(person_id, since, at, _page)


def everybodys_dates(since: datetime, until: datetime) -> Sequence[Dated]:
    """The fixtures; a game stands for the activity of its spectators."""
    return dates.everybodys(since, until, _page)


def _page(game_id: int) -> str:
    return url_for("league.game", game_id=game_id)


def search(words: str, _person_id: int | None, at: datetime) -> Sequence[Line]:
    """Teams that are called so, and seasons."""
    found = [
        Line(_("球队：%(name)s", name=said(team, "name")), url_for("league.team", team_id=team.id))
        for team in squads.called(words, at)
    ]
    named = [one for one in squads.seasons() if words in one.name or words.lower() in one.name_en.lower()]
    found += [
        Line(_("联赛：%(name)s", name=said(one, "name")), url_for("league.season", season_id=one.id))
        for one in named
    ]
    return found[:5]


def board(at: datetime) -> Sequence[Line]:
    """Today's games and their scores."""
    return [
        Line(_board_line(game), url_for("league.game", game_id=game.id), game.starts_at)
        for game in games.on_day(clock.beijing(at).date())
    ]


def _board_line(game: Facts) -> str:
    if game.state in COUNTS or game.state is State.LIVE:
        score = f"{game.home_score} : {game.away_score}"
        return _("%(time)s %(game)s %(score)s", time=hhmm(game.starts_at), game=versus(game), score=score)
    return _("%(time)s %(game)s", time=hhmm(game.starts_at), game=versus(game))


def doors(held: Sequence[Held], at: datetime) -> Sequence[Door]:
    """The league's desk, with the requests and the missing results that wait there."""
    if not any(one.role in TABLE[Action.CHECK_IN] for one in held):
        return []
    reached = squads.within(held)
    ids = [one.id for one in reached]
    waiting = transfers.open_count(ids) + len(games.without_result(ids, at)) if ids else 0
    return [Door("league_desk.home", url_for("league_desk.home"), _("篮球联赛"), waiting)] if ids else []


PLUG = Plug(
    programme=Programme.LEAGUE,
    home="league.home",
    blueprints=(views.blueprint, desk.blueprint),
    people=(Player.person_id, Invitation.person_id),
    only_named=True,
    front=front,
    mine=mine,
    beside=beside,
    is_beside=exists().where(Game.activity_id == Activity.id),
    dates=own_dates,
    everybodys_dates=everybodys_dates,
    search=search,
    board=board,
    desk=doors,
    carry=merging.carry,
    letters=LETTERS,
    checks=CHECKS,
    joins={"league.accept": ""},
    measures=measures.MEASURES,
)
