"""One game at the desk: when and where, called off, its spectators' places."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.programmes.league import fixtures, games, spectating, squads
from yiqi.programmes.league.desk.blueprint import blueprint
from yiqi.programmes.league.forms.organizing import BecauseForm, StandsForm, WhenForm
from yiqi.programmes.league.games import GameFacts
from yiqi.programmes.league.rules.words import Refused
from yiqi.programmes.league.wording import problem, versus
from yiqi.web.errors import Problem, problem_page
from yiqi.web.formats import moment, said
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/games/<id:game_id>")
def game(game_id: int) -> ResponseReturnValue:
    """A game: its time and court, calling it off, its spectators."""
    return _page(game_id)


@blueprint.post("/games/<id:game_id>/when")
def move(game_id: int) -> ResponseReturnValue:
    """Put it to another time or court, with its spectators; they and the players are told."""
    form = WhenForm(request.form)
    if not form.validate():
        return _page(game_id, when=form, status=422)
    try:
        fixtures.move(
            game_id=game_id,
            starts_at=form.starts_at,
            court_id=form.court_id,
            because=form.because.data or "",
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return _page(game_id, when=form, trouble=_with_game(why), status=409)
    return safe_redirect(url_for("league_desk.game", game_id=game_id))


@blueprint.post("/games/<id:game_id>/off")
def call_off(game_id: int) -> ResponseReturnValue:
    """Call it off; the players are told."""
    form = BecauseForm(request.form)
    if not form.validate():
        return _page(game_id, off=form, status=422)
    try:
        fixtures.call_off(
            game_id=game_id, because=form.because.data or "", by_id=current_user.id, at=clock.now()
        )
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.game", game_id=game_id))


@blueprint.post("/games/<id:game_id>/places")
def open_places(game_id: int) -> ResponseReturnValue:
    """Open spectators' places: an activity with a slot for each stand."""
    form = StandsForm(request.form)
    if not form.validate():
        return _page(game_id, stands=form, status=422)
    try:
        spectating.open_places(game_id=game_id, stands=form.made, by_id=current_user.id, at=clock.now())
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.game", game_id=game_id))


@blueprint.post("/games/<id:game_id>/link")
def link(game_id: int) -> ResponseReturnValue:
    """Name an activity that is there already as the one of its spectators, or none."""
    try:
        spectating.link(
            game_id=game_id,
            activity_id=identifier(request.form.get("activity", "")),
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.game", game_id=game_id))


def _with_game(why: Refused) -> Problem:
    """A refusal that names the game that stands in the way."""
    told = problem(why)
    other: GameFacts | None = games.one(why.who) if why.who is not None else None
    if other is None or other.starts_at is None:
        return told
    line = _("%(game)s，%(when)s。", game=versus(other), when=moment(other.starts_at))
    return Problem(told.status, told.heading, line + told.line)


def _page(
    game_id: int,
    *,
    when: WhenForm | None = None,
    off: BecauseForm | None = None,
    stands: StandsForm | None = None,
    trouble: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    found, now = games.one(game_id), clock.now()
    if found is None:
        abort(404)
    if when is None:
        local = clock.beijing(found.starts_at) if found.starts_at else None
        when = WhenForm(
            day=f"{local:%Y-%m-%d}" if local else "",
            starts=f"{local:%H:%M}" if local else "",
            court=str(found.court_id or ""),
        )
    when.court.choices = [
        ("", _("选场地")),
        *((str(one.id), said(one, "name")) for one in squads.courts(found.season_id)),
    ]
    page = render_template(
        "league/desk/game.html",
        game=found,
        when=when,
        off=off or BecauseForm(),
        stands=stands or StandsForm(),
        problem=trouble,
        meeting=spectating.meeting(found.activity_id) if found.activity_id else None,
        watchers=spectating.watchers(found.activity_id) if found.activity_id else 0,
        choices=[] if found.activity_id else spectating.choices(found.owner_id, now),
        now=now,
    )
    return page, status
