"""Reading what people upload: every way a list is written, and every file that must not be opened."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sheets.files import biff, bombs, book, by_hand, cell, table
from yiqi.sheets import opening, reading
from yiqi.sheets.reading import Unreadable, Why, read

BOMBS = bombs()
WRITTEN = "姓名,手机\n王小明,13800138000\n欧阳娜娜,13900139000\n"
LIST = [("姓名", "手机"), ("王小明", "13800138000"), ("欧阳娜娜", "13900139000")]


def texts(data: bytes, sheet: int = 0) -> list[tuple[str | None, ...]]:
    return [row.cells for row in read(data)[sheet]]


@pytest.mark.parametrize("what", BOMBS)
def test_a_file_that_must_not_be_read_is_refused_with_its_reason(what: str) -> None:
    data, why = BOMBS[what]

    with pytest.raises(Unreadable) as refused:
        read(data)

    assert refused.value.why == Why(why)


def test_a_refusal_names_the_row_and_the_column() -> None:
    with pytest.raises(Unreadable) as long:
        read(table([["姓名", "备注"], ["王小明", "长" * 501]]))
    with pytest.raises(Unreadable) as quoted:
        read(b'a,b\n1,2\n"3,4\n')

    assert (long.value.row, long.value.column) == (2, 2)
    assert quoted.value.row == 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separated_values_are_read_in_every_encoding_and_with_every_separator(
    encoding: str, separator: str
) -> None:
    assert texts(WRITTEN.replace(",", separator).encode(encoding)) == LIST


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_lines_end_as_on_any_system(ending: str) -> None:
    assert texts(WRITTEN.replace("\n", ending).encode()) == LIST


def test_a_rare_name_is_read_in_the_encoding_that_has_it() -> None:
    assert texts("姓名,手机\n𠮷野㛃,1\n".encode("gb18030"))[1] == ("𠮷野㛃", "1")


def test_a_gbk_roll_of_five_hundred_is_read_whole() -> None:
    roll = "工号,姓名,手机号\r\n" + "".join(f"A{n:04d},张三{n},138{n:08d}\r\n" for n in range(500))

    rows = texts(roll.encode("gbk"))

    assert len(rows) == 501
    assert rows[500] == ("A0499", "张三499", "13800000499")


def test_line_breaks_blanks_and_full_width_text_in_a_cell_are_folded_and_controls_are_not_taken() -> None:
    data = (
        '姓名,手机\n"王\r\n小明",13800138000\n"张\x00三",1\n"\u202e名反",2\n" 李\u00a0四\u200b ",3\n'.encode()
    )

    assert [row[0] for row in texts(data)] == ["姓名", "王 小明", None, None, "李 四"]


def test_a_workbook_tells_numbers_dates_formulas_and_merged_cells_as_people_see_them() -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("名册")
        sheet.write_number("A1", 13800138000)
        sheet.write_number("B1", 1.38e10)
        sheet.write_number("C1", 0.5)
        sheet.write_formula("A2", '=CONCAT("王","小明")', None, "王小明")
        sheet.write_boolean("B2", True)
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime("C2", datetime(2024, 1, 5, tzinfo=UTC).replace(tzinfo=None), day)
        sheet.merge_range("A3:A4", "电工岗")
        sheet.write_string("B3", "甲")
        sheet.write_string("B4", "乙")
        sheet.write_blank("Z1048576", None, workbook.add_format({"bold": True}))
        workbook.add_worksheet("藏").hide()

    sheets = read(book(fill))

    assert [[row.cells for row in sheet] for sheet in sheets] == [
        [
            ("13800138000", "13800000000", "0.5"),
            ("王小明", "TRUE", "2024-01-05"),
            ("电工岗", "甲", ""),
            ("电工岗", "乙", ""),
        ]
    ]


def test_hidden_sheets_are_passed_over_and_blank_rows_keep_their_numbers() -> None:
    def fill(workbook: Any) -> None:
        workbook.add_worksheet("说明").write("A1", "请填下一页")
        secret = workbook.add_worksheet("藏")
        secret.write("A1", "x")
        secret.very_hidden()
        sheet = workbook.add_worksheet("名册")
        sheet.write("A3", "手机")

    sheets = read(book(fill))

    assert [[(row.number, row.cells) for row in sheet] for sheet in sheets] == [
        [(1, ("请填下一页",))],
        [(3, ("手机",))],
    ]


def test_links_to_other_files_and_commands_are_texts_or_nothing() -> None:
    rows = f'<row r="1">{cell("A1", "手机")}<c r="B1"><f>[1]x!A1</f><v>7</v></c><c r="C1" t="str"><f>cmd|"/C calc"!A0</f><v>x</v></c></row>'
    data = by_hand(rows, extra=[("xl/externalLinks/externalLink1.xml", b"<externalLink/>")])

    assert texts(data) == [("手机", "7", "x")]


def test_an_xls_of_old_is_read() -> None:
    assert texts(biff([(0, 0, "手机"), (1, 0, "13800138000")])) == [("手机",), ("13800138000",)]


def test_the_greatest_list_that_is_allowed_is_read_within_the_memory() -> None:
    rows = read(table([["姓名", "手机"], *([f"工友{n}", 13_800_000_000 + n] for n in range(5_000))]))

    assert len(rows[0]) == 5_001


ROOM = "import sys; sys.path.insert(0, {folder!r}); import opening; {confine}; print(len(bytearray(200 * 2**20)))"


@pytest.mark.parametrize(("confine", "fits"), [("opening._confine()", False), ("pass", True)])
def test_the_process_that_opens_a_file_has_no_200_megabytes_more(confine: str, fits: bool) -> None:
    """And without the limit it would have them: the control."""
    program = ROOM.format(folder=str(Path(opening.__file__).parent), confine=confine)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)

    assert (done.returncode == 0) == fits
    assert ("MemoryError" in done.stderr) != fits


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    with pytest.raises(Unreadable) as slow:
        read(WRITTEN.encode())
    assert slow.value.why is Why.TOO_SLOW


def test_files_wait_for_each_other_and_the_one_too_many_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WAIT_SECONDS", 0.01)
    with reading.AT_ONCE, reading.AT_ONCE, pytest.raises(Unreadable) as busy:
        read(WRITTEN.encode())
    assert busy.value.why is Why.BUSY

    assert len(read(WRITTEN.encode())[0]) == 3


def test_what_opens_files_imports_nothing_of_the_site() -> None:
    program = f"import runpy, sys; runpy.run_path({opening.__file__!r}); print([n for n in sys.modules if n.startswith('yiqi')])"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_small_bombs_are_small() -> None:
    assert len(BOMBS["a cell far away"][0]) < 2_000
    assert len(BOMBS["200 MB in one cell"][0]) < 256 * 1024
