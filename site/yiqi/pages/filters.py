"""What a visitor may ask of the front page's list."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from yiqi.activities import calendar
from yiqi.web.formats import printable

AFTER_WORK = 17
SEARCH_LENGTH = 50


class Filters(Struct, frozen=True):
    """What a visitor asked of the list. `day` shows one day, `week` a whole one; neither: seven days from now."""

    day: date | None = None
    week: date | None = None
    programme: str = ""
    q: str = ""
    free: bool = False
    evening: bool = False
    mine: bool = False
    """Only what fits the visitor's rota and places."""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From an address; what makes no sense is passed over."""
        programme = args.get("programme", "")
        return cls(
            day=_day(args.get("day", "")),
            week=_day(args.get("week", "")),
            programme=programme if programme in calendar.chips() else "",
            q=printable(" ".join(args.get("q", "").split()))[:SEARCH_LENGTH],
            free=args.get("free") == "1",
            evening=args.get("after") == str(AFTER_WORK),
            mine=args.get("mine") == "1",
        )

    def url(self, **change: object) -> str:
        """The front page with these filters, some changed."""
        now = replace(self, **change)
        pairs = {
            "day": now.day.isoformat() if now.day else "",
            "week": now.week.isoformat() if now.week and not now.day else "",
            "programme": now.programme,
            "q": now.q,
            "free": "1" if now.free else "",
            "after": str(AFTER_WORK) if now.evening else "",
            "mine": "1" if now.mine else "",
        }
        query = urlencode({name: value for name, value in pairs.items() if value})
        return f"/?{query}" if query else "/"

    @property
    def alone(self) -> "Filters":
        """What was searched for in everything, and the week that one came from."""
        return Filters(week=self.week, q=self.q)

    @property
    def narrows(self) -> bool:
        """Whether something besides the days and the visitor's own time is filtered."""
        return bool(self.programme or self.q or self.free or self.evening)


def _day(typed: str) -> date | None:
    if len(typed) != 10 or not typed.isascii():
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2020 <= day.year <= 2100 else None
