"""Who asks for a place when: turns the crowd an offer should end up with into single steps in time. Arithmetic only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

import msgspec
from msgspec import Struct

from yiqi.activities.models import Allocation
from yiqi.booking.rules.clash import Span, overlap
from yiqi.booking.rules.eligibility import Condition, Whom, unmet
from yiqi.cli.demo_content.offer import How, Part, Room

NOBODY_MOVES_UP = timedelta(minutes=55)
"""So shortly before the start a freed seat goes to nobody in the queue."""


class Deed(StrEnum):
    """What is done in a slot."""

    ASK = "ask"
    GIVE_UP = "give_up"
    APPROVE = "approve"
    REJECT = "reject"


class Somebody(Struct, frozen=True):
    """A person of the demo, as planning needs them."""

    id: int
    union: str
    whom: Whom


class Step(Struct, frozen=True):
    """Somebody asks for places with a party and answers by question id, gives up, or is answered, at an instant."""

    at: datetime
    slot_id: int
    person_id: int
    deed: Deed = Deed.ASK
    party: int = 1
    replies: Mapping[int, str] = msgspec.field(default_factory=dict)


class Window(Struct, frozen=True):
    """When steps may happen: up to `until`, and late ones between `late_from` and `starts_at` where that is over."""

    opens_at: datetime
    until: datetime
    late_from: datetime
    starts_at: datetime
    over: bool


@dataclass
class Replies:
    """Answers to the questions of one activity: those who stay get what is dealt out, everybody else the last one."""

    dealt: dict[int, list[str]]
    others: dict[int, str]

    @classmethod
    def of(cls, rng: Random, counted: Mapping[int, Sequence[tuple[str, int]]]) -> "Replies":
        """By question id how many give which answer."""
        dealt = {one: [value for value, many in bag for _ in range(many)] for one, bag in counted.items()}
        for values in dealt.values():
            rng.shuffle(values)
        return cls(dealt, {one: bag[-1][0] for one, bag in counted.items()})

    def deal(self, *, stays: bool) -> dict[int, str]:
        """The answers of the next person."""
        given = {
            one: values.pop() if stays and values else self.others[one] for one, values in self.dealt.items()
        }
        return {one: value for one, value in given.items() if value}


class Asks(Struct, frozen=True):
    """How an activity takes sign-ups."""

    allocation: Allocation
    max_party: int
    replies: Replies


@dataclass
class Diary:
    """The people who may be asked, and when each of them is busy, so that nobody is planned into a clash.

    `marked` have a mark already, or will: nobody in the crowd gets a second one, which would change how they sign up.
    """

    people: Sequence[Somebody]
    busy: dict[int, list[Span]] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)

    def is_free(self, person_id: int, spans: Sequence[Span]) -> bool:
        """Whether nothing planned for a person overlaps these times."""
        return not any(overlap(mine, span) for mine in self.busy.get(person_id, []) for span in spans)

    def note(self, person_id: int, spans: Sequence[Span]) -> None:
        """These times are taken."""
        self.busy.setdefault(person_id, []).extend(spans)

    def crowd(
        self,
        rng: Random,
        spans: Sequence[Span],
        conditions: Sequence[Condition],
        on: date,
        *,
        apart: Collection[str] = (),
        circle: int | None = None,
    ) -> "Crowd":
        """The free people who may come on a day in a random order, to be taken one by one; members of the unions
        `apart` only when they are asked for. A `circle` comes in its own order: the same ask every time, so that some
        of them have not been drawn three times in a row, whatever the dice say."""
        free = [
            one
            for one in self.people[:circle]
            if unmet(conditions, one.whom, on) is None and self.is_free(one.id, spans)
        ]
        if circle is None:
            rng.shuffle(free)
        return Crowd(self, free, spans, frozenset(apart))


@dataclass
class Crowd:
    """Free people in line for one slot."""

    diary: Diary
    free: list[Somebody]
    spans: Sequence[Span]
    apart: frozenset[str]

    def next(self, union: str = "", *, unmarked: bool = False) -> int:
        """Somebody new, of a union if one is named. Raises `IndexError` when everybody is busy."""
        for index in reversed(range(len(self.free))):
            one = self.free[index]
            suits = one.union == union if union else one.union not in self.apart
            if suits and not (unmarked and one.id in self.diary.marked):
                self.diary.note(one.id, self.spans)
                return self.free.pop(index).id
        raise IndexError("everybody is busy")

    def to_be_marked(self) -> int:
        """Somebody new who has no mark and gets one now."""
        person_id = self.next(unmarked=True)
        self.diary.marked.add(person_id)
        return person_id

    def cast(self, parts: Sequence[Part], ids: Mapping[int, int], *hows: How) -> list[tuple[int, Part]]:
        """The demo workers with one of these parts who are free, as (person id, part)."""
        found = []
        for part in parts:
            person_id = ids[part.worker]
            if part.how in hows and self.diary.is_free(person_id, self.spans):
                self.diary.note(person_id, self.spans)
                found.append((person_id, part))
        return found


def steps(
    rng: Random,
    room: Room,
    slot_id: int,
    window: Window,
    crowd: Crowd,
    cast: Mapping[int, int],
    asks: Asks,
) -> list[Step]:
    """The steps that leave a slot as its room says. `cast`: person ids of the demo workers by their number."""
    filling = _holding(rng, room, crowd, cast, asks.max_party)
    queueing = _queueing(rng, room, crowd, cast, asks.max_party)
    back = [
        *_ids(crowd.cast(room.cast, cast, How.GIVES_BACK)),
        *(crowd.next() for _ in range(room.gone)),
    ]
    for person in back:
        start = rng.randint(0, len(filling) // 2)
        filling.insert(start, _Act(person))
        filling.insert(rng.randint(start + 1, max(start + 1, len(filling) // 2)), _Act(person, Deed.GIVE_UP))
    for person in (crowd.next() for _ in range(room.freed)):
        filling.insert(rng.randint(0, len(filling) // 2), _Act(person))
        queueing.insert(rng.randint(0, len(queueing) // 2), _Act(person, Deed.GIVE_UP))
    for person in [*(crowd.next() for _ in range(room.left)), *_ids(crowd.cast(room.cast, cast, How.LEAVES))]:
        start = rng.randint((len(queueing) + 1) // 2, len(queueing))
        queueing.insert(start, _Act(person))
        queueing.insert(rng.randint(start + 1, len(queueing)), _Act(person, Deed.GIVE_UP))
    late: list[Step] = []
    if window.over:
        shown = _ids(crowd.cast(room.cast, cast, How.GIVES_BACK_LATE))
        others = [crowd.to_be_marked() for _ in range(room.late)]
        for person in (*shown, *others):
            filling.insert(rng.randint(0, len(filling) // 2), _Act(person))
        late = [
            *_gone_late(rng, shown, slot_id, window.starts_at - NOBODY_MOVES_UP, window.starts_at),
            *_gone_late(rng, others, slot_id, window.late_from, window.starts_at),
        ]
    return [*_in_time(rng, filling + queueing, slot_id, window, asks), *late]


class _Act(Struct, frozen=True):
    person_id: int
    deed: Deed = Deed.ASK
    party: int = 1
    stays: bool = False
    becomes: Deed | None = None
    """What the organizer says to it, where sign-ups are checked."""


def _holding(rng: Random, room: Room, crowd: Crowd, cast: Mapping[int, int], max_party: int) -> list[_Act]:
    """Those who end up with seats, in any order; the demo workers early enough to have them whoever else asks."""
    keepers = [(person, part.party) for person, part in crowd.cast(room.cast, cast, How.KEEPS, How.MISSES)]
    held = [(crowd.next(union), 1) for union, seats in room.of for _ in range(seats)]
    left = room.held - sum(party for _person, party in keepers + held)
    held += [(crowd.next(), party) for party in _parties(rng, left, max_party)]
    rng.shuffle(held)
    for keeper in keepers:
        held.insert(rng.randint(0, len(held) // 2), keeper)
    return [_Act(person, party=party, stays=True, becomes=Deed.APPROVE) for person, party in held]


def _queueing(rng: Random, room: Room, crowd: Crowd, cast: Mapping[int, int], max_party: int) -> list[_Act]:
    """Those who end up in the queue, in its order, and after them whose sign-ups nobody has answered, or with no."""
    waiting = [_Act(crowd.next(room.waits_from), becomes=Deed.APPROVE) for _ in range(room.waiting)]
    for person, part in crowd.cast(room.cast, cast, How.WAITS):
        waiting[part.place - 1] = _Act(person, becomes=Deed.APPROVE)
    asking = [
        _Act(person, party=part.party, stays=True) for person, part in crowd.cast(room.cast, cast, How.ASKS)
    ]
    parties = _parties(rng, room.asking - sum(one.party for one in asking), max_party)
    asking += [_Act(crowd.next(), party=party, stays=True) for party in parties]
    asking += [_Act(crowd.next(), becomes=Deed.REJECT) for _ in range(room.rejected)]
    rng.shuffle(asking)
    return waiting + asking


def _in_time(rng: Random, acts: Sequence[_Act], slot_id: int, window: Window, asks: Asks) -> list[Step]:
    made = []
    instants = _instants(rng, len(acts), window.opens_at, window.until, rush=2.5)
    for at, act in zip(instants, acts, strict=True):
        replies = asks.replies.deal(stays=act.stays) if act.deed is Deed.ASK else {}
        made.append(Step(at, slot_id, act.person_id, act.deed, act.party, replies))
        if asks.allocation is Allocation.APPROVAL and act.becomes is not None:
            answered_at = min(at + timedelta(minutes=rng.randint(20, 600)), window.until)
            made.append(Step(answered_at, slot_id, act.person_id, act.becomes))
    return made


def _gone_late(
    rng: Random, people: Sequence[int], slot_id: int, first: datetime, starts_at: datetime
) -> list[Step]:
    instants = _instants(rng, len(people), first, starts_at - timedelta(minutes=5), rush=1)
    return [Step(at, slot_id, person, Deed.GIVE_UP) for at, person in zip(instants, people, strict=True)]


def _ids(found: Sequence[tuple[int, Part]]) -> list[int]:
    return [person_id for person_id, _part in found]


def _parties(rng: Random, seats: int, max_party: int) -> list[int]:
    parties = []
    while seats > 0:
        party = min(seats, max_party, rng.choice((1, 1, 1, 2, 2, 3, 4)))
        parties.append(party)
        seats -= party
    return parties


def _instants(rng: Random, count: int, first: datetime, last: datetime, *, rush: float) -> list[datetime]:
    """Whole seconds in order, most of them soon after the opening."""
    seconds = (last - first).total_seconds()
    return [
        first + timedelta(seconds=int(seconds * part))
        for part in sorted(rng.random() ** rush for _ in range(count))
    ]
