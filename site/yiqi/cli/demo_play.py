"""Plays the demo's past through the verbs of the site, in order of time: what people do, and what the clock makes due.

Whatever is due before somebody's next step is settled at its own instant, so that offers end when they end.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from sqlalchemy import func, select

from yiqi.activities.models import Occurrence, Slot, slot_occurrence
from yiqi.booking import approval, attendance, changes, marks, offers, places
from yiqi.booking.models import Booking, MarkKind
from yiqi.booking.rules.changes import Change
from yiqi.booking.rules.states import State
from yiqi.cli.demo_content.offer import Answering
from yiqi.cli.demo_crowd import Deed, Diary, Step
from yiqi.db import Facts, db

Act = Callable[[datetime], object]

MINUTE = timedelta(minutes=1)


class Play:
    """Acts in order of time up to `until`, and what follows from them: offers are answered, tickets are checked.

    `accounts` are people who do only what is written; `staff` checks in, approves and changes.
    """

    def __init__(self, diary: Diary, accounts: Collection[int], staff: int, until: datetime) -> None:
        self._diary, self._accounts, self._staff, self._until = diary, frozenset(accounts), staff, until
        self._acts: list[tuple[datetime, int, Act, bool]] = []
        self._turns = count()
        self._refs: dict[tuple[int, int], str] = {}
        self._answering: dict[int, Answering] = {}
        self._offered: Counter[int] = Counter()
        self._seen: set[tuple[int, datetime]] = set()

    def at(self, when: datetime, act: Act, *, moves: bool = True) -> None:
        """Do something then; what lies after the end is left out. `moves`: it may move a queue."""
        if when <= self._until:
            heappush(self._acts, (when, next(self._turns), act, moves))

    def answering(self, slot_id: int, how: Answering) -> None:
        """How the crowd of a slot answers offers."""
        self._answering[slot_id] = how

    def run(self, after_each: Act) -> None:
        """Play everything; `after_each` is called after each act."""
        self.at(self._until, lambda at: None)
        due = self._due()
        while self._acts:
            when, _turn, act, moves = self._acts[0]
            if due is not None and due <= when:
                when, moves = due, True
                offers.settle_due(due)
            else:
                heappop(self._acts)
                act(when)
            if moves:
                self._look_for_offers()
                due = self._due()
            after_each(when)

    def step(self, step: Step, because: str = "") -> None:
        """Plan one step of the crowd; `because` is the organizer's reason where it is a no."""
        self.at(step.at, lambda at: self._do(step, because, at), moves=step.deed is not Deed.ASK)

    def gives_back(self, slot_id: int, at: datetime) -> None:
        """Somebody of the crowd gives a place back, if anybody has one."""
        holding = self._confirmed(slot_id)
        mine = [one for one in holding if one.person_id not in self._accounts]
        if mine:
            one = min(mine, key=lambda one: (one.party, one.id))
            places.cancel(ref=one.ref, person_id=one.person_id, at=at)

    def doors(
        self, slot_id: int, occurrence_id: int, absent: Collection[int], missing: int, at: datetime
    ) -> None:
        """Check in who has come to an occurrence: everybody but the absent ones and so many of the crowd."""
        occurrence = self._occurrence(occurrence_id)
        if occurrence.called_off_at is not None:
            return
        holding = self._confirmed(slot_id)
        crowd = [one.person_id for one in holding if one.person_id not in self._accounts | self._diary.marked]
        gone = {*absent, *crowd[:missing]}
        self._diary.marked |= gone
        rng = Random(f"doors {occurrence_id} {slot_id}")  # noqa: S311
        for one in holding:
            came_at = min(occurrence.starts_at - rng.randint(-4, 35) * MINUTE, at)
            if one.person_id not in gone:
                attendance.check_in(ref=one.ref, occurrence_id=occurrence_id, at=came_at, by_id=self._staff)

    def sign_out(self, slot_id: int, occurrence_id: int, at: datetime) -> None:
        """Check out who was checked in."""
        came = {one.id: one.ref for one in self._confirmed(slot_id)}
        for booking_id, entries in attendance.of(came).items():
            if any(entry.occurrence_id == occurrence_id for entry in entries):
                attendance.check_out(
                    ref=came[booking_id], occurrence_id=occurrence_id, at=at, by_id=self._staff
                )

    def objects(self, person_id: int, text: str, at: datetime) -> None:
        """Somebody objects to their mark for not coming."""
        for entry in marks.of(person_id, at):
            if entry.mark.kind is MarkKind.NO_SHOW and entry.can_object:
                marks.object_to(mark_id=entry.mark.id, person_id=person_id, text=text, at=at)

    def change(self, change: Change, slot_ids: Collection[int], at: datetime) -> None:
        """The organizer changes something after a look at it; in the next hours most of the crowd answer."""
        seen = changes.preview(change, at=at).version
        changes.apply(change, seen=seen, at=at, by_id=self._staff)
        for slot_id in slot_ids:
            for one in self._confirmed(slot_id):
                rng = Random(f"moved {slot_id} {one.person_id}")  # noqa: S311
                if one.moved_at is not None and one.person_id not in self._accounts and rng.random() < 0.7:
                    self.at(at + rng.randint(5, 600) * MINUTE, _still_coming(one))

    def _do(self, step: Step, because: str, at: datetime) -> None:
        key = step.slot_id, step.person_id
        match step.deed:
            case Deed.ASK:
                ticket = places.sign_up(
                    slot_id=step.slot_id,
                    person_id=step.person_id,
                    party=step.party,
                    nonce=f"demo-{at:%Y%m%d%H%M%S}",
                    at=at,
                    answers=step.replies,
                )
                self._refs[key] = ticket.ref
            case Deed.GIVE_UP:
                places.cancel(ref=self._refs[key], person_id=step.person_id, at=at)
            case Deed.APPROVE:
                approval.approve(ref=self._refs[key], by_id=self._staff, at=at)
            case Deed.REJECT:
                approval.reject(ref=self._refs[key], by_id=self._staff, because=because, at=at)

    def _due(self) -> datetime | None:
        """When the clock next changes who holds what."""
        return db.session.scalar(select(func.min(Slot.due_at)))

    def _look_for_offers(self) -> None:
        """Whoever of the crowd was offered a place answers in the next minutes, or does not."""
        offered = select(
            Booking.id,
            Booking.ref,
            Booking.slot_id,
            Booking.person_id,
            Booking.offer_until,
            Booking.changed_at,
        ).where(Booking.state == State.OFFERED)
        for one in db.session.execute(offered.order_by(Booking.id)).all():
            if (one.id, one.offer_until) in self._seen:
                continue
            self._seen.add((one.id, one.offer_until))
            answer = self._answer(one)
            if answer is not None:
                self.at(*answer)

    def _answer(self, one: Facts) -> tuple[datetime, Act] | None:
        how = self._answering.get(one.slot_id, Answering.TAKES)
        if one.person_id in self._accounts or how is Answering.NEVER:
            return None
        rng = Random(f"offer {one.slot_id} {one.person_id}")  # noqa: S311
        when = min(one.changed_at + rng.randint(3, 45) * MINUTE, one.offer_until - MINUTE)
        self._offered[one.slot_id] += 1
        passes = how is Answering.MIXED and self._offered[one.slot_id] % 2 == 0
        answer = offers.decline if passes else offers.accept
        return when, lambda at: answer(ref=one.ref, person_id=one.person_id, at=at)

    def _confirmed(self, slot_id: int) -> Sequence[Facts]:
        mine = select(Booking.id, Booking.ref, Booking.person_id, Booking.party, Booking.moved_at).where(
            Booking.slot_id == slot_id, Booking.state == State.CONFIRMED
        )
        return db.session.execute(mine.order_by(Booking.id)).all()

    def _occurrence(self, occurrence_id: int) -> Facts:
        when = select(Occurrence.starts_at, Occurrence.called_off_at).where(Occurrence.id == occurrence_id)
        return db.session.execute(when).one()


def occurrences(slot_ids: Collection[int]) -> Mapping[int, Sequence[Facts]]:
    """The occurrences of some slots by slot, in the order they were published in."""
    found: dict[int, list[Facts]] = {slot_id: [] for slot_id in slot_ids}
    rows = select(slot_occurrence.c.slot_id, Occurrence.id, Occurrence.starts_at, Occurrence.ends_at).join(
        slot_occurrence, slot_occurrence.c.occurrence_id == Occurrence.id
    )
    for row in db.session.execute(
        rows.where(slot_occurrence.c.slot_id.in_(slot_ids)).order_by(Occurrence.id)
    ):
        found[row.slot_id].append(row)
    db.session.commit()
    return found


def _still_coming(one: Facts) -> Act:
    return lambda at: changes.still_coming(ref=one.ref, person_id=one.person_id, at=at)
