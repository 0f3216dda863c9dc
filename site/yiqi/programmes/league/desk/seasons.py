"""The first page of the league's desk, seasons and their settings, and teams that enter."""

import secrets
from collections import Counter

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk import reach
from yiqi.desk.gate import permit
from yiqi.desk.rules.placing import spelled
from yiqi.i18n import gettext as _
from yiqi.programmes.league import games, seasons, squads, tables, teams
from yiqi.programmes.league import transfers as asked
from yiqi.programmes.league.desk.blueprint import blueprint
from yiqi.programmes.league.forms.organizing import SeasonForm, TeamForm
from yiqi.programmes.league.models import Season
from yiqi.programmes.league.rules.words import Refused
from yiqi.programmes.league.views.blueprint import nonce
from yiqi.programmes.league.wording import problem
from yiqi.roles.rules.permissions import Action, Thing
from yiqi.unions import belonging
from yiqi.unions.models import Union
from yiqi.web.errors import Problem
from yiqi.web.formats import said
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

NUMBERS = (
    *("least_players", "most_players", "qualify", "minutes", "rest_days"),
    *("forfeit_points", "most_forfeits", "most_fouls"),
)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Today's games to keep the score of, and the seasons within reach."""
    held, now = permit().held, clock.now()
    reached = squads.within(held)
    today = [
        one
        for one in games.on_day(clock.today())
        if permit().may(Action.CHECK_IN, Thing(one.owner_id, one.activity_id, "league"))
    ]
    return render_template(
        "league/desk/home.html",
        seasons=reached,
        editable={
            one.id for one in reached if permit().may(Action.EDIT, Thing(one.owner_id, None, "league"))
        },
        waiting=asked.open_counts([one.id for one in reached]),
        missing=Counter(one.season_id for one in games.without_result([one.id for one in reached], now)),
        today=today,
        may_begin=permit().may_anywhere(Action.EDIT) is not None,
    )


@blueprint.get("/seasons/new")
def new_season() -> ResponseReturnValue:
    """The form of a new season."""
    usual = seasons.Settings(name="", locks_at=clock.now())
    blank = Season(**{name: getattr(usual, name) for name in NUMBERS})
    return _new(SeasonForm(obj=blank, groups="A B"))


@blueprint.post("/seasons")
def begin_season() -> ResponseReturnValue:
    """Begin a season of a union within reach."""
    form = SeasonForm(request.form)
    wanted = spelled(request.form.get("owner", "")[:200])
    owner = next((one for one in _owners() if wanted in (spelled(one.name), spelled(one.name_en))), None)
    if not form.validate() or owner is None or not wanted:
        return _new(form, without_owner=owner is None), 422
    made = seasons.begin(
        owner_id=owner.id,
        settings=form.settings,
        courts=form.court_names,
        groups=form.group_names,
        by_id=current_user.id,
        nonce=nonce(request.form.get("nonce", "")),
        at=clock.now(),
    )
    return safe_redirect(url_for("league_desk.season", season_id=made))


@blueprint.get("/seasons/<id:season_id>")
def season(season_id: int) -> ResponseReturnValue:
    """A season: its teams by group, with what is missing; and the form of a new team."""
    return _season_page(season_id, TeamForm())


@blueprint.get("/seasons/<id:season_id>/settings")
def settings(season_id: int) -> ResponseReturnValue:
    """What is set for a season."""
    found = _season(season_id)
    locks = clock.beijing(found.locks_at)
    form = SeasonForm(
        obj=found,
        lock_day=f"{locks:%Y-%m-%d}",
        lock_hour=f"{locks:%H:%M}",
        courts="\n".join(
            f"{one.name} | {one.name_en}" if one.name_en else one.name for one in squads.courts(season_id)
        ),
        groups=" ".join(one.name for one in squads.groups(season_id)),
    )
    return _settings(found, form)


@blueprint.post("/seasons/<id:season_id>/settings")
def keep_settings(season_id: int) -> ResponseReturnValue:
    """Save them."""
    found, form = _season(season_id), SeasonForm(request.form)
    if not form.validate():
        return _settings(found, form), 422
    try:
        seasons.change(
            season_id=season_id,
            settings=form.settings,
            courts=form.court_names,
            groups=form.group_names,
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return _settings(found, form, problem(why)), 409
    return safe_redirect(url_for("league_desk.season", season_id=season_id))


@blueprint.post("/seasons/<id:season_id>/teams")
def enter_team(season_id: int) -> ResponseReturnValue:
    """Enter a team of one union, or of two small ones, with its captain."""
    form = TeamForm(request.form)
    if not form.validate():
        return _season_page(season_id, form, status=422)
    unions = []
    for typed in (form.union.data or "", form.with_union.data or ""):
        if typed:
            found = [
                one
                for one in belonging.called(typed)
                if spelled(typed) in (spelled(one.name), spelled(one.name_en))
            ]
            if not found:
                wrong = form.union if typed == form.union.data else form.with_union
                wrong.errors = [_("没找到这家工会，填全称")]
                return _season_page(season_id, form, status=422)
            unions.append(found[0].id)
    try:
        made = teams.enter(
            season_id=season_id,
            name=form.name.data or "",
            name_en=form.name_en.data or "",
            union_ids=unions,
            group_id=identifier(form.group.data or ""),
            captain=(form.e164, form.captain.data or ""),
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        told = problem(why)
        return _season_page(season_id, form, told, status=told.status)
    return safe_redirect(url_for("league_desk.team", team_id=made))


def _owners() -> list[Union]:
    """The unions for which whoever asks may begin a season."""
    return [
        one for one in reach.unions(permit().held) if permit().may(Action.EDIT, Thing(one.id, None, "league"))
    ]


def _new(form: SeasonForm, *, without_owner: bool = False) -> str:
    return render_template(
        "league/desk/new_season.html",
        form=form,
        owners=[said(one, "name") for one in _owners()],
        owner=request.form.get("owner", "")[:200],
        without_owner=without_owner,
        nonce=secrets.token_urlsafe(16),
    )


def _settings(season: Season, form: SeasonForm, trouble: Problem | None = None) -> str:
    return render_template("league/desk/settings.html", season=season, form=form, problem=trouble)


def _season(season_id: int) -> Season:
    found = squads.season(season_id)
    if found is None:
        abort(404)
    return found


def _season_page(
    season_id: int, form: TeamForm, trouble: Problem | None = None, status: int = 200
) -> ResponseReturnValue:
    found, now = _season(season_id), clock.now()
    groups = squads.groups(season_id)
    form.group.choices = [("", _("先不分组")), *((str(one.id), one.name) for one in groups)]
    page = render_template(
        "league/desk/season.html",
        season=found,
        teams=squads.teams(season_id),
        tables=tables.of_season(season_id),
        waiting=asked.open_count([season_id]),
        missing=games.without_result([season_id], now),
        form=form,
        problem=trouble,
        locked=found.locks_at <= now,
    )
    return page, status
