"""A game as everybody sees it, its live score, and a player's page."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.programmes.league import games, spectating, squads
from yiqi.programmes.league.games import GameFacts
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.league.views.blueprint import blueprint, visitor
from yiqi.web.display import keep_to_the_page, language
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import identifier

EVERY = 4
"""Seconds between two looks at a live score."""


@blueprint.get("/games/<id:game_id>")
def game(game_id: int) -> ResponseReturnValue:
    """A game: its score, who was on the sheet, where spectators sign up."""
    found = _game(game_id)
    members = {
        each: squads.in_team(visitor(), each) is not None for each in (found.home_id, found.away_id) if each
    }
    booked = spectating.booked([found.activity_id] if found.activity_id else [], visitor())
    return render_template(
        "league/game.html",
        **_score_of(found),
        sheets={
            team_id: [
                (one, squads.shown(one.name, is_shown=one.name_shown or is_member))
                for one in games.lines(game_id)
                if one.team_id == team_id
            ]
            for team_id, is_member in members.items()
        },
        is_booked=bool(booked),
        meeting=spectating.meeting(found.activity_id) if found.activity_id else None,
        now=clock.now(),
    )


@blueprint.get("/games/<id:game_id>/_score")
def _score(game_id: int) -> ResponseReturnValue:
    """The score of a game: 204 while it is the one `?seen=` knows; `lang` is its page's language. Opened by hand it goes to the
    game."""
    if not asks_for_fragment():
        return safe_redirect(url_for("league.game", game_id=game_id))
    keep_to_the_page()
    known = games.version(game_id)
    if known is None:
        abort(404)
    if known[0] == identifier(request.args.get("seen", "")):
        return "", 204
    return fragment(render_template("league/_score.html", **_score_of(_game(game_id))))


@blueprint.get("/players/<id:player_id>")
def player(player_id: int) -> ResponseReturnValue:
    """A player: number and team; their name, games and points only where they agreed to it, or look themselves."""
    found = squads.player(player_id)
    if found is None:
        abort(404)
    one, name = found
    is_open = one.name_shown or one.person_id == visitor()
    return render_template(
        "league/player.html",
        player=one,
        name=squads.shown(name, is_shown=is_open),
        is_open=is_open,
        team=squads.team(one.team_id),
        games=games.of_player([one.person_id], one.season_id) if is_open else [],
    )


def _game(game_id: int) -> GameFacts:
    found = games.one(game_id)
    if found is None:
        abort(404)
    return found


def _score_of(game: GameFacts) -> dict[str, object]:
    """What the score of a game needs, on its page and alone. It asks again as long as the game may change soon."""
    now = clock.now()
    soon = game.starts_at is not None and abs((game.starts_at - now).total_seconds()) < 4 * 3600
    follows = game.state is State.LIVE or (game.state is State.PLANNED and soon)
    periods: dict[int, dict[int, int]] = {}
    for row in games.by_period(game.id):
        periods.setdefault(row.period, {})[row.team_id] = row.points
    return {
        "game": game,
        "periods": periods,
        "newest": games.baskets(game.id) if game.state is State.LIVE else [],
        "poll": url_for("league._score", game_id=game.id, seen=game.version, lang=language())
        if follows
        else None,
        "every": EVERY if game.state is State.LIVE else 5 * EVERY,
    }
