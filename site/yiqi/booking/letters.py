"""Letters about bookings, written from their present state at the moment they are sent."""

from sqlalchemy.orm import joinedload

from yiqi.activities.models import Slot
from yiqi.booking.models import Booking
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.i18n import gettext as _
from yiqi.i18n import in_language
from yiqi.notices.models import Notice
from yiqi.notices.outbox import Letter
from yiqi.web.formats import moment


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
    activity, english = booking.slot.activity, booking.person.lang == "en"
    with in_language(booking.person.lang):
        facts = {
            "title": (english and activity.title_en) or activity.title,
            "when": moment(booking.slot.starts_at),
            "code": spoken(booking.ref),
        }
        if booking.state == State.CONFIRMED:
            text = _("【亦庄工会】报名成功：%(title)s，%(when)s。签到码 %(code)s。", **facts)
        else:
            text = _("【亦庄工会】活动取消：%(title)s，%(when)s。不用处理。", **facts)
    return Letter(booking.person.phone, text)
