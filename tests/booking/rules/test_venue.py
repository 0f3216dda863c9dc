"""The code at a venue, and the word it leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from yiqi.booking.rules import refs, venue

AT = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
SECRET = "the secret of the site"


def test_a_code_counts_in_its_minute_and_the_next_one() -> None:
    code = venue.code(SECRET, 17, AT)

    assert venue.scanned(SECRET, code, AT) == 17
    assert venue.scanned(SECRET, code, AT + timedelta(seconds=119)) == 17
    assert venue.changes_at(AT) == AT + timedelta(seconds=60)
    assert venue.code(SECRET, 17, AT + timedelta(seconds=60)) != code


def test_a_photograph_that_is_forwarded_dies() -> None:
    code = venue.code(SECRET, 17, AT)

    assert venue.scanned(SECRET, code, AT + timedelta(seconds=120)) is None
    assert venue.scanned(SECRET, code, AT - timedelta(seconds=60)) is None


@pytest.mark.parametrize(
    "made_up",
    [
        "",
        "17",
        "17.",
        "17.AAAAAAAAAAAAAAAA",
        "018.x",
        "١٧.AAAAAAAAAAAAAAAA",
        "17.AAAAAAAAAAAAAAAA\n",
        "x" * 9999,
    ],
)
def test_nothing_else_is_a_code(made_up: str) -> None:
    assert venue.scanned(SECRET, made_up, AT) is None
    assert venue.kept(SECRET, made_up, AT) is None


def test_a_code_is_for_its_occurrence_and_its_site() -> None:
    signed = venue.code(SECRET, 17, AT).split(".")[1]

    assert venue.scanned(SECRET, f"18.{signed}", AT) is None
    assert venue.scanned("another secret", f"17.{signed}", AT) is None


def test_the_word_a_browser_keeps_lasts_a_quarter_of_an_hour_and_is_no_code() -> None:
    word = venue.word(SECRET, 17, AT)

    assert venue.kept(SECRET, word, AT) == 17
    assert venue.kept(SECRET, word, AT + timedelta(minutes=14, seconds=59)) == 17
    assert venue.kept(SECRET, word, AT + timedelta(minutes=15)) is None
    assert venue.kept(SECRET, word, AT - timedelta(minutes=5)) is None
    assert venue.scanned(SECRET, word, AT) is None
    occurrence_id, since, signed = word.split(".")
    assert venue.kept(SECRET, f"{occurrence_id}.{int(since) + 60}.{signed}", AT) is None
    assert venue.kept(SECRET, f"18.{since}.{signed}", AT) is None


@pytest.mark.parametrize(
    "given",
    [
        "7K3M92XQ",
        "7k3m-92xq",
        " 7K3M 92XQ ",
        "７Ｋ３Ｍ－９２ＸＱ",
        "https://yiqi.example/t/7K3M92XQ",
        "http://localhost:8000/t/7K3M-92XQ",
    ],
)
def test_a_ticket_is_read_however_it_comes(given: str) -> None:
    assert refs.read(given) == "7K3M92XQ"


@pytest.mark.parametrize(
    "given",
    [
        *(
            "",
            "7K3M92X",
            "7K3M92XQ9",
            "0K3M92XQ",
            "7K3M--92XQ",
            "7K3M92XQ; DROP TABLE",
            "javascript:7K3M92XQ",
        ),
        *("https://evil.example/x/t/7K3M92XQ", "https://yiqi.example/t/7K3M92XQ?x=1", "7K3M92XQ" * 100),
    ],
)
def test_anything_else_is_no_ticket(given: str) -> None:
    assert refs.read(given) is None
