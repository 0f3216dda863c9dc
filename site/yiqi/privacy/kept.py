"""The words of the inventory of data: how one table is described. What is described is in `inventory/`."""

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Then(StrEnum):
    """What deleting an account does with the rows of its person."""

    KEEP = "keep"
    """They stay, and lead to a record without a name and a number."""
    CLEAR = "clear"
    """They stay, and their personal columns are emptied."""
    DELETE = "delete"


class Kept(Struct, frozen=True):
    """One table. The columns stand in three lists of names: `personal` says something of a person, `pseudonymous` leads to
    one or to a secret of theirs, `plain` does neither.

    `whose` is the column that names the person the rows are about, or `column.table` where another table of the inventory
    says so. `unsaid` columns are never handed out, `withheld` rows neither: they are the judgement of others, before it
    is told.
    """

    table: str
    why: str
    long: str
    title: Any = ""
    whose: str = ""
    then: Then = Then.KEEP
    personal: str = ""
    pseudonymous: str = ""
    plain: str = ""
    unsaid: str = ""
    withheld: bool = False

    @property
    def columns(self) -> list[str]:
        """All of them; each stands in one list."""
        return [*self.personal.split(), *self.pseudonymous.split(), *self.plain.split()]
