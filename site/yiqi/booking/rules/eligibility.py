"""Whether somebody meets the conditions of an activity, and which they lack first."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from yiqi.activities.rules.conditions import (
    Aged,
    Condition,
    GoodStanding,
    Holds,
    Member,
    OfUnion,
    Tagged,
    parse,
)

__all__ = ["Condition", "Held", "Whom", "full_years", "parse", "unmet"]


class Held(Struct, frozen=True):
    """A certificate or a passed course, by its code; `until` is the first day it no longer counts."""

    code: str
    since: date
    until: date | None = None


class Whom(Struct, frozen=True):
    """What conditions and quotas look at in a person on one Beijing day.

    `unions` are those of their current memberships with every union above them; `is_member` and `in_good_standing`
    hold when any current membership says so.
    """

    unions: frozenset[int] = frozenset()
    is_member: bool = False
    in_good_standing: bool = False
    tags: frozenset[str] = frozenset()
    born_on: date | None = None
    holds: tuple[Held, ...] = ()


def unmet(conditions: Sequence[Condition], whom: Whom, on: date) -> Condition | None:
    """The first condition that somebody does not meet, in the order of `parse`; None when they may come.

    `on` is the Beijing day of the first occurrence: ages and certificates are counted on it.
    """
    return next((condition for condition in conditions if not _meets(condition, whom, on)), None)


def full_years(since: date, on: date) -> int:
    """Full years between two days. Who is born on 29 February is a year older on 1 March of a common year."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def _meets(condition: Condition, whom: Whom, on: date) -> bool:
    match condition:
        case Member():
            return whom.is_member
        case GoodStanding():
            return whom.in_good_standing
        case OfUnion(union_ids):
            return not whom.unions.isdisjoint(union_ids)
        case Tagged(tag):
            return tag in whom.tags
        case Aged(least, most):
            return whom.born_on is not None and _between(full_years(whom.born_on, on), least, most)
        case Holds(code=code, years=years):
            return any(_counts(held, code, years, on) for held in whom.holds)


def _between(years: int, least: int | None, most: int | None) -> bool:
    return (least is None or years >= least) and (most is None or years <= most)


def _counts(held: Held, code: str, years: int, on: date) -> bool:
    return (
        held.code == code
        and held.since <= on
        and (held.until is None or on < held.until)
        and full_years(held.since, on) >= years
    )
