"""The trail of a booking's changes, and who was told of them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import String, and_, cast, except_, func, literal, or_, select

from yiqi.booking.doctor.findings import Finding
from yiqi.booking.endings import MERGED
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.seats import HEARD
from yiqi.db import db, table
from yiqi.notices.models import Notice
from yiqi.notices.outbox import KEEP_NOTICES

FINAL = frozenset(State) - LIVE

_booking, _change, _notice = table(Booking), table(BookingChange), table(Notice)

_of, _by = _change.c.booking_id, _change.c.id
_steps = select(
    _change.c.id,
    _change.c.booking_id,
    _change.c.was,
    _change.c.became,
    func.lag(_change.c.became).over(partition_by=_of, order_by=_by).label("before"),
    func.lead(_change.c.id).over(partition_by=_of, order_by=_by).label("next"),
).subquery()
_BROKEN = (
    select(_steps.c.id, _steps.c.was, _steps.c.became, _steps.c.before, _booking.c.state)
    .join(_booking, _booking.c.id == _steps.c.booking_id)
    .where(
        or_(
            _steps.c.was.is_distinct_from(_steps.c.before),
            _steps.c.was.in_(FINAL),
            and_(_steps.c.next.is_(None), _steps.c.became != _booking.c.state),
        )
    )
)
_UNTRACED = (
    select(_booking.c.id, _booking.c.state)
    .outerjoin(_change, _change.c.booking_id == _booking.c.id)
    .where(_change.c.id.is_(None))
)
_key = literal("booking-") + cast(_change.c.booking_id, String) + literal("-") + cast(_change.c.id, String)
_heard = and_(
    or_(_change.c.became.in_(HEARD), and_(_change.c.became == State.WAITING, _change.c.was.is_not(None))),
    _change.c.why != MERGED,
)


def trail(at: datetime) -> Iterator[Finding]:
    """The changes of a booking are one chain from nothing to its state, and nothing comes back to life."""
    for row in db.session.execute(_BROKEN).all():
        yield Finding(
            "booking_change",
            row.id,
            f"from {row.was} to {row.became} after {row.before}, and the booking is {row.state}",
        )
    for booking_id, state in db.session.execute(_UNTRACED).all():
        yield Finding("booking", booking_id, f"it is {state}, and no change says so")


def notices(at: datetime) -> Iterator[Finding]:
    """Each change that its person must hear of has its notice, and no notice tells of another, as long as both are kept."""
    since = at - KEEP_NOTICES
    due = select(_key.label("key")).where(_change.c.at >= since, _heard)
    written = select(_notice.c.key).where(_notice.c.kind == "booking", _notice.c.created_at >= since)
    for key in sorted(db.session.scalars(except_(due, written))):
        yield Finding("booking_change", int(key.rpartition("-")[2]), "nobody is told of it")
    strangers = except_(written, due).subquery()
    for notice_id in db.session.scalars(
        select(_notice.c.id).where(_notice.c.key.in_(select(strangers.c.key))).order_by(_notice.c.id)
    ):
        yield Finding("notice", notice_id, "it tells of a change that was not, or that nobody has to hear of")
