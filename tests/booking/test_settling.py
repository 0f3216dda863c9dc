"""What the clock has made due is done wherever it hangs together, and one who is barred stays outside."""

import pytest
from flask import Flask

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, SECOND, asks, gives_back, row, states
from tests.builders import an_activity, workers
from yiqi.booking import offers
from yiqi.booking.models import Bar
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.db import writing


def test_offers_end_together_whose_people_wait_in_each_others_queue(site: Flask) -> None:
    one = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    other = an_activity(places=1, now=NOON, starts_in=13 * HOUR)
    a, b, c, d = workers(4)
    held = asks(a, one), asks(b, other)
    waiting = asks(c, one), asks(d, one), asks(d, other), asks(c, other)
    gives_back(a, held[0], at=NOON + HOUR)
    gives_back(b, held[1], at=NOON + HOUR)
    before = states(*waiting)
    end = row(waiting[0]).offer_until
    assert end == row(waiting[2]).offer_until
    assert end is not None

    settled = offers.settle_due(end), offers.settle_due(end)

    assert before == ["offered", "waiting", "offered", "waiting"]
    assert states(*waiting) == ["waiting", "offered", "waiting", "offered"]
    assert settled == (2, 0)
    assert broken(end) == []


def test_who_is_barred_is_refused_until_then_and_nobody_else_is(site: Flask) -> None:
    activity = an_activity(places=5, now=NOON)
    first, second, barred, forgiven = workers(4)
    with writing() as session:
        session.add(Bar(person_id=barred.id, at=NOON, until=NOON + 9 * HOUR, because="三次没来"))
        session.add(
            Bar(person_id=forgiven.id, at=NOON, until=NOON + 9 * HOUR, because="三次没来", lifted_at=NOON)
        )

    with pytest.raises(Refused) as refused:
        asks(barred, activity, at=NOON + 9 * HOUR - SECOND)

    assert refused.value.why is Refusal.BARRED
    assert refused.value.facts["barred_until"] == NOON + 9 * HOUR
    others = [asks(person, activity, at=NOON + HOUR) for person in (first, second, forgiven)]
    assert [one.state for one in others] == [State.CONFIRMED] * 3
    assert asks(barred, activity, at=NOON + 9 * HOUR).state is State.CONFIRMED
