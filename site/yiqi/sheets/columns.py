"""Which column of an uploaded list holds what: its header is looked for among the names people give it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from yiqi.sheets.reading import MOST_ROWS, Row, Sheet
from yiqi.web.texts import folded

HEADER_WITHIN = 15
"""Rows among which the header is looked for: titles and remarks often stand above it."""
_ASIDE = re.compile(r"[(\[【].*?[)\]】]|[\s*:：_/.·-]+")
_PHONE_AS_NUMBER = re.compile(r"(\d{11,13})\.0+")
_ROUNDED = re.compile(r"(\d(?:\.\d+)?)[eE]\+?(\d{1,2})")
_SERIAL = re.compile(r"[1-9][0-9]{3,4}(?:\.[0-9]+)?")
_FIRST_SERIAL = date(1899, 12, 30)
DIGITS = 11
"""Of a mainland number: an exponent with fewer significant ones has lost some."""


class NoSuchColumn(Exception):
    """No sheet has a header with the columns that must be there; `missing` names them by field."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(*missing)
        self.missing = tuple(missing)


class TwiceTheSame(Exception):
    """Two columns say that they hold the same; `field`, and both headers as they are written."""

    def __init__(self, field: str, headers: Sequence[str]) -> None:
        super().__init__(field)
        self.field, self.headers = field, tuple(headers)


class TooManyLines(Exception):
    """There are more lines under the header than are read."""


class RoundedNumber(ValueError):
    """A phone number whose last digits a spreadsheet threw away: 1.38E+10."""


class Line(Struct, frozen=True):
    """A line under the header: its row in the file, and its cells by field, None for what is never stored."""

    number: int
    cells: Mapping[str, str | None]


def lines(sheets: Sequence[Sheet], names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> list[Line]:
    """The lines of the first sheet in whose head the `needed` fields are found. `names` are the aliases of each field.

    Columns that no alias names are passed over. Raises `NoSuchColumn`, `TwiceTheSame`, `TooManyLines`.
    """
    by_alias = {_key(alias): field for field, aliases in names.items() for alias in aliases}
    best: tuple[str, ...] = tuple(needed)
    for sheet in sheets:
        for place, row in enumerate(sheet[:HEADER_WITHIN]):
            found = list(_fields(row, by_alias))
            missing = tuple(field for field in needed if field not in {field for _column, field in found})
            if not missing:
                _check_once(row, found)
                below = [one for one in sheet[place + 1 :] if not _repeats(one, row, found)]
                if len(below) > MOST_ROWS:
                    raise TooManyLines
                return [Line(one.number, _cells(one, found)) for one in below]
            if len(missing) < len(best):
                best = missing
    raise NoSuchColumn(best)


def _key(header: str) -> str:
    """A header for comparing: widths and cases folded, remarks in brackets, blanks and stars gone."""
    return _ASIDE.sub("", folded(header)) or folded(header)


def _fields(row: Row, by_alias: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(row.cells):
        if cell and (field := by_alias.get(_key(cell))):
            yield column, field


def _check_once(row: Row, found: Sequence[tuple[int, str]]) -> None:
    fields = [field for _column, field in found]
    for field in fields:
        if fields.count(field) > 1:
            raise TwiceTheSame(field, [row.cells[column] or "" for column, other in found if other == field])


def _repeats(row: Row, header: Row, found: Sequence[tuple[int, str]]) -> bool:
    """Whether a line says nothing in the columns that are read, or is the header again, as lists that were put together have."""
    told = [(_at(row, column), header.cells[column]) for column, _field in found]
    return all(cell == "" for cell, _head in told) or all(cell == head for cell, head in told)


def _cells(row: Row, found: Sequence[tuple[int, str]]) -> dict[str, str | None]:
    return {field: _at(row, column) for column, field in found}


def _at(row: Row, column: int) -> str | None:
    return row.cells[column] if column < len(row.cells) else ""


def number(cell: str) -> str:
    """A phone number as a spreadsheet may have left it, as it was typed: 13800138000.0 and 1.3800138000E+10 lose their
    dress. Raises `RoundedNumber` for 1.38E+10, of which digits are gone."""
    text = unicodedata.normalize("NFKC", cell).strip().lstrip("'")
    if as_number := _PHONE_AS_NUMBER.fullmatch(text):
        return as_number[1]
    if rounded := _ROUNDED.fullmatch(text.replace(" ", "")):
        digits, power = rounded[1].replace(".", ""), int(rounded[2])
        if len(digits) < DIGITS or power != len(digits) - 1:
            raise RoundedNumber(cell)
        return digits
    return text


def day(cell: str) -> str:
    """A date as it is typed: a spreadsheet's own count of days (45296) becomes 2024-01-05, a time of day is left out."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if _SERIAL.fullmatch(text) and (days := int(float(text))) > 10_000:
        return (_FIRST_SERIAL + timedelta(days=days)).isoformat()
    return text.partition(" ")[0] if ":" in text else text
