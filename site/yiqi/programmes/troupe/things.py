"""What the troupe's addresses name, as things that roles reach: all of them belong to a season's or an audition's
activity."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from yiqi.activities.models import Activity, Programme
from yiqi.db import db
from yiqi.desk import reach
from yiqi.programmes.troupe.models import Audition, Production, Season, Show
from yiqi.roles.rules.permissions import Action, Held, Thing

_OF_SEASON = select(Activity.id, Activity.owner_id, Activity.programme).join(Season)
_OF_AUDITION = select(Activity.id, Activity.owner_id, Activity.programme).join(Audition)


def season(parts: Mapping[str, Any]) -> Thing | None:
    """The season of an address."""
    return _thing(_OF_SEASON.where(Season.id == parts["season_id"]))


def audition(parts: Mapping[str, Any]) -> Thing | None:
    """The audition of an address."""
    return _thing(_OF_AUDITION.where(Audition.id == parts["audition_id"]))


def production(parts: Mapping[str, Any]) -> Thing | None:
    """The production of an address: it is its season's."""
    found = _OF_SEASON.join(Production, Production.season_id == Season.id)
    return _thing(found.where(Production.id == parts["production_id"]))


def role_of(activity_id: int) -> tuple[str, int] | None:
    """What an activity is to the troupe: `season`, `audition` or `show`, and the id of the season, the audition or
    the production; None when it is none of them."""
    for word, query in (
        ("season", select(Season.id).where(Season.activity_id == activity_id)),
        ("audition", select(Audition.id).where(Audition.activity_id == activity_id)),
        ("show", select(Show.production_id).where(Show.activity_id == activity_id)),
    ):
        found = db.session.scalar(query)
        if found is not None:
            return word, found
    return None


def within(held: Sequence[Held], action: Action) -> list[int]:
    """The ids of the seasons with which these roles allow an action, the newest first."""
    mine = select(Season.id).join(Activity, Activity.id == Season.activity_id)
    return list(db.session.scalars(mine.where(reach.activities(held, action)).order_by(Season.id.desc())))


def _thing(query: Select[int, int, Programme]) -> Thing | None:
    """In one statement: another union's costs what none costs."""
    found = db.session.execute(query).one_or_none()
    return Thing(found.owner_id, found.id, found.programme) if found is not None else None
