"""Who plays the demo's reading programme, and when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from yiqi import clock
from yiqi.cli.demo_people import Cast

DAY = timedelta(days=1)


@dataclass
class Play:
    """Who plays, when, and what is made on the way."""

    cast: Cast
    rng: Random
    at: datetime
    admin: int
    rooms: list[int] = field(default_factory=list)

    def evening(self, days_ago: int, hour: int = 19) -> datetime:
        """An hour of a day that is over, never after the demo's present."""
        day = clock.beijing(self.at).date() - days_ago * DAY
        return min(clock.at(day, hour, self.rng.randrange(60)), self.at - timedelta(hours=1))
