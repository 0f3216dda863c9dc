"""The demo's drifting books: put adrift during a year, and passed from hand to hand until now."""

from datetime import datetime, timedelta
from heapq import heappop, heappush

from yiqi import clock
from yiqi.cli.demo_content import drifting_books as content
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_programmes.reading_scene import DAY, Play
from yiqi.db import db
from yiqi.programmes.reading import drifting, naming, titles
from yiqi.programmes.reading.models import BookCopy, StepKind

READER, IN_HAND = 12, timedelta(days=11)
READERS = 46
GIVERS = (10, 14, 17, 18, 20)


def let_drift(play: Play) -> None:
    """Copies are put adrift during a year, then pass from hand to hand until now."""
    crowd = [one.id for one in play.cast.crowd[:READERS]]
    for person_id in [*crowd[::3], play.cast.accounts[10]]:
        naming.say(person_id=person_id, is_given=True, at=play.evening(380))
    union_id, moves = play.cast.unions[FEDERATION[0]], _Moves(play, crowd)
    first = True
    for n, book in enumerate(content.BOOKS):
        fields = {
            "name": book.name[0],
            "name_en": book.name[1],
            "author": book.author[0],
            "author_en": book.author[1],
            "about": book.about[0],
            "about_en": book.about[1],
        }
        title_id = titles.add(
            union_id=union_id,
            fields=fields,
            at=play.evening(330),
            by_id=play.admin,
            nonce=f"demo-{book.name[0]}",
        )
        for number in range(book.copies):
            begun = play.evening(play.rng.randint(110, 300) if number else 300 - n)
            giver = play.cast.accounts[GIVERS[(n + number) % len(GIVERS)]] if number % 2 else None
            made = titles.put_adrift(
                title_id=title_id,
                copies=1,
                room_id=play.rng.choice(play.rooms[:12]),
                giver_id=giver,
                at=begun,
                by_id=play.admin,
                nonce=f"demo-{title_id}-{number}",
            )
            moves.begin(made[0], book, begun, is_hers=first)
            first = False
    moves.run()


class _Moves:
    """The hand-overs of all copies in the order of time: nobody holds two."""

    def __init__(self, play: Play, crowd: list[int]) -> None:
        self._play, self._crowd = play, crowd
        self._due: list[tuple[datetime, int]] = []
        self._books: dict[int, content.Book] = {}
        self._holds: dict[int, int] = {}
        self._words: dict[str, int] = {}
        self._steps = 0
        self._hers = 0

    def begin(self, copy_id: int, book: content.Book, at: datetime, *, is_hers: bool) -> None:
        """A copy was put adrift; the very first one ends in the hand of account 12."""
        self._books[copy_id] = book
        if is_hers:
            self._hers = copy_id
        self._later(copy_id, at)

    def run(self) -> None:
        """Until the present; then the book of account 12."""
        while self._due:
            at, copy_id = heappop(self._due)
            end = self._play.at - IN_HAND - 2 * DAY if copy_id == self._hers else self._play.at - DAY
            if at < end:
                self._step(copy_id, at)
                self._later(copy_id, at)
        hers = clock.at(clock.beijing(self._play.at).date() - IN_HAND, 18, 40)
        self._receive(self._hers, self._play.cast.accounts[READER], hers)

    def _later(self, copy_id: int, at: datetime) -> None:
        rng = self._play.rng
        day = clock.beijing(at).date() + rng.choice((8, 12, 17, 24, 35, 50, 70)) * DAY
        heappush(self._due, (clock.at(day, rng.randint(7, 21), rng.randrange(60)), copy_id))

    def _step(self, copy_id: int, at: datetime) -> None:
        rng = self._play.rng
        copy = db.session.get_one(BookCopy, copy_id, populate_existing=True)
        db.session.commit()
        self._steps += 1
        nonce = f"demo-step-{self._steps}"
        if copy.holder_id is not None and rng.random() < 0.4:
            del self._holds[copy.holder_id]
            drifting.let_go(
                copy_id=copy_id,
                person_id=copy.holder_id,
                kind=StepKind.LOST if rng.random() < 0.06 else StepKind.RETURNED,
                seen=copy.steps,
                nonce=nonce,
                at=at,
                room_id=rng.choice(self._play.rooms[:24]),
            )
            return
        free = [one for one in self._crowd if one not in self._holds]
        self._receive(copy_id, free[min(int(rng.expovariate(0.09)), len(free) - 1)], at)

    def _receive(self, copy_id: int, person_id: int, at: datetime) -> None:
        rng = self._play.rng
        copy = db.session.get_one(BookCopy, copy_id, populate_existing=True)
        db.session.commit()
        book = self._books[copy_id]
        said = self._words.get(book.name[0], 0)
        is_moved = rng.random() < (0.7 if copy_id == self._hers else 0.35)
        text = book.words[said] if said < len(book.words) and is_moved else ""
        if text:
            self._words[book.name[0]] = said + 1
        if copy.holder_id is not None:
            self._holds.pop(copy.holder_id, None)
        self._holds[person_id] = copy_id
        self._steps += 1
        drifting.receive(
            token=copy.token,
            person_id=person_id,
            seen=copy.steps,
            place=rng.choice(content.PLACES),
            text=text,
            nonce=f"demo-step-{self._steps}",
            at=at,
        )
