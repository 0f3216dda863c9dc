"""Nobody who reads English meets Chinese by accident: the catalogue has every text, and the compiled file is that catalogue."""

import re
from collections.abc import Iterable

from tests.promises.catalogue import compiled, placeholders, said, translated

HAN = re.compile(r"[\u4e00-\u9fff]")
LONE_PERCENT = re.compile(r"(?<!%)%(?:%%)*(?!%|\(\w+\)[sd])")
KEEPS_HAN = re.compile(r"中文|（[\u4e00-\u9fff]+）")


def test_every_text_of_the_site_has_its_english() -> None:
    missing = {one[0]: place for one, place in said().items() if one not in translated()}
    assert missing == {}


def test_the_catalogue_keeps_nothing_that_is_no_longer_said() -> None:
    assert [one[0] for one in translated() if one not in said()] == []


def test_no_english_is_empty_or_a_guess() -> None:
    poor = {
        one[0]: forms
        for one, (forms, fuzzy) in translated().items()
        if fuzzy or not all(form.strip() for form in forms)
    }
    assert poor == {}


def test_english_keeps_the_placeholders_of_the_chinese() -> None:
    lost = {
        one[0]: form
        for one, (forms, _fuzzy) in translated().items()
        for form in forms
        if placeholders(form) != placeholders(one[-1])
        and not (len(forms) > 1 and placeholders(form) < placeholders(one[-1]))
    }
    assert lost == {}


def lone_percents(texts: Iterable[str]) -> list[str]:
    """Texts that cannot be filled in: a page that says one would be an error of ours."""
    return [text for text in texts if LONE_PERCENT.search(text)]


def test_a_percent_sign_is_a_placeholder_or_doubled() -> None:
    texts = [text for one, (forms, _fuzzy) in translated().items() for text in (*one, *forms)]
    assert lone_percents(texts) == []
    assert lone_percents(["From 60 % on", "%(n)s%%", "%(rate)s %"]) == ["From 60 % on", "%(rate)s %"]


def test_english_is_english() -> None:
    mixed = {
        one[0]: form
        for one, (forms, _fuzzy) in translated().items()
        for form in forms
        if HAN.search(KEEPS_HAN.sub("", form))
    }
    assert mixed == {}


def test_the_compiled_catalogue_is_the_catalogue() -> None:
    spoken = compiled()
    stale = [
        one[0]
        for one, (forms, _fuzzy) in translated().items()
        if (
            spoken.gettext(one[0]) != forms[0]
            if len(one) == 1
            else spoken.ngettext(one[0], one[1], 1) != forms[0]
            or spoken.ngettext(one[0], one[1], 2) != forms[-1]
        )
    ]
    assert stale == []


def test_every_english_message_is_signed_with_one_name() -> None:
    """Who reads two names takes the second one for somebody else's."""
    signed_otherwise = {
        one[0]: form
        for one, (forms, _fuzzy) in translated().items()
        for form in forms
        if one[0].startswith("【亦庄工会】") != form.startswith("[E-Town Union]")
    }
    assert signed_otherwise == {}
