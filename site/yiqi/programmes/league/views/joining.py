"""Coming into a team: the spoken code, the page behind a link, accepting, declining, asking for it after the lock."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.people.tallies import TooMany
from yiqi.programmes.league import invitations, rosters, squads, transfers
from yiqi.programmes.league.forms.playing import HIGHEST_SHIRT, AskForm, CodeForm, ShirtForm
from yiqi.programmes.league.invitations import InvitationFacts
from yiqi.programmes.league.rules.words import Part, Refused, Trouble
from yiqi.programmes.league.views.blueprint import blueprint, refused
from yiqi.programmes.league.wording import problem
from yiqi.web.errors import Problem
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect

OFFERED = 8
"""Free numbers that are named beside the field."""


@blueprint.get("/join")
@signed_in_only
def code() -> ResponseReturnValue:
    """Where a spoken code is typed."""
    return render_template("league/code.html", form=CodeForm(), unknown=False)


@blueprint.post("/join")
@signed_in_only
def use_code() -> ResponseReturnValue:
    """Find the team behind a spoken code. Ten tries an hour."""
    form = CodeForm(request.form)
    if not form.validate():
        return render_template("league/code.html", form=form, unknown=False), 422
    try:
        token = invitations.find(code=form.code, person_id=current_user.id, at=clock.now())
    except TooMany:
        abort(429)
    if token is None:
        return render_template("league/code.html", form=form, unknown=True), 409
    return safe_redirect(url_for("league.invitation", token=token))


@blueprint.get("/join/<token:token>")
@signed_in_only
def invitation(token: str) -> ResponseReturnValue:
    """An invitation: the team, its union, what everybody will see of me, and the numbers that are free."""
    found = _behind(token)
    own = squads.in_team(current_user.id, found.team_id)
    if own is not None:
        return safe_redirect(url_for("league.team", team_id=found.team_id))
    return _page(found)


@blueprint.post("/join/<token:token>")
@signed_in_only
def accept(token: str) -> ResponseReturnValue:
    """Come into the team, or after the lock ask for it. Sent again it shows the team."""
    found = _behind(token)
    team, now = squads.team(found.team_id), clock.now()
    if team is None:
        abort(404)
    is_late = team.locks_at <= now
    form = AskForm(request.form) if is_late else ShirtForm(request.form)
    form.shirt.optional = found.part != Part.PLAYER
    if not form.validate():
        return _page(found, form, status=422)
    try:
        if isinstance(form, AskForm) and squads.in_team(current_user.id, team.id) is None:
            transfers.ask(
                token=token,
                person_id=current_user.id,
                shirt=form.shirt.number or 0,
                plays=form.position,
                name_shown=bool(form.name_shown.data),
                said=form.said.data or "",
                at=now,
            )
        else:
            rosters.accept(
                token=token,
                person_id=current_user.id,
                shirt=form.shirt.number,
                plays=form.position,
                name_shown=bool(form.name_shown.data),
                at=now,
            )
    except Refused as why:
        if why.why is Trouble.NOT_YOURS:
            return refused(why)
        return _page(found, form, problem(why), status=409)
    return safe_redirect(url_for("league.team", team_id=found.team_id))


@blueprint.post("/join/<token:token>/decline")
@signed_in_only
def decline(token: str) -> ResponseReturnValue:
    """Say no to an invitation that was made to me."""
    try:
        invitations.decline(token=token, person_id=current_user.id, at=clock.now())
    except Refused as why:
        return refused(why)
    return safe_redirect(url_for("booking.mine"))


def _behind(token: str) -> InvitationFacts:
    """The invitation behind a link that whoever looks may see. One for somebody else is not there."""
    found = invitations.behind(token)
    if found is None or found.person_id not in (None, current_user.id):
        abort(404)
    return found


def _page(
    found: InvitationFacts, form: ShirtForm | None = None, trouble: Problem | None = None, status: int = 200
) -> ResponseReturnValue:
    team, now = squads.team(found.team_id), clock.now()
    if team is None:
        abort(404)
    roster = squads.roster(team.id, names=False)
    worn = {one.shirt for one in roster}
    free = [number for number in range(1, HIGHEST_SHIRT + 1) if number not in worn][:OFFERED]
    is_late = team.locks_at <= now
    is_outside = not squads.may_join(current_user.id, team.id, now)
    if is_outside:
        trouble = problem(Refused(Trouble.NOT_A_MEMBER))
    page = render_template(
        "league/invitation.html",
        invitation=found,
        team=team,
        unions=squads.unions(team.id),
        captain=next((one for one in roster if one.is_captain), None),
        form=form or (AskForm() if is_late else ShirtForm()),
        free=free,
        problem=trouble,
        is_outside=is_outside,
        over=found.ends_at <= now,
        locked=is_late,
        asked=transfers.own_open(team.season_id, current_user.id),
        elsewhere=squads.mine(current_user.id, team.season_id),
    )
    return page, status
