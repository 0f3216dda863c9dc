"""The program that opens one uploaded file in a process of its own, with little memory and time, and prints it as JSON.

`reading` runs it and hands it the file. It imports nothing of Yiqi: what reads a hostile file can reach nothing.
"""

import csv
import io
import json
import re
import resource
import stat
import sys
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

READER = "python_calamine"
"""The native reader: for this process, not for the site, which takes names from here."""
MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 5_000, 60, 500
ROOM_FOR_HEADINGS = 20
"""Rows beyond `MOST_ROWS` that titles, headers and blank rows may take."""
MOST_SHEETS, MOST_ENTRIES = 20, 100
MOST_UNZIPPED, MOST_RATIO, SMALL = 20 * 1024 * 1024, 100, 1024 * 1024
MOST_TEXT = 4_000_000
"""Characters in all cells together: one long text may stand in many cells."""
MEMORY, CPU_SECONDS = 150 * 1024 * 1024, 8
WHOLE = 10**15
"""Beyond it a float no longer tells whole numbers apart."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TEXT = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"{\\rtf", b"\x7fELF", b"MZ\x90")
_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?[^/]+\.(?:xml|rels)|xl/worksheets/[^/]+\.xml", re.I
)
_DANGEROUS = "=+\\-@\t\r＝＋－＠"
_DEFUSED = re.compile(rf"'(?='*[{_DANGEROUS}])")
_HTML = re.compile(r"\s*<(?:!doctype|html|\?xml|table|meta)\b", re.I)

Rows = list[list[str]]


class Why(StrEnum):
    """Why a file cannot be read: the closed list."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    LONG_CELL = "long_cell"
    NOT_A_LIST = "not_a_list"
    BROKEN = "broken"
    PASSWORD = "password"  # noqa: S105
    MACROS = "macros"
    ENCODING = "encoding"
    QUOTES = "quotes"
    BUSY = "busy"


class Unreadable(Exception):
    """The file is not read. `row` and `column` count from 1, where one is to blame; else 0."""

    def __init__(self, why: Why, row: int = 0, column: int = 0) -> None:
        super().__init__(why.value)
        self.why, self.row, self.column = why, row, column


def opened(data: bytes) -> list[Rows]:
    """The visible sheets of a file, each as rows of texts; row 1 of the file comes first. Raises `Unreadable`."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Why.TOO_BIG)
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable(Why.EMPTY)
    if data.startswith(_ZIP):
        return _workbook(_needed_only(data))
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable(Why.PASSWORD)
        return _workbook(data)
    if data.startswith(_NO_TEXT):
        raise Unreadable(Why.NOT_A_LIST)
    return [_separated(_decoded(data))]


def _needed_only(data: bytes) -> bytes:
    """The parts of a workbook that hold cells, in an archive of our own: the reader sees no other entry, no lie
    about sizes, no document type. Raises `Unreadable`."""
    kept = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(kept, "w") as ours:
            entries = packed.infolist()
            _check_entries(entries, len(data))
            kinds = b"".join(
                packed.read(one) for one in entries if one.filename.lower() == "[content_types].xml"
            )
            if b"macroEnabled" in kinds or any(
                one.filename.lower().endswith("vbaproject.bin") for one in entries
            ):
                raise Unreadable(Why.MACROS)
            if b"spreadsheetml" not in kinds:
                raise Unreadable(Why.NOT_A_LIST)
            for one in entries:
                if _NEEDED.fullmatch(one.filename):
                    content = packed.read(one)
                    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                        raise Unreadable(Why.BROKEN)
                    ours.writestr(zipfile.ZipInfo(one.filename), content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Unreadable(Why.BROKEN) from None
    return kept.getvalue()


def _check_entries(entries: Sequence[zipfile.ZipInfo], size: int) -> None:
    unzipped = sum(one.file_size for one in entries)
    if len(entries) > MOST_ENTRIES or unzipped > min(MOST_UNZIPPED, max(SMALL, MOST_RATIO * size)):
        raise Unreadable(Why.TOO_BIG)
    names = {one.filename.lower() for one in entries}
    for one in entries:
        parts = one.filename.replace("\\", "/").split("/")
        linked = stat.S_ISLNK(one.external_attr >> 16)
        if ".." in parts or parts[0] == "" or ":" in parts[0] or linked or len(names) != len(entries):
            raise Unreadable(Why.BROKEN)
        if one.flag_bits & 0x1:
            raise Unreadable(Why.PASSWORD)


def _workbook(data: bytes) -> list[Rows]:
    reader = import_module(READER)
    try:
        with reader.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [
                place
                for place, sheet in enumerate(book.sheets_metadata)
                if sheet.visible is reader.SheetVisibleEnum.Visible
                and sheet.typ is reader.SheetTypeEnum.WorkSheet
            ]
            if len(shown) > MOST_SHEETS:
                raise Unreadable(Why.TOO_BIG)
            return [_sheet(book, place) for place in shown]
    except reader.PasswordError:
        raise Unreadable(Why.PASSWORD) from None
    except reader.CalamineError as error:
        raise Unreadable(Why.PASSWORD if "assword" in str(error) else Why.BROKEN) from None


def _sheet(book: "CalamineWorkbook", place: int) -> Rows:
    sheet = book.get_sheet_by_index(place)
    last_row, last_column = sheet.end or (-1, -1)
    _check_size(last_row + 1, last_column + 1)
    rows = [[_told(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or []:
        for row in rows[top + 1 : bottom + 1]:  # a cell merged over rows speaks for each of them
            if left < len(row) and not row[left]:
                row[left] = rows[top][left]
    return _checked(rows)


def _told(value: object) -> str:
    """A cell as text: whole numbers without a point, dates as they are written here."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < WHOLE:
            return str(int(value))
        case datetime():
            return str(value.date()) if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _decoded(data: bytes) -> str:
    """A text file in the encoding it tells of itself, or the first of ours that fits it without a gap."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ["utf-16"]
    elif data.count(0) > len(data) // 10:
        tried = ["utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"]
    else:
        tried = ["utf-8-sig", "gb18030"]
    for encoding in tried:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _HTML.match(text) or (encoding != "utf-8-sig" and "\0" in text):
            raise Unreadable(Why.NOT_A_LIST)
        return text
    raise Unreadable(Why.ENCODING)


def _separated(text: str) -> Rows:
    """The rows of a file of separated values: the separator that its first lines have most of."""
    csv.field_size_limit(MOST_BYTES)
    head = "\n".join(text.splitlines()[:10])
    separator = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: Rows = []
    try:
        for row in lines:
            rows.append([cell[1:] if _DEFUSED.match(cell) else cell for cell in row])
            if len(rows) > MOST_ROWS + ROOM_FOR_HEADINGS and any(rows[-1]):
                raise Unreadable(Why.TOO_MANY_ROWS)
    except csv.Error:
        raise Unreadable(Why.QUOTES, lines.line_num) from None
    _check_size(0, max((len(row) for row in rows if any(row)), default=0))
    return _checked(rows)


def _check_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS + ROOM_FOR_HEADINGS:
        raise Unreadable(Why.TOO_MANY_ROWS)
    if columns > MOST_COLUMNS:
        raise Unreadable(Why.TOO_MANY_COLUMNS)


def _checked(rows: Rows) -> Rows:
    total = 0
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            total += len(cell)
            if len(cell) > MOST_CHARACTERS:
                raise Unreadable(Why.LONG_CELL, number, column)
    if total > MOST_TEXT:
        raise Unreadable(Why.TOO_BIG)
    return rows


def _confine() -> None:
    """Give back every freedom that opening a file does not need; what is loaded already does not count."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(nothing, (0, 0))


def main() -> None:
    """Read the file from standard input, print its sheets, or why not."""
    import_module(READER)
    _confine()
    answer: dict[str, object]
    try:
        answer = {"sheets": opened(sys.stdin.buffer.read(MOST_BYTES + 1))}
    except Unreadable as no:
        answer = {"why": no.why, "row": no.row, "column": no.column}
    except MemoryError:
        answer = {"why": Why.TOO_BIG}
    except BaseException:  # a panic of the native reader is no Exception
        answer = {"why": Why.BROKEN}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
