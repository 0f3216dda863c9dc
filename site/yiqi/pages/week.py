"""What the front page shows: a week, its days and chips with their counts, and the list that the filters leave."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Date, select

from yiqi import clock
from yiqi.activities import calendar, picture
from yiqi.activities.calendar import Showing
from yiqi.booking import programme, sight
from yiqi.booking.involved import Beside
from yiqi.booking.programme import Line, Plug
from yiqi.booking.showing import Watched, watched
from yiqi.connections import Remembered
from yiqi.db import Facts, db, sealed, table
from yiqi.pages.filters import AFTER_WORK, Filters
from yiqi.pages.reach import Whose
from yiqi.pages.steady import Views
from yiqi.people.finding import marked
from yiqi.web.kept import Pieces
from yiqi.web.texts import folded
from yiqi.years.models import MonthTheme

_theme = table(MonthTheme)
SEARCH_DAYS = 60
DAYS_AHEAD = 6
"""Days after today that the list shows when none is chosen."""
FULL = 30
"""Tickets after which a list of days goes on with no further day: the page stays light however much is on."""
LETTERS = 2
"""Latin letters from which on a title is found by how it is spelled."""
LINES = 4
"""Of what comes next for somebody, on the front page."""


class Theme(NamedTuple):
    """What a month is called and about; `month` is its first day, None where it has no theme."""

    month: date | None
    title: str
    title_en: str
    line: str
    line_en: str


class Week(Struct, frozen=True, dict=True):
    """The front page's facts. `days` are the seven of the strip, each with how many the filters leave of it; `groups` the list
    by day."""

    filters: Filters
    today: date
    focus: date
    days: tuple[tuple[date, int], ...]
    chips: tuple[tuple[str, int], ...]
    total: int
    today_count: int
    groups: tuple[tuple[date, tuple[Showing, ...]], ...]
    rest: tuple[date, int] | None
    """The first day that the list of coming days leaves for later, and how much is on from then on."""
    next_day: tuple[date, int] | None
    avoided: int
    """How many the visitor's own time has taken from the list."""
    theme: Theme | None
    """That of the asked day's month."""
    watched: Watched | None
    """What of the list is to be followed."""

    @cached_property
    def pieces(self) -> Pieces:
        """What of it was rendered already, for as long as it holds."""
        return Pieces()

    @cached_property
    def slots(self) -> dict[date, frozenset[int]]:
        """Those on the list, by day."""
        return {
            day: frozenset(slot.slot_id for one in group for slot in one.slots) for day, group in self.groups
        }

    @cached_property
    def shown(self) -> list[Showing]:
        return [showing for _day, group in self.groups for showing in group]

    @property
    def returns_to(self) -> date | None:
        """The week that a search is made from, to go back to when it is cleared; None for these days."""
        return self.filters.week or (self.monday if self.monday != self.this_monday else None)

    @property
    def searched_days(self) -> int:
        """How many days from today on are searched; 0 where nothing is, or a chosen day only."""
        return SEARCH_DAYS if self.filters.q and not self.filters.day else 0

    @property
    def monday(self) -> date:
        return calendar.monday(self.focus)

    @property
    def this_monday(self) -> date:
        return calendar.monday(self.today)

    @property
    def previous(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def following(self) -> date:
        return self.monday + timedelta(days=7)

    @cached_property
    def repeats(self) -> set[int]:
        """Occurrences whose slot stands on the list already: a course is signed up for once."""
        seen: set[int] = set()
        repeated = set()
        for showing in self.shown:
            slots = {slot.slot_id for slot in showing.slots}
            if slots <= seen:
                repeated.add(showing.facts.occurrence_id)
            seen |= slots
        return repeated


_steady: Remembered[Views[Week]] = Remembered(Views)


class _Days(NamedTuple):
    """Today, the asked day, and the first and the last that have to be looked at. A search goes on from today whatever week it
    was made from: so its calendar is today's, and no day of it is marked."""

    today: date
    focus: date
    first: date
    last: date

    @classmethod
    def of(cls, filters: Filters, now: datetime) -> "_Days":
        today = clock.beijing(now).date()
        focus = filters.day or (filters.week if not filters.q else None) or today
        monday = calendar.monday(focus)
        sunday = monday + timedelta(days=6)
        ahead = today + timedelta(days=SEARCH_DAYS if filters.q else DAYS_AHEAD)
        is_one = filters.day or (filters.week and not filters.q)
        first = min(monday, today) if filters.q else monday
        return cls(today, focus, first, sunday if is_one else max(sunday, ahead))


def look(filters: Filters, now: datetime) -> Beside:
    """What `read` has to know first, to be asked beside something else."""
    _today, focus, first, last = _Days.of(filters, now)
    return Beside(_LOOK, {**calendar.span(first, last), "month": focus.replace(day=1)})


def read(
    filters: Filters,
    now: datetime,
    whose: Whose | None = None,
    viewer: int | None = None,
    looked: Facts | None = None,
) -> Week:
    """The week of the asked day (or week, or this one), as far as `viewer` (None: a visitor) may know of it; `whose`
    time counts when the filters say so, and `looked` is the row that brought `look`, where somebody asked it already. One
    query else; more when something has changed since this process last looked."""
    today, _focus, first, last = _Days.of(filters, now)
    row = looked
    if row is None:
        row = db.session.execute(select(_LOOK), look(filters, now).values).one()
    stamp, theme = picture.stamp_of(row), Theme(*(getattr(row, name) for name in Theme._fields))
    if filters.q or whose is not None:
        return _arranged(filters, sight.shown(first, last, viewer, now, stamp), now, theme, whose)
    kept = _steady.of(db.engine)
    view = kept.view((filters, today), (stamp, theme), now)
    if view is None:
        view = kept.keep((filters, today), (stamp, theme), now, picture.between(first, last, now, stamp))
    known = sight.known_of(view.hidden, viewer, now)
    return view.week(known, lambda seen: _arranged(filters, seen, now, theme))


def _arranged(
    filters: Filters, everything: Sequence[Showing], now: datetime, theme: Theme, whose: Whose | None = None
) -> Week:
    """The week, from what is on in the days it reaches and may be seen."""
    today, focus, first, last = _Days.of(filters, now)
    monday = calendar.monday(focus)
    coming = [one for one in everything if one.facts.ends_at > now]
    fitting = within_reach = [one for one in everything if _fits(one, filters, now)]
    if filters.mine and whose is not None:
        reach = whose.reach(clock.at(first), clock.at(last + timedelta(days=2)), now)
        within_reach = [one for one in fitting if reach.includes(one)]
    per_day = Counter(one.day for one in _about(within_reach, filters.programme))
    pool = [one for one in fitting if _in_days(one, filters, now)]
    counted = [one for one in within_reach if _in_days(one, filters, now)]
    about = Counter(name for one in counted for name in calendar.chips_of(one))
    chosen = _about(counted, filters.programme)
    groups = tuple((day, tuple(group)) for day, group in groupby(chosen, key=lambda one: one.day))
    shown = len(groups) if filters.day or filters.q else _days_that_fit(groups)
    later = [one for _day, group in groups[shown:] for one in group]
    return Week(
        filters=filters,
        today=today,
        focus=focus,
        days=tuple((day, per_day[day]) for day in (monday + timedelta(days=n) for n in range(7))),
        chips=tuple(
            (chip, count) for chip in calendar.chips() if (count := about[chip]) or chip == filters.programme
        ),
        total=len(counted),
        today_count=per_day[today],
        groups=groups[:shown],
        rest=(later[0].day, len(later)) if later else None,
        next_day=_next_day(coming, focus),
        avoided=len(_about(pool, filters.programme)) - len(chosen),
        theme=theme if theme.month is not None else None,
        watched=watched((slot for _day, group in groups[:shown] for one in group for slot in one.slots), now),
    )


_LOOK = (
    select(picture.STAMP, *(_theme.c[name] for name in Theme._fields))
    .select_from(picture.STAMP.outerjoin(_theme, _theme.c.month == sealed("month", Date())))
    .subquery("looked")
)
"""The stamp of what is on in some days, and the theme of a month (its first day)."""


def _about(showings: Sequence[Showing], programme: str) -> list[Showing]:
    return [one for one in showings if not programme or calendar.is_about(one, programme)]


def _in_days(showing: Showing, filters: Filters, now: datetime) -> bool:
    """A chosen day or week shows all of it; the default, and a search, only what is not over."""
    if filters.day:
        return showing.day == filters.day
    return bool(filters.week and not filters.q) or showing.facts.ends_at > now


def _fits(showing: Showing, filters: Filters, now: datetime) -> bool:
    """Whether the filters leave it, the programme and the visitor's own time aside."""
    if filters.free and not (showing.has_free_place and showing.can_be_joined):
        return False
    if filters.evening and clock.beijing(showing.facts.starts_at).hour < AFTER_WORK:
        return False
    return not filters.q or _mentions(showing, folded(filters.q).split())


def _mentions(showing: Showing, wanted: Sequence[str]) -> bool:
    facts = showing.facts
    texts = (
        facts.title,
        facts.title_en,
        facts.sub,
        facts.sub_en,
        facts.venue,
        facts.venue_en,
    )
    text = folded(" ".join(texts))
    return all(word in text or _is_spelled(facts.spelled, word) for word in wanted)


def _is_spelled(pinyin: str, word: str) -> bool:
    """Whether a title reads so: `lanqiu`, `lanq` and `qiu` are 篮球."""
    return len(word) >= LETTERS and word.isascii() and word.isalpha() and marked(pinyin, word) is not None


def _days_that_fit(groups: Sequence[tuple[date, Sequence[Showing]]]) -> int:
    """How many whole days the list shows, one at least."""
    sums = accumulate(len(group) for _day, group in groups)
    return max(1, sum(1 for many in sums if many <= FULL))


def _next_day(coming: Sequence[Showing], focus: date) -> tuple[date, int] | None:
    """The nearest day after the asked one with something on, and how much."""
    per_day = Counter(one.day for one in coming if one.day > focus)
    if not per_day:
        return None
    day = min(per_day)
    return day, per_day[day]


def coming_of(plugs: Iterable[Plug], person_id: int, at: datetime) -> list[Line]:
    """What comes next for somebody in the programmes that concern them, the soonest first; what has no hour comes last."""
    lines = [line for plug in plugs for line in plug.front(person_id, at)]
    return sorted(lines, key=lambda line: (line.at is None, line.at or at))[:LINES]


def found_in(q: str, person_id: int | None, at: datetime) -> list[Line]:
    """What the programmes have that is called so, besides activities."""
    return [line for plug in programme.plugs() for line in plug.search(q, person_id, at)]
