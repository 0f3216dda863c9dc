"""The scene of the troupe's tests: a season of the union that 李姐 organizes for, at an instant of the clock."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask

from tests.builders import a_union, an_organizer
from tests.troupe import stage
from yiqi import clock
from yiqi.db import Facts
from yiqi.people.models import Person
from yiqi.unions.models import Union


@dataclass(frozen=True)
class Troupe:
    """A season with its two sections, and who organizes it."""

    union: Union
    organizer: Person
    season: stage.Season
    now: datetime

    @property
    def voice(self) -> Facts:
        return self.season.sections[0]

    @property
    def dance(self) -> Facts:
        return self.season.sections[1]

    def joins(self, person: Person, section: Facts | None = None, *, at: datetime | None = None) -> str:
        """Somebody becomes a member of a section; answers the ticket."""
        slot_id = (section or self.voice).slot_id
        return stage.joins(slot_id, person.id, self.organizer.id, at or self.now)

    def members(self, many: int, section: Facts | None = None) -> list[Person]:
        """New members of a section."""
        people = [stage.somebody() for _n in range(many)]
        for one in people:
            self.joins(one, section)
        return people


@pytest.fixture
def troupe(site: Flask) -> Troupe:
    """A season that begins today."""
    union = a_union()
    organizer, now = an_organizer(union), clock.now()
    return Troupe(union, organizer, stage.a_season(union.id, organizer.id, now=now), now)


@pytest.fixture
def old_troupe(site: Flask) -> Troupe:
    """A season that has been rehearsed for five weeks."""
    union = a_union()
    organizer, now = an_organizer(union), clock.now()
    season = stage.a_season(union.id, organizer.id, now=now, weeks_ago=5)
    return Troupe(union, organizer, season, now)
