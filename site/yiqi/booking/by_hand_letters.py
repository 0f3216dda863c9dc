"""Letters about what an organizer did to somebody's booking by hand, written from its present state when they are sent."""

from sqlalchemy.orm import joinedload

from yiqi.activities.models import Slot
from yiqi.booking import endings
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.web.formats import moment


def by_hand_letter(notice: Notice) -> Letter | None:
    """That somebody was taken out, added or moved; None when the booking has moved on since."""
    booking = db.session.get(
        Booking,
        notice.facts["booking"],
        options=[joinedload(Booking.person), joinedload(Booking.slot).joinedload(Slot.activity)],
        populate_existing=True,
    )
    if booking is None or booking.state != notice.facts["state"]:
        return None
    activity, slot, english = booking.slot.activity, booking.slot, booking.person.lang == "en"
    with in_language(booking.person.lang):
        label = (english and slot.label_en) or slot.label
        facts = {
            "title": (english and activity.title_en) or activity.title,
            "when": moment(slot.starts_at),
            "slot": _("（%(label)s）", label=label) if label else "",
        }
        text = _text(booking, str(notice.facts["news"]), facts)
        return Letter(booking.person.phone, text, about=(slot.starts_at, slot.ends_at))


def _text(booking: Booking, news: str, facts: dict[str, str]) -> str:
    if news == "taken_out":
        because = endings.of([booking.id])[booking.id].taken_out_because
        return _(
            "【亦庄工会】组织者取消了你的报名：%(title)s%(slot)s，%(when)s。原因：%(because)s。不记爽约。",
            because=because,
            **facts,
        )
    if news == "moved":
        if booking.state is State.PENDING:
            return _("【亦庄工会】组织者给你换到了%(title)s%(slot)s，%(when)s，还在审核。", **facts)
        return _("【亦庄工会】组织者给你换到了%(title)s%(slot)s，%(when)s，现在在候补。", **facts)
    match booking.state:
        case State.WAITING:
            return _("【亦庄工会】组织者帮你报了%(title)s%(slot)s，%(when)s，现在在候补。", **facts)
        case State.PENDING:
            return _("【亦庄工会】组织者帮你报了%(title)s%(slot)s，%(when)s，还在审核。", **facts)
        case _:
            return _("【亦庄工会】组织者帮你报了%(title)s%(slot)s，%(when)s，到时摇号。", **facts)
