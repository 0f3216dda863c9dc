"""Who asks for a place when: turns the crowd an offer should end up with into single steps in time. Arithmetic only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from yiqi.booking.rules.clash import Span, overlap
from yiqi.cli.demo_content.offer import How, Part, Room


@dataclass(frozen=True)
class Somebody:
    """A person of the demo, as planning needs them."""

    id: int
    is_woman: bool


@dataclass(frozen=True)
class Step:
    """Somebody signs up with a party, or (party 0) gives up, in a slot, at an instant."""

    at: datetime
    slot_id: int
    person_id: int
    party: int


@dataclass(frozen=True)
class Window:
    """When steps may happen: up to `until`, and late ones between `late_from` and `starts_at` where that is over."""

    opens_at: datetime
    until: datetime
    late_from: datetime
    starts_at: datetime
    over: bool


@dataclass
class Diary:
    """The people who may be asked, and when each of them is busy, so that nobody is planned into a clash."""

    people: Sequence[Somebody]
    busy: dict[int, list[Span]] = field(default_factory=dict)

    def is_free(self, person_id: int, spans: Sequence[Span]) -> bool:
        """Whether nothing planned for a person overlaps these times."""
        return not any(overlap(mine, span) for mine in self.busy.get(person_id, []) for span in spans)

    def note(self, person_id: int, spans: Sequence[Span]) -> None:
        """These times are taken."""
        self.busy.setdefault(person_id, []).extend(spans)

    def crowd(self, rng: Random, spans: Sequence[Span], *, women: bool) -> "Crowd":
        """The free people in a random order, to be taken one by one."""
        free = [one.id for one in self.people if (one.is_woman or not women) and self.is_free(one.id, spans)]
        rng.shuffle(free)
        return Crowd(self, free, spans)


@dataclass
class Crowd:
    """Free people in line for one slot."""

    diary: Diary
    free: list[int]
    spans: Sequence[Span]

    def next(self) -> int:
        """Somebody new. Raises `IndexError` when everybody is busy."""
        person_id = self.free.pop()
        self.diary.note(person_id, self.spans)
        return person_id

    def cast(self, parts: Sequence[Part], how: How, ids: dict[int, int]) -> list[tuple[int, Part]]:
        """The demo workers with this part who are free, as (person id, part)."""
        found = []
        for part in parts:
            person_id = ids[part.worker]
            if part.how is how and self.diary.is_free(person_id, self.spans):
                self.diary.note(person_id, self.spans)
                found.append((person_id, part))
        return found


def steps(
    rng: Random, room: Room, slot_id: int, window: Window, crowd: Crowd, cast: dict[int, int], max_party: int
) -> list[Step]:
    """The steps that leave a slot as its room says. `cast`: person ids of the demo workers by their number."""
    keepers = crowd.cast(room.cast, How.KEEPS, cast)
    seats = room.held - sum(part.party for _person, part in keepers)
    holding = [(person, part.party) for person, part in keepers]
    holding += [(crowd.next(), party) for party in _parties(rng, seats, max_party)]
    rng.shuffle(holding)
    filling = [_Act(person, party) for person, party in holding]
    queueing = [_Act(crowd.next(), 1) for _ in range(room.waiting)]
    for person, part in crowd.cast(room.cast, How.WAITS, cast):
        queueing[part.place - 1] = _Act(person, 1)

    for person in [
        *_ids(crowd.cast(room.cast, How.GIVES_BACK, cast)),
        *(crowd.next() for _ in range(room.gone)),
    ]:
        start = rng.randint(0, len(filling) // 2)
        filling.insert(start, _Act(person, 1))
        filling.insert(rng.randint(start + 1, max(start + 1, len(filling) // 2)), _Act(person, 0))
    for person in (crowd.next() for _ in range(room.freed)):
        filling.insert(rng.randint(0, len(filling) // 2), _Act(person, 1))
        queueing.insert(rng.randint(0, len(queueing) // 2), _Act(person, 0))
    for person in [*(crowd.next() for _ in range(room.left)), *_ids(crowd.cast(room.cast, How.LEAVES, cast))]:
        start = rng.randint((len(queueing) + 1) // 2, len(queueing))
        queueing.insert(start, _Act(person, 1))
        queueing.insert(rng.randint(start + 1, len(queueing)), _Act(person, 0))
    late = []
    if window.over:
        late = [
            *_ids(crowd.cast(room.cast, How.GIVES_BACK_LATE, cast)),
            *(crowd.next() for _ in range(room.late)),
        ]
        for person in late:
            filling.insert(rng.randint(0, len(filling) // 2), _Act(person, 1))

    acts = filling + queueing
    made = [
        Step(at, slot_id, act.person_id, act.party)
        for at, act in zip(
            _instants(rng, len(acts), window.opens_at, window.until, rush=2.5), acts, strict=True
        )
    ]
    instants = _instants(rng, len(late), window.late_from, window.starts_at - timedelta(minutes=5), rush=1)
    return made + [Step(at, slot_id, person, 0) for at, person in zip(instants, late, strict=True)]


@dataclass(frozen=True)
class _Act:
    person_id: int
    party: int


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
