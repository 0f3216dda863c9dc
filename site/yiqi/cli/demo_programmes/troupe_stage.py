"""The stage on which the demo's arts troupe is played, and what everybody does on it: signing up, staying away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from yiqi import clock
from yiqi.booking import looking, places
from yiqi.booking.rules.asking import Refused
from yiqi.cli.demo_content.offer import WOMEN
from yiqi.cli.demo_content.troupe_season import REASONS
from yiqi.cli.demo_people import Cast
from yiqi.db import Facts, db
from yiqi.programmes.troupe import own_word


@dataclass
class Stage:
    """What is made on the way."""

    cast: Cast
    at: datetime
    rng: Random
    admin: int
    monday: date
    season_id: int = 0
    groups: list[Facts] = field(default_factory=list)

    def day(self, number: int, hour: int, minute: int = 0) -> datetime:
        """A Beijing time on a day counted from this Monday."""
        return clock.at(self.monday + timedelta(days=number), hour, minute)

    def shuffled(self, women: bool | None = None) -> list[int]:
        """The crowd in a random order; only women, or only men, where voices ask for it."""
        tag = WOMEN["tag"]
        found = [one.id for one in self.cast.crowd if women is None or (tag in one.whom.tags) is women]
        self.rng.shuffle(found)
        return found

    def free(self, slots: Sequence[Facts], people: Sequence[int], at: datetime) -> list[int]:
        """Those of them whom no other place keeps from a rehearsal of these sections (id, starts_at, ends_at). Whoever
        is accepted at an audition has a place in its section, whatever stands against it."""
        here = db.session.connection()
        busy = {
            person_id
            for slot in slots
            for person_id, found in looking.bound(here, slot, people, at).items()
            if found.clash is not None
        }
        db.session.commit()
        return [one for one in people if one not in busy]

    def asks(self, slot_id: int, person_id: int, at: datetime) -> str | None:
        """Somebody signs up; None where something stands against it."""
        try:
            ticket = places.sign_up(
                slot_id=slot_id, person_id=person_id, party=1, nonce=f"troupe-{slot_id}", at=at
            )
        except Refused:
            return None
        return ticket.ref

    def excuses(self, person_id: int, date_id: int, at: datetime) -> None:
        """Somebody says that they cannot come."""
        reason = self.rng.choice(REASONS)
        own_word.announce_absence(person_id=person_id, occurrence_id=date_id, reason=reason, at=at)
