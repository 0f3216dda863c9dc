"""What the form of an activity comes to when nothing is wrong with it: plain facts for `desk.planning.publishing`."""

from datetime import datetime
from typing import Any

from msgspec import Struct, field

from yiqi.activities.rules.questions import Asked
from yiqi.activities.rules.recurrence import Times, Weekly


class Stretch(Struct, frozen=True):
    """One dated time: aware instants, the end not included; the place as it is said for this one."""

    starts_at: datetime
    ends_at: datetime
    venue: str = ""
    venue_en: str = ""


class Dates(Struct, frozen=True):
    """When it is: dates one by one, or a weekly rule with what it comes to and whether one signs up for each."""

    stretches: tuple[Stretch, ...] = ()
    rule: Weekly | None = None
    times: Times | None = None
    drop_in: bool = False


class Places(Struct, frozen=True):
    """One slot; `capacity` None is without limit, `meetings` are indexes of dates, empty is all."""

    capacity: int | None
    label: str = ""
    label_en: str = ""
    detail: str = ""
    detail_en: str = ""
    waitlist_limit: int | None = None
    meetings: tuple[int, ...] = ()


class Kept(Struct, frozen=True):
    """One quota; `pools` are indexes of slots, empty is all."""

    name: str
    name_en: str = ""
    most: int | None = None
    least: int = 0
    releases_at: datetime | None = None
    unions: tuple[int, ...] = ()
    tag: str = ""
    choice: str = ""
    pools: tuple[int, ...] = ()


class Windows(Struct, frozen=True):
    """When sign-up opens and closes, when places are drawn; aware instants."""

    opens_at: datetime
    closes_at: datetime
    allocation: str
    draw_at: datetime | None = None


class Wanted(Struct, frozen=True):
    """An activity that can be published. `words` are its texts by column name, `numbers` the minutes and limits."""

    words: dict[str, str]
    topic: str | None
    dates: Dates
    windows: Windows
    places: tuple[Places, ...]
    quotas: tuple[Kept, ...] = ()
    questions: tuple[Asked, ...] = ()
    conditions: tuple[dict[str, Any], ...] = ()
    numbers: dict[str, int | None] = field(default_factory=dict)
    penalties: bool = True
    union_only: bool = False
