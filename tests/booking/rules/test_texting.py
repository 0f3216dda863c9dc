"""Texts that organizers write: what is put in, what is refused, and how many short messages they make."""

import pytest

from yiqi.booking.rules import texting
from yiqi.booking.rules.texting import Holder
from yiqi.notices.rules import sms

VALUES = {
    Holder.ACTIVITY: "八段锦",
    Holder.TIME: "6月1日 18:00",
    Holder.PLACE: "职工之家",
    Holder.NAME: "王芳",
    Holder.CODE: "7K3M-92XQ",
}


def test_each_placeholder_is_replaced_in_either_language() -> None:
    zh = texting.filled("{姓名}：{活动}，{时间}，{地点}，{签到码}", VALUES)
    en = texting.filled("{name}：{Activity}，{ time }，{place}，{code}", VALUES)

    assert zh == en == "王芳：八段锦，6月1日 18:00，职工之家，7K3M-92XQ"


def test_a_name_that_looks_like_a_placeholder_stays_a_name() -> None:
    assert texting.filled("{姓名}来", VALUES | {Holder.NAME: "{签到码}"}) == "{签到码}来"


def test_what_stands_for_nothing_is_found_once_each() -> None:
    assert texting.unknown("{活动} {电话} {电话} {} {name}") == ["{电话}", "{}"]
    assert texting.unknown("没有括号，半个 { 也行") == []


def test_wide_braces_count_as_plain_ones() -> None:
    assert texting.unknown(texting.straight("｛活动｝")) == []


@pytest.mark.parametrize(
    ("length", "parts"), [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_seventy_characters_are_one_message_and_sixty_seven_each_of_several(length: int, parts: int) -> None:
    assert sms.parts("字" * length) == parts


def test_an_emoji_counts_twice() -> None:
    assert sms.parts("字" * 69 + "😀") == 2
    assert sms.parts("字" * 68 + "😀") == 1


@pytest.mark.parametrize(
    "text",
    ["看 https://a.b", "www.yiqi", "到 yiqi.com 看", "ＹＩＱＩ．ＣＯＭ", "t.cn/abc", "http：//x", "m.club!"],
)
def test_an_address_is_found(text: str) -> None:
    assert texting.has_link(text)


@pytest.mark.parametrize("text", ["18:30 到 2 号楼。带水", "版本 1.2", "A.M. 8 点", "No.5 门", "a.community"])
def test_plain_words_are_no_address(text: str) -> None:
    assert not texting.has_link(text)
