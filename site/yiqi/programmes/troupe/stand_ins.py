"""今晚谁能顶上: gathering what is known of the people of a season for `rules.step_in`, and what they were asked."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from yiqi.activities.models import Activity, Occurrence, slot_occurrence
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.troupe import casting, rehearsals, sections
from yiqi.programmes.troupe.casting import Casted
from yiqi.programmes.troupe.models import Answer, Casting, Part, Production, Season, StepIn
from yiqi.programmes.troupe.rules.step_in import Candidate, Ranked, ranked
from yiqi.rota import rotas
from yiqi.rota.rules.shifts import Why, in_the_way

MOST = 30
"""Candidates shown: nobody asks further down."""


class Found(Struct, frozen=True):
    """The candidates for a part at a date, and what was asked and said of it already, by person."""

    ranked: list[Ranked]
    asked: dict[int, Facts]

    @property
    def accepted(self) -> Facts | None:
        """Who has said that they step in."""
        return next((one for one in self.asked.values() if one.answer is Answer.ACCEPTED), None)


def dates(production_id: int, section_slot_id: int, at: datetime) -> list[Facts]:
    """When a part is shown or rehearsed next: the coming shows, and the next four rehearsals of its section."""
    shown = [
        (one.occurrence_id, one.starts_at, True)
        for one in casting.shows(production_id, at)
        if one.starts_at > at
    ]
    rehearsed = [(one.id, one.starts_at, False) for one in sections.rehearsals([section_slot_id])]
    soon = [one for one in rehearsed if one[1] > at][:4]
    ids = {one[0] for one in (*shown, *soon)}
    return list(
        db.session.execute(
            select(
                Occurrence.id,
                Occurrence.activity_id,
                Occurrence.starts_at,
                Occurrence.ends_at,
                Occurrence.venue,
                Occurrence.venue_en,
                Occurrence.id.in_([one[0] for one in shown]).label("is_show"),
            )
            .where(Occurrence.id.in_(ids))
            .order_by(Occurrence.starts_at, Occurrence.id)
        )
    )


def find(production: Facts, mine: Casted, date: Facts, plays: Casting, at: datetime) -> Found:
    """Who can play a part of a production at a date. `plays`: the casting that is on; who plays the part in it is not
    asked."""
    part, season_id = mine.part, production.season_id
    due = mine.player(plays)
    behind = {one.person_id for one in mine.cast.values()} - ({due.person_id} if due else set())
    busy = {
        player.person_id
        for one in casting.parts(production.id)
        if one.part.id != part.id and (player := one.player(plays))
    }
    groups = sections.of_season(season_id)
    people = {one.person_id: one for one in sections.members([one.id for one in groups])}
    here = {one.person_id for one in sections.members([part.section_id])}
    if due is not None:
        people.pop(due.person_id, None)
    ids = list(people)
    rates = rehearsals.rates([one.id for one in groups], season_id, at)
    told = rehearsals.absences(ids, [date.id])
    taken = _taken(ids, date)
    said = asked(part.id, date.id)
    shifts, rests = _on_duty(ids, date)
    steps = _steps_in(ids, date.id, part.id)
    found = ranked(
        Candidate(
            person_id,
            facts.name,
            understudies=person_id in behind,
            same_section=person_id in here,
            rate=rates.get(person_id),
            absent=(person_id, date.id) in told,
            declined=person_id in said and said[person_id].answer is Answer.DECLINED,
            clash=person_id in taken,
            shift=person_id in shifts,
            rest=person_id in rests,
            plays=bool(date.is_show) and (person_id in busy or person_id in steps),
        )
        for person_id, facts in people.items()
    )
    return Found(found[:MOST], said)


def asked(part_id: int, occurrence_id: int) -> dict[int, Facts]:
    """Who was asked for a part at a date, and what they said."""
    return {
        row.person_id: row
        for row in _questions(StepIn.part_id == part_id, StepIn.occurrence_id == occurrence_id)
    }


def waiting_for(person_id: int, at: datetime) -> list[Facts]:
    """The questions somebody has not answered, about dates that have not begun, the soonest first."""
    mine = (StepIn.person_id == person_id, StepIn.answer == Answer.ASKED, Occurrence.starts_at > at)
    return _questions(*mine)


def accepted_by(person_id: int, at: datetime) -> list[Facts]:
    """Where somebody steps in, the soonest first; nothing that was called off."""
    mine = (StepIn.person_id == person_id, StepIn.answer == Answer.ACCEPTED)
    return _questions(*mine, Occurrence.ends_at > at, Occurrence.called_off_at.is_(None))


def unanswered(season_ids: Collection[int], at: datetime) -> int:
    """How many questions of some seasons wait for an answer, about dates that have not begun."""
    of_them = Production.season_id.in_(list(season_ids))
    return len(_questions(of_them, StepIn.answer == Answer.ASKED, Occurrence.starts_at > at))


def one(step_in_id: int) -> Facts | None:
    """A question, with its part, production and date."""
    return next(iter(_questions(StepIn.id == step_in_id)), None)


def _questions(*where: ColumnElement[bool]) -> list[Facts]:
    return list(
        db.session.execute(
            select(
                StepIn.id,
                StepIn.part_id,
                StepIn.occurrence_id,
                StepIn.person_id,
                StepIn.answer,
                StepIn.asked_at,
                StepIn.asked_by_id,
                Person.name,
                Part.piece,
                Part.piece_en,
                Part.name.label("part"),
                Part.name_en.label("part_en"),
                Production.id.label("production_id"),
                Production.name.label("production"),
                Production.name_en.label("production_en"),
                Occurrence.starts_at,
                Occurrence.ends_at,
                Occurrence.venue,
                Occurrence.venue_en,
                Occurrence.called_off_at,
                Activity.contact,
                Activity.contact_en,
            )
            .join(Part, Part.id == StepIn.part_id)
            .join(Production, Production.id == Part.production_id)
            .join(Occurrence, Occurrence.id == StepIn.occurrence_id)
            .join(Person, Person.id == StepIn.person_id)
            .join(Season, Season.id == Production.season_id)
            .join(Activity, Activity.id == Season.activity_id)
            .where(*where)
            .order_by(Occurrence.starts_at, StepIn.id)
        )
    )


def _taken(person_ids: Collection[int], date: Facts) -> set[int]:
    """Who has a place at that time in something else: the date itself clashes with nothing."""
    rows = db.session.scalars(
        select(Booking.person_id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where(
            Booking.person_id.in_(list(person_ids)),
            Booking.state == State.CONFIRMED,
            Occurrence.id != date.id,
            Occurrence.called_off_at.is_(None),
            Occurrence.starts_at < date.ends_at,
            Occurrence.ends_at > date.starts_at,
        )
    )
    return set(rows)


def _on_duty(person_ids: Collection[int], date: Facts) -> tuple[set[int], set[int]]:
    """Whose rota says that they work then, and whose that they sleep after a night."""
    met = {
        person_id: in_the_way(kept.cycle, (date.starts_at, date.ends_at))
        for person_id, kept in rotas.of_people(person_ids).items()
    }
    work = {person_id for person_id, busy in met.items() if busy is not None and busy.why is Why.WORK}
    rest = {person_id for person_id, busy in met.items() if busy is not None and busy.why is Why.REST}
    return work, rest


def _steps_in(person_ids: Collection[int], occurrence_id: int, part_id: int) -> set[int]:
    """Who has accepted another part at that date."""
    rows = db.session.scalars(
        select(StepIn.person_id).where(
            StepIn.person_id.in_(list(person_ids)),
            StepIn.occurrence_id == occurrence_id,
            StepIn.part_id != part_id,
            StepIn.answer == Answer.ACCEPTED,
        )
    )
    return set(rows)
