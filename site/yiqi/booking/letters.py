"""Letters about bookings, written from their present state at the moment they are sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from yiqi.activities.models import Activity, Allocation, Occurrence, Slot, Status, slot_occurrence
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.persons import whose
from yiqi.web.formats import moment, said

ANSWER_IN = timedelta(hours=1)
"""An offer that ends sooner than this after the quiet hours is told of at once, in the middle of the night."""


def booking_letter(notice: Notice) -> Letter | None:
    """The letter of a change; None when the booking has moved on and the news is no longer true."""
    booking = db.session.get(
        Booking,
        notice.facts["booking"],
        options=[
            joinedload(Booking.person),
            joinedload(Booking.slot).joinedload(Slot.activity),
        ],
        populate_existing=True,
    )
    if booking is None or booking.state != notice.facts["state"]:
        return None
    dates = _called_off_with(booking) if booking.state is State.CALLED_OFF else [booking.id]
    if booking.id != dates[0]:
        return None
    activity, english = booking.slot.activity, booking.person.lang == "en"
    called_off = _dates_called_off(dates, booking.changed_at) if booking.state is State.CALLED_OFF else []
    with in_language(booking.person.lang):
        facts = {
            "title": (english and activity.title_en) or activity.title,
            "when": moment(called_off[0] if called_off else booking.slot.starts_at),
            "code": spoken(booking.ref),
            "n": len(called_off),
        }
        text = _text(booking, facts, by_hand=_is_by_hand(notice, booking))
    return Letter(booking.person.phone, text, about=_about(booking))


def handed_letter(notice: Notice) -> Letter | None:
    """That a colleague has taken over the place that was held out."""
    booking = db.session.get(Booking, notice.facts["booking"])
    if booking is None:
        return None
    with in_language(booking.person.lang):
        activity, slot = booking.slot.activity, booking.slot
        text = _(
            "【亦庄工会】名额已由同事接手：%(title)s，%(when)s。你不用来了，不记爽约。",
            title=said(activity, "title"),
            when=moment(slot.starts_at),
        )
    return Letter(booking.person.phone, text, about=(slot.starts_at, slot.ends_at))


def _about(booking: Booking) -> tuple[datetime, datetime]:
    """What a letter is about. An offer that ends early in the morning may not wait for it: its end is what counts."""
    if booking.state is State.OFFERED and booking.offer_until is not None:
        return booking.offer_until - ANSWER_IN, booking.offer_until
    return booking.slot.starts_at, booking.slot.ends_at


def _is_by_hand(notice: Notice, booking: Booking) -> bool:
    """Whether somebody else signed them up. The key of the notice names the change it tells of."""
    change_id = int(notice.key.rpartition("-")[2])
    change = db.session.execute(
        select(BookingChange.was, whose(BookingChange.by_id).label("by_id")).where(
            BookingChange.id == change_id
        )
    ).one_or_none()
    return change is not None and change.was is None and change.by_id not in (None, booking.person_id)


def _called_off_with(booking: Booking) -> Sequence[int]:
    """The person's bookings of one activity that were called off at once, by their dates: the first one's letter tells
    of them all."""
    return db.session.scalars(
        select(Booking.id)
        .join(Booking.slot)
        .where(
            Booking.person_id == booking.person_id,
            Booking.state == State.CALLED_OFF,
            Booking.changed_at == booking.changed_at,
            Slot.activity_id == booking.slot.activity_id,
        )
        .order_by(Slot.starts_at, Booking.id)
    ).all()


def _dates_called_off(booking_ids: Sequence[int], at: datetime) -> Sequence[datetime]:
    """When the dates would have begun that these bookings lost at an instant, earliest first."""
    return db.session.scalars(
        select(Occurrence.starts_at)
        .join(slot_occurrence, slot_occurrence.c.occurrence_id == Occurrence.id)
        .join(Booking, Booking.slot_id == slot_occurrence.c.slot_id)
        .where(
            Booking.id.in_(booking_ids),
            Occurrence.ends_at > at,
            Occurrence.called_off_at.is_(None) | (Occurrence.called_off_at >= at),
        )
        .distinct()
        .order_by(Occurrence.starts_at)
    ).all()


def _text(booking: Booking, facts: dict[str, Any], *, by_hand: bool) -> str:
    match booking.state:
        case State.CONFIRMED if by_hand:
            return _(
                "【亦庄工会】组织者帮你报了名：%(title)s，%(when)s。签到码 %(code)s。去不了请取消。", **facts
            )
        case State.CONFIRMED:
            return _("【亦庄工会】报名成功：%(title)s，%(when)s。签到码 %(code)s。", **facts)
        case State.OFFERED if booking.offer_until is not None:
            until = moment(booking.offer_until)
            return _(
                "【亦庄工会】轮到你了：%(title)s，%(when)s。%(until)s 前在亦起确认。", until=until, **facts
            )
        case State.WAITING if booking.offers_expired:
            return _("【亦庄工会】%(title)s：没有在时间内确认，名额转给了下一位，你排到候补最后。", **facts)
        case State.WAITING if booking.slot.activity.allocation is Allocation.DRAW:
            return _("【亦庄工会】%(title)s，%(when)s：这次没抽中，按摇号先后排在候补里。", **facts)
        case State.WAITING:
            return _("【亦庄工会】%(title)s，%(when)s：名额满了，你在候补名单里。", **facts)
        case State.EXPIRED:
            return _("【亦庄工会】%(title)s：两次没有在时间内确认，候补结束，不记爽约。", **facts)
        case State.REJECTED:
            because = booking.rejected_because
            return _("【亦庄工会】%(title)s：组织者没有通过，%(because)s。", because=because, **facts)
        case _:
            return _called_off(booking.slot, facts)


def _called_off(slot: Slot, facts: dict[str, Any]) -> str:
    facts = {**facts, "why": _why(slot), "slot": said(slot, "label")}
    if facts["n"] > 1:
        facts["when"] = _("%(when)s 起的 %(n)s 次", **facts)
    is_one_of_several = bool(slot.label) and _others_go_on(slot)
    match facts["why"]:
        case "" if _goes_on(slot):
            return _("【亦庄工会】%(title)s：后面的日期都停了，候补结束。不用处理。", **facts)
        case _ if _goes_on(slot):
            return _("【亦庄工会】%(title)s：后面的日期都停了，因为%(why)s。候补结束，不用处理。", **facts)
        case "" if is_one_of_several:
            return _("【亦庄工会】%(slot)s取消：%(title)s，%(when)s。不用处理。", **facts)
        case _ if is_one_of_several:
            return _("【亦庄工会】%(slot)s取消：%(title)s，%(when)s。因为%(why)s。不用处理。", **facts)
        case "":
            return _("【亦庄工会】活动取消：%(title)s，%(when)s。不用处理。", **facts)
        case _:
            return _("【亦庄工会】活动取消：%(title)s，%(when)s。因为%(why)s。不用处理。", **facts)


def _why(slot: Slot) -> str:
    """Why a slot's activity, or its dates, were called off, as its organizer put it, to stand in a sentence; empty where
    nothing was said."""
    activity = slot.activity
    if activity.status is Status.CALLED_OFF:
        return reason(activity)
    return next((why for one in slot.occurrences if (why := reason(one))), "")


def reason(what: Activity | Occurrence) -> str:
    """Why it was called off, without a full stop."""
    return str(said(what, "called_off_because")).rstrip("。. ")


def _goes_on(slot: Slot) -> bool:
    """Whether it was only the rest of a course that was called off: for whoever had no place yet it is over."""
    return slot.called_off_at is None and slot.activity.status != Status.CALLED_OFF


def _others_go_on(slot: Slot) -> bool:
    """Whether only this slot of several was called off."""
    return slot.activity.status != Status.CALLED_OFF and any(
        other.called_off_at is None for other in slot.activity.slots
    )
