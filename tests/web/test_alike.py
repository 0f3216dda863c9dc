"""Codes of tickets, drawn from one another, against those that the library draws."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from yiqi.booking.rules.refs import ALPHABET, LENGTH
from yiqi.web import alike

refs = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(
    refs,
    st.sampled_from(["http://127.0.0.1:8000/t/", "https://yiqi.example.cn/t/", "https://工会.example/票/"]),
)
def test_a_code_is_the_one_that_the_library_draws(ref: str, before: str) -> None:
    drawn = segno.make(before + ref, error="m", micro=False, mask=7, mode="byte")
    assert str(alike.alike(before, ref, ref, 7)) == drawn.svg_inline(omitsize=True, title=ref, border=2)


def test_what_a_code_is_called_is_text() -> None:
    assert "<title>&lt;b&gt;&amp;</title>" in alike.alike("http://here/t/", "7K3M92XQ", "<b>&", 7)


def test_codes_of_which_a_bit_is_missing_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    size, plain, changes = alike._basis("http://here/t/", LENGTH, 7)
    forgetful = [[0, *bits[1:]] for bits in changes]
    right = alike.alike("http://here/t/", "7K3M92XQ", "", 7)
    monkeypatch.setattr(alike, "_basis", lambda *_asked: (size, plain, forgetful))
    assert alike.alike("http://here/t/", "7K3M92XQ", "", 7) != right
