"""The commands of load tests, and the refusal of all of them in production."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.builders import a_worker, workers
from yiqi import clock
from yiqi.activities.models import Occurrence, Slot, slot_occurrence
from yiqi.booking import places
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.clash import Span, overlap
from yiqi.booking.rules.states import HOLDING, State
from yiqi.cli import demo_load, demo_people, demo_scale
from yiqi.cli.demo_load import Size
from yiqi.db import db
from yiqi.people.models import BrowserSession, Person


def run(site: Flask, *arguments: str) -> Result:
    return site.test_cli_runner().invoke(args=["demo", *arguments])


def published(site: Flask, *options: str) -> int:
    """The slot that `flask demo activity` made."""
    answer = run(site, "activity", *options)
    assert answer.exit_code == 0, answer.output
    activity, slot = answer.output.split()
    assert activity.startswith("activity=")
    return int(slot.removeprefix("slot="))


@pytest.mark.parametrize(
    "command", [["prepare"], ["load"], ["accounts"], ["sessions", "1"], ["activity"], ["audit", "1"]]
)
def test_production_refuses(site: Flask, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setitem(site.config, "YIQI", replace(site.config["YIQI"], env="production"))

    refused = run(site, *command)

    assert refused.exit_code == 2
    assert "YIQI_ENV" in refused.output
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_published_activity_can_be_joined_at_once(site: Flask) -> None:
    slot_id = published(site, "--capacity", "2", "--waitlist", "1", "--max-party", "2", "--starts-in", "0.5")

    ticket = places.sign_up(slot_id=slot_id, person_id=a_worker().id, party=2, nonce="n", at=clock.now())

    assert ticket.state is State.CONFIRMED
    slot = db.session.get_one(Slot, slot_id)
    assert (slot.capacity, slot.waitlist_limit) == (2, 1)


def test_no_capacity_is_no_limit_and_none_is_none(site: Flask) -> None:
    boundless, shut = published(site), published(site, "--capacity", "0")

    assert db.session.get_one(Slot, boundless).capacity is None
    assert db.session.get_one(Slot, shut).capacity == 0


@pytest.mark.parametrize(("allocation", "state"), [("approval", "pending"), ("draw", "entered")])
def test_places_can_be_given_in_every_way(site: Flask, allocation: str, state: str) -> None:
    slot_id = published(site, "--capacity", "5", "--allocation", allocation)

    ticket = places.sign_up(slot_id=slot_id, person_id=a_worker().id, party=1, nonce="n", at=clock.now())

    assert ticket.state == state


def test_the_audit_lists_everybody_in_the_order_of_asking(site: Flask) -> None:
    slot_id = published(site, "--capacity", "1")
    asked = workers(4)
    tickets = [
        places.sign_up(slot_id=slot_id, person_id=one.id, party=1, nonce="n", at=clock.now()) for one in asked
    ]
    places.cancel(ref=tickets[2].ref, person_id=asked[2].id, at=clock.now())

    listed = json.loads(run(site, "audit", str(slot_id)).stdout)

    assert [one["person"] for one in listed] == [one.id for one in asked]
    assert [one["phone"] for one in listed] == [one.phone for one in asked]
    assert [one["state"] for one in listed] == ["confirmed", "waiting", "left", "waiting"]
    assert [one["place"] for one in listed] == [None, 1, None, 2]
    assert [one["ref"] for one in listed] == [ticket.ref for ticket in tickets]
    assert {one["party"] for one in listed} == {1}


def test_an_unknown_slot_is_said_to_be_unknown(site: Flask) -> None:
    assert run(site, "audit", "7").exit_code == 2


def test_a_session_signs_its_worker_in(site: Flask) -> None:
    known = a_worker()

    lines = [line.split("\t") for line in run(site, "sessions", "3").output.splitlines()]

    assert len({cookie for cookie, _person, _phone in lines}) == 3
    assert lines[0][1:] == [str(known.id), known.phone]
    assert db.session.scalar(select(func.count()).select_from(BrowserSession)) == 3
    name, value = lines[0][0].split("=", 1)
    browser = site.test_client()
    browser.set_cookie(name, value)
    assert browser.get("/me").status_code == 200


def test_the_bulk_is_as_the_verbs_would_leave_it(site: Flask) -> None:
    demo_scale.grow(Size(0, 0, 0), Size(300, 40, 6000), clock.now())

    assert demo_load.size().bookings == 6000
    slots = {slot.id: slot for slot in db.session.scalars(select(Slot))}
    bookings = db.session.scalars(select(Booking).order_by(Booking.slot_id, Booking.seq)).all()
    for slot in slots.values():
        mine = [one for one in bookings if one.slot_id == slot.id]
        assert slot.held == sum(one.party for one in mine if one.state in HOLDING)
        assert slot.waiting == sum(one.state is State.WAITING for one in mine)
        assert slot.capacity is not None
        assert slot.held <= slot.capacity
        if slot.starts_at > clock.now() and slot.waiting:
            assert slot.held == slot.capacity
        assert [one.created_at for one in mine] == sorted(one.created_at for one in mine)
        assert slot.seq >= max((one.seq for one in mine), default=0)
    first = select(func.count()).select_from(BookingChange).where(BookingChange.was.is_(None))
    assert db.session.scalar(first) == 6000


def test_the_bulk_plans_nobody_into_a_clash_even_when_it_grows_twice(site: Flask) -> None:
    at = clock.now()
    demo_scale.grow(Size(0, 0, 0), Size(100, 30, 1000), at)
    demo_scale.grow(demo_load.size(), Size(100, 60, 2000), at)

    taken: dict[int, list[Span]] = {}
    times = (
        select(Booking.person_id, Occurrence.starts_at, Occurrence.ends_at)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Booking.slot_id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .where(Booking.state.in_(HOLDING))
    )
    for person_id, starts_at, ends_at in db.session.execute(times):
        taken.setdefault(person_id, []).append(Span(starts_at, ends_at))

    assert len(taken) > 100
    for spans in taken.values():
        ordered = sorted(spans, key=lambda span: span.starts_at)
        assert not any(overlap(one, following) for one, following in pairwise(ordered))


def test_rows_after_the_bulk_get_ids_of_their_own(site: Flask) -> None:
    demo_people.add_extras(10, clock.now())

    assert a_worker().id not in demo_people.extras()
