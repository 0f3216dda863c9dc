"""How long the desk stays open after somebody proved who they are, and how long that proof is good for grave things."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from yiqi.roles.rules.permissions import Held, Role

CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two machines that serve the site may differ."""
STEP_UP_LIFE = timedelta(minutes=10)
SIGN_IN_LIFE = timedelta(hours=2)
"""How long after signing in a second factor may be set up: an old cookie alone, copied or found, must not do it."""


class Limits(Struct, frozen=True):
    """How long the desk may rest unused, and how long it is open at most since the second factor was shown."""

    idle: timedelta
    life: timedelta


ORGANIZER = Limits(timedelta(hours=2), timedelta(hours=12))
ADMIN = Limits(timedelta(minutes=30), timedelta(hours=8))


def limits(held: Sequence[Held]) -> Limits:
    """The limits of somebody with these roles: those of the gravest."""
    return ADMIN if any(one.role is Role.FEDERATION_ADMIN for one in held) else ORGANIZER


def is_open(
    held: Sequence[Held], *, factor_at: datetime | None, desk_at: datetime | None, at: datetime
) -> bool:
    """Whether the desk is open in a session that showed a second factor at `factor_at` and used it at `desk_at` last."""
    if factor_at is None or factor_at > at + CLOCKS_APART:
        return False
    most = limits(held)
    return at - factor_at < most.life and at - max(desk_at or factor_at, factor_at) < most.idle


def may_set_up(*, signed_in_at: datetime, stepped_up_at: datetime | None, at: datetime) -> bool:
    """Whether a session may set a second factor up: it showed lately whose phone it is."""
    return at - signed_in_at < SIGN_IN_LIFE or is_fresh(stepped_up_at, at)


def is_fresh(stepped_up_at: datetime | None, at: datetime) -> bool:
    """Whether a proof is still good for what asks for one anew."""
    return stepped_up_at is not None and -CLOCKS_APART <= at - stepped_up_at < STEP_UP_LIFE
