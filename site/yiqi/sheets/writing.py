"""Writing lists as files: cells are texts, whatever they begin with, or numbers of our own."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from urllib.parse import quote

from msgspec import Struct

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDEST, NARROWEST = 40, 8
Cell = str | int
"""A text stays one, also of digits; a number is one that can be added up."""
_RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


class Sheet(Struct, frozen=True):
    """A list: its title, its columns, its rows."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet, every text typed as text: no formula, no link, no code that loses its zeros."""
    return workbook([Sheet(title, header, rows)])


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The same, of several sheets; each gets a name of its own. The library is two megabytes, which
    comes with the first workbook."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = import_module("xlsxwriter").Workbook(made, {**options, "strings_to_numbers": False})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    whole = book.add_format({"num_format": "0"})
    for one in sheets:
        sheet = book.add_worksheet(_sheet_name(one.title))
        widths = [len(name) for name in one.header]
        for column, name in enumerate(one.header):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(one.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell, whole)
                elif cell:
                    sheet.write_string(number, column, cell, text)
                    widths[column] = max(widths[column], len(cell))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, max(NARROWEST, min(WIDEST, width * 2)), text)
        sheet.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def separated(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Values separated by commas, in UTF-8 with the mark by which Excel knows it. Cells that a spreadsheet would run
    carry an apostrophe, which `reading` takes off again."""
    made = io.StringIO(newline="")
    lines = csv.writer(made, lineterminator="\r\n")
    for row in (header, *rows):
        lines.writerow([f"'{cell}" if isinstance(cell, str) and _RISKY.match(cell) else cell for cell in row])
    return made.getvalue().encode("utf-8-sig")


def attachment(name: str, plain: str) -> str:
    """The Content-Disposition of a file to keep (RFC 6266): its name in any script, and one in ASCII for old browsers."""
    clean = "".join(char for char in name if char.isprintable() and char not in '/\\:*?"<>|')[:100]
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _sheet_name(title: str) -> str:
    """What Excel lets a sheet be called."""
    return (
        re.sub(r"[\[\]:*?/\\']", " ", title)
        .strip()[:31]
        .encode("utf-16-le")[:62]
        .decode("utf-16-le", "ignore")
        or "1"
    )
