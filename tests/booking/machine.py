"""The verbs against the model: seven people, four slots with overlapping times, in any order of events."""

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
    """Made once for many examples. The third slot takes two waiters, the fourth is a course of two evenings."""

    def meeting(hours: float) -> Meeting:
        return Meeting(START + hours * HOUR, START + (hours + 2) * HOUR)

    made: list[Made] = [
        an_activity(meetings=[meeting(10)], places=2, max_party=3, opens_in=HOUR, now=START),
        an_activity(
            meetings=[meeting(11), meeting(30)],
            pools=[Pool(1, meetings=(0,)), Pool(3, waitlist_limit=2, meetings=(1,))],
            max_party=3,
            closes_in=10 * HOUR,
            now=START,
        ),
        an_activity(meetings=[meeting(12), meeting(31)], places=4, max_party=3, now=START),
    ]
    slots = [slot_id for activity in made for slot_id in activity.slot_ids]
    instants = {START, START + HOUR, START + 10 * HOUR}
    for hours in (10, 11, 12, 30):
        instants |= {START + (hours - before) * HOUR for before in (-2, 0, 1, 2)}
    return World(
        [person.id for person in workers(7, at=START)],
        slots,
        [activity.activity_id for activity in made],
        sorted(instants),
    )


def fresh(world: World) -> Model:
    """The tables as the world began, and the model of them."""
    first_capacity = dict(zip(world.slots, (2, 1, 3, 4), strict=True))
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
        self.refs: dict[str, str] = {}
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
        self.sent += 1
        form = Form(self.world.slots[slot], self.world.people[person], party, f"form-{self.sent}")
        said = self._send(form)
        return multiple() if said.refused else form

    @rule(form=forms)
    def send_the_form_again(self, form: Form) -> None:
        self._send(form)

    @rule(form=consumes(forms))
    def cancel(self, form: Form) -> None:
        self._cancel(form)

    @rule(form=forms)
    def cancel_and_keep_the_page_open(self, form: Form) -> None:
        self._cancel(form)

    @rule(slot=st.integers(0, 3), capacity=st.none() | st.integers(0, 5))
    def set_capacity(self, slot: int, capacity: int | None) -> None:
        slot_id = self.world.slots[slot]
        self.verbs.set_capacity(slot_id=slot_id, capacity=capacity, at=self.model.at)
        self.model.set_capacity(slot_id, capacity)

    @rule(slot=st.integers(0, 3))
    def look_at_the_queue_again(self, slot: int) -> None:
        slot_id = self.world.slots[slot]
        self.verbs.set_capacity(
            slot_id=slot_id, capacity=self.model.posts[slot_id].capacity, at=self.model.at
        )

    @rule(which=st.integers(0, 4), off=st.sampled_from((-1, 0, 0, 1)))
    def the_clock_goes_on(self, which: int, off: int) -> None:
        """To one of the next instants that matter, or a second beside it."""
        ahead = [instant for instant in self.world.instants if instant > self.model.at]
        if ahead:
            there = ahead[min(which, len(ahead) - 1)] + off * SECOND
            self.model.at = max(self.model.at, there)

    @rule(which=st.integers(0, 11))
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

    def _send(self, form: Form) -> Said:
        expected = self.model.book(form.post, form.person, form.party, form.nonce)
        got = _answer(
            lambda: self.verbs.sign_up(
                slot_id=form.post,
                person_id=form.person,
                party=form.party,
                nonce=form.nonce,
                at=self.model.at,
            )
        )
        assert got[0] == expected, f"{form}: {got[0]} instead of {expected}"
        if not expected.refused:
            first = self.refs.setdefault(form.nonce, got[1])
            assert got[1] == first, "another booking than the first time"
        return expected

    def _cancel(self, form: Form) -> None:
        line = self._line_of(form)
        expected = self.model.cancel(line)
        got = _answer(
            lambda: self.verbs.cancel(ref=self.refs[form.nonce], person_id=form.person, at=self.model.at)
        )
        assert got[0] == expected, f"{form}: {got[0]} instead of {expected}"

    def _line_of(self, form: Form) -> Line:
        """The booking a form made or was shown."""
        ref = self.refs[form.nonce]
        made_by = next(nonce for nonce, one in self.refs.items() if one == ref)
        return next(
            line
            for line in self.model.lines
            if (line.nonce, line.post, line.person) == (made_by, form.post, form.person)
        )


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
