"""A team at the desk, who holds which part in it, and transfers after the lock."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.programmes.league import games, squads, teams
from yiqi.programmes.league import transfers as asked
from yiqi.programmes.league.desk.blueprint import blueprint
from yiqi.programmes.league.forms.organizing import AppointForm, BecauseForm
from yiqi.programmes.league.rules.words import Refused
from yiqi.programmes.league.wording import problem
from yiqi.web.errors import Problem, problem_page
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier, whole

HIGHEST_LOT = 99


@blueprint.get("/teams/<id:team_id>")
def team(team_id: int) -> ResponseReturnValue:
    """A team with all names, its group, the lot that was drawn for it."""
    return _page(team_id, AppointForm())


@blueprint.post("/teams/<id:team_id>")
def keep_team(team_id: int) -> ResponseReturnValue:
    """Put it into a group, and write down its lot."""
    lot = request.form.get("lot", "").strip()
    number = whole(lot, least=1, most=HIGHEST_LOT)
    if lot and number is None:
        return _page(team_id, AppointForm(), wrong_lot=True, status=422)
    now = clock.now()
    try:
        teams.place(
            team_id=team_id,
            group_id=identifier(request.form.get("group", "")),
            by_id=current_user.id,
            at=now,
        )
        teams.draw_lot(team_id=team_id, lot=number, by_id=current_user.id, at=now)
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.team", team_id=team_id))


@blueprint.post("/teams/<id:team_id>/people")
def appoint(team_id: int) -> ResponseReturnValue:
    """Make somebody the captain, the leader or the coach."""
    form = AppointForm(request.form)
    if not form.validate():
        return _page(team_id, form, status=422)
    try:
        teams.appoint(
            team_id=team_id,
            phone=form.e164,
            name=form.name.data or "",
            part=form.chosen,
            as_captain=bool(form.as_captain.data) and form.chosen == "player",
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return _page(team_id, form, problem(why), status=409)
    return safe_redirect(url_for("league_desk.team", team_id=team_id))


@blueprint.get("/seasons/<id:season_id>/transfers")
def transfers(season_id: int) -> ResponseReturnValue:
    """Who wants to come into which team, and what was decided."""
    return _transfers(season_id, BecauseForm())


@blueprint.post("/transfers/<id:transfer_id>")
def decide(transfer_id: int) -> ResponseReturnValue:
    """Decide one: `granted` 1 or 0, with a reason."""
    season_id = asked.season_of(transfer_id)
    if season_id is None:
        abort(404)
    form = BecauseForm(request.form)
    if not form.validate():
        return _transfers(season_id, form, wrong_id=transfer_id, status=422)
    try:
        asked.decide(
            transfer_id=transfer_id,
            granted=request.form.get("granted") == "1",
            because=form.because.data or "",
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as why:
        return problem_page(problem(why))
    return safe_redirect(url_for("league_desk.transfers", season_id=season_id))


def _transfers(
    season_id: int, form: BecauseForm, wrong_id: int | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "league/desk/transfers.html",
        season=squads.season(season_id),
        open_ones=asked.of_seasons([season_id], is_open=True),
        decided=asked.of_seasons([season_id], is_open=False),
        form=form,
        wrong_id=wrong_id,
    )
    return page, status


def _page(
    team_id: int,
    form: AppointForm,
    trouble: Problem | None = None,
    *,
    wrong_lot: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    found = squads.team(team_id)
    if found is None:
        abort(404)
    page = render_template(
        "league/desk/team.html",
        team=found,
        unions=squads.unions(team_id),
        roster=squads.roster(team_id, names=True),
        games=games.of_team(team_id),
        groups=[("", _("先不分组")), *((str(one.id), one.name) for one in squads.groups(found.season_id))],
        form=form,
        problem=trouble,
        wrong_lot=wrong_lot,
        lot=request.form.get("lot", "")[:10] if wrong_lot else found.lot,
    )
    return page, status
