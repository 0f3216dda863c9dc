"""How names are spelled for the search of a roster."""

import pytest

from yiqi.people.spelling import MOST, latin, pinyin


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("王小明", "wang xiao ming"),
        ("欧阳娜娜", "ou yang na na"),
        ("单雄", "shan xiong"),
        ("曾荣", "zeng rong"),
        ("重庆", "chong qing"),
        ("阿卜杜拉·买买提", "a bo du la mai mai ti"),
        ("John Smith", "john smith"),
        ("José李", "jose li"),
        ("𠮷野", "𠮷 ye"),
        ("", ""),
        ("👨‍👩‍👧", ""),
    ],
)
def test_a_name_is_spelled_as_it_is_typed_into_a_search(name: str, spelled: str) -> None:
    assert pinyin(name) == spelled


def test_the_longest_name_fits_its_column() -> None:
    assert len(pinyin("庄" * 50)) <= MOST


def test_a_title_is_no_name_and_its_first_character_no_surname() -> None:
    assert latin("单身联谊") == "dan shen lian yi"
    assert latin("折纸 DIY") == "zhe zhi diy"
    assert len(latin("庄" * 60)) <= MOST
