"""How long the desk stays open, and how long a proof is good."""

from datetime import UTC, datetime, timedelta

import pytest

from yiqi.roles.rules.locks import ADMIN, ORGANIZER, is_fresh, is_open, limits
from yiqi.roles.rules.permissions import Held, Role

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
ORGANIZES, ADMINISTERS = (Held(Role.UNION_ORGANIZER, frozenset({1})),), (Held(Role.FEDERATION_ADMIN),)


def test_an_admin_has_half_an_hour_and_eight_hours_and_anybody_else_two_and_twelve() -> None:
    assert (ADMIN.idle, ADMIN.life) == (30 * MINUTE, 8 * HOUR)
    assert (ORGANIZER.idle, ORGANIZER.life) == (2 * HOUR, 12 * HOUR)
    assert limits(ADMINISTERS) == limits(ORGANIZES + ADMINISTERS) == ADMIN
    assert limits(ORGANIZES) == limits((Held(Role.AUDITOR),)) == ORGANIZER


@pytest.mark.parametrize(
    ("held", "idle", "life"), [(ORGANIZES, 2 * HOUR, 12 * HOUR), (ADMINISTERS, 30 * MINUTE, 8 * HOUR)]
)
def test_the_desk_locks_to_the_second(held: tuple[Held, ...], idle: timedelta, life: timedelta) -> None:
    def opened(*, shown: timedelta, used: timedelta | None) -> bool:
        return is_open(held, factor_at=NOON - shown, desk_at=None if used is None else NOON - used, at=NOON)

    assert opened(shown=SECOND, used=None)
    assert opened(shown=idle - SECOND, used=None)
    assert not opened(shown=idle, used=None)
    assert opened(shown=life - SECOND, used=idle - SECOND)
    assert not opened(shown=life - SECOND, used=idle)
    assert not opened(shown=life, used=SECOND)
    assert opened(shown=MINUTE, used=20 * HOUR)


def test_who_never_showed_a_factor_or_shows_one_from_the_future_finds_it_locked() -> None:
    assert not is_open(ORGANIZES, factor_at=None, desk_at=NOON, at=NOON)
    assert is_open(ORGANIZES, factor_at=NOON + MINUTE, desk_at=None, at=NOON)
    assert not is_open(ORGANIZES, factor_at=NOON + 2 * MINUTE, desk_at=None, at=NOON)


def test_a_proof_is_good_for_ten_minutes() -> None:
    assert is_fresh(NOON, NOON)
    assert is_fresh(NOON - 10 * MINUTE + SECOND, NOON)
    assert not is_fresh(NOON - 10 * MINUTE, NOON)
    assert not is_fresh(NOON + 2 * MINUTE, NOON)
    assert not is_fresh(None, NOON)
