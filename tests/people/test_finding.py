"""Names are found by what is typed of them."""

import pytest

from yiqi.people.finding import is_whole, letters, marked


@pytest.mark.parametrize(
    ("typed", "pinyin", "heads"),
    [
        ("wf", "wang fang", (1, 1)),
        ("wf", "wang fu lai", (1, 1, 0)),
        ("wfl", "wang fu lai", (1, 1, 1)),
        ("wangf", "wang fang", (4, 1)),
        ("wangfang", "wang fang", (4, 4)),
        ("fang", "wang fang", (0, 4)),
        ("fu", "wang fu lai", (0, 2, 0)),
        ("xian", "xi an", (2, 2)),
        ("xia", "xi an", (2, 1)),
        ("wan", "wang an", (3, 0)),
        ("gan", "wang an", None),
        ("ang", "wang fang", None),
        ("wfx", "wang fang", None),
        ("w", "", None),
    ],
)
def test_letters_find_a_name_syllable_by_syllable(
    typed: str, pinyin: str, heads: tuple[int, ...] | None
) -> None:
    assert marked(pinyin, typed) == heads


@pytest.mark.parametrize(
    ("typed", "read"),
    [("Wang Fang", "wangfang"), ("xi'an", "xian"), ("ＷＦ", "wf"), ("王芳", ""), ("w王", ""), ("%", "")],
)
def test_what_is_typed_is_read_as_letters(typed: str, read: str) -> None:
    assert letters(typed) == read


def test_a_whole_name_is_all_of_it() -> None:
    assert [is_whole("wang xiao ming", one) for one in ("wangxiaoming", "wxm", "wang", "wx", "xm")] == [
        True,
        True,
        False,
        False,
        False,
    ]
