"""Which few games stand on the front page of a season: what is live, what comes, what was."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from yiqi.programmes.league.rules.words import COUNTS, State

COMING, GONE = 3, 2
TODAY = timedelta(hours=18)


class Shown(Protocol):
    """What of a game is looked at."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def state(self) -> State: ...
    @property
    def home_id(self) -> int | None: ...
    @property
    def away_id(self) -> int | None: ...


G = TypeVar("G", bound=Shown)


def few(games: Sequence[G], own_team: int | None, at: datetime) -> list[G]:
    """The games that are live, then the next ones, then the last results: one's own team's come first among those of their
    kind. `games` are in the order of their times."""

    def is_own(game: G) -> bool:
        return own_team is not None and own_team in (game.home_id, game.away_id)

    live = [one for one in games if one.state is State.LIVE]
    coming = [
        one
        for one in games
        if one.state is State.PLANNED and one.starts_at is not None and one.starts_at > at
    ]
    chosen = [one for one in coming if is_own(one)][:1]
    chosen += [one for one in coming if one not in chosen][: COMING - len(chosen)]
    gone = [one for one in reversed(games) if one.state in COUNTS]
    past = [one for one in gone if is_own(one)][:1]
    past += [one for one in gone if one not in past][: GONE - len(past)]
    return [*live, *(one for one in coming if one in chosen), *past]
