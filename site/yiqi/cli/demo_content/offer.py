"""The shape of demo content: an offer with its rooms, its times counted from this week, and who is seen in it.

Texts come in pairs: Chinese, English.
"""

from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from yiqi.activities.models import Allocation, Programme, Topic
from yiqi.activities.rules.questions import Asked

Pair = tuple[str, str]
NOTHING: Pair = ("", "")
WOMEN: dict[str, Any] = {"kind": "tag", "tag": "女职工", "tag_en": "Women workers"}
"""The condition of what is for women: the tag that their unions put on them."""


class How(StrEnum):
    """What a demo worker does in a room. Who asks is left with the organizer's word or the draw before them; who
    misses it keeps a place and does not come."""

    KEEPS = "keeps"
    MISSES = "misses"
    WAITS = "waits"
    ASKS = "asks"
    GIVES_BACK = "gives_back"
    GIVES_BACK_LATE = "gives_back_late"
    LEAVES = "leaves"


class Answering(StrEnum):
    """How the crowd answers when it is somebody's turn: takes the place, passes every other one on, never says a word."""

    TAKES = "takes"
    MIXED = "mixed"
    NEVER = "never"


class Part(Struct, frozen=True):
    """A demo worker's part, by the last two digits of their phone. `place` is their place in the queue, `objects` what
    they say against the mark for not coming."""

    worker: int
    how: How = How.KEEPS
    party: int = 1
    place: int = 0
    objects: str = ""


class Place(Struct, frozen=True):
    """Where it is, and how to get there."""

    venue: Pair
    directions: Pair = NOTHING


class Time(Struct, frozen=True):
    """A Beijing time on a day counted from the Monday of this week.

    `from_today`: counted from today instead, and moved later in the evening when today's hour has passed already.
    `soonest`: instead of the start whichever of these comes next with six hours left at least.
    """

    day: int
    start: time
    end: time
    from_today: bool = False
    soonest: tuple[time, ...] = ()


class Room(Struct, frozen=True):
    """One slot, with the crowd it should end up with: seats held, bookings waiting, and how many gave up.

    `gone` cancelled before it filled, `freed` cancelled when others waited already, `left` left the queue, `late`
    cancelled after the deadline (only where that has passed). `asking` are left to the organizer or the draw,
    `rejected` were refused, `missing` do not come. `gives_back` are hours before the start at which somebody gives
    a place back; `just_freed`: so does somebody a minute before now. `of` says how many of the seats members of a
    union hold, `waits_from` of which union those are who wait.
    """

    capacity: int | None
    held: int = 0
    waiting: int = 0
    label: Pair = NOTHING
    detail: Pair = NOTHING
    waitlist_limit: int | None = None
    gone: int = 0
    freed: int = 0
    left: int = 0
    late: int = 0
    asking: int = 0
    rejected: int = 0
    missing: int = 0
    gives_back: tuple[float, ...] = ()
    just_freed: bool = False
    answers: Answering = Answering.TAKES
    of: tuple[tuple[str, int], ...] = ()
    waits_from: str = ""
    meetings: tuple[int, ...] = ()
    cast: tuple[Part, ...] = ()


class Quota(Struct, frozen=True):
    """Places limited to, or kept for, members of some unions or those with an answer, until noon `released_in` days
    from today. `rooms` are indexes into the offer's; empty means all of them."""

    name: Pair
    most: int | None = None
    least: int = 0
    unions: tuple[str, ...] = ()
    choice: str = ""
    rooms: tuple[int, ...] = ()
    released_in: int | None = None


class Drawing(Struct, frozen=True):
    """A draw: sign-up closes at 18:00 and it is held at 21:30, on days counted from today. In the source, {day} is the
    day of the draw."""

    closes: int
    held: int
    source: Pair


class Weekly(Struct, frozen=True):
    """A drop-in series: a weekday (0 is Monday) from so many weeks before this one to so many after it.

    Its rooms are those of `past` for what is over, the newest first and round again, and of `coming` for what is
    not, as far as they reach. `enrols` are demo workers who signed up for all dates with one tap.
    """

    weekday: int
    start: time
    minutes: int
    since: int
    until: int
    past: tuple[Room, ...] = ()
    coming: tuple[Room, ...] = ()
    enrols: tuple[int, ...] = ()


class Moved(Struct, frozen=True):
    """One of an offer's times became another one, yesterday."""

    meeting: int
    to: Time


class Dropped(Struct, frozen=True):
    """One of an offer's times was called off, yesterday."""

    meeting: int
    because: Pair


class Offer(Struct, frozen=True):
    """One activity. `opens_in`: sign-up opens that many hours from now; `closed`: it ended yesterday.

    `key` names it for the `course` of another one: the way on for who lacks that one's certificate. `replies` say by
    the key of a question how many of those who stay give which answer; everybody else gives the last one. `circle`
    lets so many of the crowd ask, the same each time; `rejects` is the organizer’s reason for a no.
    """

    programme: Programme
    owner: str
    title: Pair
    sub: Pair
    place: Place
    times: tuple[Time, ...]
    rooms: tuple[Room, ...]
    who: Pair
    contact: Pair
    about: Pair
    fee: Pair = ("工会会员免费", "Free for union members")
    topic: Topic | None = None
    max_party: int = 1
    cancel_minutes: int = 120
    opens_in: int | None = None
    closed: bool = False
    called_off: str = ""
    called_off_en: str = ""
    allocation: Allocation = Allocation.FIRST_COME
    drawing: Drawing | None = None
    conditions: tuple[dict[str, Any], ...] = ()
    key: str = ""
    course: str = ""
    questions: tuple[Asked, ...] = ()
    replies: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    weekly: Weekly | None = None
    changes: tuple[Moved | Dropped, ...] = ()
    circle: int | None = None
    rejects: str = ""


def on(day: int, start: str, end: str) -> Time:
    """A time in these weeks: 0 is this Monday, 7 the next, -7 the last."""
    return Time(day, time.fromisoformat(start), time.fromisoformat(end))


def soon(days: int, start: str, end: str) -> Time:
    """A time counted from today: 0 today, 1 tomorrow."""
    return Time(days, time.fromisoformat(start), time.fromisoformat(end), from_today=True)


def next_of(starts: tuple[str, ...], start: str, end: str) -> Time:
    """Within a day, at whichever of these times comes first with some hours left; as long as from `start` to `end`."""
    choices = tuple(time.fromisoformat(one) for one in starts)
    return Time(0, time.fromisoformat(start), time.fromisoformat(end), soonest=choices)


def contact(name: str, name_en: str, line: int) -> Pair:
    """A person to call, on an extension of the service centre."""
    return f"{name} 010-6788 {line}", f"{name_en} 010-6788 {line}"
