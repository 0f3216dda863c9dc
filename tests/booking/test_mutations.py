"""The machine sees what it should see: each of these small mistakes in the core must make it fail."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tests.booking.machine import Machine, a_world, on, walk
from tests.databases import in_use
from yiqi.db import Again

CORE = (
    "rules.waitlist",
    "rules.asking",
    "rules.clash",
    "rules.capacity",
    "rules.deadlines",
    "seats",
    "queue",
    "places",
)
"""In the order in which they import each other."""

MISTAKES = {
    "the nonce is not looked up": (
        "seats",
        'in_(LIVE) | (_booking.c.nonce == bindparam("nonce"))',
        "in_(LIVE)",
    ),
    "a live booking is not looked up": (
        "seats",
        '_booking.c.state.in_(LIVE) | (_booking.c.nonce == bindparam("nonce"))',
        '_booking.c.nonce == bindparam("nonce")',
    ),
    "a cancel moves no queue": (
        "places",
        "        _move_all_up(here, slots, at)\n        return",
        "        return",
    ),
    "a cancel moves its own queue only": (
        "places",
        "_lock_with_queues(here, {mine.slot_id}, {person_id})",
        "_lock_with_queues(here, {mine.slot_id}, ())",
    ),
    "more seats move no queue": (
        "places",
        "_move_all_up(here, {slot_id: seats.resize(here, slot_id, capacity)}, at)",
        "seats.resize(here, slot_id, capacity)",
    ),
    "what is called off frees no time": ("places", "if slot_id not in own}, at)", "if False}, at)"),
    "what is called off leaves the queue as it was": (
        "places",
        "        for booking in live:\n",
        "        for booking in (one for one in live if one.state in HOLDING):\n",
    ),
    "a newcomer waits beside a free seat": (
        "places",
        "booking_id in queue.move_up(here, slot, activity, at)",
        "False",
    ),
    "a cancel counts even when it is over": (
        "places",
        "if booking is None or booking.state not in LIVE:",
        "if booking is None:",
    ),
    "what has begun can be cancelled": ("places", "if at >= times.starts_at:", "if False:"),
    "late is one second late": ("places", "late=at >= times.cancel_until", "late=at > times.cancel_until"),
    "a waiter cancels instead of leaving": (
        "places",
        "if state is State.WAITING:\n        return State.LEFT",
        "if state is State.WAITING:\n        return State.CANCELLED",
    ),
    "the waitlist takes one too many": (
        "places",
        "slot.waiting < slot.waitlist_limit",
        "slot.waiting <= slot.waitlist_limit",
    ),
    "the queue moves until the start": (
        "queue",
        "if at >= Deadlines.of(activity, slot).promote_until:",
        "if at >= Deadlines.of(activity, slot).starts_at:",
    ),
    "the cut-off is one second late": (
        "queue",
        "if at >= Deadlines.of(activity, slot).promote_until:",
        "if at > Deadlines.of(activity, slot).promote_until:",
    ),
    "who moves up counts as one seat": ("queue", "held=waiter.party, waiting=-1", "held=1, waiting=-1"),
    "who moves up still counts as waiting": ("queue", "held=waiter.party, waiting=-1", "held=waiter.party"),
    "overtaking is not remembered": ("queue", "if times != seen[booking_id].passed_over:", "if False:"),
    "a party too big for the slot holds the queue": (
        "queue",
        "if slot.capacity is not None and waiter.party > slot.capacity:",
        "if False:",
    ),
    "clashes are not seen when the queue moves": (
        "queue",
        "if seats.clashing(here, slot, person_id) is not None:",
        "if False:",
    ),
    "the last in line goes first": ("queue", ".order_by(_booking.c.seq)", ".order_by(_booking.c.seq.desc())"),
    "waiting counts as a clash": ("seats", "_booking.c.state.in_(HOLDING),", "_booking.c.state.in_(LIVE),"),
    "a party counts as one seat": ("seats", 'return {"held": party}', 'return {"held": 1}'),
    "a change leaves no trail": ("seats", "    here.execute(_CHANGE, change)\n", ""),
    "who cancels gets a notice": (
        "seats",
        "HEARD = frozenset({State.CONFIRMED, State.CALLED_OFF})",
        "HEARD = frozenset({State.CONFIRMED, State.CALLED_OFF, State.CANCELLED})",
    ),
    "nobody hears of a calling-off": (
        "seats",
        "HEARD = frozenset({State.CONFIRMED, State.CALLED_OFF})",
        "HEARD = frozenset({State.CONFIRMED})",
    ),
    "everybody draws the same ticket": ("seats", '"seq": slot.seq,', '"seq": 1,'),
    "overtaking ends one too late": ("rules.waitlist", "MAX_PASSED_OVER = 3", "MAX_PASSED_OVER = 4"),
    "overtaking ends one too early": ("rules.waitlist", "MAX_PASSED_OVER = 3", "MAX_PASSED_OVER = 2"),
    "nobody overtakes": ("rules.waitlist", "            continue\n", "            break\n"),
    "parties that just fit do not": ("rules.waitlist", "waiter.party > free:", "waiter.party >= free:"),
    "parties are split": ("rules.waitlist", "if free is not None and waiter.party > free:", "if False:"),
    "only one moves up at a time": (
        "rules.waitlist",
        "            decided.up.append(waiter)\n",
        "            if decided.up:\n                break\n            decided.up.append(waiter)\n",
    ),
    "newcomers walk past the queue": ("rules.asking", "return asking.waiting == 0 and", "return"),
    "newcomers that just fit wait": (
        "rules.asking",
        "asking.party <= asking.free",
        "asking.party < asking.free",
    ),
    "sign-up opens one second late": ("rules.asking", "if at < self.opens_at:", "if at <= self.opens_at:"),
    "sign-up closes one second late": ("rules.asking", "if at >= self.closes_at:", "if at > self.closes_at:"),
    "parties may be one bigger": (
        "rules.asking",
        "asking.party > asking.max_party:",
        "asking.party > asking.max_party + 1:",
    ),
    "a party may be bigger than the slot": (
        "rules.asking",
        "asking.party > asking.capacity and",
        "False and",
    ),
    "clashes are not seen at sign-up": ("rules.asking", "if asking.clash is not None:", "if False:"),
    "the end is part of a meeting": (
        "rules.clash",
        "a.starts_at < b.ends_at and b.starts_at < a.ends_at",
        "a.starts_at <= b.ends_at and b.starts_at <= a.ends_at",
    ),
    "after lowering, seats come from nowhere": (
        "rules.capacity",
        "max(0, capacity - held)",
        "abs(capacity - held)",
    ),
    "the promotion cut-off is the cancel deadline": (
        "rules.deadlines",
        "return self.starts_at - timedelta(minutes=self.promotion_minutes)",
        "return self.starts_at - timedelta(minutes=self.cancel_minutes)",
    ),
}

WRONG = (AssertionError, SQLAlchemyError, Again)
"""A wrong answer, what the database itself refuses, or a verb that never comes to an end."""

WALKS = 60
"""Each mistake was seen within thirty when this was written."""


@contextmanager
def core_with(mistake: tuple[str, str, str] | None) -> Iterator[ModuleType]:
    """A copy of the core, with one text in one of its modules replaced; the real one is untouched."""
    kept: list[tuple[str, ModuleType]] = []
    try:
        for name in CORE:
            full = f"yiqi.booking.{name}"
            real = importlib.import_module(full)
            source = Path(str(real.__file__)).read_text(encoding="utf-8")
            if mistake is not None and mistake[0] == name:
                assert source.count(mistake[1]) == 1, f"{mistake[1]!r} is not once in {name}"
                source = source.replace(mistake[1], mistake[2])
            copy = ModuleType(full)
            copy.__file__ = real.__file__
            kept.append((full, real))
            _put(full, copy)
            exec(compile(source, full, "exec"), copy.__dict__)  # noqa: S102
        made = sys.modules["yiqi.booking.places"]
    finally:
        for full, real in kept:
            _put(full, real)
    yield made


def _put(full: str, module: ModuleType) -> None:
    package, _dot, leaf = full.rpartition(".")
    sys.modules[full] = module
    setattr(sys.modules[package], leaf, module)


def every_walk(machine: type[Machine]) -> None:
    for seed in range(WALKS):
        walk(machine, seed)


def test_without_a_mistake_all_walks_end_well(sqlite_site: Flask) -> None:
    with in_use(sqlite_site), core_with(None) as copy:
        machine = on(a_world(), copy)

        every_walk(machine)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_machine_sees_that(sqlite_site: Flask, mistake: str) -> None:
    with in_use(sqlite_site), core_with(MISTAKES[mistake]) as copy:
        machine = on(a_world(), copy)

        with pytest.raises(WRONG):
            every_walk(machine)
