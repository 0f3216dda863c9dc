"""Quotas: overlapping limits and kept places inside a slot, and what they leave for one person."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace


class Share(Struct, frozen=True):
    """A quota with what it has given (seats). `unions`, `tag` and `choice` say whom it matches; empty ones match all."""

    id: int
    most: int | None = None
    least: int = 0
    used: int = 0
    releases_at: datetime | None = None
    unions: frozenset[int] = frozenset()
    tag: str = ""
    choice: str = ""
    name: str = ""
    name_en: str = ""

    @property
    def kept(self) -> int:
        """Places that it keeps and has not given yet."""
        return max(0, self.least - self.used)

    def is_short_for(self, party: int) -> bool:
        """Whether it has places left, but not so many together."""
        return 0 < self.left < party

    @property
    def left(self) -> int:
        """Places within its limit that nobody has; 0 where it has no limit."""
        return max(0, (self.most or 0) - self.used)

    def binds(self, at: datetime) -> bool:
        """Whether it still limits and keeps: up to, not including, its release."""
        return self.releases_at is None or at < self.releases_at

    def matches(self, unions: frozenset[int], tags: frozenset[str], choices: frozenset[str]) -> bool:
        """Whether somebody of these unions, tags and choices counts in it."""
        return (
            (not self.unions or bool(self.unions & unions))
            and (not self.tag or self.tag in tags)
            and (not self.choice or self.choice in choices)
        )


class Pool(Struct, frozen=True):
    """What is left of a slot: its free seats (None: no limit) and its quotas that bind, by id.

    A person is known here by the ids of the quotas that match them.
    """

    free: int | None
    shares: Mapping[int, Share]

    @classmethod
    def of(cls, free: int | None, shares: Iterable[Share], at: datetime) -> "Pool":
        """The pool at an instant."""
        return cls(free, {share.id: share for share in shares if share.binds(at)})

    @property
    def keeps(self) -> bool:
        """Whether places are kept for somebody."""
        return any(share.kept for share in self.shares.values())

    def common(self, matching: frozenset[int]) -> int | None:
        """Free seats that are not kept for others; None without limit."""
        if self.free is None:
            return None
        return max(0, self.free - sum(share.kept for share in self.kept_from(matching)))

    def kept_from(self, matching: frozenset[int]) -> list["Share"]:
        """The quotas that keep places for others than this person."""
        return [share for share in self.shares.values() if share.kept and share.id not in matching]

    def binding(self, matching: frozenset[int]) -> Share | None:
        """Of the quotas that count a person the one that leaves least."""
        limits = [self.shares[one] for one in sorted(matching & self.shares.keys())]
        limits = [share for share in limits if share.most is not None]
        return min(limits, key=lambda share: share.left, default=None)

    def left(self, matching: frozenset[int]) -> int | None:
        """What a person's own quotas leave them; None without limit."""
        share = self.binding(matching)
        return None if share is None else share.left

    def room(self, matching: frozenset[int]) -> int | None:
        """Seats a person may take now: the least of what is free to them and what their quotas leave."""
        sides = [side for side in (self.common(matching), self.left(matching)) if side is not None]
        return min(sides, default=None)

    def after(self, matching: frozenset[int], party: int) -> "Pool":
        """The pool once somebody has taken seats."""
        free = None if self.free is None else self.free - party
        taken = {
            one: replace(self.shares[one], used=self.shares[one].used + party)
            for one in matching & self.shares.keys()
        }
        return Pool(free, {**self.shares, **taken})
