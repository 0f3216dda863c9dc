"""The live score: begun, every basket a tap that counts once, taken back, quarter after quarter, over."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from yiqi import once
from yiqi.db import Facts, retried, table, writing
from yiqi.programmes.league import locking, results
from yiqi.programmes.league.models import Game, Line, Score
from yiqi.programmes.league.rules.words import Refused, State, Trouble

QUARTERS, MOST_PERIODS = 4, 14
"""Four quarters, then overtimes."""
EARLY = timedelta(hours=2)
"""How long before its time a game may begin: a tap on the game of another day does not make it public."""

_game, _score, _line = table(Game), table(Score), table(Line)


@retried
def start(*, game_id: int, by_id: int, at: datetime) -> None:
    """Begin a game; one that has begun stays as it is. What was counted before it was broken off counts no more.

    Raises `Refused`: NOT_YOURS, OWN_GAME, NO_TEAMS, BEGUN (it is over), NOT_BEGUN (it is of another day, or of none).
    """
    with writing() as session:
        here = session.connection()
        game = locking.game(here, game_id)
        results.may_keep(here, game, by_id)
        if game.state is State.LIVE:
            return
        if game.state is not State.PLANNED:
            raise Refused(Trouble.BEGUN)
        if game.starts_at is None or at < game.starts_at - EARLY:
            raise Refused(Trouble.NOT_BEGUN)
        before = (_score.c.game_id == game_id, _score.c.undone_at.is_(None))
        here.execute(update(_score).where(*before).values(undone_at=at))
        begun = {"state": State.LIVE, "period": 1, "home_score": 0, "away_score": 0}
        here.execute(update(_game).where(_game.c.id == game_id).values(**begun, version=game.version + 1))


@retried
def basket(
    *,
    game_id: int,
    team_id: int,
    points: int,
    player_id: int | None,
    nonce: str,
    by_id: int,
    at: datetime,
) -> int:
    """Count a basket of one to three points; answers its row. The same tap again is the same basket.

    Raises `Refused`: NOT_YOURS (no such game or team), OWN_GAME, NOT_LIVE, NOT_ON_ROSTER (a player who is not on the sheet).
    """
    with writing() as session:
        here = session.connection()
        game = _live(here, game_id, by_id, must=False)
        known = once.before(here, _score, nonce=nonce, game_id=game_id)
        if known is not None:
            return known
        if game.state is not State.LIVE:
            raise Refused(Trouble.NOT_LIVE)
        if team_id not in (game.home_id, game.away_id):
            raise Refused(Trouble.NOT_YOURS)
        if player_id is not None:
            on_sheet = select(_line.c.player_id).where(
                _line.c.game_id == game_id, _line.c.player_id == player_id, _line.c.team_id == team_id
            )
            if here.execute(on_sheet).first() is None:
                raise Refused(Trouble.NOT_ON_ROSTER, player_id)
        row = {
            "game_id": game_id,
            "team_id": team_id,
            "player_id": player_id,
            "points": points,
            "period": game.period,
            "nonce": nonce,
            "at": at,
            "by_id": by_id,
        }
        made = once.make(here, _score, row)
        _count(here, game)
        return made


@retried
def undo(*, game_id: int, score_id: int, by_id: int, at: datetime) -> None:
    """Take a basket back; once taken back it stays so. Raises `Refused`: NOT_YOURS, OWN_GAME, NOT_LIVE."""
    with writing() as session:
        here = session.connection()
        game = _live(here, game_id, by_id)
        own = (_score.c.id == score_id, _score.c.game_id == game_id)
        if here.execute(select(_score.c.id).where(*own)).first() is None:
            raise Refused(Trouble.NOT_YOURS)
        here.execute(update(_score).where(*own, _score.c.undone_at.is_(None)).values(undone_at=at))
        _count(here, game)


@retried
def next_period(*, game_id: int, after: int, by_id: int) -> None:
    """End a quarter (or an overtime) and begin the next; sent again it changes nothing. Raises `Refused`: NOT_YOURS,
    OWN_GAME, NOT_LIVE."""
    with writing() as session:
        here = session.connection()
        game = _live(here, game_id, by_id)
        if game.period == after < MOST_PERIODS:
            following = {"period": after + 1, "version": game.version + 1}
            here.execute(update(_game).where(_game.c.id == game_id).values(**following))


@retried
def finish(*, game_id: int, by_id: int, at: datetime) -> None:
    """End a game with the score as it stands; what players were counted with goes onto the sheet. One that is over stays so.

    Raises `Refused`: NOT_YOURS, OWN_GAME, NOT_LIVE, A_DRAW (an overtime is played).
    """
    with writing() as session:
        here = session.connection()
        game = _live(here, game_id, by_id, must=False)
        if game.state is State.PLAYED:
            return
        if game.state is not State.LIVE:
            raise Refused(Trouble.NOT_LIVE)
        if game.home_score == game.away_score:
            raise Refused(Trouble.A_DRAW)
        _onto_the_sheet(here, game_id)
        season = locking.read_season(here, game.season_id)
        results.write(here, game, season, {"state": State.PLAYED}, by_id=by_id, at=at)


def _live(here: Connection, game_id: int, by_id: int, *, must: bool = True) -> Facts:
    game = locking.game(here, game_id)
    results.may_keep(here, game, by_id)
    if must and game.state is not State.LIVE:
        raise Refused(Trouble.NOT_LIVE)
    return game


def _count(here: Connection, game: Facts) -> None:
    """The score of a locked game, counted from its baskets."""
    totals = _totals(here, game.id)
    counted = {
        "home_score": totals.get(game.home_id, 0),
        "away_score": totals.get(game.away_id, 0),
        "version": game.version + 1,
    }
    here.execute(update(_game).where(_game.c.id == game.id).values(**counted))


def _totals(here: Connection, game_id: int) -> dict[int, int]:
    """The points of each team by the baskets that count."""
    rows = here.execute(
        select(_score.c.team_id, func.sum(_score.c.points).label("points"))
        .where(_score.c.game_id == game_id, _score.c.undone_at.is_(None))
        .group_by(_score.c.team_id)
    )
    return {row.team_id: row.points for row in rows}


def _onto_the_sheet(here: Connection, game_id: int) -> None:
    counted = here.execute(
        select(_score.c.player_id, func.sum(_score.c.points).label("points"))
        .where(_score.c.game_id == game_id, _score.c.undone_at.is_(None), _score.c.player_id.is_not(None))
        .group_by(_score.c.player_id)
    ).all()
    for row in counted:
        here.execute(
            update(_line)
            .where(_line.c.game_id == game_id, _line.c.player_id == row.player_id)
            .values(points=row.points)
        )
