"""Whatever happens in whatever order: the tables are what a small model of the rule book says, on both databases."""

from flask import Flask
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.booking.machine import on
from tests.booking.world import a_world
from yiqi.db import db


def test_any_order_of_events_ends_as_the_rule_book_says(site: Flask) -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    is_push = settings().max_examples < 1000
    examples = (80 if sqlite else 40) if is_push else settings().max_examples
    steps = 25 if is_push else settings().stateful_step_count

    machine = on(a_world())

    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=steps))
