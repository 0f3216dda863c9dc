"""Planning all games of the groups, looking at them, publishing them; and the bracket of the knock-out."""

from datetime import time, timedelta

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from yiqi import clock
from yiqi.people.rules import typed_date
from yiqi.programmes.league import fixtures as planning
from yiqi.programmes.league import games, knockout, squads
from yiqi.programmes.league.desk.blueprint import blueprint
from yiqi.programmes.league.fixtures import Wish
from yiqi.programmes.league.forms.fields import hour
from yiqi.programmes.league.models import Season
from yiqi.programmes.league.rules.brackets import Tie
from yiqi.programmes.league.rules.words import Refused, Stage
from yiqi.programmes.league.wording import problem
from yiqi.web.errors import Problem, problem_page
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier, whole

TIMES = "09:00 14:00 19:00"
MOST_TIMES = 8


@blueprint.get("/seasons/<id:season_id>/fixtures")
def fixtures(season_id: int) -> ResponseReturnValue:
    """The games of a season. With `?first=` and the rest of the wish, how the missing ones would be."""
    return _page(season_id, request.args)


@blueprint.post("/seasons/<id:season_id>/fixtures")
def publish_fixtures(season_id: int) -> ResponseReturnValue:
    """Publish what was looked at. When it is not that any more, it is shown again."""
    wish = _wish(season_id, request.form)
    if isinstance(wish, str):
        return _page(season_id, request.form, status=422)
    try:
        planning.publish(
            season_id=season_id,
            wish=wish,
            digest=request.form.get("digest", "")[:16],
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return _page(season_id, request.form, problem(why), status=409)
    return safe_redirect(url_for("league_desk.fixtures", season_id=season_id))


@blueprint.get("/seasons/<id:season_id>/bracket")
def bracket(season_id: int) -> ResponseReturnValue:
    """The knock-out: as it stands, or as the tables would make it."""
    season = _season(season_id)
    found = [one for one in games.of_season(season_id) if one.stage is Stage.KNOCKOUT]
    ties: list[Tie] = []
    digest, trouble = "", None
    if not found:
        try:
            ties, digest = knockout.plan(season_id)
        except Refused as why:
            trouble = problem(why)
    return render_template(
        "league/desk/bracket.html",
        season=season,
        games=sorted(found, key=lambda one: (one.round, one.position)),
        ties=ties,
        digest=digest,
        problem=trouble,
        names={one.id: one for one in squads.teams(season_id)},
    )


@blueprint.post("/seasons/<id:season_id>/bracket")
def publish_bracket(season_id: int) -> ResponseReturnValue:
    """Publish the bracket that was looked at."""
    try:
        knockout.publish(
            season_id=season_id,
            digest=request.form.get("digest", "")[:16],
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.bracket", season_id=season_id))


def _season(season_id: int) -> Season:
    found = squads.season(season_id)
    if found is None:
        abort(404)
    return found


def _wish(season_id: int, typed: MultiDict[str, str]) -> Wish | str:
    """What was wished for, or which part of it cannot be read."""
    first = typed_date(typed.get("first", ""))
    if first is None or not -400 < (first - clock.today()).days < 400:
        return "first"
    weekdays = frozenset(int(one) for one in typed.getlist("weekday") if one in set("0123456"))
    if not weekdays:
        return "weekday"
    times = [hour(one) for one in typed.get("times", "")[:80].replace("，", " ").replace(",", " ").split()]
    known = tuple(sorted({one for one in times if isinstance(one, time)}))
    if not known or None in times or len(known) > MOST_TIMES:
        return "times"
    own = {one.id for one in squads.courts(season_id)}
    courts = tuple(sorted({identifier(one) or 0 for one in typed.getlist("court")} & own))
    if not courts:
        return "court"
    days = whole(typed.get("days_a_round", ""), least=0, most=30)
    if days is None:
        return "days_a_round"
    return Wish(first, weekdays, known, courts, days)


def _page(
    season_id: int, typed: MultiDict[str, str], trouble: Problem | None = None, status: int = 200
) -> ResponseReturnValue:
    season = _season(season_id)
    wish = _wish(season_id, typed) if "first" in typed else None
    wrong = wish if isinstance(wish, str) else ""
    draft = planning.plan(season_id, wish) if isinstance(wish, Wish) else None
    courts = squads.courts(season_id)
    page = render_template(
        "league/desk/fixtures.html",
        season=season,
        games=games.of_season(season_id),
        courts=courts,
        court_names={one.id: one for one in courts},
        names={one.id: one for one in squads.teams(season_id)},
        draft=draft,
        wrong=wrong,
        problem=trouble,
        first=typed.get("first", str(clock.today() + timedelta(days=7)))[:20],
        weekdays=typed.getlist("weekday") or ["5", "6"],
        times=typed.get("times", TIMES)[:80],
        chosen=[identifier(one) for one in typed.getlist("court")] or [one.id for one in courts],
        days_a_round=typed.get("days_a_round", "7")[:4],
    )
    return page, 422 if wrong else status
