"""Opening hours: a week, days that differ, and whether it is open at a minute. Times are the wall clock of Beijing."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from msgspec import Struct

DAY = 24 * 60
LATEST = 2 * DAY
"""A span may end after midnight, on the next day: 20:00–02:00 is (1200, 1560)."""
AHEAD = 14
"""Days that are looked through for the next opening."""
MOST_SPANS = 4
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DASH = re.compile(r"\s*([-–—~至到])\s*")
_CLOSED = frozenset({"", "关", "休", "不开放", "休息", "closed", "-", "–", "—"})


class NotHours(ValueError):
    """What was typed, or kept, are no opening hours."""


class Span(Struct, frozen=True, order=True):
    """Open from a minute after midnight until before another one."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY or not self.opens < self.closes <= min(LATEST, self.opens + DAY):
            raise NotHours("a span begins on its day, and lasts a day at the most")


class Hours(Struct, frozen=True):
    """Seven days from Monday, and the days that differ."""

    week: tuple[tuple[Span, ...], ...]
    exceptions: Mapping[date, tuple[Span, ...]]

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on a day."""
        return self.exceptions.get(day, self.week[day.weekday()])


class Standing(Struct, frozen=True):
    """Whether it is open at an instant, and when that changes; `changes_at` None: not within `AHEAD` days."""

    is_open: bool
    changes_at: datetime | None


def standing(hours: Hours, at: datetime) -> Standing:
    """How things stand at a wall-clock time (naive or aware alike; the answer is of the same sort)."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    now = at.hour * 60 + at.minute
    for opens, closes in _stretches(hours, midnight.date()):
        if closes <= now:
            continue
        if opens <= now:
            ends = None if closes >= AHEAD * DAY else midnight + timedelta(minutes=closes)
            return Standing(True, ends)
        return Standing(False, midnight + timedelta(minutes=opens))
    return Standing(False, None)


def _stretches(hours: Hours, today: date) -> list[tuple[int, int]]:
    """When it is open without a break, in minutes after today's midnight: from yesterday's late spans on."""
    spans = sorted(
        (days * DAY + span.opens, days * DAY + span.closes)
        for days in range(-1, AHEAD + 1)
        for span in hours.on(today + timedelta(days=days))
    )
    joined: list[tuple[int, int]] = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def read(week: Sequence[Sequence[Sequence[int]]], exceptions: Mapping[str, Mapping[str, Any]]) -> Hours:
    """Hours as they are stored."""
    days = {date.fromisoformat(day): spans_of(one["spans"]) for day, one in exceptions.items()}
    return Hours(tuple(spans_of(day) for day in week), days)


def spans_of(stored: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """The spans of a day as they are stored: `[[540, 1200]]`."""
    return tuple(Span(opens, closes) for opens, closes in stored)


def stored(spans: Sequence[Span]) -> list[list[int]]:
    """Spans as they are stored."""
    return [[span.opens, span.closes] for span in spans]


def typed(text: str) -> tuple[Span, ...]:
    """What somebody types for a day: `8:30-12:00，13:00-20:00`; empty or 关 is closed, 全天 all day; an end at or before
    the beginning is on the next day. Raises `NotHours` for what is none."""
    plain = _DASH.sub(r"\1", unicodedata.normalize("NFKC", text)).strip().lower()
    if plain in _CLOSED:
        return ()
    if plain in ("全天", "24小时", "24h"):
        return (Span(0, DAY),)
    spans = sorted(_span(part) for part in re.split(r"[,、;和\s]+(?=[0-9])", plain))
    if len(spans) > MOST_SPANS:
        raise NotHours("too many spans")
    if any(after.opens < before.closes for before, after in pairwise(spans)):
        raise NotHours("spans that overlap")
    return tuple(spans)


def _span(part: str) -> Span:
    ends = [one.strip() for one in re.split(r"[-–—~至到]+", part.strip())]
    if len(ends) != 2:
        raise NotHours(part)
    opens, closes = (_minutes(one) for one in ends)
    return Span(opens, closes if closes > opens else closes + DAY)


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > DAY:
        raise NotHours(text)
    return int(found[1]) * 60 + int(found[2])


def written(spans: Sequence[Span]) -> str:
    """Spans as they are typed and shown: `08:30–12:00，13:00–20:00`; empty for a closed day."""
    return "，".join(f"{_clock(span.opens)}–{_clock(span.closes)}" for span in spans)


def _clock(minutes: int) -> str:
    shown = minutes if minutes <= DAY else minutes - DAY
    return f"{shown // 60:02d}:{shown % 60:02d}"
