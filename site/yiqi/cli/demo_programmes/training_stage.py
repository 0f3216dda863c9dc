"""The stage on which the demo's training is played."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from yiqi import clock
from yiqi.cli.demo_people import Cast


@dataclass
class Stage:
    """Who plays, when, and by what luck."""

    cast: Cast
    at: datetime
    rng: Random

    @property
    def monday(self) -> date:
        today = clock.beijing(self.at).date()
        return today - timedelta(days=today.weekday())

    def account(self, number: int) -> int:
        return self.cast.accounts[number]

    def instant(self, day: int, hour: str) -> datetime:
        """A Beijing time on a day counted from this Monday."""
        told = time.fromisoformat(hour)
        return clock.at(self.monday + timedelta(days=day), told.hour, told.minute)
