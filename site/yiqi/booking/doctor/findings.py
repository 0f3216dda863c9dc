"""What a check says: which row is not as it must be, and why. Never a name, a phone or a ticket's code."""

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct


class Finding(Struct, frozen=True):
    """One row that breaks an invariant: its table, its id, and a sentence of numbers."""

    table: str
    row: int
    says: str


Check = Callable[[datetime], Iterator[Finding]]
"""Looks at everything as of an instant. The session is left without changes."""
