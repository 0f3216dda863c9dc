"""Weeks of the front page as this process last arranged them: they hold until something on them is another, or the clock
makes it so. Thousands look at the same one."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from yiqi import clock
from yiqi.activities.calendar import Showing
from yiqi.booking import sight
from yiqi.booking.rules.deadlines import Deadlines

MOST_VIEWS = 64
MOST_WEEKS = 16
"""Of one view: what is for members only is seen by some and not by others."""
Week = TypeVar("Week")


class View(Generic[Week]):
    """What is on in some days, from the instant at which it was read until the clock changes how it is shown."""

    def __init__(self, stamp: tuple[Any, ...], at: datetime, showings: Sequence[Showing]) -> None:
        self._stamp, self._at, self._until = stamp, at, _holds_until(showings, at)
        self._showings = showings
        self._weeks: dict[frozenset[int], Week] = {}
        self.hidden = sight.members_only(showings)

    def holds(self, stamp: tuple[Any, ...], at: datetime) -> bool:
        """Whether it is still what is to be shown, by a stamp that was just read."""
        return self._stamp == stamp and self._at <= at < self._until

    def week(self, known: frozenset[int], arrange: Callable[[Sequence[Showing]], Week]) -> Week:
        """The week for whoever may know of these of what is `hidden`."""
        found = self._weeks.get(known)
        if found is None:
            found = arrange(sight.among(self._showings, known))
            if len(self._weeks) < MOST_WEEKS:
                self._weeks[known] = found
        return found


class Views(Generic[Week]):
    """The views that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, View[Week]] = OrderedDict()

    def view(self, key: Hashable, stamp: tuple[Any, ...], at: datetime) -> View[Week] | None:
        """What was kept under a key and still holds."""
        with self._lock:
            found = self._kept.get(key)
        return found if found is not None and found.holds(stamp, at) else None

    def keep(
        self, key: Hashable, stamp: tuple[Any, ...], at: datetime, showings: Sequence[Showing]
    ) -> View[Week]:
        """Keep what was read at an instant; the view that was put there first makes room."""
        view: View[Week] = View(stamp, at, showings)
        with self._lock:
            self._kept[key] = view
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_VIEWS:
                self._kept.popitem(last=False)
        return view


def _holds_until(showings: Sequence[Showing], at: datetime) -> datetime:
    """The next instant at which one of them is shown in another way; midnight at the latest."""
    midnight = clock.at(clock.beijing(at).date() + timedelta(days=1))
    instants = {midnight}
    for one in showings:
        instants |= {one.facts.starts_at, one.facts.ends_at}
        for slot in one.slots:
            instants.update(Deadlines.of_listed(slot).instants)
            if slot.releases_at is not None:
                instants.add(slot.releases_at)
    return min(instant for instant in instants if instant > at)
