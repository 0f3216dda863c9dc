"""Why the troupe's verbs say no: one closed list."""

from enum import StrEnum


class Why(StrEnum):
    """What stands against it."""

    NOT_THERE = "not_there"
    OWN = "own"
    SENT = "sent"
    FINISHED = "finished"
    MARKS = "marks"
    UNDECIDED = "undecided"
    NOBODY = "nobody"
    STARTED = "started"
    TAKEN = "taken"
    NOT_MEMBER = "not_member"
    BOTH_CASTS = "both_casts"
    LINKED = "linked"
    IN_USE = "in_use"


class Refused(Exception):
    """A verb of the troupe says no."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why
