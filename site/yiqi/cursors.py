"""What a statement's answer is read from on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, overload

import psycopg


class BriefCursor(psycopg.Cursor[Any]):
    """psycopg's, which makes its description of a column when somebody looks at it. SQLAlchemy knows a statement's columns
    after the first time and then only asks whether there are any: a twentieth of a page went into describing them."""

    @property
    def description(self) -> Any:
        """As the DB-API has it: a sequence of columns, or None where nothing is selected."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(self, result.nfields)


class _Columns(Sequence[psycopg.Column]):
    def __init__(self, cursor: BriefCursor, many: int) -> None:
        self._cursor, self._numbers = cursor, range(many)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, which: int) -> psycopg.Column: ...

    @overload
    def __getitem__(self, which: slice) -> list[psycopg.Column]: ...

    def __getitem__(self, which: int | slice) -> psycopg.Column | list[psycopg.Column]:
        if isinstance(which, slice):
            return [psycopg.Column(self._cursor, number) for number in self._numbers[which]]
        return psycopg.Column(self._cursor, self._numbers[which])
