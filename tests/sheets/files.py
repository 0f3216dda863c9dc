"""Files as people upload them, good and bad, made here byte by byte: none of them is kept in the repository."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def book(fill: Callable[[Any], None]) -> bytes:
    """A workbook that xlsxwriter makes: `fill` is handed it empty."""
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    fill(workbook)
    workbook.close()
    return made.getvalue()


def table(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of one sheet with these cells, typed as Excel would type them."""

    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return book(fill)


def by_hand(
    rows: str, *, kind: str = MAIN, head: str = "", extra: Sequence[tuple[str, bytes]] = (), shared: str = ""
) -> bytes:
    """The smallest workbook that opens, with the XML of its rows as given."""
    parts = [
        (
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        ),
        (
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        ),
        (
            "xl/workbook.xml",
            f'<workbook xmlns="{NS}" xmlns:r="{REL}"><sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        ),
        ("xl/sharedStrings.xml", f'{head}<sst xmlns="{NS}">{shared}</sst>'),
        (
            "xl/worksheets/sheet1.xml",
            f'{head}<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>',
        ),
    ]
    return packed([*((name, text.encode()) for name, text in parts), *extra])


def packed(
    parts: Sequence[tuple[str, bytes]], *, change: Callable[[zipfile.ZipInfo], None] | None = None
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(entry)
            archive.writestr(entry, content)
    return made.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def line(number: int, *texts: str) -> str:
    cells = "".join(cell(f"{chr(65 + column)}{number}", text) for column, text in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


HEAD = line(1, "姓名", "手机")
ONE = HEAD + line(2, "王小明", "13800138000")


def _symlink(entry: zipfile.ZipInfo) -> None:
    if entry.filename.startswith("xl/link"):
        entry.external_attr = 0o120777 << 16


def lying_about_its_size(data: bytes) -> bytes:
    """The same archive, whose directory says that every entry holds ten bytes."""
    changed = bytearray(data)
    place = changed.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 24 : place + 28] = struct.pack("<I", 10)
        place = changed.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def spoilt(data: bytes) -> bytes:
    """The same archive with another checksum for each entry."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 16), (b"PK\x03\x04", 14)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] ^= 0xFF
            place = changed.find(mark, place + 4)
    return bytes(changed)


def two_directories(shown: bytes, hidden: bytes) -> bytes:
    """Two archives in one file: who reads from its end meets the second, who reads from its beginning the first."""
    return shown + hidden


def flagged_as_encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


def ole(*names: str) -> bytes:
    """What an old Office file, or one behind a password, begins with: the names of its streams in a container."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + b"".join(name.encode("utf-16-le") for name in names)
        + bytes(2048)
    )


def biff(cells: Sequence[tuple[int, int, str]]) -> bytes:
    """An .xls of 1993 (BIFF5 without a container is not read today, so a compound file with one stream)."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = b"\x06\x00Sheet1"
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for row, column, text in cells:
        body = (
            struct.pack("<HHH", row, column, 0) + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
        )
        sheet += record(0x0204, body)
    sheet += record(0x000A, b"")
    head = record(0x0809, bof)
    start = len(head) + len(record(0x0085, struct.pack("<IBB", 0, 0, 0) + name)) + len(record(0x000A, b""))
    stream = head + record(0x0085, struct.pack("<IBB", start, 0, 0) + name) + record(0x000A, b"") + sheet
    return compound("Workbook", stream)


def compound(name: str, stream: bytes) -> bytes:
    """An OLE2 container with one stream of at least 4096 bytes."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    fat = [fat_mark, end, *range(3, 2 + sectors), end]
    fat += [free] * (128 - len(fat))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack(
        "<109I", 0, *[free] * 108
    )

    def entry(label: str, kind: int, child: int, start: int, size: int) -> bytes:
        coded = (label + "\0").encode("utf-16-le")
        body = (
            coded.ljust(64, b"\0")
            + struct.pack("<HBB", len(coded), kind, 1)
            + struct.pack("<III", free, free, child)
        )
        return (body + bytes(36) + struct.pack("<IQ", start, size)).ljust(128, b"\0")

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream))
    return header + struct.pack("<128I", *fat) + directory.ljust(512, b"\0") + stream


def bombs() -> dict[str, tuple[bytes, str]]:
    """Files that must not be read, by what they are, each with the reason that is given."""
    jpg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20
    docx = packed(
        [("[Content_Types].xml", b'<Types><Override ContentType="wordprocessingml.document"/></Types>')]
    )
    many = "".join(line(number, f"名{number}", "1") for number in range(1, 6_002))
    shared = f"<si><t>{'长' * 400}</t></si>"
    wide = "".join(
        f'<c r="{chr(65 + n // 26 - 1) if n > 25 else ""}{chr(65 + n % 26)}1"><v>1</v></c>' for n in range(61)
    )
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return {
        "nothing": (b"", "empty"),
        "blanks": (b" \r\n\t\n", "empty"),
        "too many bytes": (b"a,b\n" * 600_000, "too_big"),
        "a photo called xlsx": (jpg, "not_a_list"),
        "a letter called xlsx": (docx, "not_a_list"),
        "an old letter called xls": (ole("WordDocument"), "broken"),
        "a web page called xls": (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_list"),
        "a page in PDF": (b"%PDF-1.7\n1 0 obj", "not_a_list"),
        "behind a password": (ole("EncryptionInfo", "EncryptedPackage"), "password"),
        "zipped behind a password": (flagged_as_encrypted(by_hand(ONE)), "password"),
        "with macros": (by_hand(ONE, kind=MACROS), "macros"),
        "with macros that are not told of": (by_hand(ONE, extra=[("xl/vbaProject.bin", b"x")]), "macros"),
        "a cell far away": (by_hand(HEAD + FAR), "too_big"),
        "a cell far away in an old file": (biff([(0, 0, "手机"), (65535, 255, "x")]), "too_big"),
        "400,000 rows": (by_hand("".join(line(n, "a") for n in range(1, 400_001))), "too_big"),
        "6,001 rows": (by_hand(many), "too_many_rows"),
        "100,000 lines": (b"a,1\n" * 100_000, "too_many_rows"),
        "16,384 columns": (by_hand('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "too_many_columns"),
        "6,001 lines": (b"a,b\n" * 6_001, "too_many_rows"),
        "61 columns": (by_hand(f'<row r="1">{wide}</row>'), "too_many_columns"),
        "61 values": (b",".join([b"a"] * 61), "too_many_columns"),
        "200 MB in one cell": (by_hand(HEAD + line(2, "a" * 200_000_000)), "too_big"),
        "100,000 characters in a cell": (b"a,b\n1," + b"x" * 100_000, "long_cell"),
        "501 characters in a cell": (table([["a"], ["x" * 501]]), "long_cell"),
        "one long text in every cell": (
            by_hand(
                "".join(
                    f'<row r="{r}">'
                    + "".join(f'<c r="{chr(65 + c)}{r}" t="s"><v>0</v></c>' for c in range(26))
                    + "</row>"
                    for r in range(1, 5_001)
                ),
                shared=shared,
            ),
            "too_big",
        ),
        "entities in entities": (by_hand(ONE, head=entities), "broken"),
        "a way out of its folder": (by_hand(ONE, extra=[("../../etc/passwd", b"x")]), "broken"),
        "a way from the root": (by_hand(ONE, extra=[("/etc/passwd", b"x")]), "broken"),
        "a way on a drive": (by_hand(ONE, extra=[("C:\\x", b"x")]), "broken"),
        "a link": (
            packed(
                [("[Content_Types].xml", MAIN.encode()), ("xl/link.xml", b"/etc/passwd")], change=_symlink
            ),
            "broken",
        ),
        "10,000 entries": (by_hand(ONE, extra=[(f"xl/media/{n}", b"") for n in range(10_000)]), "too_big"),
        "one name twice in two cases": (by_hand(ONE, extra=[("XL/workbook.xml", b"x")]), "broken"),
        "two directories": (two_directories(by_hand(ONE), by_hand(HEAD + FAR)), "too_big"),
        "cut off": (by_hand(ONE)[:-60], "broken"),
        "wrong checksums": (spoilt(by_hand(ONE)), "broken"),
        "sizes that are lies": (lying_about_its_size(by_hand(HEAD + line(2, "a" * 100_000))), "broken"),
        "no workbook inside": (packed([("[Content_Types].xml", MAIN.encode())]), "broken"),
        "a quote that is not closed": ('姓名,手机\n"王小明,13800138000\n'.encode(), "quotes"),
        "something after a quote": (b'a,b\n"x"y,1\n', "quotes"),
        "no encoding of ours": (b"a,b\n\xff\xff\x81\x20,1\n", "encoding"),
    }
