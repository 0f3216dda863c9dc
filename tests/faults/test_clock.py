"""The clock of the machine jumps (faults: C6): two hours on, two hours back, over openings, closings, cut-offs, midnight
and New Year. Codes and sessions have their own tests (people/test_codes).

Whatever the clock says is followed at once; what was decided stays decided, and nobody stands worse in a queue.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace

from tests.booking.steps import HOUR, MINUTE, NOON, SECOND, asks, gives_back, row, states
from tests.browsing import Client, at_time
from tests.builders import Made, an_activity, workers
from tests.concurrency.crowd import Ground
from yiqi import clock
from yiqi.activities.planning import Share
from yiqi.booking import offers, places, queue
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Asking, Refusal, Refused, refusal
from yiqi.people.models import Person

DAY = timedelta(days=1)
MIDNIGHT = clock.at(NOON.date() + DAY)
NEW_YEAR = datetime.fromisoformat("2027-01-01T00:00:00+08:00")
JUMPS = (-3 * HOUR, -SECOND, timedelta(0), 2 * HOUR, -2 * HOUR, SECOND, -SECOND, 2 * HOUR, 5 * HOUR)
"""What the clock reads, one after the other, beside the moment in question."""


@dataclass(frozen=True)
class Moment:
    """An instant at which something changes, and an activity's times around it."""

    at: datetime
    opens_in: timedelta = -10 * DAY
    closes_in: timedelta = 10 * DAY
    starts_in: timedelta = 10 * DAY


MOMENTS = {
    "opening": Moment(NOON, opens_in=timedelta(0)),
    "closing": Moment(NOON, closes_in=timedelta(0)),
    "last day": Moment(NOON, closes_in=DAY, starts_in=DAY),
    "cut-off": Moment(NOON, closes_in=HOUR, starts_in=HOUR),
    "start": Moment(NOON, closes_in=timedelta(0), starts_in=timedelta(0)),
    "midnight": Moment(MIDNIGHT),
    "offers at midnight": Moment(MIDNIGHT, closes_in=9 * HOUR, starts_in=9 * HOUR),
    "New Year": Moment(NEW_YEAR, closes_in=DAY, starts_in=DAY),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_whatever_the_clock_does_it_is_followed_and_nobody_stands_worse(site: Flask, moment: Moment) -> None:
    assert lived_through(site, moment) == set()


def test_a_site_that_does_not_believe_a_clock_that_goes_back_does_not_follow_it(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it goes by the latest time that it ever saw."""
    seen = [NOON - DAY]

    def latest(wanted: Asking) -> Refusal | None:
        seen.append(max(seen[-1], wanted.at))
        return refusal(replace(wanted, at=seen[-1]))

    monkeypatch.setattr("yiqi.booking.asking.refusal", latest)

    assert "not followed" in lived_through(site, MOMENTS["opening"])


def test_a_queue_in_the_order_of_the_clock_is_jumped(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who asked first by the clock is first, not who drew the first ticket."""
    by_clock = queue._QUEUE.order_by(None).order_by(Booking.created_at)
    monkeypatch.setattr(queue, "_QUEUE", by_clock)

    assert "overtaken" in lived_through(site, MOMENTS["midnight"])


def lived_through(site: Flask, moment: Moment) -> set[str]:
    """An activity around a moment while the clock jumps, somebody asks and somebody gives back each time. What went wrong."""
    ground, made, wrong = Ground(site), published(moment), set()
    crowd = workers(2 * len(JUMPS) + 6, at=made.opens_at)
    for person in crowd[:6]:
        if made.opens_at <= moment.at - 4 * HOUR:
            asks(person, made, at=moment.at - 4 * HOUR)

    for jump, newcomer in zip(JUMPS, crowd[6:], strict=False):
        at = moment.at + jump
        before = standing(ground, made)

        offers.settle_due(at)
        why_not = tries(newcomer, made, at)
        gives_one_back(ground, made, at)

        follows = (
            (why_not is Refusal.NOT_OPEN_YET) == (at < made.opens_at)
            and (why_not is Refusal.CLOSED) == (at >= made.closes_at)
            and (why_not is not Refusal.FULL or at >= made.starts_at - HOUR)
        )
        after = standing(ground, made)
        gone = [place for one, place in before.items() if one not in after]
        if not follows:
            wrong.add("not followed")
        if any(after[one] > before[one] for one in before.keys() & after.keys()):
            wrong.add("stands worse")
        if gone != list(range(1, len(gone) + 1)):
            wrong.add("overtaken")
        wrong.update(fault for fault in ground.faults() if "free to it" not in fault)
    return wrong


def test_an_offer_that_has_run_out_does_not_come_back_to_life(client: Client) -> None:
    made = an_activity(starts_in=20 * HOUR, now=NOON)
    first, second, third = workers(3)
    held, offered, next_in_line = (asks(person, made) for person in (first, second, third))
    gives_back(first, held)
    assert states(offered, next_in_line) == ["offered", "waiting"]

    with at_time(NOON + 2 * HOUR):
        client.sign_in(third)
        client.get(f"/activities/{made.activity_id}")
    assert states(offered, next_in_line) == ["waiting", "offered"]

    assert offers.accept(ref=offered.ref, person_id=second.id, at=NOON + MINUTE).fresh is False
    assert states(offered, next_in_line) == ["waiting", "offered"]
    offers.accept(ref=next_in_line.ref, person_id=third.id, at=NOON + MINUTE)
    assert states(offered, next_in_line) == ["waiting", "confirmed"]


def test_an_offer_nobody_has_seen_running_out_is_still_one_when_the_clock_is_right_again(site: Flask) -> None:
    """The other side: the clock was wrong for a moment and nobody looked, so nothing is taken from anybody."""
    made = an_activity(starts_in=20 * HOUR, now=NOON)
    first, second = workers(2)
    held, offered = asks(first, made), asks(second, made)
    gives_back(first, held)

    offers.accept(ref=offered.ref, person_id=second.id, at=NOON + MINUTE)

    assert states(offered) == ["confirmed"]


def test_places_that_were_let_go_too_early_are_not_taken_back(site: Flask) -> None:
    """Kept for nobody here; the clock ran ahead to the release, and the queue moved."""
    kept = Share("开发区职工", least=2, releases_at=NOON + HOUR, tag="none")
    made = an_activity(places=2, quotas=[kept], now=NOON)
    one, other, third = (asks(person, made) for person in workers(3))
    assert states(one, other, third) == ["waiting"] * 3

    offers.settle_due(NOON + 2 * HOUR)
    assert states(one, other, third) == ["confirmed", "confirmed", "waiting"]
    offers.settle_due(NOON)

    assert states(one, other, third) == ["confirmed", "confirmed", "waiting"]
    assert Ground(site).faults() == []


def test_a_seat_that_the_cut_off_left_empty_goes_to_the_queue_once_the_clock_is_right(site: Flask) -> None:
    made = an_activity(starts_in=5 * HOUR, now=NOON)
    holder, first, newcomer = workers(3)
    held, waiting = asks(holder, made), asks(first, made)
    gives_back(holder, held, at=NOON + 4 * HOUR)
    assert states(waiting) == ["waiting"]

    last = asks(newcomer, made, at=NOON + MINUTE)

    assert states(waiting, last) == ["offered", "waiting"]
    assert row(waiting).offer_until == NOON + MINUTE + 2 * HOUR


def published(moment: Moment) -> Made:
    return an_activity(
        places=3,
        opens_in=moment.opens_in,
        closes_in=moment.closes_in,
        starts_in=moment.starts_in,
        now=moment.at,
    )


def tries(person: Person, made: Made, at: datetime) -> Refusal | None:
    """Sign up; answers why not."""
    try:
        asks(person, made, at=at)
    except Refused as refused:
        return refused.why
    return None


def gives_one_back(ground: Ground, made: Made, at: datetime) -> None:
    """Whoever has held a seat longest gives it back, if that can be done still."""
    held = ground.rows(
        "SELECT ref, person_id FROM booking WHERE slot_id = :slot AND state = 'confirmed' ORDER BY seq",
        slot=made.slot_id,
    )
    if held and at < made.starts_at:
        places.cancel(ref=held[0].ref, person_id=held[0].person_id, at=at)


def standing(ground: Ground, made: Made) -> dict[tuple[int, int], int]:
    """The place of everybody who waits, by booking and the offers it let run out."""
    rows = ground.rows(
        "SELECT id, offers_expired FROM booking WHERE slot_id = :slot AND state = 'waiting' ORDER BY seq",
        slot=made.slot_id,
    )
    return {(row.id, row.offers_expired): place for place, row in enumerate(rows, start=1)}
