"""What members tell of themselves: that they cannot come to a date, that their name may be printed, their measures."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from yiqi.activities.models import Occurrence, slot_occurrence
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, retried, table, touched, writing
from yiqi.people.models import Person
from yiqi.programmes.troupe.models import Absence, Cast, Consent, Measures, Part, Section, Show
from yiqi.programmes.troupe.refusals import Refused, Why

_absence, _consent, _measures = table(Absence), table(Consent), table(Measures)
_occurrence, _booking, _person = table(Occurrence), table(Booking), table(Person)
_section, _cast, _part, _show = table(Section), table(Cast), table(Part), table(Show)
CONSENT = 1
"""The version of the sentence about names on programmes."""
KEPT = timedelta(days=365)
"""How long after a date it is known who could not come to it, and why: as long as who was there."""


@retried
def announce_absence(*, person_id: int, occurrence_id: int, reason: str, at: datetime) -> None:
    """Say beforehand that one cannot come to a rehearsal of one's section, or to a show one plays in, and why; said
    again, the new reason counts. Raises `Refused`: NOT_THERE for a date that is none of theirs, STARTED."""
    with writing() as session:
        here = session.connection()
        date = _own_date(here, person_id, occurrence_id)
        if date.called_off_at is not None:
            raise Refused(Why.NOT_THERE)
        if at >= date.starts_at:
            raise Refused(Why.STARTED)
        theirs = (_absence.c.person_id == person_id, _absence.c.occurrence_id == occurrence_id)
        if touched(here.execute(update(_absence).where(*theirs).values(reason=reason))):
            return
        row = {"person_id": person_id, "occurrence_id": occurrence_id}
        here.execute(insert(_absence), row | {"reason": reason, "announced_at": at})


@retried
def take_back_absence(*, person_id: int, occurrence_id: int, at: datetime) -> None:
    """Come after all; once more changes nothing. Raises `Refused`: NOT_THERE, STARTED."""
    with writing() as session:
        here = session.connection()
        if at >= _own_date(here, person_id, occurrence_id).starts_at:
            raise Refused(Why.STARTED)
        theirs = (_absence.c.person_id == person_id, _absence.c.occurrence_id == occurrence_id)
        here.execute(delete(_absence).where(*theirs))


def purge(at: datetime) -> int:
    """Forget why people could not come to what is over for a year; answers how many times that was."""
    over = select(_occurrence.c.id).where(_occurrence.c.ends_at < at - KEPT)
    with writing() as session:
        return touched(session.execute(delete(_absence).where(_absence.c.occurrence_id.in_(over))))


@retried
def tell_measures(*, person_id: int, measures: Mapping[str, int | str | None], at: datetime) -> None:
    """Keep what somebody tells for costumes, in the place of what they told before: the columns of `Measures`."""
    with writing() as session:
        here = session.connection()
        _lock(here, person_id)
        here.execute(delete(_measures).where(_measures.c.person_id == person_id))
        here.execute(insert(_measures), {"person_id": person_id, **measures, "told_at": at})


def forget_measures(*, person_id: int) -> None:
    """Delete somebody's measures; once more changes nothing."""
    with writing() as session:
        session.execute(delete(_measures).where(_measures.c.person_id == person_id))


@retried
def consent(*, person_id: int, agrees: bool, at: datetime) -> None:
    """Agree that one's name stands on programmes, or withdraw it; the same again changes nothing."""
    with writing() as session:
        here = session.connection()
        _lock(here, person_id)
        mine = _consent.c.person_id == person_id
        if not agrees:
            here.execute(delete(_consent).where(mine))
        elif here.execute(select(_consent.c.version).where(mine)).first() is None:
            row = {"person_id": person_id, "version": CONSENT, "given_at": at}
            here.execute(insert(_consent), row)


def _lock(here: Connection, person_id: int) -> None:
    """Two forms of one person sent at once come one after the other."""
    here.execute(update(_person).where(_person.c.id == person_id).values(turn=_person.c.turn))


def _own_date(here: Connection, person_id: int, occurrence_id: int) -> Facts:
    """A date that somebody is expected at: of a section they are in, or a show of a production they have a part in."""
    _lock(here, person_id)
    in_section = (
        select(slot_occurrence.c.occurrence_id)
        .join(_section, _section.c.slot_id == slot_occurrence.c.slot_id)
        .join(_booking, _booking.c.slot_id == _section.c.slot_id)
        .where(_booking.c.person_id == person_id, _booking.c.state == State.CONFIRMED)
    )
    in_show = (
        select(_show.c.activity_id)
        .join(_part, _part.c.production_id == _show.c.production_id)
        .join(_cast, _cast.c.part_id == _part.c.id)
        .where(_cast.c.person_id == person_id)
    )
    found = here.execute(
        select(_occurrence.c.starts_at, _occurrence.c.called_off_at).where(
            _occurrence.c.id == occurrence_id,
            or_(_occurrence.c.id.in_(in_section), _occurrence.c.activity_id.in_(in_show)),
        )
    ).one_or_none()
    if found is None:
        raise Refused(Why.NOT_THERE)
    return found
