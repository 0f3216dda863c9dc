"""The league's letters, written from the present state when they are sent."""

from collections.abc import Mapping
from datetime import timedelta

from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.delivery import Compose
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.league import games, squads
from yiqi.programmes.league.models import Invitation, Team, Transfer
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.league.wording import versus
from yiqi.web.formats import moment, said
from yiqi.web.qr import absolute

LASTS = timedelta(hours=2)
"""How long a game is counted as going on."""


def invited(notice: Notice) -> Letter | None:
    """To whom a captain has invited; None when the invitation stands no more."""
    person = _reader(notice)
    one = db.session.get(Invitation, notice.facts["invitation"], populate_existing=True)
    if person is None or one is None or one.ends_at <= notice.created_at:
        return None
    if squads.in_team(person.id, one.team_id) is not None:
        return None
    with in_language(person.lang):
        text = _(
            "【亦庄工会】%(team)s队长请你入队：%(link)s。%(until)s前确认，号码自己选。",
            team=said(db.session.get_one(Team, one.team_id), "name"),
            link=absolute(f"/league/join/{one.token}"),
            until=moment(one.ends_at),
        )
    return Letter(person.phone, text)


def accepted(notice: Notice) -> Letter | None:
    """To the captain: somebody came into the team. None when they have left again, or somebody else is the captain by now."""
    person = _reader(notice)
    found = squads.player(notice.facts["player"])
    if person is None or found is None or found[0].left_at is not None:
        return None
    player, name = found
    reader = squads.in_team(person.id, player.team_id)
    if reader is None or not reader.is_captain:
        return None
    with in_language(person.lang):
        team = said(db.session.get_one(Team, player.team_id), "name")
        if player.shirt is None:
            text = _("【亦庄工会】%(name)s确认加入%(team)s。", name=name, team=team)
        else:
            text = _(
                "【亦庄工会】%(name)s确认加入%(team)s，%(shirt)s 号。",
                name=name,
                team=team,
                shirt=player.shirt,
            )
    return Letter(person.phone, text)


def transfer(notice: Notice) -> Letter | None:
    """What became of a wish to come into a team."""
    person = _reader(notice)
    one = db.session.get(Transfer, notice.facts["transfer"], populate_existing=True)
    if person is None or one is None or one.granted is None:
        return None
    with in_language(person.lang):
        team = said(db.session.get_one(Team, one.team_id), "name")
        if one.granted:
            text = _("【亦庄工会】转入%(team)s的申请通过了，你是 %(shirt)s 号。", team=team, shirt=one.shirt)
        else:
            text = _("【亦庄工会】转入%(team)s的申请没通过：%(because)s。", team=team, because=one.because)
    return Letter(person.phone, text)


def moved(notice: Notice) -> Letter | None:
    """To the players of both teams: a game is at another time, or not at all. None when they are in neither any more."""
    person = _reader(notice)
    game = games.one(notice.facts["game"])
    if person is None or game is None:
        return None
    if not any(squads.in_team(person.id, team_id) for team_id in (game.home_id, game.away_id)):
        return None
    with in_language(person.lang):
        if game.state is State.CALLED_OFF:
            text = _("【亦庄工会】比赛取消：%(game)s，不用到场。", game=versus(game))
        elif game.state is State.PLANNED and game.starts_at is not None:
            text = _(
                "【亦庄工会】比赛改期：%(game)s，改到 %(when)s，%(court)s。",
                game=versus(game),
                when=moment(game.starts_at),
                court=said(game, "court"),
            )
        else:
            return None
    lasts = (game.starts_at, game.starts_at + LASTS) if game.starts_at else None
    return Letter(person.phone, text, about=lasts)


def _reader(notice: Notice) -> Person | None:
    return db.session.get(Person, notice.person_id, populate_existing=True)


LETTERS: Mapping[str, Compose] = {
    "league_invited": invited,
    "league_accepted": accepted,
    "league_transfer": transfer,
    "league_moved": moved,
}
