"""How somebody comes to rehearsals: their rate, and how often in a row they were missed."""

from collections.abc import Iterable

from msgspec import Struct

MISSED_IN_A_ROW = 3
"""From so many the section's leader is shown it: who stays away that often has usually stopped coming."""


class Rehearsed(Struct, frozen=True):
    """One rehearsal of somebody who was a member then: whether they came, and whether they had said they would not."""

    came: bool
    excused: bool = False


class Tally(Struct, frozen=True):
    """`held` are rehearsals they could have come to, those they were excused from left out."""

    came: int
    held: int
    excused: int
    missed_in_a_row: int

    @property
    def rate(self) -> int | None:
        """Per cent, rounded half up; None before the first one."""
        return (200 * self.came + self.held) // (2 * self.held) if self.held else None

    @property
    def is_missed(self) -> bool:
        """Whether it is time to ask after them."""
        return self.missed_in_a_row >= MISSED_IN_A_ROW


def tally(rehearsals: Iterable[Rehearsed]) -> Tally:
    """Count some rehearsals, the earliest first. Who said so beforehand is neither counted nor missed: an excused
    date neither makes a row of missed ones longer nor ends it; who came although excused came."""
    came = held = excused = row = 0
    for one in rehearsals:
        if one.came:
            came, held, row = came + 1, held + 1, 0
        elif one.excused:
            excused += 1
        else:
            held, row = held + 1, row + 1
    return Tally(came, held, excused, row)
