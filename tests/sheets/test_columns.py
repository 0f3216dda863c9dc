"""Finding what a list holds by the names people give its columns, and reading numbers and dates as spreadsheets leave them."""

import pytest

from tests.sheets.files import table
from yiqi.sheets.columns import NoSuchColumn, RoundedNumber, TooManyLines, TwiceTheSame, day, lines, number
from yiqi.sheets.reading import Row, read

NAMES = {"phone": ("手机", "手机号", "电话", "联系电话", "phone"), "name": ("姓名", "name")}


def found(text: str) -> list[dict[str, str | None]]:
    return [dict(line.cells) for line in lines(read(text.encode()), NAMES, ["phone"])]


@pytest.mark.parametrize(
    "header",
    [
        "手机", "手机号", "电话", "联系电话", "Phone", "PHONE ", " 手机 ", "\ufeff手机", "手\u00a0机", "手机（必填）",
        "*手机号", "手机号*", "联系 电话", "联系电话：", "手机号\u200b", "Ｐｈｏｎｅ",
    ],
)  # fmt: skip
def test_a_column_is_found_by_every_name_it_goes_by(header: str) -> None:
    assert found(f"姓名,{header}\n王小明,13800138000\n") == [{"name": "王小明", "phone": "13800138000"}]


def test_a_title_and_remarks_may_stand_above_the_header_and_columns_nobody_named_are_passed_over() -> None:
    listed = lines(
        read("京东方工会名册,,\n,,\n序号,姓名,手机\n1,王小明,13800138000\n".encode()), NAMES, ["phone"]
    )

    assert [(one.number, dict(one.cells)) for one in listed] == [
        (4, {"name": "王小明", "phone": "13800138000"})
    ]


def test_lists_put_together_keep_their_headers_and_blank_lines_out() -> None:
    assert found("姓名,手机\n甲,1\n姓名,手机\n,\n乙,2\n") == [
        {"name": "甲", "phone": "1"},
        {"name": "乙", "phone": "2"},
    ]


def test_a_list_without_a_column_that_must_be_there_says_which() -> None:
    with pytest.raises(NoSuchColumn) as lost:
        lines(read("姓名,备注\n甲,1\n".encode()), NAMES, ["phone", "name"])
    assert lost.value.missing == ("phone",)


def test_two_columns_of_one_kind_are_not_guessed_between() -> None:
    with pytest.raises(TwiceTheSame) as twice:
        found("姓名,手机,联系电话\n甲,1,2\n")
    assert (twice.value.field, twice.value.headers) == ("phone", ("手机", "联系电话"))


def test_the_first_sheet_with_the_header_is_the_list() -> None:
    note, roll = (Row(1, ("说明",)),), (Row(1, ("手机",)), Row(2, ("1",)))
    assert [dict(line.cells) for line in lines([note, roll], NAMES, ["phone"])] == [{"phone": "1"}]


def test_short_lines_have_empty_cells() -> None:
    assert found("手机,姓名\n1\n") == [{"phone": "1", "name": ""}]


def test_5001_lines_are_too_many() -> None:
    with pytest.raises(TooManyLines):
        lines(read(table([["手机"], *([n] for n in range(1, 5_002))])), NAMES, ["phone"])


@pytest.mark.parametrize(
    ("cell", "typed"),
    [
        ("13800138000", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("13800138000.00", "13800138000"),
        ("1.3800138000E+10", "13800138000"),
        ("1.3800138001e10", "13800138001"),
        ("１３８００１３８０００", "13800138000"),
        ("'13800138000", "13800138000"),
        ("138 0013 8000", "138 0013 8000"),
        ("12.5", "12.5"),
    ],
)
def test_a_number_is_read_as_it_was_typed(cell: str, typed: str) -> None:
    assert number(cell) == typed


@pytest.mark.parametrize("cell", ["1.38E+10", "1.38e10", "1.3800138E+10", "1E+10", "１.38Ｅ+10"])
def test_a_number_whose_digits_are_gone_is_not_made_up(cell: str) -> None:
    with pytest.raises(RoundedNumber):
        number(cell)


@pytest.mark.parametrize(
    ("cell", "typed"),
    [
        ("45296", "2024-01-05"),
        ("45296.75", "2024-01-05"),
        ("2024-01-05", "2024-01-05"),
        ("2024/1/5", "2024/1/5"),
        ("2024-01-05 00:00:00", "2024-01-05"),
        ("20240105", "20240105"),
        ("2024", "2024"),
        ("", ""),
    ],
)
def test_a_date_is_read_as_it_was_meant(cell: str, typed: str) -> None:
    assert day(cell) == typed
