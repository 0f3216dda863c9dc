"""What a rota has to say of an activity's times. Soft: it never keeps anybody from signing up."""

from collections.abc import Sequence

from msgspec import Struct

from yiqi.rota.rules.shifts import Busy, Cycle, Span, Why, in_the_way
from yiqi.rota.wording import shift_name


class Note(Struct, frozen=True):
    """The first of some times that meets work or rest (`busy`), how many do (`hit`), and of how many (`all`)."""

    busy: Busy
    hit: int
    all: int

    @property
    def is_rest(self) -> bool:
        """Whether it is the sleep after a night shift, not the shift itself."""
        return self.busy.why is Why.REST

    @property
    def shift(self) -> str:
        """What the shift is called, in the page's language."""
        return shift_name(self.busy.shift.kind)


def note(cycle: Cycle, spans: Sequence[Span]) -> Note | None:
    """What stands against these times, soonest first; None when all of them are free."""
    met = [way for span in sorted(spans) if (way := in_the_way(cycle, span)) is not None]
    return Note(met[0], len(met), len(spans)) if met else None
