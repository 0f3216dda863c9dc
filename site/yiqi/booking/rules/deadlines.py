"""The instants that divide a slot's life."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Deadlines:
    """What the clock alone changes about a slot, from the activity's own settings, in minutes before the start."""

    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime
    cancel_minutes: int
    promotion_minutes: int

    @property
    def cancel_until(self) -> datetime:
        """Cancelling is free before this instant."""
        return self.starts_at - timedelta(minutes=self.cancel_minutes)

    @property
    def promote_until(self) -> datetime:
        """The queue moves before this instant."""
        return self.starts_at - timedelta(minutes=self.promotion_minutes)

    @property
    def instants(self) -> tuple[datetime, ...]:
        """Every instant at which a page about the slot reads differently."""
        return (
            self.opens_at,
            self.closes_at,
            self.cancel_until,
            self.promote_until,
            self.starts_at,
            self.ends_at,
        )
