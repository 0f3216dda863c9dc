"""What Yiqi sets out to reach on two cores with everything on, and which figure of the bench shows how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
FLOOR_OF_THE_GOALS = 0.95
"""Milliseconds of CPU that a page of bare Flask (12 KB, no database) took where the goals were set. A machine on which it
takes twice as long is half as fast, and is held to half as much."""


@dataclass(frozen=True)
class Goal:
    """`read` takes the figure from a result; what is at most `limit` (with `more`: at least) is reached. `timed`: it is
    work of the machine, so a slower one takes longer."""

    what: str
    goal: str
    only: str
    case: str
    read: Callable[[Row], float]
    limit: float
    unit: str
    more: bool = False
    timed: bool = False

    def there(self, value: float, floor: float) -> float:
        """What was measured as it would be where the goals were set; `floor` is a page of bare Flask in this run, in
        milliseconds, 0 where it was not measured."""
        if not self.timed or not floor:
            return value
        slower = floor / FLOOR_OF_THE_GOALS
        return value * slower if self.more else value / slower

    def reached(self, value: float) -> bool:
        return value >= self.limit if self.more else value <= self.limit


def cpu(row: Row) -> float:
    return float(row.get("cpu_ms", 0.0) + row.get("database_cpu_ms", 0.0))


def field(name: str, part: float = 1.0) -> Callable[[Row], float]:
    """A named figure, of the result or of what it says more."""
    return lambda row: float(row.get(name, row.get("more", {}).get(name, 0.0))) * part


def each_second(row: Row) -> float:
    return float(row["per_second"])


GOALS = (
    Goal("CPU of the front page", "≤ 3 ms", "browse", "home", cpu, 3.0, "ms", timed=True),
    Goal("CPU of an activity's page", "≤ 3 ms", "browse", "activity", cpu, 3.0, "ms", timed=True),
    Goal("CPU of a sign-up, page and post", "≤ 8 ms", "signup", "8 clients", cpu, 8.0, "ms", timed=True),
    Goal(
        "sign-ups by 8 clients",
        "≥ 120/s",
        "signup",
        "8 clients",
        each_second,
        120,
        "/s",
        more=True,
        timed=True,
    ),
    Goal("the booking verb beside the bare row", "≤ 3 ×", "verb", "booking", field("times_floor"), 3.0, "×"),
    Goal(
        "5,000 for 500 in a minute, 3,000 watch: from the press to the place, p99",
        "≤ 2 s",
        "rush even=1",
        "5,000 for 500 evenly",
        field("p99_ms", 0.001),
        2.0,
        "s",
        timed=True,
    ),
    Goal("CPU of a poll that finds nothing new", "≤ 0.5 ms", "watch", "a poll", cpu, 0.5, "ms", timed=True),
    Goal("a phone sees a change, p99", "≤ its interval, 6 s", "watch", "", field("fresh_p99_s"), 6.0, "s"),
    Goal(
        "a roster of 5,000: search",
        "≤ 100 ms",
        "search",
        "a name, of 5,000",
        field("p50_ms"),
        100,
        "ms",
        timed=True,
    ),
    Goal(
        "a list of 5,000: look and take over",
        "≤ 10 s",
        "import",
        "5,000 lines",
        field("seconds"),
        10,
        "s",
        timed=True,
    ),
    Goal("its memory", "≤ 150 MB", "import", "5,000 lines", field("more_memory_mb"), 150, "MB"),
    *(
        Goal(
            f"cost at 10⁶ bookings, of {what}",
            "≤ 1.3 ×",
            "growth full=1",
            case,
            field("times_first"),
            1.3,
            "×",
        )
        for what, case in (
            ("the front page", "home, 1,0"),
            ("an activity's page", "activity, 1,0"),
            ("one's bookings", "my bookings, 1,0"),
            ("a roster", "roster, 1,0"),
            ("a sign-up", "sign-up, 1,0"),
        )
    ),
    Goal(
        "the place of the last of 100,000 who wait",
        "≤ 5 ms",
        "line",
        "place 100,000",
        field("place_ms"),
        5,
        "ms",
        timed=True,
    ),
    Goal("statements a request, signing up", "≤ 6", "signup", "8 clients", field("statements", 0.5), 6, ""),
    Goal("statements of the front page", "≤ 3", "browse", "home", field("statements"), 3, ""),
    Goal(
        "check-ins at 8 desks", "≥ 400/s", "checkin", "8 desks", each_second, 400, "/s", more=True, timed=True
    ),
    Goal("memory of a worker process", "≤ 110 MB", "browse", "roster", field("rss_mb"), 110, "MB"),
)
