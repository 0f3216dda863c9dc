"""Reading single typed texts: a number, a day, a time, an instant, one of a list. What cannot be read becomes a
problem that names its field; reading goes on, so that all of them are told at once."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from typing import Any

import msgspec
from msgspec import Struct

from yiqi import clock
from yiqi.people.rules import typed_date

YEARS_AHEAD = 2
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_NUMBER = re.compile(r"[0-9]+")

Gate = Callable[[str, bool], str | None]
"""Typed text (with its lines, or not) as it may be stored; None for what never is."""


class Why(Enum):
    """What is wrong with a field."""

    MISSING = auto()
    UNWRITABLE = auto()
    TOO_LONG = auto()
    NOT_WHOLE = auto()
    NOT_A_DAY = auto()
    NOT_A_TIME = auto()
    NEEDS_DAY = auto()
    NEEDS_TIME = auto()
    TOO_FAR = auto()
    PAST = auto()
    NOT_LISTED = auto()
    ENDS_FIRST = auto()
    LASTS_TOO_LONG = auto()
    TWICE = auto()
    NO_WEEKDAY = auto()
    RUNS_TOO_LONG = auto()
    NEVER_MEETS = auto()
    CLOSES_LATE = auto()
    OPENS_LATE = auto()
    DRAW_EARLY = auto()
    DRAW_LATE = auto()
    OFFER_SHORT = auto()
    NO_SUCH_DATE = auto()
    NO_SUCH_SLOT = auto()
    NO_SUCH_UNION = auto()
    NO_SUCH_CHOICE = auto()
    NO_SUCH_COURSE = auto()
    NEEDS_LIMIT = auto()
    NEEDS_ONE_SLOT = auto()
    BELOW_LEAST = auto()
    ABOVE_CAPACITY = auto()
    BELOW_KEPT = auto()
    RELEASED_LATE = auto()
    RELEASED_LATER = auto()
    NEEDS_CHOICES = auto()
    NOT_A_CODE = auto()
    NEEDS_CODE = auto()
    LIST_CLOSED = auto()


class Remark(Enum):
    """What is worth knowing and hinders nothing."""

    LONG_TITLE = auto()
    OPEN_ALREADY = auto()
    CLOSES_AFTER_FIRST = auto()
    UNANNOUNCED = auto()


class Problem(Struct, frozen=True):
    """What is wrong, at which field of the form."""

    where: str
    why: Why
    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Note(Struct, frozen=True):
    """A remark at a field of the form."""

    where: str
    what: Remark
    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)


def as_typed(typed: str) -> str:
    """A number, day or time without blanks, full-width characters as their plain ones."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


@dataclass
class Reader:
    """The fields of a form at an instant, what was found wrong with them, and what is worth knowing."""

    fields: Mapping[str, Any]
    gate: Gate
    at: datetime
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def wrong(self, name: str, why: Why, **facts: Any) -> None:
        """Note a problem, unless the field has one already: the first is the one to mend."""
        if name not in {problem.where for problem in self.problems}:
            self.problems.append(Problem(name, why, facts))

    def note(self, name: str, what: Remark, **facts: Any) -> None:
        self.notes.append(Note(name, what, facts))

    def raw(self, name: str) -> str:
        """What was typed, by the name of its control: `title`, `slot-2-capacity`."""
        if name in self.fields and isinstance(self.fields[name], str):
            return str(self.fields[name])
        group, index, inner = name.split("-", 2)
        return str(self.fields[group][int(index)][inner])

    def ticked(self, name: str) -> bool:
        return bool(self.raw(name))

    def text(self, name: str, most: int, *, lines: bool = False, needed: bool = False) -> str:
        """A text as it is stored; empty when it is not there or cannot be."""
        kept = self.gate(self.raw(name), lines)
        if kept is None:
            self.wrong(name, Why.UNWRITABLE)
        elif len(kept) > most:
            self.wrong(name, Why.TOO_LONG, most=most, now=len(kept))
        elif needed and not kept:
            self.wrong(name, Why.MISSING)
        else:
            return kept
        return ""

    def whole(self, name: str, least: int, most: int, *, needed: bool = False) -> int | None:
        """A whole number between two bounds; None when it was left out or is none."""
        text = as_typed(self.raw(name))
        if not text:
            if needed:
                self.wrong(name, Why.MISSING)
            return None
        digits = text.lstrip("0") or "0"
        if not _NUMBER.fullmatch(text) or len(digits) > len(str(most)) or not least <= int(digits) <= most:
            self.wrong(name, Why.NOT_WHOLE, least=least, most=most)
            return None
        return int(digits)

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """A day of the calendar, at most two years ahead."""
        text = as_typed(self.raw(name))
        if not text:
            if needed:
                self.wrong(name, Why.MISSING)
            return None
        found, last = typed_date(text), self.last_day
        if found is None:
            self.wrong(name, Why.NOT_A_DAY)
        elif found > last:
            self.wrong(name, Why.TOO_FAR, day=last)
            return None
        return found

    def time_of_day(self, name: str, *, needed: bool = False) -> time | None:
        """A time of the day, 00:00 to 23:59."""
        text = as_typed(self.raw(name))
        if not text:
            if needed:
                self.wrong(name, Why.MISSING)
            return None
        match = _TIME.fullmatch(text)
        if match is None:
            self.wrong(name, Why.NOT_A_TIME)
            return None
        return time(int(match[1]), int(match[2]))

    def instant(self, day_name: str, time_name: str, *, needed: bool = False) -> datetime | None:
        """The instant of a Beijing day and time that belong together."""
        day, when = self.day(day_name, needed=needed), self.time_of_day(time_name, needed=needed)
        if day is not None and not as_typed(self.raw(time_name)):
            self.wrong(time_name, Why.NEEDS_TIME)
        if when is not None and not as_typed(self.raw(day_name)):
            self.wrong(day_name, Why.NEEDS_DAY)
        return clock.at(day, when.hour, when.minute) if day is not None and when is not None else None

    def one_of(self, name: str, listed: Collection[str]) -> str:
        """One of a list; the empty text when it is none."""
        chosen = self.raw(name)
        if chosen not in listed:
            self.wrong(name, Why.NOT_LISTED)
            return ""
        return chosen

    @property
    def last_day(self) -> date:
        """The last Beijing day that anything may be planned for."""
        today = clock.beijing(self.at).date()
        return today + timedelta(days=366 * YEARS_AHEAD)
