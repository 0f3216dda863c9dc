"""轮到的机会: how likely a waiter gets in, from how the queues of like activities went.

A like position is the same place relative to the capacity with the same time left before the start. It got in when
at least as many moved up afterwards as stood up to and including it. People who leave the queue ahead are not in the
history, so the estimate errs on the low side.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

LEAST = 5
"""Comparable activities below which nothing is promised."""
MOST = 10
"""The newest that are looked at, so that the word and its evidence say the same."""
GOOD, SLIM = 0.7, 0.3
PRIOR = 0.5
"""Both parameters of the Beta prior: most places are far in or far out, few in between (Jeffreys)."""


class Word(StrEnum):
    """The chance in a word."""

    GOOD = "good"
    FAIR = "fair"
    SLIM = "slim"
    UNSURE = "unsure"


class Past(Struct, frozen=True):
    """How a queue went: bookings that joined it, and for each that moved up the minutes before the start."""

    topic: str
    capacity: int
    joined: int
    moves: Sequence[int]


class Position(Struct, frozen=True):
    """Where somebody waits: the 1-based place that counts the seats of their party beyond the first as people before
    them, the slot's capacity, and the whole minutes left before the start."""

    place: int
    capacity: int
    minutes: int
    topic: str = ""


class Chance(Struct, frozen=True):
    """The word, and its evidence: of `among` comparable activities a like position got in `got` times."""

    word: Word
    got: int
    among: int

    @property
    def tenths(self) -> int:
        """For a row of ten: how many are punched."""
        return self.got * 10 // self.among if self.among else 0


def got_in(position: Position, past: Past) -> bool | None:
    """Whether a like position got in; None when nobody stood there with that much time left."""
    place = max(1, -(-position.place * past.capacity // position.capacity))
    before = sum(minutes >= position.minutes for minutes in past.moves)
    if past.joined - before < place:
        return None
    return len(past.moves) - before >= place


def estimate(got: int, among: int) -> float:
    """The mean of the Beta posterior: 0 to 1."""
    return (got + PRIOR) / (among + 2 * PRIOR)


def word(got: int, among: int) -> Word:
    """At least 70 % good, 30 to 69 % fair, below slim; unsure with fewer than five."""
    if among < LEAST:
        return Word.UNSURE
    share = estimate(got, among)
    if share >= GOOD:
        return Word.GOOD
    return Word.FAIR if share >= SLIM else Word.SLIM


def chance(position: Position, pasts: Sequence[Past]) -> Chance:
    """The chance of a position from a programme's past queues, newest first; those of its topic, if they are enough."""
    answers = [(past.topic, answer) for past in pasts if (answer := got_in(position, past)) is not None]
    alike = [answer for topic, answer in answers if topic == position.topic]
    if len(alike) < LEAST:
        alike = [answer for _topic, answer in answers]
    newest = alike[:MOST]
    return Chance(word(sum(newest), len(newest)), sum(newest), len(newest))
