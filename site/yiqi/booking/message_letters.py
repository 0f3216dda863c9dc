"""Letters that an organizer wrote to people of an activity, filled in from the present state when they are sent."""

from sqlalchemy.orm import joinedload

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.models import Booking
from yiqi.booking.rules import texting
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.rules.texting import Holder
from yiqi.booking.whole import nearest
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter, Worded
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.web.formats import moment, said

CLOSED = "。！？…；，.!?;,)）】”"
"""Ends after which the closing words need no full stop before them."""


def message_letter(notice: Notice) -> Letter | None:
    """The letter to one person; None when their booking has ended since, or the date it was about was called off, unless it
    was written to those whose booking that ended."""
    facts = notice.facts
    booking = db.session.get(
        Booking,
        facts["booking"],
        options=[
            joinedload(Booking.person),
            joinedload(Booking.slot).joinedload(Slot.activity),
            joinedload(Booking.slot).selectinload(Slot.occurrences),
        ],
        populate_existing=True,
    )
    is_off = facts.get("called_off", False)
    if booking is None or booking.state not in ({State.CALLED_OFF} if is_off else LIVE):
        return None
    slot, person = booking.slot, booking.person
    dates = [one for one in slot.occurrences if is_off or one.called_off_at is None]
    wanted = facts["occurrence"]
    if wanted is not None:
        date = next((one for one in dates if one.id == wanted), None)
    else:
        date = nearest(dates, clock.now())
    if date is None:
        return None
    with in_language(person.lang):
        text = written(facts["body"], slot.activity, date, person.name, booking.ref)
    about = (date.starts_at, date.ends_at)
    return Letter(person.phone, text, about=about, elsewhere=text.values["words"])


def written(body: str, activity: Activity, date: Occurrence, name: str, ref: str) -> Worded:
    """The whole text to one person in the present language, with signature and closing words: how to hear no more of it
    by short message."""
    text = texting.filled(
        body,
        {
            Holder.ACTIVITY: said(activity, "title"),
            Holder.TIME: moment(date.starts_at),
            Holder.PLACE: said(date, "venue") or _("地点待定"),
            Holder.NAME: name or _("工友"),
            Holder.CODE: spoken(ref),
        },
    )
    stop = "" if text.endswith(tuple(CLOSED)) else _("。").rstrip()
    return _("【亦庄工会】%(words)s退订回 T", words=text + stop)
