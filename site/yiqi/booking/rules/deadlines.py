"""The instants that divide a slot's life."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

RUSH_BEFORE, RUSH_AFTER = timedelta(minutes=2), timedelta(minutes=5)
"""Around an opening pages ask more often."""


INSTANTS = 16
"""More than there are instants in the life of a slot: what a stored version rises by when they are moved."""


class Deadlines(Struct, frozen=True):
    """What the clock alone changes about a slot, from the activity's own settings, in minutes before the start."""

    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime
    cancel_minutes: int
    promotion_minutes: int
    auto_minutes: int = 1440
    due_at: datetime | None = None
    """When the clock next changes who holds what, as far as is known."""

    @classmethod
    def of(cls, activity: Any, slot: Any) -> "Deadlines":
        """From whatever carries an activity's and a slot's facts: a row or an object."""
        return cls(
            opens_at=activity.opens_at,
            closes_at=activity.closes_at,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            cancel_minutes=activity.cancel_minutes,
            promotion_minutes=activity.promotion_minutes,
            auto_minutes=activity.auto_minutes,
            due_at=slot.due_at,
        )

    @classmethod
    def of_listed(cls, row: Any) -> "Deadlines":
        """From a row of a list (`calendar.Showing.slots`)."""
        return cls(
            row.opens_at,
            row.closes_at,
            row.slot_starts_at,
            row.slot_ends_at,
            row.cancel_minutes,
            row.promotion_minutes,
            row.auto_minutes,
            row.due_at,
        )

    @property
    def cancel_until(self) -> datetime:
        """Cancelling is free before this instant."""
        return self.starts_at - timedelta(minutes=self.cancel_minutes)

    @property
    def promote_until(self) -> datetime:
        """The queue moves before this instant."""
        return self.starts_at - timedelta(minutes=self.promotion_minutes)

    @property
    def auto_until(self) -> datetime:
        """Before this instant promotion confirms; from it on it makes a timed offer."""
        return self.starts_at - timedelta(minutes=self.auto_minutes)

    @property
    def instants(self) -> tuple[datetime, ...]:
        """Every instant at which a page about the slot reads differently."""
        return (
            self.opens_at - RUSH_BEFORE,
            self.opens_at,
            self.opens_at + RUSH_AFTER,
            self.closes_at,
            self.auto_until,
            self.cancel_until,
            self.promote_until,
            self.starts_at,
            self.ends_at,
            *([self.due_at] if self.due_at else []),
        )
