"""How Chinese is set: punctuation, the gap beside numbers and Latin, and the words the glossary settled on."""

import re

import pytest

from tests.promises.catalogue import said

HAN = "\u4e00-\u9fff"
NUMBERS = ("n", "num", "all", "most", "now")
"""Placeholders that always hold a number."""
RULES = {
    "half-width punctuation beside Han": re.compile(
        rf"[{HAN}][,.:;?!()\"']|[,:;?!(\"'][{HAN}]|[{HAN}]\)|\.{{2,}}"
    ),
    "no space between Han and Latin or a number": re.compile(
        rf"[{HAN}](?<![年月])[A-Za-z0-9]|[A-Za-z0-9](?![年月日])[{HAN}]"
    ),
    "two blanks, or one beside full-width punctuation": re.compile(
        r"  | [，。：；？！（）“”、]|[，。：；？！（）“”、] "
    ),
    "登陆 for 登录": re.compile("登陆"),
    "其它 for 其他": re.compile("其它"),
    "a wrong name for 验证码": re.compile("校验码|动态码|验证吗"),
    "a shout": re.compile("[！!]"),
    "您 for 你": re.compile("您"),
    "a 12-hour clock": re.compile("[上下]午 ?[0-9%]"),
}
NARROW = {"%(n)s场"}
"""Seven of them stand side by side on a phone: no room for the gap."""


def breaches(text: str) -> set[str]:
    plain = text
    for name in NUMBERS:
        plain = plain.replace(f"%({name})s", "8")
    plain = re.sub(r"%\(\w+\)s", "□", plain)
    return {what for what, pattern in RULES.items() if pattern.search(plain)}


def test_every_text_is_set_as_chinese_is_set() -> None:
    wrong = {
        text: (sorted(found), place)
        for one, place in said().items()
        for text in one
        if text not in NARROW and (found := breaches(text))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "报名成功,谢谢",
        "候补第%(n)s位",
        "第 3位",
        "用EN看",
        "请重新登陆",
        "其它活动",
        "报名成功！",
        "您的报名",
        "看 （全部）",
        "等等...",
        "下午 3 点",
    ],
)
def test_the_lint_notices_a_breach(text: str) -> None:
    assert breaches(text)


@pytest.mark.parametrize(
    "text",
    ["11月18日", "候补第 %(n)s 位", "看看%(day)s的 %(n)s 场。", "“%(q)s”找到 %(n)s 场", "下班后（17 点起）"],
)
def test_the_lint_lets_good_setting_pass(text: str) -> None:
    assert not breaches(text)
