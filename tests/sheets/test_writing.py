"""Writing lists: no cell is ever a formula, and what was taken away comes back as it was."""

import zipfile
from io import BytesIO

import pytest

from tests.web.bad_texts import NAMES
from yiqi.sheets.reading import read
from yiqi.sheets.writing import attachment, separated, xlsx
from yiqi.web.texts import Unwritable, plain

PAYLOADS = [
    "=1+1", "+8613800138000", "-2+3", "@SUM(A1)", "=cmd|'/C calc'!A0", "=HYPERLINK(\"http://evil.example\",\"x\")",
    "＝1+1", "＋1", "－1", "＠SUM", "'=1+1", "''=1+1", "'quoted'", "O'Neil", "'; DROP TABLE booking;--", "-", "+", "=", "@",
    "http://evil.example", "mailto:a@b.example", "internal:A1", "_x0041_", "a,b;c", 'say "x"', "0012", "1.38E+10", "TRUE",
    "#N/A", "2024-01-05", "{=1+1}", "|calc", "%0A=1", "<b>x</b>", "&amp;", "𠮷野",
]  # fmt: skip


def storable() -> list[str]:
    """Every text of the lists that may be stored at all, as it is stored."""
    kept = []
    for text in [*PAYLOADS, *map(str, NAMES)]:
        try:
            stored = plain(text)
        except Unwritable:
            continue
        if stored and len(stored) <= 500:
            kept.append(stored)
    return kept


@pytest.mark.parametrize(
    "write", [lambda head, rows: xlsx("名单", head, rows), separated], ids=["xlsx", "csv"]
)
def test_every_text_comes_back_unchanged(write: object) -> None:
    listed = [[text, "13800138000", text] for text in storable()]

    (sheet,) = read(write(["姓名", "手机", "=备注"], listed))  # type: ignore[operator]

    assert [list(row.cells) for row in sheet] == [["姓名", "手机", "=备注"], *listed]
    assert len(listed) >= 50


def test_a_workbook_holds_no_formula_no_link_and_no_number() -> None:
    made = xlsx("名单", ["姓名"], [[text] for text in PAYLOADS])

    with zipfile.ZipFile(BytesIO(made)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert sheet.count('t="s"') == len(PAYLOADS) + 1
        assert not any("externalLink" in name or "rels/sheet" in name for name in parts.namelist())


def test_no_value_begins_with_what_a_spreadsheet_runs() -> None:
    lines = separated(["=姓名"], [[text] for text in PAYLOADS]).decode("utf-8-sig").split("\r\n")

    assert not [line for line in lines if line.lstrip('"')[:1] in tuple("=+-@\t\r＝＋－＠") and line]
    assert lines[0] == "'=姓名"


def test_a_file_has_a_name_in_any_script_and_no_way_to_end_the_header() -> None:
    assert attachment("名单 11月28日.xlsx", "list.xlsx") == (
        "attachment; filename=\"list.xlsx\"; filename*=UTF-8''%E5%90%8D%E5%8D%95%2011%E6%9C%8828%E6%97%A5.xlsx"
    )
    assert attachment('a"b\r\nSet-Cookie: x=1/../c', "list.csv").count("\r") == 0


@pytest.mark.parametrize("title", ["", "[x]:*?/\\", "'", "很" * 60, "𠮷" * 40])
def test_any_title_makes_a_sheet_that_opens(title: str) -> None:
    assert read(xlsx(title, ["a"], [["1"]]))[0][1].cells == ("1",)
