"""What a year of the league is told by: games on whose sheet somebody stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select
from sqlalchemy.orm import aliased

from yiqi.booking.programme import Measure
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.league.models import Game, Line, Player, Team
from yiqi.programmes.league.rules.words import Part, State


def _games(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Games that were played to their end: one given away by a team was played by nobody."""
    home, away = aliased(Team), aliased(Team)
    english = [func.coalesce(func.nullif(one.name_en, ""), one.name) for one in (home, away)]
    return (
        select(
            Player.person_id,
            Game.starts_at.label("at"),
            literal(1).label("amount"),
            (home.name + " 对 " + away.name).label("title"),
            (english[0] + " v " + english[1]).label("title_en"),
            cast(Game.id, String).label("ref"),
        )
        .select_from(Line)
        .join(Player, Player.id == Line.player_id)
        .join(Game, Game.id == Line.game_id)
        .join(home, home.id == Game.home_id)
        .join(away, away.id == Game.away_id)
        .where(
            Player.part == Part.PLAYER,
            Game.state == State.PLAYED,
            Game.starts_at >= first,
            Game.starts_at < until,
        )
    )


MEASURES = (
    Measure(
        "games",
        _l("联赛出场"),
        lambda many: _("%(n)s 场", n=many),
        _games,
        ("league.game", "game_id"),
    ),
)
