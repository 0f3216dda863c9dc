"""Reads: what stands in somebody's calendar, in that of an activity, in that of a programme."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from yiqi.activities.calendar import PUBLIC
from yiqi.activities.models import Activity, Occurrence, Programme, Slot, Status, slot_occurrence
from yiqi.booking import involved
from yiqi.booking import programme as programmes
from yiqi.booking.dated import Dated
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import LIVE, State
from yiqi.calendars.feeds import Feed
from yiqi.calendars.rules import entries as rules
from yiqi.calendars.rules.entries import Entry
from yiqi.db import Facts, db
from yiqi.i18n import gettext as _
from yiqi.web.formats import said

BEHIND = timedelta(days=60)
"""How long what is over stays in somebody's calendar."""
ENDED_SHOWN = timedelta(days=30)
"""How long a booking that ended is said to be cancelled: phones that come less often ask for all anew anyway."""
PUBLIC_BEHIND, PUBLIC_AHEAD = timedelta(days=30), timedelta(days=180)
MANY = 2000
Address = Callable[[int], str]
"""The address of the page of an activity, as it is sent to somebody."""
Absolute = Callable[[str], str]
"""The address of a path of this site."""

_DATE = (
    Occurrence.id.label("occurrence_id"),
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.venue,
    Occurrence.venue_en,
    Occurrence.directions,
    Occurrence.directions_en,
    Occurrence.called_off_at,
    Activity.id.label("activity_id"),
    Activity.status,
    Activity.title,
    Activity.title_en,
    Activity.sub,
    Activity.sub_en,
    Activity.opens_at,
    (Occurrence.revision + Activity.revision).label("revision"),
)
_CONFIRMED_ONCE = exists().where(
    BookingChange.booking_id == Booking.id, BookingChange.became == State.CONFIRMED
)
_CHANGES = select(func.count()).where(BookingChange.booking_id == Booking.id).scalar_subquery()


def own(feed: Feed, at: datetime, address: Address, absolute: Absolute) -> list[Entry]:
    """A person's bookings, date by date, and what the programmes know of them beside: games, parts, shifts they lead. In the
    present language. What they also booked stands there as the booking."""
    booked, held = _bookings(feed, at, address)
    others = [
        one
        for plug in involved.of(feed.person_id, at).plugs
        for one in plug.dates(feed.person_id, at - BEHIND, at)
        if one.occurrence_id not in held
    ]
    return sorted([*booked, *(_of_dated(one, absolute) for one in others)], key=_in_order)


def _bookings(feed: Feed, at: datetime, address: Address) -> tuple[list[Entry], set[int]]:
    """The entries of bookings, and the occurrences in which there is a place. One query."""
    rows = db.session.execute(
        select(
            *_DATE,
            Booking.id.label("booking_id"),
            Booking.state,
            Booking.party,
            Booking.changed_at,
            Slot.label,
            Slot.label_en,
            _CONFIRMED_ONCE.label("was_confirmed"),
            _CHANGES.label("changes"),
        )
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Slot.id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Booking.person_id == feed.person_id,
            Activity.status != Status.DRAFT,
            Occurrence.ends_at > at - BEHIND,
            or_(Booking.state.in_(LIVE), Booking.changed_at > at - ENDED_SHOWN),
        )
        .order_by(Occurrence.starts_at, Booking.id)
        .limit(MANY)
    ).all()
    found = [_of_booking(row, feed.with_waiting, address) for row in rows]
    held = {row.occurrence_id for row in rows if row.state is State.CONFIRMED}
    return [entry for entry in found if entry is not None], held


def of_activity(activity_id: int, address: Address) -> list[Entry]:
    """The dates of an activity that whoever asks is known to see."""
    return _dates(address, Activity.id == activity_id)


def of_programme(
    programme: Programme | None, at: datetime, address: Address, absolute: Absolute
) -> list[Entry]:
    """What is on for everybody, of one programme or (None) of all, from a month ago to half a year ahead. A game stands there
    instead of the activity of its spectators."""
    since, until = at - PUBLIC_BEHIND, at + PUBLIC_AHEAD
    plugs = [one for one in programmes.plugs() if programme in (None, one.programme)]
    others = [one for plug in plugs for one in plug.everybodys_dates(since, until)]
    stood_for = {one.activity_id for one in others if one.activity_id is not None}
    wanted = [] if programme is None else [Activity.programme == programme]
    if stood_for:
        wanted.append(Activity.id.not_in(stood_for))
    span = (Occurrence.ends_at > since, Occurrence.starts_at < until)
    found = _dates(address, PUBLIC, *span, *wanted)
    return sorted([*found, *(_of_dated(one, absolute) for one in others)], key=_in_order)


def _dates(address: Address, *which: ColumnElement[bool]) -> list[Entry]:
    rows = db.session.execute(
        select(*_DATE)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Activity.status != Status.DRAFT, *which)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MANY)
    )
    return [_of_date(row, address) for row in rows]


def _of_dated(one: Dated, absolute: Absolute) -> Entry:
    return Entry(
        uid=f"{one.key}@yiqi",
        sequence=one.sequence,
        changed_at=one.changed_at,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=_("（取消）%(title)s", title=one.title) if one.is_off else one.title,
        status=rules.Status.CANCELLED if one.is_off else rules.Status.CONFIRMED,
        where=one.where,
        about=one.about,
        url=absolute(one.url),
    )


def _in_order(entry: Entry) -> tuple[datetime, str]:
    return entry.starts_at, entry.uid


def _of_date(row: Facts, address: Address) -> Entry:
    is_off = _is_off(row)
    return Entry(
        uid=f"date-{row.occurrence_id}@yiqi",
        sequence=row.revision,
        changed_at=row.opens_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=_("（取消）%(title)s", title=said(row, "title")) if is_off else said(row, "title"),
        status=rules.Status.CANCELLED if is_off else rules.Status.CONFIRMED,
        where=_where(row),
        about=said(row, "sub"),
        url=address(row.activity_id),
    )


def _of_booking(row: Facts, with_waiting: bool, address: Address) -> Entry | None:
    status = rules.status_of(
        row.state,
        with_waiting=with_waiting,
        was_shown=row.was_confirmed or with_waiting,
        is_off=_is_off(row),
    )
    if status is None:
        return None
    title = said(row, "title")
    if row.label:
        title = f"{title} · {said(row, 'label')}"
    party = _("本人 + %(n)s 位同行", n=row.party - 1) if row.party > 1 else ""
    return Entry(
        uid=f"booking-{row.booking_id}-{row.occurrence_id}@yiqi",
        sequence=row.revision + row.changes,
        changed_at=row.changed_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=_titled(status, row.state, title),
        status=status,
        where=_where(row),
        about="\n".join(line for line in (said(row, "sub"), party) if line),
        url=address(row.activity_id),
    )


def _titled(status: rules.Status, state: State, title: str) -> str:
    """The title with what it stands for in words: not every phone shows the status."""
    if status is rules.Status.CANCELLED:
        return _("（取消）%(title)s", title=title)
    if status is rules.Status.CONFIRMED:
        return title
    word = {
        State.WAITING: _("候补"),
        State.OFFERED: _("等你确认"),
        State.PENDING: _("审核中"),
        State.ENTERED: _("待摇号"),
    }[state]
    return _("（%(state)s，还没有名额）%(title)s", state=word, title=title)


def _is_off(row: Facts) -> bool:
    return row.called_off_at is not None or row.status == Status.CALLED_OFF


def _where(row: Facts) -> str:
    return " ".join(text for text in (said(row, "venue"), said(row, "directions")) if text)
