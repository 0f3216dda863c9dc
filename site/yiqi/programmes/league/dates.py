"""Games as calendars show them: those of one's own teams, and those of everybody."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select

from yiqi.booking.dated import Dated
from yiqi.db import Facts, db
from yiqi.i18n import gettext as _
from yiqi.programmes.league import games
from yiqi.programmes.league.models import Game, Player
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.league.wording import STATES, round_of, versus
from yiqi.web.formats import said

LEFT_SHOWN = timedelta(days=30)
"""How long the games of a team that somebody has left are said to be off for them."""
OFF = (State.CALLED_OFF, State.FORFEITED)
"""Nobody plays then."""
Address = Callable[[int], str]
"""The path of the page of a game."""


def own(person_id: int, since: datetime, at: datetime, address: Address) -> list[Dated]:
    """The games that somebody plays, coaches or leads in, from an instant on; of a team that they left a while ago none any
    more, and those ahead are off until then. Two queries."""
    teams = {
        row.team_id: row
        for row in db.session.execute(
            select(
                Player.team_id,
                func.max(case((Player.left_at.is_(None), 1), else_=0)).label("is_in"),
                func.max(Player.left_at).label("left_at"),
                (func.count(Player.id) + func.count(Player.left_at)).label("changes"),
            )
            .where(
                Player.person_id == person_id,
                or_(Player.left_at.is_(None), Player.left_at > at - LEFT_SHOWN),
            )
            .group_by(Player.team_id)
        )
    }
    mine = list(teams)
    found = games.between(since, None, or_(Game.home_id.in_(mine), Game.away_id.in_(mine))) if mine else []
    return [
        _dated(
            game,
            "own-game",
            _("比赛：%(game)s", game=versus(game)),
            address,
            changes=sum(one.changes for one in here),
            is_off=not any(one.is_in or one.left_at > game.starts_at for one in here),
        )
        for game in found
        for here in [[teams[each] for each in (game.home_id, game.away_id) if each in teams]]
    ]


def everybodys(since: datetime, until: datetime, address: Address) -> list[Dated]:
    """All games that begin between two instants. One query."""
    return [_dated(game, "game", versus(game), address) for game in games.between(since, until)]


def _dated(
    game: Facts, word: str, title: str, address: Address, *, changes: int = 0, is_off: bool = False
) -> Dated:
    season = [said(game, "season"), round_of(game)]
    state = [str(STATES[game.state])] if game.state in (State.FORFEITED, State.ABANDONED) else []
    return Dated(
        key=f"league-{word}-{game.id}",
        sequence=game.version + changes,
        changed_at=game.made_at,
        starts_at=game.starts_at,
        ends_at=game.starts_at + timedelta(minutes=game.minutes),
        title=title,
        is_off=is_off or game.state in OFF,
        where=said(game, "court") if game.court else "",
        about=" · ".join([*season, *state]),
        url=address(game.id),
        activity_id=game.activity_id,
    )
