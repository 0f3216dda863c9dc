"""A small model of places, written from the rule book and not from the code: lists, one clock, no database.

It is as lazy as the site: what the clock has made due in a post happens before anything else there, and not earlier.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

KEPT_AFTER = 3
LIVE = ("pending", "entered", "waiting", "offered", "confirmed")
HOLDS = ("offered", "confirmed")
TOLD = (*HOLDS, "expired", "rejected", "called_off")
BEIJING = timedelta(hours=8)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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


@dataclass(frozen=True)
class Terms:
    """How an activity gives its places; minutes count back from the start."""

    activity: int
    opens_at: datetime
    closes_at: datetime
    how: str = "first_come"
    max_party: int = 1
    most_open: int | None = None
    marks: bool = False
    open_to: frozenset[int] | None = None
    """Who meets its conditions; None is everybody."""
    promotion: int = 60
    auto: int = 1440
    offer: int = 120
    offer_least: int = 15


@dataclass
class Post:
    """One slot: its activity's terms, its times, its seats. `looked` is when the clock's work was last done in it."""

    terms: Terms
    meetings: list[tuple[datetime, datetime]]
    capacity: int | None
    limit: int | None
    looked: datetime
    called_off: bool = False

    @property
    def starts_at(self) -> datetime:
        return min(start for start, _ in self.meetings)

    def next_start(self, at: datetime) -> datetime | None:
        """When the next date starts that has not begun."""
        return min((start for start, _ in self.meetings if start > at), default=None)

    @property
    def ends_at(self) -> datetime:
        return max(end for _, end in self.meetings)


@dataclass(frozen=True)
class Share:
    """A quota: the posts it is inside, the people it counts, how many they may have, how many are kept for them."""

    posts: frozenset[int]
    people: frozenset[int]
    most: int | None = None
    least: int = 0
    releases_at: datetime | None = None


@dataclass
class Line:
    """One booking; `expired` counts the offers it let go by and stayed. `up` and `late` number the changes by which it left the queue for seats, and was given back late."""

    number: int
    post: int
    person: int
    party: int
    nonce: str
    ticket: int
    state: str = ""
    passed: int = 0
    until: datetime | None = None
    expired: int = 0
    up: int = 0
    late: int = 0
    came_in: bool = False
    mark: str = ""
    """none, `stands` or `lifted`"""


@dataclass
class Model:
    """Everything there is. `changes` and `told` count audit rows and notices; `barred` says until when somebody is."""

    posts: dict[int, Post]
    at: datetime
    shares: dict[int, Share] = field(default_factory=dict)
    barred: dict[int, datetime] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    tickets: int = 0
    changes: int = 0
    told: int = 0

    # What people do

    def book(self, post_id: int, person: int, party: int, nonce: str) -> Booked:
        self._what_is_due(lambda: {post_id})
        mine = [line for line in self.lines if (line.post, line.person) == (post_id, person)]
        known = next((line for line in mine if line.nonce == nonce), None)
        if known is None:
            known = next((line for line in mine if line.state in LIVE), None)
            why = known is not None and self._take_what_is_left(known)
            if why:
                return Booked(Said(refused=why))
        if known is not None:
            return Booked(Said(known.state), known)
        why = self._refusal(post_id, person, party)
        if why:
            return Booked(Said(refused=why))
        return self._ask(post_id, person, party, nonce)

    def cancel(self, line: Line, seen: str = "", accepts_late: bool = True) -> Said:
        self._what_is_due(lambda: self._touched(line))
        post = self.posts[line.post]
        if line.state not in LIVE:
            return Said(line.state)
        if seen and line.state != seen:
            return Said(refused="stale_form")
        starts_at = post.next_start(self.at)
        if starts_at is None:
            return Said(refused="closed")
        becomes = {"waiting": "left", "offered": "declined"}.get(line.state, "cancelled")
        if line.state == "confirmed" and self.at >= starts_at - 2 * HOUR:
            if not accepts_late:
                return Said(refused="late")
            becomes = "cancelled_late"
            line.mark = "stands" if post.terms.marks else ""
        touched = self._touched(line)
        self._become(line, becomes)
        self._move(touched)
        return Said(line.state)

    def accept(self, line: Line) -> Said:
        self._what_is_due(lambda: {line.post})
        if line.state == "offered":
            self._become(line, "confirmed")
        return Said(line.state)

    def decline(self, line: Line) -> Said:
        self._what_is_due(lambda: self._touched(line))
        if line.state == "offered":
            touched = self._touched(line)
            self._become(line, "declined")
            self._move(touched)
        return Said(line.state)

    # What organizers do

    def approve(self, line: Line, by: int) -> Said:
        self._what_is_due(lambda: {line.post})
        if line.state != "pending":
            return Said(line.state)
        if line.person == by:
            return Said(refused="not_yours")
        why = self._unable(line)
        if self.at >= self.posts[line.post].starts_at:
            why = "closed"
        if not why and not self._fits(line) and not self.alive(line.post):
            why = "full"
        if why and why != "party_too_big":
            return Said(refused=why)
        nobody_before = not (self.alive(line.post) and self.queue(line.post))
        if not why and nobody_before and self._fits(line):
            self._become(line, "confirmed")
        else:
            self._to_the_back(line)
            self._move({line.post}, here=line)
        return Said(line.state)

    def reject(self, line: Line, by: int) -> Said:
        self._what_is_due(lambda: self._touched(line))
        if line.state == "pending":
            if line.person == by:
                return Said(refused="not_yours")
            self._become(line, "rejected")
        return Said(line.state)

    def take_out(self, line: Line, by: int) -> Said:
        self._what_is_due(lambda: self._touched(line))
        if line.state not in LIVE:
            return Said(line.state)
        if line.person == by:
            return Said(refused="not_yours")
        if self.at >= self.posts[line.post].ends_at:
            return Said(refused="closed")
        touched = self._touched(line)
        self._become(line, "cancelled")
        self._move(touched)
        return Said(line.state)

    def promote(self, line: Line, by: int, beyond: bool) -> Said:
        self._what_is_due(lambda: {line.post})
        if line.state not in ("pending", "waiting", "offered"):
            return Said(line.state)
        why = self._by_hand(line.post, line.person, by)
        if not why and line.state != "offered" and not beyond:
            full = "quota_full" if line.party > self.left_by_quotas(line.post, line.person) else "full"
            why = self._unable(line) or ("" if self._fits(line) else full)
        if why:
            return Said(refused=why)
        self._become(line, "confirmed")
        return Said(line.state)

    def add_beyond(self, post_id: int, person: int, party: int, nonce: str, by: int) -> Booked:
        """A place for somebody whatever the rules say."""
        self._what_is_due(lambda: {post_id})
        mine = [line for line in self.lines if (line.post, line.person) == (post_id, person)]
        known = next((one for one in mine if one.nonce == nonce or one.state in LIVE), None)
        if known is not None:
            return Booked(Said(known.state), known)
        why = self._by_hand(post_id, person, by)
        if why:
            return Booked(Said(refused=why))
        self.tickets += 1
        line = Line(len(self.lines), post_id, person, party, nonce, self.tickets)
        self.lines.append(line)
        self._become(line, "confirmed")
        return Booked(Said(line.state), line)

    def _by_hand(self, post_id: int, person: int, by: int) -> str:
        """What binds an organizer who gives a place, whatever they say."""
        post = self.posts[post_id]
        if person == by:
            return "not_yours"
        if post.called_off:
            return "called_off"
        return "closed" if self.at >= post.ends_at else ""

    def set_capacity(self, post_id: int, capacity: int | None) -> None:
        self._what_is_due(lambda: {post_id})
        self.posts[post_id].capacity = capacity
        self._move({post_id})

    def call_off(self, activity: int) -> None:
        own = {post_id for post_id, post in self.posts.items() if post.terms.activity == activity}
        off = {post_id for post_id in own if self.posts[post_id].ends_at > self.at}
        self._what_is_due(lambda: off | self._waits_of(self._holders(off)))
        touched = off | self._waits_of(self._holders(off))
        for post_id in own:
            self.posts[post_id].called_off = True
        for line in self.lines:
            if line.post in off and line.state in LIVE:
                self._become(line, "called_off")
        self._move(touched)

    def draw(self, order: Iterable[Line]) -> None:
        """Hold the draw, in an order that was drawn. Who does not get seats queues in the same order."""
        order = [line for line in order if line.state == "entered"]
        for line in order:
            begun = self.at >= self.posts[line.post].starts_at
            if not begun and self._fits(line) and not self._unable(line):
                self._become(line, "confirmed")
        for line in order:
            if line.state == "entered":
                self._to_the_back(line)
        self._move({line.post for line in order})

    # What the clock does

    def due(self, post_id: int) -> datetime | None:
        """When the clock next does something in a post: an offer ends, or places that were kept are released."""
        post = self.posts[post_id]
        ends = [line.until for line in self.offered(post_id) if line.until]
        if not post.called_off:
            shares = (share for share in self.shares.values() if post_id in share.posts)
            ends += [one.releases_at for one in shares if one.releases_at and one.releases_at > post.looked]
        return min(ends, default=None)

    def sweep(self) -> None:
        due = [(self.due(post_id), post_id) for post_id in self.posts]
        for _when, post_id in sorted((when, post_id) for when, post_id in due if when and when <= self.at):
            self._settle({post_id})

    def _what_is_due(self, where: Callable[[], set[int]]) -> None:
        while due := {post_id for post_id in where() if (when := self.due(post_id)) and when <= self.at}:
            self._settle(due)

    def _settle(self, posts: set[int]) -> None:
        """In some posts, and wherever else a queue moves by it: offers end, then queues move."""
        while True:
            ended = [line for post_id in posts for line in self.offered(post_id) if line.until <= self.at]  # type: ignore[operator]
            more = posts | self._neighbours(posts) | self._waits_of({line.person for line in ended})
            if more == posts:
                break
            posts = more
        for line in sorted(ended, key=lambda one: (one.post, one.ticket)):
            if line.expired:
                self._become(line, "expired")
            else:
                line.expired = 1
                self._to_the_back(line)
        for post_id in posts:
            self.posts[post_id].looked = self.at
        self._move(posts)

    # How things stand

    def queue(self, post_id: int) -> list[Line]:
        waiting = [line for line in self.lines if line.post == post_id and line.state == "waiting"]
        return sorted(waiting, key=lambda line: line.ticket)

    def offered(self, post_id: int) -> list[Line]:
        return [line for line in self.lines if line.post == post_id and line.state == "offered"]

    def alive(self, post_id: int) -> bool:
        """Whether the queue still moves."""
        post = self.posts[post_id]
        return not post.called_off and self.at < post.starts_at - post.terms.promotion * MINUTE

    def holding(self, post_ids: Collection[int], people: Collection[int] | None = None) -> int:
        """Seats held in some posts, by some people."""
        return sum(
            line.party
            for line in self.lines
            if line.state in HOLDS and line.post in post_ids and (people is None or line.person in people)
        )

    def used(self, share: Share) -> int:
        return self.holding(share.posts, share.people)

    def over(self, post_id: int) -> int:
        """Seats given beyond what there are."""
        capacity = self.posts[post_id].capacity
        return 0 if capacity is None else max(0, self.holding({post_id}) - capacity)

    def busy(self, person: int, post_id: int) -> bool:
        """Whether they are somewhere else at that time."""
        return any(
            start < their_end and their_start < end
            for line in self.lines
            if line.person == person and line.post != post_id and line.state in HOLDS
            if line.state == "confirmed" or (line.until is not None and line.until > self.at)
            for their_start, their_end in self.posts[line.post].meetings
            for start, end in self.posts[post_id].meetings
        )

    def free_to(self, post_id: int, person: int) -> float:
        """Free seats that are not kept for others."""
        capacity = self.posts[post_id].capacity
        if capacity is None:
            return float("inf")
        kept = sum(
            max(0, share.least - self.used(share))
            for share in self._binding(post_id)
            if person not in share.people
        )
        return max(0, capacity - self.holding({post_id}) - kept)

    def left_by_quotas(self, post_id: int, person: int) -> float:
        """What the quotas that count somebody leave them."""
        limits = [one for one in self._binding(post_id) if person in one.people and one.most is not None]
        return min((max(0, (one.most or 0) - self.used(one)) for one in limits), default=float("inf"))

    # How places are given

    def _refusal(self, post_id: int, person: int, party: int) -> str:
        post = self.posts[post_id]
        terms = post.terms
        if post.called_off:
            return "called_off"
        if self.at < terms.opens_at:
            return "not_open_yet"
        if self.at >= terms.closes_at or post.next_start(self.at) is None:
            return "closed"
        if person in self.barred and self.at < self.barred[person]:
            return "barred"
        if terms.open_to is not None and person not in terms.open_to:
            return "not_eligible"
        if party > terms.max_party or (post.capacity and party > post.capacity):
            return "party_too_big"
        if terms.most_open is not None and self._open_bookings(person, terms.activity) >= terms.most_open:
            return "too_many_open"
        if self.busy(person, post_id):
            return "clash"
        if terms.how == "draw" or self._is_checked(post_id, person, party):
            return ""
        left = self.left_by_quotas(post_id, person)
        if party <= min(left, self.free_to(post_id, person)):
            return ""
        if self.alive(post_id) and (post.limit is None or len(self.queue(post_id)) < post.limit):
            return ""
        return "quota_full" if party > left else "full"

    def _ask(self, post_id: int, person: int, party: int, nonce: str) -> Booked:
        """Whom nothing refuses: entered, looked at, confirmed because they are here, or the last in the queue."""
        post, before = self.posts[post_id], self.queue(post_id)
        self.tickets += 1
        line = Line(len(self.lines), post_id, person, party, nonce, self.tickets)
        checked = self._is_checked(post_id, person, party)
        self.lines.append(line)
        if post.terms.how == "draw":
            self._become(line, "entered")
        elif checked:
            self._become(line, "pending")
        elif self._fits(line) and not (before and self.alive(post_id)):
            self._become(line, "confirmed")
        else:
            line.state = "waiting"
            moves = self._next(post_id)
            if post.limit is not None and len(before) >= post.limit and (not moves or moves[0] is not line):
                self.lines.remove(line)
                return Booked(Said(refused="full"))
            line.state = ""
            self._become(line, "waiting")
            self._move({post_id}, here=line)
        return Booked(Said(line.state), line)

    def _is_checked(self, post_id: int, person: int, party: int) -> bool:
        """By the organizer: always, or because there is a crowd and somebody has two marks."""
        terms = self.posts[post_id].terms
        room = min(self.left_by_quotas(post_id, person), self.free_to(post_id, person))
        crowd = bool(self.queue(post_id)) or party > room
        marked = sum(line.person == person and line.mark == "stands" for line in self.lines) >= 2
        return terms.how == "approval" or (terms.marks and crowd and marked)

    def _take_what_is_left(self, line: Line) -> str:
        """A dead queue keeps nothing from anybody: who waits in it may ask for what is free like everybody else."""
        post = self.posts[line.post]
        is_open = not post.called_off and post.terms.opens_at <= self.at < post.terms.closes_at
        if line.state != "waiting" or not is_open or self.alive(line.post) or not post.next_start(self.at):
            return ""
        why = self._unable(line)
        if why:
            return why
        if not self._fits(line):
            return "quota_full" if line.party > self.left_by_quotas(line.post, line.person) else "full"
        self._become(line, "confirmed")
        return ""

    def _move(self, post_ids: Collection[int], here: Line | None = None) -> None:
        """Let queues move, one step after the other, until nobody can. `here` is somebody at the page this moment."""
        for post_id in sorted(post_ids):
            while moves := self._next(post_id):
                line, passed = moves
                for one in passed:
                    one.passed += 1
                self._give(line, at_once=line is here)

    def _next(self, post_id: int) -> tuple[Line, list[Line]] | None:
        """The first who can have their seats, and those before them who would lose something by it.

        Nobody may when that has happened to one of these often enough already.
        """
        if not self.alive(post_id):
            return None
        before: list[Line] = []
        for line in self.queue(post_id):
            if self._unable(line) or line.party > self.left_by_quotas(post_id, line.person):
                continue
            if not self._fits(line):
                before.append(line)
                continue
            had = [self.free_to(post_id, one.person) for one in before]
            line.state = "confirmed"
            have = [self.free_to(post_id, one.person) for one in before]
            line.state = "waiting"
            passed = [one for one, was, now in zip(before, had, have, strict=True) if now < was]
            if all(one.passed < KEPT_AFTER for one in passed):
                return line, passed
        return None

    def _unable(self, line: Line) -> str:
        """Why they could not take seats even if there were enough."""
        post = self.posts[line.post]
        if line.person in self.barred and self.at < self.barred[line.person]:
            return "barred"
        if post.terms.open_to is not None and line.person not in post.terms.open_to:
            return "not_eligible"
        if post.capacity is not None and line.party > post.capacity:
            return "party_too_big"
        return "clash" if self.busy(line.person, line.post) else ""

    def _fits(self, line: Line) -> bool:
        left = self.left_by_quotas(line.post, line.person)
        return line.party <= min(left, self.free_to(line.post, line.person))

    def _give(self, line: Line, *, at_once: bool) -> None:
        post = self.posts[line.post]
        if at_once or post.starts_at - self.at > post.terms.auto * MINUTE:
            self._become(line, "confirmed")
        else:
            line.until = self._offer_until(post)
            self._become(line, "offered")

    def _offer_until(self, post: Post) -> datetime:
        half = timedelta(seconds=(post.starts_at - self.at).total_seconds() // 2)
        until = self.at + max(post.terms.offer_least * MINUTE, min(post.terms.offer * MINUTE, half))
        midnight = (until + BEIJING).replace(hour=0, minute=0, second=0) - BEIJING
        if until < midnight + 7 * HOUR:
            until = midnight + 7 * HOUR
        elif until >= midnight + 22 * HOUR:
            until = midnight + 31 * HOUR
        return min(until, post.starts_at)

    def _to_the_back(self, line: Line) -> None:
        self.tickets += 1
        line.ticket, line.passed = self.tickets, 0
        self._become(line, "waiting")

    def _become(self, line: Line, state: str) -> None:
        was, line.state = line.state, state
        self.changes += 1
        self.told += state in TOLD or (state == "waiting" and was != "")
        if state == "cancelled_late":
            line.late = self.changes
        if was == "waiting" and state in HOLDS:
            line.up = self.changes
        if was in ("waiting", "offered") and state == "confirmed":
            line.came_in = True
            self._lift(line.post)

    def _lift(self, post_id: int) -> None:
        """A late cancel leaves no mark when waiters have taken all of its seats: the oldest one's first."""
        mine = [line for line in self.lines if line.post == post_id]
        freed = sorted((line for line in mine if line.mark), key=lambda line: line.late)
        left = {line.number: line.party for line in freed}
        for waiter in sorted((line for line in mine if line.came_in), key=lambda line: line.up):
            seats = waiter.party
            for line in freed:
                taken = min(seats, left[line.number]) if line.late < waiter.up else 0
                left[line.number] -= taken
                seats -= taken
        for line in freed:
            if not left[line.number]:
                line.mark = "lifted"

    # Who and where

    def _touched(self, line: Line) -> set[int]:
        """Posts whose queue may move when this booking gives up what it has."""
        return {line.post} | self._neighbours({line.post}) | self._waits_of({line.person})

    def _neighbours(self, posts: set[int]) -> set[int]:
        return {post_id for share in self.shares.values() if share.posts & posts for post_id in share.posts}

    def _waits_of(self, people: set[int]) -> set[int]:
        return {line.post for line in self.lines if line.person in people and line.state == "waiting"}

    def _holders(self, posts: set[int]) -> set[int]:
        return {line.person for line in self.lines if line.post in posts and line.state in HOLDS}

    def _binding(self, post_id: int) -> list[Share]:
        return [
            share
            for share in self.shares.values()
            if post_id in share.posts and (share.releases_at is None or self.at < share.releases_at)
        ]

    def _open_bookings(self, person: int, activity: int) -> int:
        return sum(
            line.person == person
            and line.state in LIVE
            and self.posts[line.post].terms.activity == activity
            and self.posts[line.post].ends_at > self.at
            for line in self.lines
        )
