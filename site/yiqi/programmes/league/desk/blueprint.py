"""The blueprint of the league's desk, and what each of its addresses needs."""

from collections.abc import Mapping
from typing import Any

from yiqi.desk.permits import Needs
from yiqi.desk.views.blueprint import Desk
from yiqi.programmes.league import games, squads, transfers, wording
from yiqi.roles.rules.permissions import Action, Thing


def _season(parts: Mapping[str, Any]) -> Thing | None:
    return squads.season_thing(parts["season_id"])


def _team(parts: Mapping[str, Any]) -> Thing | None:
    return squads.team_thing(parts["team_id"])


def _transfer(parts: Mapping[str, Any]) -> Thing | None:
    return transfers.thing(parts["transfer_id"])


def _game(parts: Mapping[str, Any]) -> Thing | None:
    return games.thing(parts["game_id"])


NEEDS = {
    "league_desk.home": Needs(Action.ENTER),
    "league_desk.new_season": Needs(Action.EDIT),
    "league_desk.begin_season": Needs(Action.EDIT),
    "league_desk.season": Needs(Action.EDIT, thing=_season),
    "league_desk.settings": Needs(Action.EDIT, thing=_season),
    "league_desk.keep_settings": Needs(Action.EDIT, thing=_season),
    "league_desk.enter_team": Needs(Action.EDIT, thing=_season),
    "league_desk.team": Needs(Action.EDIT, thing=_team),
    "league_desk.keep_team": Needs(Action.EDIT, thing=_team),
    "league_desk.appoint": Needs(Action.EDIT, thing=_team),
    "league_desk.transfers": Needs(Action.EDIT, thing=_season),
    "league_desk.decide": Needs(Action.EDIT, thing=_transfer),
    "league_desk.fixtures": Needs(Action.EDIT, thing=_season),
    "league_desk.publish_fixtures": Needs(Action.EDIT, thing=_season),
    "league_desk.bracket": Needs(Action.EDIT, thing=_season),
    "league_desk.publish_bracket": Needs(Action.EDIT, thing=_season),
    "league_desk.game": Needs(Action.EDIT, thing=_game),
    "league_desk.move": Needs(Action.EDIT, thing=_game),
    "league_desk.call_off": Needs(Action.EDIT, thing=_game),
    "league_desk.open_places": Needs(Action.EDIT, thing=_game),
    "league_desk.link": Needs(Action.EDIT, thing=_game),
    "league_desk.sheet": Needs(Action.CHECK_IN, thing=_game),
    "league_desk.keep_sheet": Needs(Action.CHECK_IN, thing=_game),
    "league_desk.settle": Needs(Action.CHECK_IN, thing=_game),
    "league_desk.live": Needs(Action.CHECK_IN, thing=_game),
    "league_desk.tap": Needs(Action.CHECK_IN, thing=_game),
}

blueprint = Desk("league_desk", __name__, url_prefix="/desk/league", needs=NEEDS)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What the league's templates call things."""
    return wording.WORDS
