"""Stars: whole ones only, by the table that holds on the day."""

from datetime import date

import pytest

from yiqi.hours.rules import stars

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, 0),
        (5999, 0),
        (6000, 1),
        (17_999, 1),
        (18_000, 2),
        (36_000, 3),
        (60_000, 4),
        (89_999, 4),
        (90_000, 5),
    ],
)
def test_a_minute_short_of_a_star_is_no_star(minutes: int, expected: int) -> None:
    assert stars.rank(minutes, TODAY).stars == expected


def test_the_way_to_the_next_star_is_told_in_minutes() -> None:
    found = stars.rank(312 * 60, TODAY)
    assert (found.stars, found.missing, found.next_at) == (2, 288 * 60, 600 * 60)
    assert stars.rank(2000 * 60, TODAY).next_at is None
    assert stars.rank(2000 * 60, TODAY).missing == 0


def test_a_new_table_holds_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    later = (date(2027, 1, 1), (50, 200, 500, 800, 1000))
    monkeypatch.setattr(stars, "TABLES", (*stars.TABLES, later))
    assert stars.rank(60 * 60, date(2026, 12, 31)).stars == 0
    assert stars.rank(60 * 60, date(2027, 1, 1)).stars == 1
    assert stars.rank(60 * 60, date(2001, 1, 1)).stars == 0
