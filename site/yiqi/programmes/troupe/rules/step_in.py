"""今晚谁能顶上: who of some people can play a part at a date, the likeliest first, each with reasons."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Reason(StrEnum):
    """What speaks for somebody or against them."""

    UNDERSTUDY = "understudy"
    SAME_SECTION = "same_section"
    COMES_OFTEN = "comes_often"
    FREE = "free"
    ABSENT = "absent"
    CLASH = "clash"
    SHIFT = "shift"
    REST = "rest"
    PLAYS = "plays"
    DECLINED = "declined"


AGAINST = (Reason.ABSENT, Reason.DECLINED, Reason.CLASH, Reason.SHIFT, Reason.REST, Reason.PLAYS)
"""From the gravest on: what they said themselves, what they are booked for, what their rota says, another part."""
OFTEN = 80
"""Per cent of rehearsals from which somebody comes often."""


class Candidate(Struct, frozen=True):
    """Somebody who might step in. `rate` is per cent of rehearsals, None before any."""

    person_id: int
    name: str
    understudies: bool = False
    same_section: bool = False
    rate: int | None = None
    absent: bool = False
    declined: bool = False
    clash: bool = False
    shift: bool = False
    rest: bool = False
    plays: bool = False


class Ranked(Struct, frozen=True):
    """A candidate with what speaks for them and against them."""

    candidate: Candidate
    merits: tuple[Reason, ...]
    hindrances: tuple[Reason, ...]

    @property
    def can(self) -> bool:
        """Whether nothing stands against it."""
        return not self.hindrances


def ranked(candidates: Iterable[Candidate]) -> list[Ranked]:
    """Everybody, in this order: those whom nothing hinders before the others (whom less hinders before whom more),
    then the understudy, then the part's own section, then who comes to more rehearsals, then by name."""
    judged = [_judged(one) for one in candidates]
    return sorted(judged, key=_order)


def _judged(one: Candidate) -> Ranked:
    against = {
        Reason.ABSENT: one.absent,
        Reason.DECLINED: one.declined,
        Reason.CLASH: one.clash,
        Reason.SHIFT: one.shift,
        Reason.REST: one.rest,
        Reason.PLAYS: one.plays,
    }
    hindrances = tuple(reason for reason in AGAINST if against[reason])
    said_for = {
        Reason.UNDERSTUDY: one.understudies,
        Reason.SAME_SECTION: one.same_section,
        Reason.COMES_OFTEN: one.rate is not None and one.rate >= OFTEN,
        Reason.FREE: not hindrances,
    }
    return Ranked(one, tuple(reason for reason, holds in said_for.items() if holds), hindrances)


def _order(one: Ranked) -> tuple[int, int, bool, bool, int, str, int]:
    gravest = -AGAINST.index(one.hindrances[0]) if one.hindrances else -len(AGAINST)
    it = one.candidate
    rate = -1 if it.rate is None else it.rate
    return (
        gravest,
        len(one.hindrances),
        not it.understudies,
        not it.same_section,
        -rate,
        it.name,
        it.person_id,
    )
