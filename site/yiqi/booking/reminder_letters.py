"""The letter that reminds somebody of what they are coming to, written from the present state when it is sent."""

from sqlalchemy.orm import joinedload

from yiqi.activities.models import Occurrence, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.web.formats import hhmm, moment, said

DAY = 24 * 60


def reminder_letter(notice: Notice) -> Letter | None:
    """Of a date that somebody comes to; None once they have given up, or it was called off or moved: then it was told."""
    facts = notice.facts
    booking = db.session.get(
        Booking,
        facts["booking"],
        options=[joinedload(Booking.person), joinedload(Booking.slot).joinedload(Slot.activity)],
        populate_existing=True,
    )
    date = db.session.get(Occurrence, facts["occurrence"], populate_existing=True)
    if booking is None or date is None or booking.state is not State.CONFIRMED:
        return None
    if date.called_off_at or int(date.starts_at.timestamp()) != facts["starts"]:
        return None
    if booking.slot.activity.status == Status.CALLED_OFF:
        return None
    with in_language(booking.person.lang):
        told = {
            "title": said(booking.slot.activity, "title"),
            "where": said(date, "venue") or _("地点待定"),
            "code": spoken(booking.ref),
        }
        if facts["lead"] < DAY:
            text = _(
                "【亦庄工会】%(title)s %(time)s 开始，%(where)s。签到码 %(code)s。",
                time=hhmm(date.starts_at),
                **told,
            )
        else:
            text = _(
                "【亦庄工会】%(title)s，%(when)s，%(where)s。签到码 %(code)s。去不了请早点取消，名额给别人。",
                when=moment(date.starts_at),
                **told,
            )
    return Letter(booking.person.phone, text, about=(date.starts_at, date.ends_at))
