"""Reads of the way up: the courses of each trade and level, and where somebody stands on it."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Status
from yiqi.activities.rules import conditions
from yiqi.booking import condition_words, sight, whom
from yiqi.booking.condition_words import Missing
from yiqi.booking.rules.eligibility import Whom
from yiqi.db import Facts, db
from yiqi.people import attributes
from yiqi.programmes.training import evenings
from yiqi.programmes.training.models import Course, Trade
from yiqi.programmes.training.rules.levels import LEVELS, credential


class Rung(StrEnum):
    """How somebody stands to a level."""

    HELD = "held"
    LEARNING = "learning"
    OPEN = "open"
    SOON = "soon"
    NONE = "none"


class Offered(Struct, frozen=True):
    """A course that is not over: `facts` of the activity and the course, with `starts_at`, `ends_at` and `evenings`.
    `needs` are its conditions in words; `missing` what the reader lacks of them."""

    facts: Facts
    at: datetime
    needs: tuple[str, ...] = ()
    missing: Missing | None = None
    is_mine: bool = False

    @property
    def can_be_joined(self) -> bool:
        """Whether sign-up is open now."""
        opens: bool = self.facts.opens_at <= self.at < self.facts.closes_at
        return opens

    @property
    def has_begun(self) -> bool:
        begun: bool = self.facts.starts_at <= self.at
        return begun


class Level(Struct, frozen=True):
    """One level of a trade: since when the reader holds it, and its courses."""

    level: int
    held_since: date | None
    courses: tuple[Offered, ...]

    @property
    def rung(self) -> Rung:
        """The word that stands beside it."""
        if self.held_since is not None:
            return Rung.HELD
        if any(one.is_mine for one in self.courses):
            return Rung.LEARNING
        if any(one.can_be_joined for one in self.courses):
            return Rung.OPEN
        return Rung.SOON if self.courses else Rung.NONE


class Path(Struct, frozen=True):
    """A trade with its five levels, from the first to the last."""

    trade: Trade
    levels: tuple[Level, ...]

    @property
    def is_alive(self) -> bool:
        """Whether there is anything on it: a course, or a level that the reader holds."""
        return any(one.rung is not Rung.NONE for one in self.levels)


def paths(
    trades: Sequence[Trade], offered: Sequence[Offered], person_id: int | None, at: datetime
) -> list[Path]:
    """Some trades as somebody (None: a visitor) meets them, with the `courses` that lead up them."""
    held = _held(person_id, at)
    return [
        Path(
            trade,
            tuple(
                Level(
                    level,
                    held.get(credential(trade.code, level)),
                    tuple(
                        one for one in offered if one.facts.trade == trade.code and one.facts.level == level
                    ),
                )
                for level in LEVELS
            ),
        )
        for trade in trades
    ]


def courses(person_id: int | None, at: datetime) -> list[Offered]:
    """The courses that are not over and that somebody may know of, the next start first. Seven statements at the most."""
    last = func.max(Occurrence.ends_at)
    query = (
        select(
            Activity.id.label("activity_id"),
            Activity.title,
            Activity.title_en,
            Activity.sub,
            Activity.sub_en,
            Activity.conditions,
            Activity.opens_at,
            Activity.closes_at,
            Course.trade,
            Course.level,
            func.min(Occurrence.starts_at).label("starts_at"),
            last.label("ends_at"),
            func.count().label("evenings"),
        )
        .join(Course, Course.activity_id == Activity.id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            sight.seen_by(person_id, at),
        )
        .group_by(Activity.id, Course.activity_id)
        .having(last > at)
        .order_by(func.min(Occurrence.starts_at), Activity.id)
    )
    rows = list(db.session.execute(query))
    who = _who(person_id, at)
    mine = evenings.running(person_id, at) if person_id is not None else []
    return [_offered(row, who, row.activity_id in mine, at) for row in rows]


def _offered(row: Facts, who: Whom | None, is_mine: bool, at: datetime) -> Offered:
    parsed = conditions.parse(row.conditions)
    missing = None
    if who is not None and not is_mine:
        missing = condition_words.missing(parsed, who, clock.beijing(row.starts_at).date())
    return Offered(row, at, tuple(condition_words.need(one) for one in parsed), missing, is_mine)


def _who(person_id: int | None, at: datetime) -> Whom | None:
    if person_id is None:
        return None
    return whom.of(db.session.connection(), person_id, clock.beijing(at).date())


def _held(person_id: int | None, at: datetime) -> dict[str, date]:
    """The codes somebody holds today, with the first day of each."""
    if person_id is None:
        return {}
    today = clock.beijing(at).date()
    found: dict[str, date] = {}
    for one in attributes.credentials(person_id):
        if one.since <= today and (one.until is None or today < one.until):
            found.setdefault(one.code, one.since)
    return found
