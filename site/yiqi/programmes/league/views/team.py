"""A team's page, and what its captain and its players do there."""

import secrets
from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.people.tallies import TooMany
from yiqi.programmes.league import games, invitations, rosters, spectating, squads, tables, transfers
from yiqi.programmes.league.forms.playing import PhoneForm, ShirtForm
from yiqi.programmes.league.rules import codes
from yiqi.programmes.league.rules.words import Refused
from yiqi.programmes.league.squads import TeamFacts
from yiqi.programmes.league.views.blueprint import blueprint, nonce, refused, visitor
from yiqi.web import qr
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/teams/<id:team_id>")
def team(team_id: int) -> ResponseReturnValue:
    """A team: its union, its place, its players by number, its games. Who is in it reads names and finds their own part;
    its captain finds the invitations."""
    return _page(_team(team_id))


@blueprint.post("/teams/<id:team_id>/me")
@signed_in_only
def change_own(team_id: int) -> ResponseReturnValue:
    """My number, my position, whether my name is public."""
    found, form = _team(team_id), ShirtForm(request.form)
    own = squads.in_team(current_user.id, team_id)
    if own is None:
        abort(404)
    form.shirt.optional = own.part != "player"
    if not form.validate():
        return _page(found, own_form=form)
    return _done(
        team_id,
        lambda: rosters.change_own(
            team_id=team_id,
            person_id=current_user.id,
            shirt=form.shirt.number,
            plays=form.position,
            name_shown=bool(form.name_shown.data),
            at=clock.now(),
        ),
    )


@blueprint.post("/teams/<id:team_id>/leave")
@signed_in_only
def leave(team_id: int) -> ResponseReturnValue:
    """Leave the team before the lock."""
    return _done(team_id, lambda: rosters.leave(team_id=team_id, person_id=current_user.id, at=clock.now()))


@blueprint.post("/teams/<id:team_id>/invitations")
@signed_in_only
def invite_all(team_id: int) -> ResponseReturnValue:
    """The captain opens a link and a code for a group chat."""
    return _done(
        team_id,
        lambda: invitations.open_to_all(
            team_id=team_id,
            person_id=current_user.id,
            nonce=nonce(request.form.get("nonce", "")),
            at=clock.now(),
        ),
    )


@blueprint.post("/teams/<id:team_id>/invite")
@signed_in_only
def invite_one(team_id: int) -> ResponseReturnValue:
    """The captain invites one person by their number; they decide themselves."""
    found, form = _team(team_id), PhoneForm(request.form)
    own = squads.in_team(current_user.id, team_id)
    if own is None or not own.is_captain:
        abort(404)
    if not form.validate():
        return _page(found, invite=form)

    def invite() -> object:
        return invitations.to_one(
            team_id=team_id,
            person_id=current_user.id,
            phone=form.e164,
            name=form.name.data or "",
            part=form.chosen,
            nonce=nonce(request.form.get("nonce", "")),
            at=clock.now(),
        )

    return _done(team_id, invite)


@blueprint.post("/teams/<id:team_id>/invitations/<id:invitation_id>/end")
@signed_in_only
def take_back(team_id: int, invitation_id: int) -> ResponseReturnValue:
    """The captain takes an invitation back."""
    return _done(
        team_id,
        lambda: invitations.take_back(
            invitation_id=invitation_id, team_id=team_id, person_id=current_user.id, at=clock.now()
        ),
    )


@blueprint.post("/teams/<id:team_id>/players/<id:player_id>/out")
@signed_in_only
def take_out(team_id: int, player_id: int) -> ResponseReturnValue:
    """The captain takes somebody out before the lock."""
    return _done(
        team_id,
        lambda: rosters.take_out(
            team_id=team_id, player_id=player_id, person_id=current_user.id, at=clock.now()
        ),
    )


@blueprint.post("/teams/<id:team_id>/captain")
@signed_in_only
def hand_over(team_id: int) -> ResponseReturnValue:
    """The captain hands the captaincy to another player."""
    player_id = identifier(request.form.get("player", "")) or 0
    return _done(
        team_id,
        lambda: rosters.hand_over(team_id=team_id, player_id=player_id, person_id=current_user.id),
    )


def _team(team_id: int) -> TeamFacts:
    found = squads.team(team_id)
    if found is None:
        abort(404)
    return found


def _done(team_id: int, verb: Callable[[], object]) -> ResponseReturnValue:
    """Do it, and go back to the team; or say why not. After leaving, the page of the team is the public one."""
    try:
        verb()
    except Refused as why:
        return refused(why)
    except TooMany:
        abort(429)
    return safe_redirect(url_for("league.team", team_id=team_id))


def _page(
    team: TeamFacts, *, own_form: ShirtForm | None = None, invite: PhoneForm | None = None
) -> ResponseReturnValue:
    now, who = clock.now(), visitor()
    own = squads.in_team(who, team.id)
    captains = own is not None and own.is_captain
    stands = invitations.of_team(team.id, now) if captains else []
    link = next((one for one in stands if one.person_id is None), None)
    url = qr.absolute(url_for("league.invitation", token=link.token)) if link is not None else ""
    group = next((one for one in tables.of_season(team.season_id) if one.id == team.group_id), None)
    if own is not None and own_form is None:
        own_form = ShirtForm(
            shirt="" if own.shirt is None else str(own.shirt),
            plays=own.plays or "",
            name_shown=own.name_shown,
        )
    played = games.of_team(team.id)
    page = render_template(
        "league/team.html",
        team=team,
        unions=squads.unions(team.id),
        roster=squads.roster(team.id, names=own is not None),
        placed=next((one for one in group.placed if one.team.id == team.id), None) if group else None,
        games=played,
        booked=spectating.booked([one.activity_id for one in played if one.activity_id], who),
        own=own,
        own_form=own_form,
        invite=invite or PhoneForm(),
        waiting=[one for one in stands if one.person_id is not None],
        link=link,
        url=url,
        spoken=codes.spoken(link.code) if link is not None else "",
        qr=qr.qr(url, codes.spoken(link.code)) if link is not None else None,
        asked=transfers.own_open(team.season_id, who) if who is not None else None,
        locked=team.locks_at <= now,
        own_ids={team.id} if own is not None else set(),
        nonce=secrets.token_urlsafe(16),
        today=clock.today(),
        now=now,
    )
    is_wrong = bool(own_form and own_form.errors) or bool(invite and invite.errors)
    return page, 422 if is_wrong else 200
