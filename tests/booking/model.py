"""A small model of places, written from the rule book and not from the code: lists, one clock, no database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

KEPT_AFTER = 3
LIVE, HOLDS = ("waiting", "confirmed"), ("confirmed",)


@dataclass(frozen=True)
class Said:
    """What is answered to a wish: the state it led to, or why not."""

    state: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Booked:
    """What the model answers to a sign-up, and which booking it is about."""

    said: Said
    line: "Line | None" = None


@dataclass
class Post:
    """One slot: its activity, its times, its seats."""

    activity: int
    meetings: list[tuple[datetime, datetime]]
    opens_at: datetime
    closes_at: datetime
    capacity: int | None
    limit: int | None
    max_party: int
    called_off: bool = False

    @property
    def starts_at(self) -> datetime:
        return min(start for start, _ in self.meetings)

    @property
    def ends_at(self) -> datetime:
        return max(end for _, end in self.meetings)


@dataclass
class Line:
    """One booking."""

    number: int
    post: int
    person: int
    party: int
    nonce: str
    state: str
    passed: int = 0


@dataclass
class Model:
    """Everything there is. `changes` and `told` count audit rows and notices."""

    posts: dict[int, Post]
    at: datetime
    lines: list[Line] = field(default_factory=list)
    changes: int = 0
    told: int = 0

    def book(self, post_id: int, person: int, party: int, nonce: str) -> Booked:
        post = self.posts[post_id]
        mine = [line for line in self.lines if (line.post, line.person) == (post_id, person)]
        for line in mine:
            if line.nonce == nonce:
                return Booked(Said(line.state), line)
        for line in mine:
            if line.state in LIVE:
                return Booked(Said(line.state), line)
        why = self._refusal(post_id, post, person, party)
        if why:
            return Booked(Said(refused=why))
        line = Line(len(self.lines), post_id, person, party, nonce, "")
        direct = not self.queue(post_id) and party <= self.free(post_id)
        self.lines.append(line)
        self._become(line, "confirmed" if direct else "waiting")
        self._settle(post_id)
        return Booked(Said(line.state), line)

    def cancel(self, line: Line) -> Said:
        post = self.posts[line.post]
        if line.state not in LIVE:
            return Said(line.state)
        if self.at >= post.starts_at:
            return Said(refused="closed")
        if line.state == "waiting":
            self._become(line, "left")
        else:
            late = self.at >= post.starts_at - timedelta(hours=2)
            self._become(line, "cancelled_late" if late else "cancelled")
        self._settle(line.post)
        for post_id in self._waits_of({line.person}, {line.post}):
            self._settle(post_id)
        return Said(line.state)

    def set_capacity(self, post_id: int, capacity: int | None) -> None:
        self.posts[post_id].capacity = capacity
        self._settle(post_id)

    def call_off(self, activity: int) -> None:
        posts = {post_id for post_id, post in self.posts.items() if post.activity == activity}
        off = {post_id for post_id in posts if self.posts[post_id].ends_at > self.at}
        people = {line.person for line in self.lines if line.post in off and line.state in HOLDS}
        for post_id in posts:
            self.posts[post_id].called_off = True
        for line in self.lines:
            if line.post in off and line.state in LIVE:
                self._become(line, "called_off")
        for post_id in self._waits_of(people, off):
            self._settle(post_id)

    def queue(self, post_id: int) -> list[Line]:
        return [line for line in self.lines if line.post == post_id and line.state == "waiting"]

    def held(self, post_id: int) -> int:
        return sum(line.party for line in self.lines if line.post == post_id and line.state in HOLDS)

    def free(self, post_id: int) -> float:
        capacity = self.posts[post_id].capacity
        return float("inf") if capacity is None else max(0, capacity - self.held(post_id))

    def over(self) -> set[int]:
        """Posts that have given more than they have."""
        return {
            post_id
            for post_id, post in self.posts.items()
            if post.capacity is not None and self.held(post_id) > post.capacity
        }

    def busy(self, person: int, post_id: int) -> bool:
        """Whether they are somewhere else at that time."""
        return any(
            start < their_end and their_start < end
            for line in self.lines
            if line.person == person and line.post != post_id and line.state in HOLDS
            for their_start, their_end in self.posts[line.post].meetings
            for start, end in self.posts[post_id].meetings
        )

    def _refusal(self, post_id: int, post: Post, person: int, party: int) -> str:
        if post.called_off:
            return "called_off"
        if self.at < post.opens_at:
            return "not_open_yet"
        if self.at >= post.closes_at:
            return "closed"
        if party > post.max_party or (post.capacity and party > post.capacity):
            return "party_too_big"
        if self.busy(person, post_id):
            return "clash"
        queue = self.queue(post_id)
        if (queue or party > self.free(post_id)) and post.limit is not None and len(queue) >= post.limit:
            return "full"
        return ""

    def _settle(self, post_id: int) -> None:
        """One step after the other, until nobody can move: the first who fits and whom nobody's kept seats stop."""
        post = self.posts[post_id]
        while not post.called_off and self.at < post.starts_at - timedelta(hours=1):
            before: list[Line] = []
            for line in self._able(post_id):
                if any(one.passed >= KEPT_AFTER for one in before):
                    return
                if line.party <= self.free(post_id):
                    self._become(line, "confirmed")
                    for one in before:
                        one.passed += 1
                    break
                before.append(line)
            else:
                return

    def _able(self, post_id: int) -> Iterator[Line]:
        """Waiters who could take a place if there were enough."""
        capacity = self.posts[post_id].capacity
        for line in self.queue(post_id):
            fits = capacity is None or line.party <= capacity
            if fits and not self.busy(line.person, post_id):
                yield line

    def _waits_of(self, people: set[int], but: set[int]) -> list[int]:
        return sorted(
            {
                line.post
                for line in self.lines
                if line.person in people and line.state == "waiting" and line.post not in but
            }
        )

    def _become(self, line: Line, state: str) -> None:
        line.state = state
        self.changes += 1
        self.told += state in ("confirmed", "called_off")
