"""The season that is on and those before: tables, fixtures, my team; groups, all games, the rules."""

import secrets

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.programmes.league import games, invitations, spectating, squads, tables, transfers
from yiqi.programmes.league.models import Season
from yiqi.programmes.league.rules import codes, showing
from yiqi.programmes.league.rules.words import Stage
from yiqi.programmes.league.views.blueprint import blueprint, visitor
from yiqi.web import qr


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The season that is on; before the first there is a word about it."""
    season = squads.current(clock.now())
    if season is None:
        return render_template("league/none.html")
    return _page(season)


@blueprint.get("/seasons/<id:season_id>")
def season(season_id: int) -> ResponseReturnValue:
    """A season."""
    return _page(_season(season_id))


@blueprint.get("/seasons/<id:season_id>/games")
def fixtures(season_id: int) -> ResponseReturnValue:
    """Every game of a season by round, the knock-out as its bracket."""
    one = _season(season_id)
    found = games.of_season(season_id)
    rounds: dict[tuple[str, int], list[object]] = {}
    for game in sorted(found, key=lambda game: (game.stage, game.round)):
        rounds.setdefault((game.stage, game.round), []).append(game)
    return render_template("league/games.html", season=one, rounds=rounds, own_ids=_own(season_id))


@blueprint.get("/seasons/<id:season_id>/rules")
def rules(season_id: int) -> ResponseReturnValue:
    """The rules of a season in words: points, ties, rosters, forfeits."""
    return render_template("league/rules.html", season=_season(season_id))


@blueprint.get("/groups/<id:group_id>")
def group(group_id: int) -> ResponseReturnValue:
    """A group: its table and all of its games."""
    found = squads.group(group_id)
    if found is None:
        abort(404)
    one = _season(found.season_id)
    (table,) = [each for each in tables.of_season(found.season_id) if each.id == group_id]
    return render_template(
        "league/group.html",
        season=one,
        table=table,
        games=games.of_group(group_id),
        own_ids=_own(found.season_id),
        seasons_groups=squads.groups(found.season_id),
    )


def _season(season_id: int) -> Season:
    found = squads.season(season_id)
    if found is None:
        abort(404)
    return found


def _own(season_id: int) -> set[int]:
    """The team of who looks."""
    who = visitor()
    mine = squads.mine(who, season_id) if who is not None else None
    return {mine.team_id} if mine is not None else set()


def _page(season: Season) -> ResponseReturnValue:
    now, who = clock.now(), visitor()
    own = squads.mine(who, season.id) if who is not None else None
    found = games.of_season(season.id)
    by_group = tables.of_season(season.id)
    mine = next((one for one in by_group if own and own.team_id in [it.team.id for it in one.placed]), None)
    team = squads.team(own.team_id) if own is not None else None
    first = mine or (by_group[0] if by_group else None)
    captains = own is not None and own.is_captain
    stands = invitations.of_team(own.team_id, now) if own is not None and captains else []
    link = next((one for one in stands if one.person_id is None), None)
    url = qr.absolute(url_for("league.invitation", token=link.token)) if link is not None else ""
    shown = showing.few(found, own.team_id if own else None, now)
    booked = spectating.booked([one.activity_id for one in shown if one.activity_id], who)
    return render_template(
        "league/season.html",
        season=season,
        round=games.current_round(season.id, now),
        table=first,
        others=[one for one in by_group if one is not first],
        games=shown,
        many=len(found),
        has_bracket=any(one.stage is Stage.KNOCKOUT for one in found),
        booked=booked,
        team=team,
        own=own,
        roster=squads.roster(team.id, names=True) if team is not None else [],
        waiting=[one for one in stands if one.person_id is not None],
        link=link,
        spoken=codes.spoken(link.code) if link is not None else "",
        qr=qr.qr(url, codes.spoken(link.code)) if link is not None else None,
        invited=squads.invited(who, now) if who is not None and own is None else [],
        asked=transfers.own_open(season.id, who) if who is not None else None,
        own_ids={own.team_id} if own is not None else set(),
        locked=season.locks_at <= now,
        seasons=[one for one in squads.seasons() if one.id != season.id],
        nonce=secrets.token_urlsafe(16),
        today=clock.today(),
        now=now,
    )
