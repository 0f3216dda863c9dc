"""What becomes of each line of a list of results: whom it means, and what it says of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from yiqi.programmes.training.rules import scores
from yiqi.programmes.training.rules.scores import Score, Unclear


class Verdict(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGES = "changes"
    SAME = "same"
    NO_WHO = "no_who"
    NOBODY = "nobody"
    WHICH = "which"
    OTHER_NAME = "other_name"
    NO_SCORE = "no_score"
    BAD_SCORE = "bad_score"
    UNWRITABLE = "unwritable"
    TWICE = "twice"
    OWN = "own"


GOOD = frozenset({Verdict.NEW, Verdict.CHANGES, Verdict.SAME})


class Trainee(Struct, frozen=True):
    """Somebody with a place in the course. `name` is folded for comparing, `tail` ends their phone number; `score` is
    what they have so far."""

    person_id: int
    name: str
    tail: str
    ref: str
    score: Score | None = None


class Told(Struct, frozen=True):
    """A line as it was read: `name` folded, `tail` the last four digits of a phone number, `ref` the code of a ticket,
    each empty where nothing stands; `typed` is the result. `is_broken`: a cell holds what is never stored."""

    row: int
    name: str
    tail: str
    ref: str
    typed: str
    is_broken: bool = False


class Listed(Struct, frozen=True):
    """A line with its verdict: whose result it is, in tenths (None: not there), and what they had before."""

    row: int
    name: str
    tail: str
    ref: str
    typed: str
    verdict: Verdict
    person_id: int | None = None
    tenths: int | None = None
    was: int | None = None

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD


def judged(told: Iterable[Told], trainees: Sequence[Trainee], *, full: int, by_id: int) -> list[Listed]:
    """The lines with their verdicts. Two lines that mean one person are both left out; nobody writes their own result."""
    lines = [_judged(one, trainees, full, by_id) for one in told]
    often = Counter(one.person_id for one in lines if one.person_id is not None)
    return [
        replace(one, verdict=Verdict.TWICE) if one.person_id is not None and often[one.person_id] > 1 else one
        for one in lines
    ]


def _judged(told: Told, trainees: Sequence[Trainee], full: int, by_id: int) -> Listed:
    line = Listed(told.row, told.name, told.tail, told.ref, told.typed, Verdict.UNWRITABLE)
    if told.is_broken:
        return line
    whom = _whom(told, trainees)
    if isinstance(whom, Verdict):
        return replace(line, verdict=whom)
    line = replace(line, person_id=whom.person_id)
    if whom.person_id == by_id:
        return replace(line, verdict=Verdict.OWN)
    if not told.typed:
        return replace(line, verdict=Verdict.NO_SCORE)
    try:
        score = scores.read(told.typed, full=full)
    except Unclear:
        return replace(line, verdict=Verdict.BAD_SCORE)
    line = replace(line, tenths=score.tenths, was=whom.score.tenths if whom.score else None)
    if whom.score is None:
        return replace(line, verdict=Verdict.NEW)
    return replace(line, verdict=Verdict.SAME if score == whom.score else Verdict.CHANGES)


def _whom(told: Told, trainees: Sequence[Trainee]) -> Trainee | Verdict:
    """Whom a line means: by the code of the ticket, else by a name and the end of a phone number, or by one of the two
    where only one person has it."""
    if not (told.name or told.tail or told.ref):
        return Verdict.NO_WHO
    ways = [
        (told.ref, [one for one in trainees if one.ref == told.ref]),
        (told.tail, [one for one in trainees if one.tail == told.tail]),
        (told.name, [one for one in trainees if one.name == told.name]),
    ]
    said = [set(found) for typed, found in ways if typed]
    both = set.intersection(*said)
    if len(both) == 1:
        return both.pop()
    if both:
        return Verdict.WHICH
    return Verdict.OTHER_NAME if any(said) and len(said) > 1 else Verdict.NOBODY
