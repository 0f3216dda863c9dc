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

from tests.booking.machine import Machine, Verbs, on
from tests.booking.mistakes import MISTAKES, Mistake
from tests.booking.walks import every, walk
from tests.booking.world import a_world
from tests.databases import in_use
from yiqi.db import Again

CORE = (
    "booking.rules.deadlines",
    "booking.rules.capacity",
    "booking.rules.clash",
    "booking.rules.offers",
    "booking.rules.quotas",
    "booking.rules.waitlist",
    "booking.rules.asking",
    "booking.rules.endings",
    "booking.looking",
    "booking.matching",
    "booking.quotas",
    "booking.at_once",
    "booking.seats",
    "booking.marks",
    "booking.queue",
    "booking.locking",
    "booking.asking",
    "booking.offers",
    "booking.approval",
    "booking.rewriting",
    "booking.rearranging",
    "booking.places",
    "draws.dealing",
    "draws.lottery",
)
"""In the order in which they import each other."""

WRONG = (AssertionError, SQLAlchemyError, Again)
"""A wrong answer, what the database itself refuses, or a verb that never comes to an end; so is `Due`, of which each
broken copy has its own."""

ROUNDS = 8
"""Walks in each scene; and those in which mistakes were seen, of which a mistake tries its own first."""


@contextmanager
def core_with(mistake: Mistake | None) -> Iterator[Verbs]:
    """A copy of the core, with one text in one of its modules replaced; the real one is untouched."""
    kept: list[tuple[str, ModuleType]] = []
    try:
        for name in CORE:
            full = f"yiqi.{name}"
            real = importlib.import_module(full)
            source = Path(str(real.__file__)).read_text(encoding="utf-8")
            if mistake is not None and mistake.module == name:
                assert source.count(mistake.text) == 1, f"{mistake.text!r} is not once in {name}"
                source = source.replace(mistake.text, mistake.instead)
            copy = ModuleType(full)
            copy.__file__ = real.__file__
            kept.append((full, real))
            _put(full, copy)
            exec(compile(source, full, "exec"), copy.__dict__)  # noqa: S102
        made = Verbs(
            places=sys.modules["yiqi.booking.places"],
            offers=sys.modules["yiqi.booking.offers"],
            approval=sys.modules["yiqi.booking.approval"],
            lottery=sys.modules["yiqi.draws.lottery"],
        )
    finally:
        for full, real in kept:
            _put(full, real)
    yield made


def _put(full: str, module: ModuleType) -> None:
    package, _dot, leaf = full.rpartition(".")
    sys.modules[full] = module
    setattr(sys.modules[package], leaf, module)


def is_seen(machine: type[Machine], scene: str, seed: int) -> bool:
    """Whether a walk ends badly. What is no wrong answer, but a mistake in the mistake, is raised."""
    try:
        walk(machine, scene, seed)
    except WRONG:
        return True
    except Exception as error:
        if type(error).__name__ == "Due":
            return True
        raise
    return False


def test_each_mistake_is_made_in_a_copy() -> None:
    assert {mistake.module for mistake in MISTAKES.values()} <= set(CORE)


def test_without_a_mistake_all_walks_end_well(sqlite_site: Flask) -> None:
    with in_use(sqlite_site), core_with(None) as copies:
        machine = on(a_world(), copies)
        for scene, seed in every(ROUNDS, {mistake.seen for mistake in MISTAKES.values()}):
            walk(machine, scene, seed)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_machine_sees_that(sqlite_site: Flask, mistake: str) -> None:
    with in_use(sqlite_site), core_with(MISTAKES[mistake]) as copies:
        machine = on(a_world(), copies)
        assert any(is_seen(machine, *one) for one in every(ROUNDS, {MISTAKES[mistake].seen}))
