"""Requests for lectures that travel: where one may stand."""

from enum import StrEnum

MOST_WISHES = 3
FEWEST_PEOPLE, MOST_PEOPLE = 5, 500


class State(StrEnum):
    """Where a request stands. Only one that is asked can be answered or taken back."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
