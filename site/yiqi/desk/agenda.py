"""The activities within reach of somebody's roles, each once, by its next date: this week, later, done."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from yiqi import clock
from yiqi.activities import calendar
from yiqi.activities.calendar import Showing
from yiqi.activities.models import Activity, Occurrence, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.desk import reach
from yiqi.roles.rules.permissions import Held

PAGE = 30
TABS = ("week", "later", "done")


class Row(Struct, frozen=True):
    """An activity under its next date, or its last one when none is to come. `offered`: seats held out to waiters."""

    showing: Showing
    offered: int
    at: datetime

    @property
    def is_today(self) -> bool:
        """Whether that date begins today or is on now, so that people are to be checked in."""
        facts = self.showing.facts
        days = {clock.beijing(facts.starts_at).date(), clock.beijing(facts.ends_at).date()}
        return facts.ends_at > self.at and clock.beijing(self.at).date() in days and not self.showing.is_off

    @property
    def state(self) -> str:
        """The one word of its tag."""
        showing, facts = self.showing, self.showing.facts
        if showing.is_off:
            return "called_off"
        if facts.ends_at <= self.at:
            return "over"
        if facts.starts_at <= self.at:
            return "on"
        if self.at < facts.opens_at:
            return "not_open"
        if self.offered:
            return "offering"
        if self.at >= facts.closes_at:
            return "closed"
        return "open" if showing.has_free_place or facts.allocation == "draw" else "full"


class Agenda(Struct, frozen=True):
    """One tab's page, and how many each tab has. `further` is the address's mark of the next page, empty on the last."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    further: str


def read(held: Sequence[Held], tab: str, q: str, after: str, at: datetime) -> Agenda:
    """A page of a tab, of activities whose name or place has the words `q`. `after` is the mark of an earlier page."""
    monday = clock.at(calendar.monday(clock.beijing(at).date()) + timedelta(days=7))
    when = _when(at)
    found = select(Activity.id, when.c.next_at, when.c.last_at).join(when, when.c.activity_id == Activity.id)
    found = found.where(reach.activities(held), Activity.status != Status.DRAFT, *_mentions(q))
    listed = found.subquery()
    of_tab: dict[str, ColumnElement[bool]] = {
        "week": listed.c.next_at < monday,
        "later": listed.c.next_at >= monday,
        "done": listed.c.next_at.is_(None),
    }
    row = db.session.execute(
        select(*(func.count(case((of_tab[name], 1))).label(name) for name in TABS)).select_from(listed)
    ).one()
    page = _page(listed, tab, after).where(of_tab[tab])
    chosen = db.session.execute(page).all()
    further = _mark(chosen[PAGE - 1]) if len(chosen) > PAGE else ""
    return Agenda(_rows([one.id for one in chosen[:PAGE]], at), dict(row._mapping), further)


def earlier(held: Sequence[Held], q: str, at: datetime) -> list[Showing]:
    """The activities of which a copy may be begun, under their last date, the newest first."""
    when = _when(at)
    query = (
        select(Activity.id)
        .join(when, when.c.activity_id == Activity.id)
        .where(reach.editable(held), Activity.status != Status.DRAFT, *_mentions(q))
        .order_by(when.c.last_at.desc(), Activity.id.desc())
        .limit(PAGE)
    )
    return [row.showing for row in _rows(list(db.session.scalars(query)), at)]


def _when(at: datetime) -> Any:
    """Of each activity: when its next date begins that takes place (None: none is left), and when its last one ends."""
    comes = and_(
        Occurrence.ends_at > at, Occurrence.called_off_at.is_(None), Activity.status == Status.PUBLISHED
    )
    return (
        select(
            Occurrence.activity_id,
            func.min(case((comes, Occurrence.starts_at))).label("next_at"),
            func.max(Occurrence.ends_at).label("last_at"),
        )
        .join(Activity, Activity.id == Occurrence.activity_id)
        .group_by(Occurrence.activity_id)
        .subquery()
    )


def _mentions(q: str) -> list[ColumnElement[bool]]:
    def has(column: Any, word: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = func.lower(column).contains(word, autoescape=True)
        return found

    return [
        or_(
            *(has(column, word) for column in (Activity.title, Activity.title_en, Activity.sub)),
            exists().where(
                Occurrence.activity_id == Activity.id,
                or_(has(Occurrence.venue, word), has(Occurrence.venue_en, word)),
            ),
        )
        for word in q.lower().split()
    ]


def _page(listed: Any, tab: str, after: str) -> Select[Any]:
    """One more row than a page, from behind a mark on."""
    column = listed.c.last_at if tab == "done" else listed.c.next_at
    ordered = select(listed.c.id, column.label("at")).limit(PAGE + 1)
    mark = _marked(after)
    if tab == "done":
        ordered = ordered.order_by(column.desc(), listed.c.id.desc())
        behind = mark and or_(column < mark[0], and_(column == mark[0], listed.c.id < mark[1]))
    else:
        ordered = ordered.order_by(column, listed.c.id)
        behind = mark and or_(column > mark[0], and_(column == mark[0], listed.c.id > mark[1]))
    return ordered.where(behind) if behind is not None else ordered


def _mark(row: Any) -> str:
    return f"{int(row.at.timestamp())}.{row.id}"


def _marked(typed: str) -> tuple[datetime, int] | None:
    """The instant and id of a mark; None for what is none."""
    seconds, _dot, number = typed.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and number.isascii() and number.isdigit()):
        return None
    if len(seconds) > 10 or len(number) > 10:
        return None
    return datetime.fromtimestamp(int(seconds), UTC), min(int(number), 2**31 - 1)


def _rows(ids: Sequence[int], at: datetime) -> tuple[Row, ...]:
    """Activities in the given order, each under its next date or its last one."""
    if not ids:
        return ()
    dates: dict[int, list[Occurrence]] = {}
    in_order = select(Occurrence).where(Occurrence.activity_id.in_(ids)).order_by(Occurrence.starts_at)
    for date in db.session.scalars(in_order.order_by(Occurrence.id)):
        dates.setdefault(date.activity_id, []).append(date)
    chosen = [_under(those, at).id for those in dates.values()]
    shown = {one.facts.activity_id: one for one in calendar.of_occurrences(chosen, at)}
    offered = select(Slot.activity_id, func.sum(Booking.party)).join(Slot, Slot.id == Booking.slot_id)
    offered = offered.where(
        Slot.activity_id.in_(ids), Booking.state == State.OFFERED, Booking.offer_until > at
    )
    seats = {row[0]: int(row[1]) for row in db.session.execute(offered.group_by(Slot.activity_id))}
    return tuple(Row(shown[one], seats.get(one, 0), at) for one in ids if one in shown)


def _under(dates: Sequence[Occurrence], at: datetime) -> Occurrence:
    coming = (one for one in dates if one.ends_at > at and one.called_off_at is None)
    return next(coming, dates[-1])
