"""What becomes of each line of a union's roll: what is told of a person is held against what is known of them."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from yiqi.people.rules import FIRST_YEAR

LONGEST_NAME, LONGEST_NUMBER = 50, 40


class Verdict(StrEnum):
    """What becomes of a line, or why nothing does: the closed list."""

    NEW = "new"
    """Nobody has the phone yet: a person is written down, who signs in later."""
    JOINS = "joins"
    CHANGES = "changes"
    STAYS = "stays"
    NO_PHONE = "no_phone"
    BAD_PHONE = "bad_phone"
    ROUNDED_PHONE = "rounded_phone"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    LONG_NUMBER = "long_number"
    UNWRITABLE = "unwritable"
    BAD_DATE = "bad_date"
    LATER = "later"
    """The date is still to come."""
    TWICE = "twice"
    """The same person stands further up."""
    TWO_NAMES = "two_names"
    """One phone stands beside two names: it is not guessed whose it is."""
    ELSEWHERE = "elsewhere"
    """They are on another union's roll."""


GOOD = frozenset({Verdict.NEW, Verdict.JOINS, Verdict.CHANGES, Verdict.STAYS})
PASSING = GOOD | {Verdict.ELSEWHERE}
"""Verdicts that hang on what is known of the person, and so may be others the next minute."""


class Entry(Struct, frozen=True):
    """A line of a roll. `phone` is E.164, or as it was written where it is none; `since` None when no date is told."""

    row: int
    name: str
    phone: str
    number: str = ""
    since: date | None = None
    verdict: Verdict | None = None
    own_name: bool = False
    """Whether they told another name themselves, which stays."""

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD


class Known(Struct, frozen=True):
    """What is known of somebody with a phone: whether their name is their own word, and the membership that counts now.

    `union_id` None is of no union; `here`: it is this union, or a group of it.
    """

    person_id: int
    name: str
    told_name: bool
    union_id: int | None = None
    here: bool = False
    membership_id: int | None = None
    number: str = ""
    since: date | None = None


def wrong(entry: Entry, on: date) -> Verdict | None:
    """What is wrong with a line as it stands, on a Beijing day; None when nothing is. Its phone has been looked at."""
    if not entry.name:
        return Verdict.NO_NAME
    if len(entry.name) > LONGEST_NAME:
        return Verdict.LONG_NAME
    if len(entry.number) > LONGEST_NUMBER:
        return Verdict.LONG_NUMBER
    if entry.since is not None and entry.since > on:
        return Verdict.LATER
    if entry.since is not None and entry.since.year < FIRST_YEAR:
        return Verdict.BAD_DATE
    return None


def without_doubles(entries: Sequence[Entry]) -> list[Entry]:
    """The same lines; of those with one phone the first stays, unless they bear several names: then none does."""
    names: dict[str, set[str]] = {}
    for entry in entries:
        if entry.verdict is None:
            names.setdefault(entry.phone, set()).add(entry.name)
    seen: set[str] = set()
    told = []
    for entry in entries:
        if entry.verdict is None and len(names[entry.phone]) > 1:
            told.append(replace(entry, verdict=Verdict.TWO_NAMES))
        elif entry.verdict is None and entry.phone in seen:
            told.append(replace(entry, verdict=Verdict.TWICE))
        else:
            seen.update([entry.phone] if entry.verdict is None else [])
            told.append(entry)
    return told


def judged(entry: Entry, known: Known | None) -> Entry:
    """A line with its verdict, where it has none yet."""
    if entry.verdict is not None:
        return entry
    if known is None:
        return replace(entry, verdict=Verdict.NEW)
    if known.union_id is not None and not known.here:
        return replace(entry, verdict=Verdict.ELSEWHERE)
    own_name = known.told_name and known.name != entry.name
    if known.union_id is None:
        return replace(entry, verdict=Verdict.JOINS, own_name=own_name)
    verdict = Verdict.CHANGES if changes(entry, known) else Verdict.STAYS
    return replace(entry, verdict=verdict, own_name=own_name)


def changes(entry: Entry, known: Known) -> bool:
    """Whether a line tells of a member what was not known: a number, a date, a name nobody told themselves."""
    renamed = not known.told_name and entry.name != known.name
    renumbered = bool(entry.number) and entry.number != known.number
    redated = entry.since is not None and entry.since != known.since
    return renamed or renumbered or redated
