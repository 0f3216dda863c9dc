"""What a worker can go to: what fits their shifts and is not at the time of something they hold a place in."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from yiqi.activities.calendar import Showing
from yiqi.booking import nearby
from yiqi.booking.rules.clash import Span, clash
from yiqi.db import Facts
from yiqi.rota.rotas import Kept
from yiqi.rota.rules.shifts import fits


class Whose(Struct, frozen=True):
    """A worker and the rota they saved."""

    person_id: int
    kept: Kept

    def reach(self, first: datetime, last: datetime, at: datetime) -> "Reach":
        """What they can go to between two instants. One query."""
        return Reach(self.kept, nearby.held(self.person_id, first, last, at))


class Reach(Struct, frozen=True):
    """A rota, and the rows of the occurrences its worker holds places in."""

    kept: Kept
    held: Sequence[Facts]

    def includes(self, showing: Showing) -> bool:
        """Whether they are free for all of an occurrence; the place they hold in it is not in its own way."""
        facts = showing.facts
        if not fits(self.kept.cycle, [(facts.starts_at, facts.ends_at)]):
            return False
        others = [
            Span(one.starts_at, one.ends_at, one.ref)
            for one in self.held
            if one.occurrence_id != facts.occurrence_id
        ]
        return clash([Span(facts.starts_at, facts.ends_at)], others) is None
