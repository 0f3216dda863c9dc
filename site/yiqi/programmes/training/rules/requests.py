"""The steps of a request for a subsidy: which may follow which, and what evidence each kind asks for."""

from enum import StrEnum


class Kind(StrEnum):
    """What somebody learned."""

    DEGREE = "degree"
    SKILL = "skill"


class State(StrEnum):
    """Where a request stands. The money itself is paid elsewhere."""

    BEGUN = "begun"
    SENT = "sent"
    MORE = "more"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Evidence(StrEnum):
    """What is asked to be seen."""

    DIPLOMA = "diploma"
    REGISTRATION = "registration"
    FEES = "fees"
    CERTIFICATE = "certificate"


MOST_PAPERS = 4
ASKS: dict[Kind, tuple[Evidence, ...]] = {
    Kind.DEGREE: (Evidence.DIPLOMA, Evidence.REGISTRATION, Evidence.FEES),
    Kind.SKILL: (Evidence.CERTIFICATE,),
}
EDITED = frozenset({State.BEGUN, State.MORE})
"""Its person may add and take out evidence, and send it."""
OPEN = frozenset({State.BEGUN, State.SENT, State.MORE})
"""Nothing is decided."""
NEEDS_REASON = frozenset({State.MORE, State.REFUSED})
"""Answers that say why."""
_AFTER: dict[State, frozenset[State]] = {
    State.BEGUN: frozenset({State.SENT, State.WITHDRAWN}),
    State.SENT: frozenset({State.MORE, State.APPROVED, State.REFUSED, State.WITHDRAWN}),
    State.MORE: frozenset({State.SENT, State.REFUSED, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.PAID}),
}
ANSWERS = frozenset({State.MORE, State.APPROVED, State.REFUSED, State.PAID})
"""What the desk may say."""


def answers(state: State) -> list[State]:
    """What the desk may say of a request that stands so, in the order of `State`."""
    return [one for one in State if one in _AFTER.get(state, frozenset()) & ANSWERS]


def may_follow(was: State, becomes: State) -> bool:
    """Whether a request that stands so may become that."""
    return becomes in _AFTER.get(was, frozenset())
