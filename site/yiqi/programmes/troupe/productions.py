"""The verbs of productions: beginning one, its parts, who plays them in which casting, and the shows it has."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi import once
from yiqi.activities.models import Activity, Programme
from yiqi.db import Again, Facts, retried, table, touched, writing
from yiqi.programmes.troupe import seasons
from yiqi.programmes.troupe.models import (
    Audition,
    Cast,
    Casting,
    Part,
    Production,
    Season,
    Section,
    Show,
    StepIn,
)
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_production, _part, _cast, _show, _step_in = (
    table(Production),
    table(Part),
    table(Cast),
    table(Show),
    table(StepIn),
)
_season, _section, _audition, _activity = table(Season), table(Section), table(Audition), table(Activity)


class Role(Struct, frozen=True):
    """A part to be: in which piece, what it is called, from which section it is cast."""

    piece: str
    name: str
    section_id: int
    piece_en: str = ""
    name_en: str = ""


@retried
def begin(
    *,
    season_id: int,
    name: str,
    by_id: int,
    nonce: str,
    at: datetime,
    name_en: str = "",
    about: str = "",
    about_en: str = "",
) -> int:
    """Begin a production in a season; answers its id. The same nonce again answers the same one. Raises `Refused`."""
    with writing() as session:
        here = session.connection()
        mine = update(_season).where(_season.c.id == season_id).values(nonce=_season.c.nonce)
        if not touched(here.execute(mine)):
            raise Refused(Why.NOT_THERE)
        known = once.before(here, _production, nonce=nonce, made_by_id=by_id)
        if known is not None:
            return known
        row = {"season_id": season_id, "name": name, "name_en": name_en, "about": about, "about_en": about_en}
        made = once.make(here, _production, {**row, "made_by_id": by_id, "nonce": nonce})
        trail.note(here, What.PUBLISHED, at=at, by_id=by_id, thing=_thing(here, season_id), title=name)
        return made


@retried
def add_part(*, production_id: int, role: Role, by_id: int, nonce: str, at: datetime) -> int:
    """Add a part after the others; answers its id. The same nonce again answers the same one.

    Raises `Refused` NOT_THERE, for a section of another season too.
    """
    with writing() as session:
        here = session.connection()
        production = _locked(here, production_id)
        known = once.before(here, _part, nonce=nonce, made_by_id=by_id)
        if known is not None:
            return known
        _in_season(here, role.section_id, production.season_id)
        last = select(func.coalesce(func.max(_part.c.position), 0)).where(
            _part.c.production_id == production_id
        )
        row = {
            **asdict(role),
            "production_id": production_id,
            "position": here.execute(last).scalar_one() + 1,
        }
        made = once.make(here, _part, {**row, "made_by_id": by_id, "nonce": nonce})
        thing = _thing(here, production.season_id)
        trail.note(here, What.CHANGED, at=at, by_id=by_id, thing=thing, title=role.name)
        return made


@retried
def take_part_out(*, part_id: int, by_id: int, at: datetime) -> None:
    """Take a part out of its production, with its casts. Raises `Refused`: NOT_THERE, IN_USE once somebody was asked
    to step in: what was asked and answered stays."""
    with writing() as session:
        here = session.connection()
        part = locked_part(here, part_id)
        if here.execute(select(exists().where(_step_in.c.part_id == part_id))).scalar():
            raise Refused(Why.IN_USE)
        here.execute(delete(_cast).where(_cast.c.part_id == part_id))
        here.execute(delete(_part).where(_part.c.id == part_id))
        thing = _thing(here, part.season_id)
        trail.note(here, What.CHANGED, at=at, by_id=by_id, thing=thing, title=part.name)


@retried
def cast(*, part_id: int, first_id: int | None, second_id: int | None, by_id: int, at: datetime) -> None:
    """Cast a part: the A and the B casting, each somebody of a section of the season or nobody.

    Raises `Refused`: NOT_THERE, BOTH_CASTS for one person in both, NOT_MEMBER for who is in no section.
    """
    with writing() as session:
        here = session.connection()
        part = locked_part(here, part_id)
        wanted = {Casting.FIRST: first_id, Casting.SECOND: second_id}
        people = [one for one in wanted.values() if one is not None]
        if len(people) != len(set(people)):
            raise Refused(Why.BOTH_CASTS)
        slots = here.execute(select(_section.c.slot_id).where(_section.c.season_id == part.season_id))
        slot_ids = list(slots.scalars())
        for person_id in people:
            if not any(seasons.is_member(here, slot_id, person_id) for slot_id in slot_ids):
                raise Refused(Why.NOT_MEMBER)
        was = here.execute(select(_cast.c.casting, _cast.c.person_id).where(_cast.c.part_id == part_id))
        if {Casting(one.casting): one.person_id for one in was} == {
            casting: one for casting, one in wanted.items() if one is not None
        }:
            session.rollback()
            return
        here.execute(delete(_cast).where(_cast.c.part_id == part_id))
        rows = [
            {"part_id": part_id, "casting": casting, "person_id": one}
            for casting, one in wanted.items()
            if one is not None
        ]
        if rows:
            here.execute(insert(_cast), rows)
        thing = _thing(here, part.season_id)
        trail.note(
            here, What.TROUPE_CAST, at=at, by_id=by_id, thing=thing, title=part.name, count=len(people)
        )


@retried
def link_show(*, production_id: int, activity_id: int, casting: Casting, by_id: int, at: datetime) -> None:
    """Say that an activity of the troupe is a show of this production, and which casting plays; said again, the new
    casting counts. Raises `Refused`: NOT_THERE, LINKED for what is a season, an audition or another production's."""
    with writing() as session:
        here = session.connection()
        production = _locked(here, production_id)
        activity = here.execute(
            select(_activity.c.programme).where(_activity.c.id == activity_id)
        ).one_or_none()
        if activity is None or activity.programme != Programme.TROUPE:
            raise Refused(Why.NOT_THERE)
        taken = [select(exists().where(one.c.activity_id == activity_id)) for one in (_season, _audition)]
        if any(here.execute(one).scalar() for one in taken):
            raise Refused(Why.LINKED)
        show = here.execute(
            select(_show.c.production_id).where(_show.c.activity_id == activity_id)
        ).one_or_none()
        if show is not None and show.production_id != production_id:
            raise Refused(Why.LINKED)
        if show is None:
            row = {"activity_id": activity_id, "production_id": production_id, "casting": casting}
            try:
                here.execute(insert(_show), row)
            except IntegrityError as error:
                raise Again from error
        else:
            here.execute(update(_show).where(_show.c.activity_id == activity_id).values(casting=casting))
        thing = _thing(here, production.season_id)
        trail.note(here, What.CHANGED, at=at, by_id=by_id, thing=thing, became=casting)


def locked_part(here: Connection, part_id: int) -> Facts:
    """A part with its production's season, locked until the commit. Raises `Refused`."""
    mine = update(_part).where(_part.c.id == part_id).values(position=_part.c.position)
    if not touched(here.execute(mine)):
        raise Refused(Why.NOT_THERE)
    found = (
        select(_part.c.id, _part.c.name, _part.c.section_id, _part.c.production_id, _production.c.season_id)
        .join(_production, _production.c.id == _part.c.production_id)
        .where(_part.c.id == part_id)
    )
    return here.execute(found).one()


def _locked(here: Connection, production_id: int) -> Facts:
    mine = update(_production).where(_production.c.id == production_id).values(nonce=_production.c.nonce)
    row = here.execute(mine.returning(_production.c.id, _production.c.season_id)).one_or_none()
    if row is None:
        raise Refused(Why.NOT_THERE)
    return row


def _in_season(here: Connection, section_id: int, season_id: int) -> None:
    known = (_section.c.id == section_id, _section.c.season_id == season_id)
    if here.execute(select(_section.c.id).where(*known)).first() is None:
        raise Refused(Why.NOT_THERE)


def _thing(here: Connection, season_id: int) -> Thing:
    found = here.execute(
        select(_activity.c.id, _activity.c.owner_id)
        .join(_season, _season.c.activity_id == _activity.c.id)
        .where(_season.c.id == season_id)
    ).one()
    return Thing(found.owner_id, found.id, Programme.TROUPE)
