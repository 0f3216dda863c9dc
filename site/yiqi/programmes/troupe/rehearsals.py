"""Reads of rehearsals: who came, who said they would not, and what that comes to for each member."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from yiqi.booking import attendance
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.troupe import sections
from yiqi.programmes.troupe.models import Absence
from yiqi.programmes.troupe.rules.attendance import Rehearsed, Tally, tally


class Member(Struct, frozen=True):
    """One member of a section with how they come. `at_dates`: by the id of a date that is over `came`, `excused` or
    `missed`; a date before they joined is not in it."""

    facts: Facts
    tally: Tally
    at_dates: Mapping[int, str]


class Rolled(Struct, frozen=True):
    """A section's roll: its members, the dates that are over (the latest last), the next one, and who will be missing
    then, with their reasons."""

    section: Facts
    members: list[Member]
    past: list[Facts]
    coming: Facts | None
    absences: Mapping[int, Facts]

    @property
    def rate(self) -> int | None:
        """Of all members together, per cent; None before the first rehearsal."""
        held = sum(one.tally.held for one in self.members)
        came = sum(one.tally.came for one in self.members)
        return (200 * came + held) // (2 * held) if held else None

    @property
    def missed(self) -> list[Member]:
        """Who was missed three times in a row, or more often."""
        return [one for one in self.members if one.tally.is_missed]


def rolls(found: Sequence[Facts], at: datetime) -> list[Rolled]:
    """The rolls of some sections, whoever leads them: four statements."""
    dates = _by_slot([one.slot_id for one in found])
    people = sections.members([one.id for one in found])
    came = {
        (one.booking_id, one.occurrence_id)
        for entries in attendance.of([one.booking_id for one in people]).values()
        for one in entries
    }
    ids = {one.id for each in dates.values() for one in each}
    told = absences({one.person_id for one in people}, ids)
    made = []
    for section in found:
        past = [one for one in dates[section.slot_id] if one.ends_at <= at]
        coming = next((one for one in dates[section.slot_id] if one.ends_at > at), None)
        mine = [_member(one, past, came, told) for one in people if one.section_id == section.id]
        missing = {
            one.facts.person_id: told[one.facts.person_id, coming.id]
            for one in mine
            if coming is not None and (one.facts.person_id, coming.id) in told
        }
        made.append(Rolled(section, mine, past, coming, missing))
    return made


def rates(section_ids: Collection[int], season_id: int, at: datetime) -> dict[int, int | None]:
    """How often the members of some sections come, per cent by person: of all their sections the best one."""
    found: dict[int, int | None] = {}
    for roll in rolls([one for one in sections.of_season(season_id) if one.id in section_ids], at):
        for one in roll.members:
            known, rate = found.get(one.facts.person_id), one.tally.rate
            found[one.facts.person_id] = rate if known is None else max(known, rate or 0)
    return found


def absences(person_ids: Collection[int], occurrence_ids: Collection[int]) -> dict[tuple[int, int], Facts]:
    """What some people announced for some dates, by person and date: `reason`, `announced_at`, `name`."""
    if not person_ids or not occurrence_ids:
        return {}
    rows = db.session.execute(
        select(Absence.person_id, Absence.occurrence_id, Absence.reason, Absence.announced_at, Person.name)
        .join(Person, Person.id == Absence.person_id)
        .where(Absence.person_id.in_(list(person_ids)), Absence.occurrence_id.in_(list(occurrence_ids)))
    )
    return {(row.person_id, row.occurrence_id): row for row in rows}


def _member(
    facts: Facts,
    past: Sequence[Facts],
    came: Collection[tuple[int, int]],
    told: Mapping[tuple[int, int], Facts],
) -> Member:
    marks: dict[int, str] = {}
    counted = []
    for date in past:
        is_here = (facts.booking_id, date.id) in came
        if date.starts_at < facts.since and not is_here:
            continue
        excused = (facts.person_id, date.id) in told
        counted.append(Rehearsed(is_here, excused))
        marks[date.id] = "came" if is_here else "excused" if excused else "missed"
    return Member(facts, tally(counted), marks)


def _by_slot(slot_ids: Collection[int]) -> dict[int, list[Facts]]:
    found: dict[int, list[Facts]] = defaultdict(list)
    for one in sections.rehearsals(slot_ids):
        found[one.slot_id].append(one)
    return found
