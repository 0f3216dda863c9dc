"""The steps of a draw in their order, and why one cannot be taken now: one closed list."""

from enum import StrEnum


class Hindrance(StrEnum):
    """Why a step is refused."""

    NOT_BY_LOT = "not_by_lot"
    """The activity gives its places otherwise, or nobody said when the draw is."""
    CALLED_OFF = "called_off"
    FROZEN = "frozen"
    """The list is frozen, and the source of the number in it."""
    TOO_LATE = "too_late"
    """The number may be known already: its source can no longer be named."""
    STILL_OPEN = "still_open"
    NOT_ANNOUNCED = "not_announced"
    NOT_FROZEN = "not_frozen"
    TOO_EARLY = "too_early"
    DRAWN = "drawn"
    """It was held already, with another number."""


class Hindered(Exception):
    """A step of a draw that cannot be taken now."""

    def __init__(self, why: Hindrance) -> None:
        super().__init__(why.value)
        self.why = why
