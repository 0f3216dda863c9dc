"""The verbs against the model: seven people, four slots with overlapping times, in any order of events."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Protocol, cast

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import func, select, update

from tests.booking.invariants import broken
from tests.booking.model import Line, Model, Post, Said
from tests.builders import Made, an_activity, workers
from yiqi.activities.models import Activity, Occurrence, Slot, Status, slot_occurrence
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import places
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.asking import Refusal
from yiqi.db import db, writing
from yiqi.notices.models import Notice

START = datetime.fromisoformat("2026-07-01T04:00:00+00:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@dataclass
class World:
    """What stays the same from example to example: people, activities, slots."""

    people: list[int]
    slots: list[int]
    activities: list[int]
    instants: list[datetime]


def a_world() -> World:
    """Made once for many examples.

    The second slot overlaps the first and the fourth, a course of two evenings; the third ends as the second of
    these begins, and takes two waiters.
    """

    def meeting(hours: float) -> Meeting:
        return Meeting(START + hours * HOUR, START + (hours + 2) * HOUR)

    made: list[Made] = [
        an_activity(meetings=[meeting(10)], places=3, max_party=3, opens_in=HOUR, now=START),
        an_activity(
            meetings=[meeting(11), meeting(29)],
            pools=[Pool(1, meetings=(0,)), Pool(3, waitlist_limit=2, meetings=(1,))],
            max_party=3,
            closes_in=10 * HOUR,
            now=START,
        ),
        an_activity(meetings=[meeting(12), meeting(31)], places=8, max_party=3, now=START),
    ]
    slots = [slot_id for activity in made for slot_id in activity.slot_ids]
    instants = {START, START + HOUR, START + 10 * HOUR}
    for hours in (10, 11, 12, 29):
        instants |= {START + (hours - before) * HOUR for before in (-2, 0, 1, 2)}
    return World(
        [person.id for person in workers(7, at=START)],
        slots,
        [activity.activity_id for activity in made],
        sorted(instants),
    )


def fresh(world: World) -> Model:
    """The tables as the world began, and the model of them."""
    first_capacity = dict(zip(world.slots, (3, 1, 3, 8), strict=True))
    with writing() as session:
        for kind in (BookingChange, Notice, Booking):
            session.execute(kind.__table__.delete())  # type: ignore[attr-defined]
        session.execute(update(Activity).values(status=Status.PUBLISHED))
        for slot_id, capacity in first_capacity.items():
            session.execute(
                update(Slot).where(Slot.id == slot_id).values(capacity=capacity, held=0, waiting=0)
            )
    posts = {}
    for slot, activity in db.session.execute(select(Slot, Activity).join(Activity).order_by(Slot.id)):
        meetings = db.session.execute(
            select(Occurrence.starts_at, Occurrence.ends_at)
            .join(slot_occurrence)
            .where(slot_occurrence.c.slot_id == slot.id)
        )
        posts[slot.id] = Post(
            activity.id,
            [(row.starts_at, row.ends_at) for row in meetings],
            activity.opens_at,
            activity.closes_at,
            slot.capacity,
            slot.waitlist_limit,
            activity.max_party,
        )
    db.session.rollback()
    return Model(posts, START + HOUR)


class Verbs(Protocol):
    """What is tried: `places`, or a broken copy of it."""

    sign_up: Any
    cancel: Any
    set_capacity: Any
    call_off: Any


@dataclass(frozen=True)
class Form:
    """A form that was sent: what it made is known by its nonce."""

    post: int
    person: int
    party: int
    nonce: str


class Machine(RuleBasedStateMachine):
    """Any order of events. `world` and `verbs` are set by who runs it."""

    world: World
    verbs: Verbs = cast(Verbs, places)
    forms: Bundle[Form] = Bundle("forms")

    def __init__(self) -> None:
        super().__init__()
        self.model = fresh(self.world)
        self.refs: dict[int, str] = {}
        self.about: dict[str, Line] = {}
        self.sent = 0
        self.places: dict[int, int] = {}

    @initialize(hour=st.sampled_from((0, 1, 1, 1, 1)))
    def begins(self, hour: int) -> None:
        """Mostly when sign-up has opened everywhere."""
        self.model.at = START + hour * HOUR

    @rule(
        target=forms,
        slot=st.integers(0, 3),
        person=st.integers(0, 6),
        party=st.sampled_from((1, 1, 1, 2, 2, 3, 4)),
    )
    def book(self, slot: int, person: int, party: int) -> Any:
        form = self._fresh_form(slot, person, party)
        return multiple() if self._send(form).refused else form

    @rule(
        target=forms,
        slot=st.integers(0, 3),
        people=st.permutations(range(7)),
        parties=st.lists(st.sampled_from((1, 1, 1, 2, 3)), min_size=3, max_size=6),
    )
    def a_crowd_signs_up(self, slot: int, people: list[int], parties: list[int]) -> Any:
        """One after the other: queues are where things go wrong."""
        sent = [self._fresh_form(slot, *who) for who in zip(people, parties, strict=False)]
        return multiple(*(form for form in sent if not self._send(form).refused))

    @rule(form=forms)
    def send_the_form_again(self, form: Form) -> None:
        self._send(form)

    @rule(form=consumes(forms))
    def cancel(self, form: Form) -> None:
        self._cancel(self.about[form.nonce])

    @rule(which=st.integers(0, 30), many=st.sampled_from((1, 1, 2, 3, 4)))
    def those_with_a_place_cancel(self, which: int, many: int) -> None:
        """One after the other, in a slot where somebody waits if there is one."""
        slot_id = self._a_queue(which)
        held = [line for line in self.model.lines if line.post == slot_id and line.state == "confirmed"]
        for line in held[:many]:
            self._cancel(line)

    @rule(which=st.integers(0, 30), hours=st.sampled_from((2, 1, 1, 0)), off=st.sampled_from((-1, 0, 0, 1)))
    def somebody_cancels_at_the_last_moment(self, which: int, hours: int, off: int) -> None:
        """Or a second before it, or after."""
        slot_id = self._a_queue(which)
        edge = self.model.posts[slot_id].starts_at - hours * HOUR + off * SECOND
        held = [line for line in self.model.lines if line.post == slot_id and line.state == "confirmed"]
        if held and edge >= self.model.at:
            self.model.at = edge
            self._cancel(held[0])

    @rule(
        slot=st.integers(0, 3),
        person=st.integers(0, 6),
        opening=st.booleans(),
        off=st.sampled_from((-1, 0, 0, 1)),
    )
    def somebody_asks_at_the_very_moment(self, slot: int, person: int, opening: bool, off: int) -> None:
        """When it opens or closes, or a second beside it."""
        post = self.model.posts[self.world.slots[slot]]
        edge = (post.opens_at if opening else post.closes_at) + off * SECOND
        if edge >= self.model.at:
            self.model.at = edge
            self._send(self._fresh_form(slot, person, 1))

    @rule(which=st.integers(0, 30), slot=st.sampled_from((3, 3, 0, 1)))
    def those_who_wait_get_busy(self, which: int, slot: int) -> None:
        """They sign up for something else, where there may be room, at the same time."""
        for line in self.model.queue(self._a_queue(which)):
            self._send(self._fresh_form(slot, self.world.people.index(line.person), 1))

    @rule(which=st.integers(0, 3), capacity=st.none() | st.sampled_from((0, 1, 2, 2, 3, 4, 5)))
    def set_capacity(self, which: int, capacity: int | None) -> None:
        """Where somebody waits, if there is such a slot."""
        slot_id = self._a_queue(which)
        self.verbs.set_capacity(slot_id=slot_id, capacity=capacity, at=self.model.at)
        self.model.set_capacity(slot_id, capacity)

    @rule(slot=st.integers(0, 3))
    def look_at_the_queue_again(self, slot: int) -> None:
        slot_id = self.world.slots[slot]
        self.verbs.set_capacity(
            slot_id=slot_id, capacity=self.model.posts[slot_id].capacity, at=self.model.at
        )

    @rule(which=st.sampled_from((0, 0, 0, 1, 1, 2, 4)), off=st.sampled_from((-1, 0, 0, 1)))
    def the_clock_goes_on(self, which: int, off: int) -> None:
        """To one of the next instants that matter, or a second beside it."""
        ahead = [instant for instant in self.world.instants if instant > self.model.at]
        if ahead:
            there = ahead[min(which, len(ahead) - 1)] + off * SECOND
            self.model.at = max(self.model.at, there)

    @rule(which=st.integers(0, 15))
    def call_off(self, which: int) -> None:
        """Rarely."""
        if which < len(self.world.activities):
            activity = self.world.activities[which]
            self.verbs.call_off(activity_id=activity, at=self.model.at)
            self.model.call_off(activity)

    @invariant()
    def the_tables_are_what_the_model_says(self) -> None:
        db.session.rollback()
        rows = db.session.execute(
            select(
                Booking.slot_id,
                Booking.person_id,
                Booking.party,
                Booking.nonce,
                Booking.state,
                Booking.passed_over,
            ).order_by(Booking.id)
        ).all()
        stored = [(*row[:4], str(row[4]), row[5]) for row in rows]
        lines = self.model.lines
        assert stored == [
            (one.post, one.person, one.party, one.nonce, one.state, one.passed) for one in lines
        ]
        counters = db.session.execute(select(Slot.id, Slot.held, Slot.waiting)).all()
        posts = self.model.posts
        assert {row[0]: (row[1], row[2]) for row in counters} == {
            post_id: (self.model.held(post_id), len(self.model.queue(post_id))) for post_id in posts
        }
        assert db.session.scalar(select(func.count()).select_from(BookingChange)) == self.model.changes
        assert db.session.scalar(select(func.count()).select_from(Notice)) == self.model.told

    @invariant()
    def what_must_always_hold_holds(self) -> None:
        assert broken(self.model.at, self.model.over()) == []

    @invariant()
    def nobodys_place_in_a_queue_gets_worse(self) -> None:
        now = {
            line.number: place
            for post_id in self.model.posts
            for place, line in enumerate(self.model.queue(post_id), 1)
        }
        assert all(place <= self.places.get(number, place) for number, place in now.items())
        self.places = now

    def _a_queue(self, which: int) -> int:
        """A slot, one with a queue if there is any."""
        queues = [slot_id for slot_id in self.world.slots if self.model.queue(slot_id)] or self.world.slots
        return queues[which % len(queues)]

    def _fresh_form(self, slot: int, person: int, party: int) -> Form:
        self.sent += 1
        return Form(self.world.slots[slot], self.world.people[person], party, f"form-{self.sent}")

    def _send(self, form: Form) -> Said:
        booked = self.model.book(form.post, form.person, form.party, form.nonce)
        got, ref = _answer(
            lambda: self.verbs.sign_up(
                slot_id=form.post,
                person_id=form.person,
                party=form.party,
                nonce=form.nonce,
                at=self.model.at,
            )
        )
        assert got == booked.said, f"{form}: {got} instead of {booked.said}"
        if booked.line is not None:
            assert ref == self.refs.setdefault(booked.line.number, ref), "another booking than before"
            self.about[form.nonce] = booked.line
        return booked.said

    def _cancel(self, line: Line) -> None:
        expected = self.model.cancel(line)
        ref = self.refs[line.number]
        got, _ref = _answer(lambda: self.verbs.cancel(ref=ref, person_id=line.person, at=self.model.at))
        assert got == expected, f"{line}: {got} instead of {expected}"


def _answer(act: Any) -> tuple[Said, str]:
    """What a verb said, as the model says it. A broken copy has a `Refused` of its own: known by its reason."""
    try:
        ticket = act()
    except Exception as refused:
        why = getattr(refused, "why", None)
        if why not in list(Refusal):
            raise
        return Said(refused=str(why)), ""
    return Said(str(ticket.state)), str(ticket.ref)


def on(world: World, verbs: ModuleType | Verbs = places) -> type[Machine]:
    """The machine on a world, with these verbs."""
    return type("Machine", (Machine,), {"world": world, "verbs": verbs})


def walk(machine: type[Machine], seed: int, steps: int = 40) -> None:
    """The machine without Hypothesis: a walk drawn from a seed, evenly dense from its first step. Raises as it does."""
    chance = random.Random(seed)
    tried = machine()
    tried.begins(hour=1)
    forms: list[Form] = []
    for step in range(steps):
        chosen = chance.choices(list(WALK), weights=list(WALK.values()))[0]
        made = chosen(tried, chance, forms)
        forms += made if isinstance(made, list) else []
        tried.the_tables_are_what_the_model_says()
        tried.nobodys_place_in_a_queue_gets_worse()
        if step % 8 == 7:
            tried.what_must_always_hold_holds()


def _crowd(tried: Machine, chance: random.Random, _forms: list[Form]) -> list[Form]:
    people, slot = chance.sample(range(7), chance.randint(1, 6)), chance.randint(0, 3)
    sent = [tried._fresh_form(slot, person, chance.choice((1, 1, 1, 2, 3, 3, 4))) for person in people]
    return [form for form in sent if not tried._send(form).refused]


def _again(tried: Machine, chance: random.Random, forms: list[Form]) -> None:
    for form in forms and chance.sample(forms, 1):
        chance.choice((tried._send, lambda form: tried._cancel(tried.about[form.nonce])))(form)


WALK: dict[Callable[[Machine, random.Random, list[Form]], object], int] = {
    _crowd: 8,
    _again: 3,
    lambda tried, chance, _: tried.those_with_a_place_cancel(
        which=chance.randint(0, 30), many=chance.randint(1, 4)
    ): 6,
    lambda tried, chance, _: tried.those_who_wait_get_busy(
        which=chance.randint(0, 30), slot=chance.choice((3, 3, 0, 1))
    ): 3,
    lambda tried, chance, _: tried.set_capacity(
        which=chance.randint(0, 30), capacity=chance.choice((None, 0, 1, 2, 2, 3, 4, 5, 8))
    ): 3,
    lambda tried, chance, _: tried.look_at_the_queue_again(slot=chance.randint(0, 3)): 1,
    lambda tried, chance, _: tried.somebody_cancels_at_the_last_moment(
        which=chance.randint(0, 30), hours=chance.choice((2, 1, 1, 0)), off=chance.choice((-1, 0, 0, 1))
    ): 1,
    lambda tried, chance, _: tried.somebody_asks_at_the_very_moment(
        slot=chance.randint(0, 3),
        person=chance.randint(0, 6),
        opening=chance.random() < 0.5,
        off=chance.choice((-1, 0, 0, 1)),
    ): 1,
    lambda tried, chance, _: tried.the_clock_goes_on(which=0, off=chance.choice((-1, 0, 0, 1))): 1,
    lambda tried, chance, _: tried.call_off(which=chance.randint(0, 5)): 1,
}
