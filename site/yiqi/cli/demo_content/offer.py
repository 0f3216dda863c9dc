"""The shape of demo content: an offer with its rooms, its times counted from this week, and who is seen in it.

Texts come in pairs: Chinese, English.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from yiqi.activities.models import Programme, Topic

Pair = tuple[str, str]
NOTHING: Pair = ("", "")


class How(StrEnum):
    """What a demo worker does in a room."""

    KEEPS = "keeps"
    WAITS = "waits"
    GIVES_BACK = "gives_back"
    GIVES_BACK_LATE = "gives_back_late"
    LEAVES = "leaves"


@dataclass(frozen=True)
class Part:
    """A demo worker's part, by the last two digits of their phone. `place` is their place in the queue."""

    worker: int
    how: How = How.KEEPS
    party: int = 1
    place: int = 0


@dataclass(frozen=True)
class Place:
    """Where it is, and how to get there."""

    venue: Pair
    directions: Pair = NOTHING


@dataclass(frozen=True)
class Time:
    """A Beijing time on a day counted from the Monday of this week.

    `from_today`: counted from today instead, and moved later in the evening when today's hour has passed already.
    """

    day: int
    start: time
    end: time
    from_today: bool = False


@dataclass(frozen=True)
class Room:
    """One slot, with the crowd it should end up with: seats held, bookings waiting, and how many gave up.

    `gone` cancelled before it filled, `freed` cancelled when others waited already, `left` left the queue, `late`
    cancelled after the deadline (only where that has passed).
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
    meetings: tuple[int, ...] = ()
    cast: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Offer:
    """One activity. `opens_in`: sign-up opens that many hours from now; `closed`: it ended yesterday."""

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
    women: bool = False
    opens_in: int | None = None
    closed: bool = False
    called_off: str = ""
    called_off_en: str = ""


def on(day: int, start: str, end: str) -> Time:
    """A time in these weeks: 0 is this Monday, 7 the next, -7 the last."""
    return Time(day, time.fromisoformat(start), time.fromisoformat(end))


def soon(days: int, start: str, end: str) -> Time:
    """A time counted from today: 0 today, 1 tomorrow."""
    return Time(days, time.fromisoformat(start), time.fromisoformat(end), from_today=True)


def contact(name: str, name_en: str, line: int) -> Pair:
    """A person to call, on an extension of the service centre."""
    return f"{name} 010-6788 {line}", f"{name_en} 010-6788 {line}"
