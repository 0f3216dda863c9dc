"""What becomes of each line of a list of people who are to be signed up: the closed list of verdicts."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from yiqi.booking.rules.asking import Refusal
from yiqi.booking.rules.states import State


class Verdict(StrEnum):
    """Verdicts about the line itself. What the rules of asking say of it has the names of `State` and `Refusal`."""

    ALREADY = "already"
    NO_PHONE = "no_phone"
    BAD_PHONE = "bad_phone"
    ROUNDED_PHONE = "rounded_phone"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    UNWRITABLE = "unwritable"
    TWICE = "twice"
    BAD_PARTY = "bad_party"
    NO_SUCH_SLOT = "no_such_slot"
    WHICH_SLOT = "which_slot"
    WRONG_ANSWER = "wrong_answer"
    NO_ANSWER = "no_answer"
    NO_GUARDIAN = "no_guardian"


GOOD = frozenset({State.CONFIRMED, State.WAITING, State.PENDING, State.ENTERED, Verdict.ALREADY})
PASSING = GOOD | set(Refusal) | {Verdict.NO_GUARDIAN}
"""Verdicts that hang on how things stand, and so may be others the next minute."""


class Listed(Struct, frozen=True):
    """A line: whom to sign up for which slot. `phone` is E.164, or as it was written where it is none; `answers` are
    cleaned values by question id; `facts` hold what the verdict's sentence needs, as JSON keeps it."""

    row: int
    name: str
    phone: str
    slot_id: int | None = None
    party: int = 1
    answers: Mapping[int, str] = field(default_factory=dict)
    verdict: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD
