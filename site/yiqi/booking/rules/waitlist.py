"""Who moves up when seats come free: in the order of joining, a party as one unit, overtaking bounded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

MAX_PASSED_OVER = 3
"""A party that does not fit lets smaller ones go first this often; then the seats are kept for it."""


@dataclass(frozen=True)
class Waiter:
    """A waiting booking: its party, and how often it was passed over already."""

    id: int
    party: int = 1
    passed_over: int = 0


@dataclass
class Moves:
    """What a look at the queue decides: who goes up, in order, and who was passed over how often by now."""

    up: list[Waiter] = field(default_factory=list)
    passed_over: dict[int, int] = field(default_factory=dict)


def moves(
    free: int | None,
    queue: Iterable[Waiter],
    may: Callable[[Waiter], bool] = lambda waiter: True,
) -> Moves:
    """Walk the queue in ticket order with `free` seats (None: no limit).

    `may` says whether a waiter can take a place now (no clash, still eligible); one who cannot stays where they
    are and is not counted as passed over. The walk ends when no seat is left, or when the seats are kept for a
    party that was passed over MAX_PASSED_OVER times.
    """
    decided = Moves()
    for waiter in queue:
        if free is not None and free <= 0:
            break
        if any(times >= MAX_PASSED_OVER for times in decided.passed_over.values()):
            break
        if free is not None and waiter.party > free:
            if may(waiter):
                decided.passed_over[waiter.id] = waiter.passed_over
            continue
        if may(waiter):
            decided.up.append(waiter)
            for behind in decided.passed_over:
                decided.passed_over[behind] += 1
            if free is not None:
                free -= waiter.party
    return decided
