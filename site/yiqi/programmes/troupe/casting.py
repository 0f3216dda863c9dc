"""Reads of productions: the parts with their casts, the shows, and what stands on a programme. Names stand there only
of people who agreed to it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select

from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status
from yiqi.booking.sight import seen_by
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.people.models import Person
from yiqi.programmes.troupe.models import (
    Answer,
    Audition,
    Cast,
    Casting,
    Consent,
    Measures,
    Part,
    Production,
    Season,
    Section,
    Show,
    StepIn,
)
from yiqi.roles.rules.permissions import Action, Held

_PRODUCTION = (
    select(
        Production.id,
        Production.season_id,
        Production.name,
        Production.name_en,
        Production.about,
        Production.about_en,
        Activity.title,
        Activity.title_en,
        Activity.owner_id,
        Season.activity_id,
    )
    .join(Season, Season.id == Production.season_id)
    .join(Activity, Activity.id == Season.activity_id)
)
_SHOW = (
    select(
        Show.production_id,
        Show.casting,
        Activity.id.label("activity_id"),
        Activity.title,
        Activity.title_en,
        Activity.status,
        Occurrence.id.label("occurrence_id"),
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.venue,
        Occurrence.venue_en,
    )
    .join(Activity, Activity.id == Show.activity_id)
    .join(Occurrence, Occurrence.activity_id == Activity.id)
    .where(Occurrence.called_off_at.is_(None), Activity.status == Status.PUBLISHED)
    .order_by(Occurrence.starts_at)
)


class Casted(Struct, frozen=True):
    """A part with who plays it in each casting (`person_id`, `name`, `agrees`)."""

    part: Facts
    cast: Mapping[Casting, Facts]

    def player(self, casting: Casting) -> Facts | None:
        """Who plays it in a casting."""
        return self.cast.get(casting)


class Credit(Struct, frozen=True):
    """A line of a programme: a part, and who plays it by name where they agreed; empty where they did not, none where
    nobody is cast. `steps_in`: in the place of who was to play."""

    part: Facts
    name: str | None
    steps_in: bool = False


def one(production_id: int) -> Facts | None:
    """A production with its season's activity."""
    return db.session.execute(_PRODUCTION.where(Production.id == production_id)).one_or_none()


def seen(production_id: int, person_id: int | None, at: datetime) -> Facts | None:
    """A production that somebody may know of: whoever sees its season or one of its shows."""
    found = one(production_id)
    if found is None:
        return None
    shows = select(Show.activity_id).where(Show.production_id == production_id)
    either = or_(Activity.id == found.activity_id, Activity.id.in_(shows))
    is_seen = db.session.scalar(select(Activity.id).where(either, seen_by(person_id, at)).limit(1))
    return found if is_seen is not None else None


def of_seasons(season_ids: Collection[int]) -> list[Facts]:
    """The productions of some seasons, the newest first."""
    mine = _PRODUCTION.where(Production.season_id.in_(list(season_ids)))
    return list(db.session.execute(mine.order_by(Production.id.desc())))


def called(words: str, person_id: int | None, at: datetime) -> list[Facts]:
    """Productions with these words in their names that somebody may know of, five at the most."""
    named = or_(
        Production.name.contains(words, autoescape=True), Production.name_en.icontains(words, autoescape=True)
    )
    rows = db.session.execute(_PRODUCTION.where(named, seen_by(person_id, at)).limit(5))
    return list(rows)


def parts(production_id: int) -> list[Casted]:
    """The parts of a production in their order, with their casts: two statements."""
    found = list(
        db.session.execute(
            select(
                Part.id,
                Part.piece,
                Part.piece_en,
                Part.name,
                Part.name_en,
                Part.section_id,
                Slot.label,
                Slot.label_en,
            )
            .join(Section, Section.id == Part.section_id)
            .join(Slot, Slot.id == Section.slot_id)
            .where(Part.production_id == production_id)
            .order_by(Part.position, Part.id)
        )
    )
    casts: dict[int, dict[Casting, Facts]] = defaultdict(dict)
    players = (
        select(
            Cast.part_id,
            Cast.casting,
            Cast.person_id,
            Person.name,
            Consent.version.is_not(None).label("agrees"),
        )
        .join(Person, Person.id == Cast.person_id)
        .outerjoin(Consent, Consent.person_id == Person.id)
        .where(Cast.part_id.in_([one.id for one in found]))
    )
    for row in db.session.execute(players):
        casts[row.part_id][Casting(row.casting)] = row
    return [Casted(one, casts[one.id]) for one in found]


def shows(production_id: int, at: datetime | None = None) -> list[Facts]:
    """The shows of a production that take place, the earliest first; from an instant on those that are not over."""
    query = _SHOW.where(Show.production_id == production_id)
    return list(db.session.execute(query if at is None else query.where(Occurrence.ends_at > at)))


def next_shows(person_id: int | None, at: datetime, most: int = 6) -> list[Facts]:
    """The next shows of all productions that somebody may know of."""
    mine = _SHOW.where(Occurrence.ends_at > at, seen_by(person_id, at))
    return list(db.session.execute(mine.limit(most)))


def of_activity(activity_id: int) -> Facts | None:
    """The production that an activity shows, and which casting plays; None for what is no show."""
    mine = _PRODUCTION.add_columns(Show.casting).join(Show, Show.production_id == Production.id)
    return db.session.execute(mine.where(Show.activity_id == activity_id)).one_or_none()


def billed(production_id: int, casting: Casting, occurrence_id: int | None) -> list[Credit]:
    """What stands on the programme of a show: its parts with who plays that evening."""
    accepted = {
        row.part_id: row
        for row in db.session.execute(
            select(StepIn.part_id, Person.name, Consent.version.is_not(None).label("agrees"))
            .join(Person, Person.id == StepIn.person_id)
            .outerjoin(Consent, Consent.person_id == Person.id)
            .where(StepIn.occurrence_id == occurrence_id, StepIn.answer == Answer.ACCEPTED)
        )
    }
    lines = []
    for one in parts(production_id):
        player = accepted.get(one.part.id) or one.player(casting) or one.player(Casting.FIRST)
        name = None if player is None else player.name if player.agrees else ""
        lines.append(Credit(one.part, name, one.part.id in accepted))
    return lines


def linkable(held: Sequence[Held]) -> list[Facts]:
    """The activities of the troupe within reach that are neither a season nor an audition nor a show yet, the
    latest first."""
    taken = [select(model.activity_id) for model in (Season, Audition, Show)]
    query = (
        select(
            Activity.id,
            Activity.title,
            Activity.title_en,
            Activity.sub,
            Activity.sub_en,
            func.min(Occurrence.starts_at).label("starts_at"),
        )
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Activity.programme == Programme.TROUPE,
            Activity.status == Status.PUBLISHED,
            reach.activities(held, Action.EDIT),
            *(Activity.id.not_in(query) for query in taken),
        )
        .group_by(Activity.id)
        .order_by(func.min(Occurrence.starts_at).desc(), Activity.id)
        .limit(50)
    )
    return list(db.session.execute(query))


def parts_of(person_id: int, at: datetime) -> list[Facts]:
    """The parts somebody plays in productions of seasons that are not over: part, production, casting."""
    alive = select(Section.season_id).join(Slot, Slot.id == Section.slot_id).where(Slot.ends_at > at)
    return _cast(Cast.person_id == person_id, Production.season_id.in_(alive))


def measured(production_id: int) -> list[Facts]:
    """Who plays in a production with what they told for costumes, by name: each once, with their parts' names."""
    rows: dict[int, list[Facts]] = defaultdict(list)
    for one in _cast(Production.id == production_id):
        rows[one.person_id].append(one)
    return [found[0] for _person_id, found in sorted(rows.items(), key=lambda item: item[1][0].pinyin)]


def measures_of(person_ids: Collection[int]) -> dict[int, Measures]:
    """What some people told for costumes, by person; who told nothing is left out."""
    rows = db.session.scalars(select(Measures).where(Measures.person_id.in_(list(person_ids))))
    return {row.person_id: row for row in rows}


def agrees(person_id: int) -> bool:
    """Whether somebody agreed that their name stands on programmes."""
    return db.session.scalar(select(Consent.version).where(Consent.person_id == person_id)) is not None


def _cast(*where: ColumnElement[bool]) -> list[Facts]:
    return list(
        db.session.execute(
            select(
                Cast.person_id,
                Cast.casting,
                Part.id.label("part_id"),
                Part.piece,
                Part.piece_en,
                Part.name.label("part"),
                Part.name_en.label("part_en"),
                Production.id.label("production_id"),
                Production.name.label("production"),
                Production.name_en.label("production_en"),
                Person.name,
                Person.pinyin,
            )
            .join(Part, Part.id == Cast.part_id)
            .join(Production, Production.id == Part.production_id)
            .join(Person, Person.id == Cast.person_id)
            .where(*where)
            .order_by(Production.id.desc(), Part.position)
        )
    )
