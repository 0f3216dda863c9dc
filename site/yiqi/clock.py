"""What time it is. Nothing else in Yiqi asks the system clock; verbs and rules are handed an instant."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, UTC, to the second (what both databases keep alike)."""
    return datetime.now(UTC).replace(microsecond=0)


def beijing(instant: datetime) -> datetime:
    """The same instant on the wall clock of Beijing."""
    return instant.astimezone(BEIJING)


def today() -> date:
    """Today's date in Beijing."""
    return beijing(now()).date()


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC instant of a Beijing wall-clock time on `day`."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING).astimezone(UTC)


def of_seconds(count: int) -> datetime:
    """The instant so many seconds after the beginning of 1970, UTC."""
    return datetime.fromtimestamp(count, UTC)
