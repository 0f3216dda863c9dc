"""The verbs of stepping in: asking somebody to play a part at a date, and their answer.

Several may be asked for one part and date; the first to accept plays it, under the part's lock, and whoever else was
asked is told that it is settled. An index of the database says the same.
"""

from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update

from yiqi.activities.models import Occurrence, slot_occurrence
from yiqi.db import Facts, retried, table, writing
from yiqi.notices import outbox
from yiqi.notices.outbox import Addressed
from yiqi.programmes.troupe import productions, seasons
from yiqi.programmes.troupe.models import Answer, Section, Show, StepIn
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_step_in, _section, _show, _occurrence = table(StepIn), table(Section), table(Show), table(Occurrence)


@retried
def ask(*, part_id: int, occurrence_id: int, person_id: int, thing: Thing, by_id: int, at: datetime) -> int:
    """Ask a member of the season to play a part at a date; answers the question's id. Asked already, that question
    is answered as it is. `thing` is what the trail says it was done to.

    Raises `Refused`: NOT_THERE for a date at which the part is not played or rehearsed, STARTED once it has begun,
    NOT_MEMBER, TAKEN when somebody has accepted.
    """
    with writing() as session:
        here = session.connection()
        part = productions.locked_part(here, part_id)
        _coming(here, part, occurrence_id, at)
        known = here.execute(
            select(_step_in.c.id).where(
                _step_in.c.part_id == part_id,
                _step_in.c.occurrence_id == occurrence_id,
                _step_in.c.person_id == person_id,
            )
        ).scalar()
        if known is not None:
            return int(known)
        if _is_taken(here, part_id, occurrence_id):
            raise Refused(Why.TAKEN)
        slots = here.scalars(select(_section.c.slot_id).where(_section.c.season_id == part.season_id)).all()
        if not any(seasons.is_member(here, slot_id, person_id) for slot_id in slots):
            raise Refused(Why.NOT_MEMBER)
        row = {"part_id": part_id, "occurrence_id": occurrence_id, "person_id": person_id}
        made: int = here.execute(
            insert(_step_in).returning(_step_in.c.id),
            row | {"answer": Answer.ASKED, "asked_at": at, "asked_by_id": by_id},
        ).scalar_one()
        key = f"troupe-step-in-{made}-asked"
        outbox.put(here, "troupe_step_in", key=key, person_id=person_id, at=at, step_in=made)
        trail.note(
            here, What.TROUPE_ASKED, at=at, by_id=by_id, thing=thing, person_id=person_id, title=part.name
        )
        return made


@retried
def answer(*, step_in_id: int, person_id: int, accepts: bool, at: datetime) -> Answer:
    """Say whether one steps in; who said so already is answered what they said. Who accepted may not take it back
    here: the organizer counts on them and wants to be called.

    Raises `Refused`: NOT_THERE for a question to somebody else or none, STARTED, TAKEN when somebody else was first.
    """
    with writing() as session:
        here = session.connection()
        part_id = here.execute(
            select(_step_in.c.part_id).where(_step_in.c.id == step_in_id, _step_in.c.person_id == person_id)
        ).scalar()
        if part_id is None:
            raise Refused(Why.NOT_THERE)
        part = productions.locked_part(here, part_id)
        asked = here.execute(select(_step_in).where(_step_in.c.id == step_in_id)).one()
        given = Answer(asked.answer)
        if given is Answer.SETTLED and accepts:
            raise Refused(Why.TAKEN)
        if given is not Answer.ASKED:
            session.rollback()
            return given
        _coming(here, part, asked.occurrence_id, at)
        if accepts and _is_taken(here, part_id, asked.occurrence_id):
            raise Refused(Why.TAKEN)
        said = Answer.ACCEPTED if accepts else Answer.DECLINED
        mine = update(_step_in).where(_step_in.c.id == step_in_id)
        here.execute(mine.values(answer=said, answered_at=at))
        key = f"troupe-step-in-{step_in_id}-answered"
        to = asked.asked_by_id
        outbox.put(here, "troupe_step_in_said", key=key, person_id=to, at=at, step_in=step_in_id)
        if accepts:
            _settle(here, part_id, asked.occurrence_id, at)
        return said


def _settle(here: Connection, part_id: int, occurrence_id: int, at: datetime) -> None:
    """Whoever else was asked need not answer any more, and hears so."""
    others = (
        _step_in.c.part_id == part_id,
        _step_in.c.occurrence_id == occurrence_id,
        _step_in.c.answer == Answer.ASKED,
    )
    rows = here.execute(select(_step_in.c.id, _step_in.c.person_id).where(*others)).all()
    here.execute(update(_step_in).where(*others).values(answer=Answer.SETTLED, answered_at=at))
    letters = [
        Addressed(f"troupe-step-in-{one.id}-settled", one.person_id, at, {"step_in": one.id}) for one in rows
    ]
    outbox.put_all(here, "troupe_step_in_over", letters, at=at)


def _is_taken(here: Connection, part_id: int, occurrence_id: int) -> bool:
    accepted = (
        _step_in.c.part_id == part_id,
        _step_in.c.occurrence_id == occurrence_id,
        _step_in.c.answer == Answer.ACCEPTED,
    )
    return bool(here.execute(select(exists().where(*accepted))).scalar())


def _coming(here: Connection, part: Facts, occurrence_id: int, at: datetime) -> None:
    """The part is shown or rehearsed at that date, which has not begun. Raises `Refused`."""
    shown = select(_show.c.activity_id).where(_show.c.production_id == part.production_id)
    rehearsed = (
        select(slot_occurrence.c.occurrence_id)
        .join(_section, _section.c.slot_id == slot_occurrence.c.slot_id)
        .where(_section.c.id == part.section_id)
    )
    found = here.execute(
        select(_occurrence.c.starts_at).where(
            _occurrence.c.id == occurrence_id,
            _occurrence.c.called_off_at.is_(None),
            _occurrence.c.activity_id.in_(shown) | _occurrence.c.id.in_(rehearsed),
        )
    ).scalar()
    if found is None:
        raise Refused(Why.NOT_THERE)
    if at >= found:
        raise Refused(Why.STARTED)
