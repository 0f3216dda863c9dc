"""The verbs against the model: eight people, eleven slots with overlapping times, in any order of events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from sqlalchemy import func, select

from tests.booking.by_hand_rules import ByHand
from tests.booking.invariants import broken
from tests.booking.model import HOLDS, HOUR, MINUTE, Line, Post, Said
from tests.booking.world import DRAWN, SCENES, START, World, answered, fresh, instants
from yiqi.activities.models import Quota, Slot
from yiqi.booking import approval, by_hand, offers, places
from yiqi.booking.models import Booking, BookingChange, Mark
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.draws import lottery
from yiqi.draws.models import DrawEntry
from yiqi.notices.models import Notice

SECOND = MINUTE / 60
EDGES = (-1, 0, 0, 1)
"""Seconds beside an instant that matters."""
LAST_MOMENTS = ("cancel", "promotion", "promotion", "just before", "just before", "start")
AT_ITS_END = ("accept", "decline", "ask", "elsewhere", "sweep", "nothing")
EVERY = 4
"""Steps between two looks at all invariants."""
many = st.integers(0, 60)
edges = st.sampled_from(EDGES)


@dataclass(frozen=True)
class Verbs:
    """What is tried: the modules of the verbs, or broken copies of them."""

    places: Any = places
    offers: Any = offers
    approval: Any = approval
    lottery: Any = lottery
    by_hand: Any = by_hand


@dataclass(frozen=True)
class Form:
    """A form that was sent: what it made is known by its nonce."""

    post: int
    person: int
    party: int
    nonce: str


class Machine(ByHand, RuleBasedStateMachine):
    """Any order of events. `world` and `verbs` are set by who runs it; numbers pick from what there is."""

    world: World
    verbs = Verbs()
    forms: Bundle[Form] = Bundle("forms")

    def __init__(self) -> None:
        super().__init__()
        self.model = fresh(self.world)
        self.scene = self.world.slots
        self.refs: dict[int, str] = {}
        self.about: dict[str, Line] = {}
        self.sent = 0
        self.frozen = False
        self.looked = 0
        self.places: dict[tuple[int, int], int] = {}

    @initialize(scene=st.sampled_from(sorted(SCENES)), hour=st.sampled_from((0, 1, 1, 1, 1)))
    def begins(self, scene: str, hour: int) -> None:
        """Mostly when sign-up has opened everywhere."""
        self.scene = [self.world.slots[number] for number in SCENES[scene]]
        self.model.at = START + hour * HOUR

    # Workers sign up

    @rule(target=forms, slot=many, person=many, party=st.sampled_from((1, 1, 1, 2, 2, 3, 4)))
    def book(self, slot: int, person: int, party: int) -> Any:
        form = self.fresh_form(slot, person, party)
        return multiple() if self.send(form).refused else form

    @rule(
        target=forms,
        slot=many,
        people=st.permutations(range(8)),
        parties=st.lists(st.sampled_from((1, 1, 1, 2, 3)), min_size=3, max_size=7),
    )
    def a_crowd_signs_up(self, slot: int, people: list[int], parties: list[int]) -> Any:
        """One after the other: queues are where things go wrong."""
        sent = [self.fresh_form(slot, *who) for who in zip(people, parties, strict=False)]
        return multiple(*(form for form in sent if not self.send(form).refused))

    @rule(
        slot=many,
        people=st.permutations(range(8)),
        parties=st.lists(st.sampled_from((1, 1, 2, 3)), min_size=3, max_size=5),
        capacity=st.sampled_from((1, 2, 2, 3, 4)),
    )
    def a_queue_gathers_before_there_are_seats(
        self, slot: int, people: list[int], parties: list[int], capacity: int
    ) -> None:
        """Nobody is too many for no seats: who is more than there are in the end must not hold the others."""
        slot_id = self.slot(slot)
        self.resize(slot_id, 0)
        for who in zip(people, parties, strict=False):
            self.send(self.fresh_form(slot, *who))
        self.resize(slot_id, capacity)

    @rule(person=many)
    def somebody_signs_up_everywhere(self, person: int) -> None:
        for number in range(len(self.scene)):
            self.send(self.fresh_form(number, person, 1))

    @rule(slot=many, person=many)
    def one_comes_and_goes(self, slot: int, person: int) -> None:
        """Again and again, past a party that does not fit: until the seat is kept for it."""
        slot_id = self.slot(slot)
        self.resize(slot_id, self.model.holding({slot_id}) + 1)
        self.send(self.fresh_form(slot, person + 1, 2))
        for _ in range(5):
            form = self.fresh_form(slot, person, 1)
            if self.send(form).state == "confirmed":
                self.give_up(self.about[form.nonce])

    @rule(slot=many, person=many, sweeps=st.booleans())
    def two_wait_for_each_other(self, slot: int, person: int, sweeps: bool) -> None:
        """Each is the first in one queue and the second in another; then all of it moves, and time goes by."""
        pair = (slot, slot + 1)
        for one in pair:
            self.resize(self.slot(one), self.model.holding({self.slot(one)}))
        for one, who in zip((*pair, *pair), (person, person + 1, person + 1, person), strict=True):
            self.send(self.fresh_form(one, who, 1))
        for one in pair:
            self.resize(self.slot(one), self.model.holding({self.slot(one)}) + 1)
        ends = [line.until for one in pair for line in self.model.offered(self.slot(one)) if line.until]
        self.model.at = max([self.model.at, *ends])
        if sweeps:
            self.sweep()

    @rule(form=forms)
    def send_the_form_again(self, form: Form) -> None:
        self.send(form)

    @rule(form=forms)
    def sign_up_once_more(self, form: Form) -> None:
        """With another form, as who came back to the page."""
        self.sent += 1
        self.send(Form(form.post, form.person, 1, f"form-{self.sent}"))

    @rule(which=many)
    def those_who_wait_get_busy(self, which: int) -> None:
        """They sign up for something else, where there may be room, at the same time."""
        elsewhere = (which // 7) % len(self.scene)
        for line in self.model.queue(self.a_queue(which)):
            self.send(self.fresh_form(elsewhere, self.world.people.index(line.person), 1))

    @rule()
    def everybody_with_a_place_cancels(self) -> None:
        """In all slots, so that much is offered at one instant."""
        for slot_id in self.scene:
            for line in self.confirmed(slot_id)[:3]:
                self.give_up(line)

    @rule(which=many)
    def somebody_of_a_full_quota_gives_up(self, which: int) -> None:
        """In one slot, while others of it may wait in another."""
        full = [one for one in self.model.shares.values() if one.most and self.model.used(one) >= one.most]
        held = [
            line
            for share in full
            for line in self.model.lines
            if line.post in share.posts and line.person in share.people and line.state in HOLDS
        ]
        if held:
            self.give_up(held[which % len(held)])

    @rule(which=many)
    def who_waits_gives_up_something_else(self, which: int) -> None:
        """The time it takes is free then, here and wherever they wait."""
        held = self.held_by_who_waits(which)
        if held:
            self.give_up(held[which % len(held)])

    @rule(slot=many, person=many, opening=st.booleans(), off=edges)
    def somebody_asks_at_the_very_moment(self, slot: int, person: int, opening: bool, off: int) -> None:
        """When it opens or closes, or a second beside it."""
        post = self.model.posts[self.slot(slot)]
        closes_at = min(post.terms.closes_at, max(start for start, _end in post.meetings))
        edge = (post.terms.opens_at if opening else closes_at) + off * SECOND
        if edge >= self.model.at:
            self.model.at = edge
            self.send(self.fresh_form(slot, person, 1))

    # Workers give back

    @rule(form=consumes(forms))
    def cancel(self, form: Form) -> None:
        self.give_up(self.about[form.nonce])

    @rule(form=forms, seen=st.sampled_from(("waiting", "confirmed", "offered")), accepts_late=st.booleans())
    def cancel_what_they_saw(self, form: Form, seen: str, accepts_late: bool) -> None:
        self.give_up(self.about[form.nonce], seen, accepts_late)

    @rule(which=many, how_many=st.sampled_from((1, 1, 2, 3, 4)))
    def those_with_a_place_cancel(self, which: int, how_many: int) -> None:
        """One after the other, in a slot where somebody waits if there is one."""
        for line in self.confirmed(self.a_queue(which))[:how_many]:
            self.give_up(line)

    @rule(
        which=many,
        late=st.sampled_from(LAST_MOMENTS),
        off=edges,
        accepts_late=st.sampled_from((True, True, False)),
        taken=st.booleans(),
    )
    def somebody_cancels_at_the_last_moment(
        self, which: int, late: str, off: int, accepts_late: bool, taken: bool
    ) -> None:
        """Or a second before it, or after; then who is offered the seat takes it, and who waits tries again."""
        slot_id = self.a_queue(which)
        edge = last_moment(self.model.posts[slot_id], late) + off * SECOND
        held = self.confirmed(slot_id)
        if held and edge >= self.model.at:
            self.model.at = edge
            self.give_up(held[which % len(held)], accepts_late=accepts_late)
            for line in self.model.lines:
                if line.post == slot_id and line.state == "offered" and taken:
                    self.answer(line, accepts=True)
            for line in self.model.queue(slot_id)[:2]:
                self.send(self.fresh_form(self.scene.index(slot_id), self.world.people.index(line.person), 1))

    # Offers

    @rule(which=many, accepts=st.booleans())
    def answer_an_offer(self, which: int, accepts: bool) -> None:
        held = [line for line in self.model.lines if line.state == "offered"]
        if held:
            self.answer(held[which % len(held)], accepts)

    @rule(which=many, off=edges, then=st.sampled_from(AT_ITS_END))
    def an_offer_comes_to_its_end(self, which: int, off: int, then: str) -> None:
        """And its worker answers in the last second or too late, or somebody else comes first."""
        held = [line for line in self.model.lines if line.state == "offered" and line.until]
        line = held[which % len(held)] if held else None
        if line is None or line.until is None or line.until + off * SECOND < self.model.at:
            return
        self.model.at = line.until + off * SECOND
        if then in ("accept", "decline"):
            self.answer(line, then == "accept")
        elif then == "ask":
            person = self.world.people[which % len(self.world.people)]
            self.sent += 1
            self.send(Form(line.post, person, 1, f"form-{self.sent}"))
        elif then == "elsewhere":
            for number in range(len(self.scene)):
                self.send(self.fresh_form(number, self.world.people.index(line.person), 1))
        elif then == "sweep":
            self.sweep()

    @rule()
    def sweep(self) -> None:
        self.model.sweep()
        self.verbs.offers.settle_due(self.model.at)

    # Organizers

    @rule(which=many, how_many=st.integers(1, 4), approves=st.sampled_from((True, True, True, False)))
    def look_at_sign_ups(self, which: int, how_many: int, approves: bool) -> None:
        """One after the other, from one on; or at one that needs none, which changes nothing."""
        asked = [line for line in self.model.lines if line.state == "pending"] or self.model.lines[:1]
        for line in (asked[which % len(asked) :] if asked else [])[:how_many]:
            by = self.world.people[0]
            word = {"ref": self.refs[line.number], "by_id": by, "at": self.model.at}
            if approves:
                expected = self.model.approve(line, by)
                got, _ref = answered(lambda word=word: self.verbs.approval.approve(**word))
            else:
                expected = self.model.reject(line, by)
                got, _ref = answered(lambda word=word: self.verbs.approval.reject(because="人数已定", **word))
            assert got == expected, f"{line}: {got} instead of {expected}"

    @rule(slot=many, person=many)
    def a_party_is_let_in_and_a_small_one_after_it(self, slot: int, person: int) -> None:
        """Where one seat is left: the small one passes the party, and that counts."""
        slot_id = self.slot(slot)
        self.resize(slot_id, self.model.holding({slot_id}) + 1)
        self.send(self.fresh_form(slot, person, 2))
        self.send(self.fresh_form(slot, person + 1, 1))
        self.look_at_sign_ups(which=0, how_many=8, approves=True)

    @rule(which=many, capacity=st.none() | st.sampled_from((0, 1, 2, 2, 3, 4, 5)))
    def set_capacity(self, which: int, capacity: int | None) -> None:
        """Where somebody waits, if there is such a slot."""
        self.resize(self.a_queue(which), capacity)

    @rule(slot=many)
    def look_at_the_queue_again(self, slot: int) -> None:
        slot_id = self.slot(slot)
        self.resize(slot_id, self.model.posts[slot_id].capacity)

    @rule(which=many)
    def call_off(self, which: int) -> None:
        """Rarely."""
        if which % 3 == 0:
            self._call_off(self.slot(which))

    @rule(which=many)
    def what_they_hold_who_wait_elsewhere_is_called_off(self, which: int) -> None:
        """Rarely too: then they have time."""
        held = self.held_by_who_waits(which)
        if held and which % 3 == 0:
            self._call_off(held[which % len(held)].post)

    @rule(early=st.booleans())
    def the_draw_goes_on(self, early: bool) -> None:
        """Its list is frozen, then it is held, not before its time; both once more change nothing."""
        post = self.model.posts[self.world.slots[DRAWN]]
        if self.world.slots[DRAWN] not in self.scene or post.called_off:
            return
        if early and self.model.at < post.terms.closes_at:
            return
        self.model.at = max(self.model.at, START + (12 * HOUR if self.frozen else 10 * HOUR))
        this = {"activity_id": post.terms.activity, "at": self.model.at}
        self.verbs.lottery.freeze(**this)
        if self.frozen:
            self.verbs.lottery.draw(**this, number="03 07 12 22 28 33 + 09")
            self.model.draw(self._in_the_order_of_the_draw())
        self.frozen = True

    @rule(elsewhere=many)
    def who_is_entered_gets_busy(self, elsewhere: int) -> None:
        """Before the draw, at the same time: what they draw cannot be theirs."""
        for line in [line for line in self.model.lines if line.state == "entered"]:
            self.send(self.fresh_form(elsewhere, self.world.people.index(line.person), 1))

    # The clock and the machine room

    @rule(which=st.sampled_from((0, 0, 0, 1, 1, 2, 4)), off=edges)
    def the_clock_goes_on(self, which: int, off: int) -> None:
        """To one of the next instants that matter, or a second beside it."""
        ahead = [instant for instant in instants(self.model) if instant > self.model.at]
        if ahead:
            there = ahead[min(which, len(ahead) - 1)] + off * SECOND
            self.model.at = max(self.model.at, there)

    @rule()
    def the_site_is_started_again(self) -> None:
        db.session.remove()
        db.engine.dispose()

    # What is looked at after every step

    @invariant()
    def the_tables_are_what_the_model_says(self) -> None:
        db.session.rollback()
        rows = db.session.execute(_BOOKINGS).all()
        model, lines = self.model, self.model.lines
        stored, expected = [_as_modelled(row) for row in rows], [_as_stored(line) for line in lines]
        assert stored == expected, [
            pair for pair in zip(stored, expected, strict=False) if pair[0] != pair[1]
        ]
        in_line = sorted(
            (row.slot_id, row.seq, line.ticket)
            for row, line in zip(rows, lines, strict=True)
            if line.state == "waiting"
        )
        assert in_line == sorted(in_line, key=lambda turn: (turn[0], turn[2])), "another order in the queue"
        counters = db.session.execute(select(Slot.id, Slot.held, Slot.waiting, Slot.over)).all()
        assert {row[0]: tuple(row[1:]) for row in counters} == {
            post_id: (model.holding({post_id}), len(model.queue(post_id)), model.over(post_id))
            for post_id in model.posts
        }
        used = dict(db.session.execute(select(Quota.id, Quota.used)).all())
        assert used == {quota_id: model.used(share) for quota_id, share in model.shares.items()}
        marks = db.session.execute(select(Mark.booking_id, Mark.lifted_at).order_by(Mark.booking_id)).all()
        assert [row.lifted_at is not None for row in marks] == [
            line.mark == "lifted" for line in lines if line.mark
        ]
        assert db.session.scalar(select(func.count()).select_from(BookingChange)) == model.changes
        told = select(func.count()).select_from(Notice).where(Notice.kind == "booking")
        assert db.session.scalar(told) == model.told

    @invariant()
    def what_must_always_hold_holds(self) -> None:
        """Looked at now and then, and at the end: it takes as long as several steps."""
        self.looked += 1
        if self.looked % EVERY == 0:
            self.teardown()

    def teardown(self) -> None:
        assert broken(self.model.at) == []

    @invariant()
    def nobodys_place_in_a_queue_gets_worse(self) -> None:
        now = {
            (line.number, line.ticket): place
            for post_id in self.model.posts
            for place, line in enumerate(self.model.queue(post_id), 1)
        }
        assert all(place <= self.places.get(turn, place) for turn, place in now.items())
        self.places = now

    # Picking and trying

    def slot(self, number: int) -> int:
        return self.scene[number % len(self.scene)]

    def a_queue(self, which: int) -> int:
        """A slot of the scene, one with a queue if there is any."""
        queues = [slot_id for slot_id in self.scene if self.model.queue(slot_id)] or self.scene
        return queues[which % len(queues)]

    def confirmed(self, slot_id: int) -> list[Line]:
        return [line for line in self.model.lines if line.post == slot_id and line.state == "confirmed"]

    def held_by_who_waits(self, which: int) -> list[Line]:
        """What is held by people who wait in some slot."""
        return [
            line
            for waiter in self.model.queue(self.a_queue(which))
            for line in self.model.lines
            if line.person == waiter.person and line.state in HOLDS
        ]

    def fresh_form(self, slot: int, person: int, party: int) -> Form:
        self.sent += 1
        people = self.world.people
        return Form(self.slot(slot), people[person % len(people)], party, f"form-{self.sent}")

    def resize(self, slot_id: int, capacity: int | None) -> None:
        self.model.set_capacity(slot_id, capacity)
        self.verbs.places.set_capacity(slot_id=slot_id, capacity=capacity, at=self.model.at)

    def send(self, form: Form) -> Said:
        booked = self.model.book(form.post, form.person, form.party, form.nonce)
        got, ref = answered(
            lambda: self.verbs.places.sign_up(
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

    def give_up(self, line: Line, seen: str = "", accepts_late: bool = True) -> None:
        expected = self.model.cancel(line, seen, accepts_late)
        got, _ref = answered(
            lambda: self.verbs.places.cancel(
                ref=self.refs[line.number],
                person_id=line.person,
                at=self.model.at,
                seen=State(seen) if seen else None,
                accepts_late=accepts_late,
            )
        )
        assert got == expected, f"{line}: {got} instead of {expected}"

    def answer(self, line: Line, accepts: bool) -> None:
        expected = self.model.accept(line) if accepts else self.model.decline(line)
        verb = self.verbs.offers.accept if accepts else self.verbs.offers.decline
        got, _ref = answered(
            lambda: verb(ref=self.refs[line.number], person_id=line.person, at=self.model.at)
        )
        assert got == expected, f"{line}: {got} instead of {expected}"

    def _call_off(self, post_id: int) -> None:
        post = self.model.posts[post_id]
        if not post.called_off:
            self.model.call_off(post.terms.activity)
            self.verbs.places.call_off(activity_id=post.terms.activity, at=self.model.at)

    def _in_the_order_of_the_draw(self) -> list[Line]:
        drawn = select(Booking.ref).join(DrawEntry, DrawEntry.booking_id == Booking.id)
        numbers = {ref: number for number, ref in self.refs.items()}
        lines = {line.number: line for line in self.model.lines}
        db.session.rollback()
        return [lines[numbers[ref]] for ref in db.session.scalars(drawn.order_by(DrawEntry.rank))]


_BOOKINGS = select(
    Booking.id,
    Booking.slot_id,
    Booking.person_id,
    Booking.party,
    Booking.nonce,
    Booking.state,
    Booking.passed_over,
    Booking.offer_until,
    Booking.offers_expired,
    Booking.seq,
).order_by(Booking.id)


def _as_modelled(row: Any) -> tuple[Any, ...]:
    until = row.offer_until if row.state == State.OFFERED else None
    return (*row[1:5], str(row.state), row.passed_over, until, row.offers_expired)


def _as_stored(line: Line) -> tuple[Any, ...]:
    until = line.until if line.state == "offered" else None
    return (line.post, line.person, line.party, line.nonce, line.state, line.passed, until, line.expired)


def last_moment(post: Post, which: str) -> datetime:
    """An instant shortly before the start; `just before` the queue dies."""
    minutes = {
        "cancel": 120,
        "promotion": post.terms.promotion,
        "just before": post.terms.promotion + 5,
        "start": 0,
    }
    return post.starts_at - minutes[which] * MINUTE


def on(world: World, verbs: Verbs | None = None) -> type[Machine]:
    """The machine on a world, with these verbs."""
    return type("Machine", (Machine,), {"world": world, "verbs": verbs or Verbs()})
