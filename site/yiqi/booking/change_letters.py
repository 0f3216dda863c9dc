"""Letters about an organizer's changes to what somebody keeps, written from the present state when they are sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.letters import reason
from yiqi.booking.models import Booking
from yiqi.booking.rules.changes import Effect
from yiqi.booking.rules.states import HOLDING, LIVE
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.web.formats import hhmm, moment, said


def change_letter(notice: Notice) -> Letter | None:
    """The letter of a change; None when the person has given up meanwhile, or nothing of it is true any more."""
    facts = notice.facts
    person = db.session.get(Person, notice.person_id, populate_existing=True)
    activity = db.session.get(Activity, facts["activity"], populate_existing=True)
    if person is None or activity is None:
        return None
    states = set(
        db.session.scalars(
            select(Booking.state).where(
                Booking.person_id == person.id,
                Booking.slot_id.in_(facts["slots"]),
                Booking.state.in_(LIVE),
            )
        )
    )
    dates = db.session.scalars(
        select(Occurrence)
        .where(
            Occurrence.id.in_(facts["occurrences"]),
            Occurrence.called_off_at.is_not(None)
            if facts["effect"] == Effect.FEWER_DATES
            else Occurrence.called_off_at.is_(None),
        )
        .order_by(Occurrence.starts_at)
        .execution_options(populate_existing=True)
    ).all()
    effect, began = Effect(facts["effect"]), facts.get("was", {})
    if effect in (Effect.MOVED, Effect.NOW_CLASHES) and began:
        dates = [one for one in dates if _left(one, began) not in (None, one.starts_at)]
    if not states or not dates:
        return None
    with in_language(person.lang):
        was = _left(dates[0], began)
        text = _text(effect, activity, dates, was, facts["other"], holds=bool(states & HOLDING))
    return Letter(person.phone, text, about=(dates[0].starts_at, dates[0].ends_at))


def _left(date: Occurrence, began: Mapping[str, str]) -> datetime | None:
    """When a date began before the change; None where that is not known, or it did not move."""
    told = began.get(str(date.id))
    return datetime.fromisoformat(told) if told is not None else None


def _text(
    effect: Effect,
    activity: Activity,
    dates: Sequence[Occurrence],
    was: datetime | None,
    other: str,
    *,
    holds: bool,
) -> str:
    starts_at = dates[0].starts_at
    facts = {
        "title": said(activity, "title"),
        "was": moment(was) if was is not None else "",
        "when": hhmm(starts_at) if was is not None and _same_day(was, starts_at) else moment(starts_at),
        "where": said(dates[0], "venue"),
        "n": len(dates),
        "why": reason(dates[0]),
    }
    clashing = _named(other) if effect is Effect.NOW_CLASHES else ""
    match effect:
        case Effect.NOW_CLASHES if clashing and was is not None:
            return _(
                "【亦庄工会】时间改了：%(title)s，从 %(was)s 改到 %(when)s，和“%(other)s”重叠，只能去一场。",
                other=clashing,
                **facts,
            )
        case Effect.NOW_CLASHES if clashing:
            return _(
                "【亦庄工会】时间改了：%(title)s，改到 %(when)s，和“%(other)s”重叠，只能去一场。",
                other=clashing,
                **facts,
            )
        case Effect.MORE_DATES:
            return _("【亦庄工会】%(title)s，加了 %(n)s 次，%(when)s 起。能来吗？到亦起回答。", **facts)
        case Effect.FEWER_DATES if len(dates) > 1 and facts["why"]:
            return _("【亦庄工会】%(title)s，停 %(n)s 次，%(when)s 起，因为%(why)s。其他日期照旧。", **facts)
        case Effect.FEWER_DATES if len(dates) > 1:
            return _("【亦庄工会】%(title)s，停 %(n)s 次，%(when)s 起。其他日期照旧。", **facts)
        case Effect.FEWER_DATES if facts["why"]:
            return _(
                "【亦庄工会】%(title)s，停一次：%(when)s，因为%(why)s。其他日期照旧，不用处理。", **facts
            )
        case Effect.FEWER_DATES:
            return _("【亦庄工会】%(title)s，停一次：%(when)s。其他日期照旧，不用处理。", **facts)
        case Effect.OTHER_VENUE:
            return _("【亦庄工会】地点改了：%(title)s，%(when)s，改在%(where)s。", **facts)
        case _ if not holds and was is not None:
            return _("【亦庄工会】时间改了：%(title)s，从 %(was)s 改到 %(when)s，候补照排。", **facts)
        case _ if not holds:
            return _("【亦庄工会】时间改了：%(title)s，改到 %(when)s，候补照排。", **facts)
        case _ if len(dates) > 1 and was is not None:
            return _(
                "【亦庄工会】时间改了：%(title)s，改了 %(n)s 次，先是从 %(was)s 改到 %(when)s。能来吗？到亦起回答。",
                **facts,
            )
        case _ if was is not None:
            return _(
                "【亦庄工会】时间改了：%(title)s，从 %(was)s 改到 %(when)s。能来吗？到亦起回答。", **facts
            )
        case _ if len(dates) > 1:
            return _(
                "【亦庄工会】时间改了：%(title)s，改了 %(n)s 次，先是 %(when)s。能来吗？到亦起回答。", **facts
            )
        case _:
            return _("【亦庄工会】时间改了：%(title)s，改到 %(when)s。能来吗？到亦起回答。", **facts)


def _same_day(one: datetime, other: datetime) -> bool:
    return clock.beijing(one).date() == clock.beijing(other).date()


def _named(ref: str) -> str:
    """The title of what another booking that still holds its places is for."""
    title = db.session.execute(
        select(Activity.title, Activity.title_en)
        .join(Slot, Slot.activity_id == Activity.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booking.ref == ref, Booking.state.in_(HOLDING))
    ).one_or_none()
    return said(title, "title") if title is not None else ""
