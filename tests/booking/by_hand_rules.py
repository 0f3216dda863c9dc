"""What organizers do by hand, as rules of the machine: taking out, letting in, adding."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from tests.booking.model import LIVE, Line, Model
from tests.booking.world import World, answered
from yiqi.db import db
from yiqi.people.models import Person

PROMOTABLE = ("pending", "waiting", "offered")
BECAUSE = "名单已定"
many = st.integers(0, 60)


class ByHand:
    """A part of the machine. Going beyond the rules is tried where it gives nobody two places at one time: that alone
    would break what holds otherwise, and is meant."""

    world: World
    model: Model
    verbs: Any
    refs: dict[int, str]
    sent: int

    def slot(self, number: int) -> int:
        raise NotImplementedError

    def resize(self, slot_id: int, capacity: int | None) -> None:
        raise NotImplementedError

    def fresh_form(self, slot: int, person: int, party: int) -> Any:
        raise NotImplementedError

    def send(self, form: Any) -> Any:
        raise NotImplementedError

    @rule(which=many, organizer=many)
    def an_organizer_takes_somebody_out(self, which: int, organizer: int) -> None:
        """Somebody who is in, or, if nobody is, somebody whose booking is over."""
        line = self._one_of(which, LIVE)
        if line is not None:
            by = self._by(organizer)
            expected = self.model.take_out(line, by["by_id"])
            got, _ref = answered(lambda: self.verbs.by_hand.take_out(ref=self.refs[line.number], **by))
            assert got == expected, f"{line}: {got} instead of {expected}"

    @rule(which=many, organizer=many, beyond=st.booleans())
    def an_organizer_lets_somebody_in(self, which: int, organizer: int, beyond: bool) -> None:
        """Over the queue; `beyond` also where no seat is left."""
        line = self._one_of(which, PROMOTABLE)
        if line is not None:
            self._let_in(line, organizer, beyond)

    @rule(slot=many, person=many, organizer=many, beyond=st.booleans())
    def two_who_find_all_taken_are_let_in(self, slot: int, person: int, organizer: int, beyond: bool) -> None:
        """The later one first."""
        slot_id = self.slot(slot)
        self.resize(slot_id, max(1, self.model.holding({slot_id})))
        for one in (person, person + 1):
            self.send(self.fresh_form(slot, one, 1))
        for line in [line for line in self.model.lines if line.post == slot_id][:-3:-1]:
            self._let_in(line, organizer, beyond)

    def _let_in(self, line: Line, organizer: int, beyond: bool) -> None:
        if beyond and self.model.busy(line.person, line.post):
            return
        by = self._by(organizer)
        expected = self.model.promote(line, by["by_id"], beyond)
        got, _ref = answered(
            lambda: self.verbs.by_hand.promote(ref=self.refs[line.number], beyond=beyond, **by)
        )
        assert got == expected, f"{line}: {got} instead of {expected}"

    @rule(slot=many, person=many, organizer=many, party=st.sampled_from((1, 1, 2, 3)), beyond=st.booleans())
    def an_organizer_adds_somebody(
        self, slot: int, person: int, organizer: int, party: int, beyond: bool
    ) -> None:
        """By their phone."""
        post, person_id = self.slot(slot), self.world.people[person % len(self.world.people)]
        if beyond and self.model.busy(person_id, post):
            return
        self.sent += 1
        nonce, by = f"form-{self.sent}", self._by(organizer)
        if beyond:
            booked = self.model.add_beyond(post, person_id, party, nonce, by["by_id"])
        else:
            booked = self.model.book(post, person_id, party, nonce)
        got, ref = answered(
            lambda: self.verbs.by_hand.add(
                slot_id=post,
                phone=_phone(person_id),
                name="工友",
                party=party,
                nonce=nonce,
                beyond=beyond,
                **by,
            )
        )
        assert got == booked.said, f"{post}, {person_id}: {got} instead of {booked.said}"
        if booked.line is not None:
            assert ref == self.refs.setdefault(booked.line.number, ref), "another booking than before"

    def _one_of(self, which: int, states: tuple[str, ...]) -> Line | None:
        lines = [line for line in self.model.lines if line.state in states] or self.model.lines
        return lines[which % len(lines)] if lines else None

    def _by(self, organizer: int) -> dict[str, Any]:
        people = self.world.people
        return {"by_id": people[organizer % len(people)], "because": BECAUSE, "at": self.model.at}


def _phone(person_id: int) -> str:
    db.session.rollback()
    phone: str = db.session.scalars(select(Person.phone).where(Person.id == person_id)).one()
    return phone
