"""Files that the site made, opened with a reader of their kind: the texts in them, and whatever in them does something."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import Any

from icalendar import Calendar
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject
from python_calamine import CalamineWorkbook

CALENDAR = {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
LETTER = {"subject", "from", "to", "message-id", "auto-submitted"}
LETTER |= {"mime-version", "content-type", "content-transfer-encoding"}
ACTS = {"/JS", "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/AA", "/Annots", "/EmbeddedFiles", "/GoToR"}
RUN = tuple("=+-@\t\r＝＋－＠")


class Opened:
    """What stands in a file, and what in it is more than text."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.acts: list[str] = []


def opened(mimetype: str, content: bytes) -> Opened:
    """A file of the site by its type. Raises what its reader raises for one that is broken, and `KeyError` for a type that
    nobody looks into."""
    found = Opened()
    READERS[mimetype](found, content)
    return found


def _workbook(found: Opened, content: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for sheet in book.sheet_names:
        found.texts += [str(cell) for row in book.get_sheet_by_name(sheet).to_python() for cell in row]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            part = parts.read(name)
            if name.startswith("xl/worksheets/") and (b"<f>" in part or b"<f " in part):
                found.acts.append(f"a formula in {name}")
            if b"hyperlink" in part or b'TargetMode="External"' in part:
                found.acts.append(f"a link in {name}")
            if "externalLink" in name or "vbaProject" in name:
                found.acts.append(name)


def _separated(found: Opened, content: bytes) -> None:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True):
        found.texts += row
        found.acts += [f"a cell that a spreadsheet runs: {cell}" for cell in row if cell.startswith(RUN)]


def _calendar(found: Opened, content: bytes) -> None:
    for part in Calendar.from_ical(content).walk():
        found.texts += [str(value) for value in part.values()]
        found.acts += [part.name] if part.name not in CALENDAR else []
        found.acts += [name for name in part if name in ("ATTACH", "ATTENDEE", "ORGANIZER", "X-ALT-DESC")]


def _paper(found: Opened, content: bytes) -> None:
    reader = PdfReader(io.BytesIO(content), strict=True)
    found.texts += [page.extract_text() for page in reader.pages]
    found.texts.append(str(str(reader.metadata.title) if reader.metadata else ""))
    found.acts += [name for name in _names(reader.trailer["/Root"], set()) if name in ACTS]


def _names(thing: Any, seen: set[int]) -> Iterator[str]:
    """The names of everything below an object of a PDF."""
    if isinstance(thing, IndirectObject):
        if thing.idnum in seen:
            return
        seen.add(thing.idnum)
        thing = thing.get_object()
    if isinstance(thing, DictionaryObject):
        for name in thing:
            yield str(name)
            yield from _names(thing.raw_get(name), seen)
    elif isinstance(thing, ArrayObject):
        for below in list.__iter__(thing):  # as it stands there: its own way through it goes where it leads
            yield from _names(below, seen)
    elif isinstance(thing, NameObject):
        yield str(thing)


def _document(found: Opened, content: bytes) -> None:
    found.texts.append(json.dumps(json.loads(content), ensure_ascii=False))


def _letter(found: Opened, content: bytes) -> None:
    mail = message_from_bytes(content, policy=policy.default)
    found.acts += [name for name in mail if name.lower() not in LETTER]
    found.acts += [name for name in set(mail) if len(mail.get_all(name, [])) > 1]
    found.acts += [part.get_content_type() for part in mail.walk() if part.get_content_type() != "text/plain"]
    found.texts += [str(mail["Subject"]), str(mail.get_content())]


def _packed(found: Opened, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.startswith("papers/"):  # what they handed in, as it was
                continue
            READERS[INSIDE[name.rpartition(".")[2]]](found, parts.read(name))


def _plain(found: Opened, content: bytes) -> None:
    found.texts.append(content.decode())


INSIDE = {"json": "application/json", "xlsx": "xlsx"}
READERS: dict[str, Callable[[Opened, bytes], None]] = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _workbook,
    "xlsx": _workbook,
    "text/csv": _separated,
    "text/calendar": _calendar,
    "application/pdf": _paper,
    "application/json": _document,
    "application/zip": _packed,
    "message/rfc822": _letter,
    "text/plain": _plain,
}
