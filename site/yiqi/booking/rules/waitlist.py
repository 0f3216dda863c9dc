"""Who moves up when seats come free: in the order of joining, a party as one unit, overtaking bounded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from yiqi.booking.rules.quotas import Pool

MAX_PASSED_OVER = 3
"""A party that does not fit lets smaller ones go first this often; then the seats are kept for it."""


class Waiter(Struct, frozen=True):
    """A waiting booking: its party, how often it was passed over already, and the quotas that count it."""

    id: int
    party: int = 1
    passed_over: int = 0
    matching: frozenset[int] = frozenset()


@dataclass
class Moves:
    """What a look at the queue decides: who goes up, in order; who was passed over how often by now; and whose own
    quota is full, with the quota."""

    up: list[Waiter] = field(default_factory=list)
    passed_over: dict[int, int] = field(default_factory=dict)
    own_quota_full: dict[int, int] = field(default_factory=dict)


def moves(pool: Pool, queue: Iterable[Waiter], may: Callable[[Waiter], bool] = lambda waiter: True) -> Moves:
    """Walk the queue in ticket order and give what is left of the slot.

    `may` says whether a waiter can take a place now (no clash, still eligible); who cannot, or whose own quota is
    full, stays where they are and is not counted as passed over. A party that does not fit is passed over by whoever
    takes seats that were free to it too; after MAX_PASSED_OVER times nobody may. Seats kept for a quota are no loss
    to a party outside it.
    """
    decided = Moves()
    before: list[Waiter] = []
    for waiter in queue:
        if pool.free is not None and pool.free <= 0:
            break
        binding, left = pool.binding(waiter.matching), pool.left(waiter.matching)
        if binding is not None and left is not None and waiter.party > left:
            decided.own_quota_full[waiter.id] = binding.id
            continue
        common = pool.common(waiter.matching)
        if common is not None and waiter.party > common:
            if common > 0 and may(waiter):
                decided.passed_over[waiter.id] = waiter.passed_over
                before.append(waiter)
            continue
        after = pool.after(waiter.matching, waiter.party)
        passed = [one for one in before if after.common(one.matching) != pool.common(one.matching)]
        if any(decided.passed_over[one.id] >= MAX_PASSED_OVER for one in passed):
            if not pool.keeps:
                break
            continue
        if may(waiter):
            pool = after
            decided.up.append(waiter)
            for one in passed:
                decided.passed_over[one.id] += 1
    return decided
