"""The scorer's pages: the sheet with the check of photo and name, the result, the live score by taps."""

import secrets

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.programmes.league import games, results, scoring, squads
from yiqi.programmes.league.desk.blueprint import blueprint
from yiqi.programmes.league.forms.organizing import ResultForm
from yiqi.programmes.league.games import GameFacts
from yiqi.programmes.league.results import Entry
from yiqi.programmes.league.rules.words import COUNTS, Refused, State
from yiqi.programmes.league.views.blueprint import nonce
from yiqi.programmes.league.wording import problem
from yiqi.web.errors import Problem, problem_page
from yiqi.web.formats import said
from yiqi.web.guards import long_form
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import identifier, whole

MOST_PLAYERS = 40
MOST_POINTS, MOST_FOULS = 199, 9


@blueprint.get("/games/<id:game_id>/sheet")
def sheet(game_id: int) -> ResponseReturnValue:
    """The rosters of the day with the check of photo and name, and the result."""
    return _sheet(game_id)


@blueprint.post("/games/<id:game_id>/sheet")
@long_form(4 * MOST_PLAYERS + 20)
def keep_sheet(game_id: int) -> ResponseReturnValue:
    """Save who was checked, with points and fouls. `player` names them; `points-<id>`, `fouls-<id>`."""
    entries, wrong = [], []
    for typed in request.form.getlist("player")[:MOST_PLAYERS]:
        player_id = identifier(typed)
        if player_id is None:
            abort(404)
        numbers = []
        for what, most in (("points", MOST_POINTS), ("fouls", MOST_FOULS)):
            value = request.form.get(f"{what}-{player_id}", "").strip()
            number = whole(value, least=0, most=most) if value else None
            if value and number is None:
                wrong.append(player_id)
            numbers.append(number)
        entries.append(Entry(player_id, *numbers))
    if wrong:
        return _sheet(game_id, wrong=wrong, status=422)
    try:
        results.keep_sheet(game_id=game_id, entries=entries, by_id=current_user.id, at=clock.now())
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.sheet", game_id=game_id))


@blueprint.post("/games/<id:game_id>/result")
def settle(game_id: int) -> ResponseReturnValue:
    """Write the result down, or correct it with a reason."""
    found, form = _game(game_id), ResultForm(request.form)
    form.corrects = found.state in COUNTS
    if not form.validate():
        return _sheet(game_id, form=form, status=422)
    try:
        results.settle(
            game_id=game_id,
            became=State(form.became.data),
            home_score=form.home.number or 0,
            away_score=form.away.number or 0,
            forfeited_by_id=identifier(form.forfeited_by.data or ""),
            because=form.because.data or "",
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return _sheet(game_id, form=form, trouble=problem(why), status=409)
    return safe_redirect(url_for("league_desk.sheet", game_id=game_id))


@blueprint.get("/games/<id:game_id>/live")
def live(game_id: int) -> ResponseReturnValue:
    """The live score: large buttons for each team, the quarter, the end. Works on a phone and without JavaScript."""
    return _live(_game(game_id))


@blueprint.post("/games/<id:game_id>/live")
def tap(game_id: int) -> ResponseReturnValue:
    """One tap: `do` is start, basket (team, points, perhaps player), undo (score), period (after) or finish."""
    _game(game_id)
    form, who, now = request.form, current_user.id, clock.now()
    points = whole(form.get("points", ""), least=1, most=3)
    try:
        match form.get("do"):
            case "start":
                scoring.start(game_id=game_id, by_id=who, at=now)
            case "basket" if points is not None:
                scoring.basket(
                    game_id=game_id,
                    team_id=identifier(form.get("team", "")) or 0,
                    points=points,
                    player_id=identifier(form.get("player", "")),
                    nonce=nonce(form.get("nonce", "")),
                    by_id=who,
                    at=now,
                )
            case "undo":
                scoring.undo(
                    game_id=game_id, score_id=identifier(form.get("score", "")) or 0, by_id=who, at=now
                )
            case "period":
                scoring.next_period(
                    game_id=game_id, after=whole(form.get("after", ""), least=0, most=99) or 0, by_id=who
                )
            case "finish":
                scoring.finish(game_id=game_id, by_id=who, at=now)
            case _:
                return _live(_game(game_id), status=422)
    except Refused as why:
        return problem_page(problem(why))
    if asks_for_fragment():
        return fragment(render_template("league/desk/_panel.html", **_panel(_game(game_id))))
    return safe_redirect(url_for("league_desk.live", game_id=game_id))


def _game(game_id: int) -> GameFacts:
    found = games.one(game_id)
    if found is None:
        abort(404)
    return found


def _panel(game: GameFacts) -> dict[str, object]:
    """What the scorer's buttons need. Each button has a nonce of its own, so that a tap sent twice counts once."""
    lines = games.lines(game.id)
    return {
        "game": game,
        "lines": {
            team: [one for one in lines if one.team_id == team] for team in (game.home_id, game.away_id)
        },
        "newest": games.baskets(game.id),
        "nonce": secrets.token_urlsafe(12),
        "quarters": scoring.QUARTERS,
    }


def _live(game: GameFacts, status: int = 200) -> ResponseReturnValue:
    return render_template("league/desk/live.html", **_panel(game), now=clock.now()), status


def _sheet(
    game_id: int,
    *,
    form: ResultForm | None = None,
    wrong: list[int] | None = None,
    trouble: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    game = _game(game_id)
    lines = {one.player_id: one for one in games.lines(game_id)}
    sides = []
    for team_id in (game.home_id, game.away_id):
        roster = squads.roster(team_id, names=True) if team_id else []
        sides.append([one for one in roster if one.shirt is not None])
    if form is None:
        is_settled = game.state in COUNTS
        form = ResultForm(
            became=str(game.state) if game.state in (*COUNTS, State.ABANDONED) else str(State.PLAYED),
            home=str(game.home_score) if is_settled or game.home_score else "",
            away=str(game.away_score) if is_settled or game.away_score else "",
            forfeited_by=str(game.forfeited_by_id or ""),
        )
    form.forfeited_by.choices = [
        ("", _("没有")),
        *(
            (str(team_id), said(game, side))
            for team_id, side in ((game.home_id, "home"), (game.away_id, "away"))
            if team_id
        ),
    ]
    typed = request.form if wrong else {}
    page = render_template(
        "league/desk/sheet.html",
        game=game,
        lines=lines,
        sides=sides,
        form=form,
        wrong=wrong or [],
        typed={name: str(value)[:6] for name, value in typed.items() if "-" in name},
        ticked=set(request.form.getlist("player")) if wrong else {str(each) for each in lines},
        problem=trouble,
        corrects=game.state in COUNTS,
        now=clock.now(),
    )
    return page, status
