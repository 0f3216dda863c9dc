"""What somebody has booked that hangs on being a member of one union, and the letter that says so when that ends.

The bookings stay: who runs the activity decides, by hand and with a reason, and the person hears of it before.
"""

from datetime import date, datetime

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from yiqi import clock
from yiqi.activities.models import Activity, Slot, Status
from yiqi.booking import whom
from yiqi.booking.models import Booking
from yiqi.booking.rules.eligibility import Whom, parse, unmet
from yiqi.booking.rules.states import LIVE
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people import persons
from yiqi.unions import membership, tree
from yiqi.web.formats import moment, said


def bookings(person_id: int, union_id: int, at: datetime) -> list[Booking]:
    """The live bookings in what has not begun that somebody could not make without being a member of a union, by their
    start; whether they still are one or not."""
    query = (
        select(Booking)
        .join(Booking.slot)
        .join(Slot.activity)
        .where(
            Booking.person_id == person_id,
            Booking.state.in_(LIVE),
            Slot.starts_at > at,
            Activity.status == Status.PUBLISHED,
        )
        .options(contains_eager(Booking.slot).contains_eager(Slot.activity))
        .order_by(Slot.starts_at, Booking.id)
    )
    live = list(db.session.scalars(query))
    if not live:
        return []
    without, within = _both(person_id, union_id, clock.beijing(at).date())
    return [one for one in live if _hangs_on(one, without, within)]


def ended_letter(notice: Notice) -> Letter | None:
    """That a membership has ended, and what of the person's is for members only; None when it goes on again."""
    it = membership.one(int(notice.facts["membership"]))
    if it is None or it.until is None:
        return None
    concerned = bookings(it.person_id, it.union_id, notice.created_at)
    with in_language(persons.language_of(it.person_id)):
        union = said(it, "union")
        if not concerned:
            text = _(
                "【亦庄工会】你不再是%(union)s的会员。换了单位，在“我的工会”里找新单位确认。", union=union
            )
        else:
            first = concerned[0].slot
            text = _(
                "【亦庄工会】你不再是%(union)s的会员。只给会员的 %(n)s 场你报了名，最近的是%(title)s，%(when)s。"
                "名额还留着，能不能去由组织者定，会再通知你。",
                n=len(concerned),
                union=union,
                title=said(first.activity, "title"),
                when=moment(first.starts_at),
            )
    return Letter(it.phone, text)


def _both(person_id: int, union_id: int, on: date) -> tuple[Whom, Whom]:
    """Somebody without a membership in a union, and with one in good standing."""
    here = db.session.connection()
    today = [one for one in membership.of_person(person_id) if membership.counts(one, on)]
    others = [one for one in today if one.union_id != union_id]
    unions = frozenset(above for one in others for above in tree.above(here, one.union_id))
    without = replace(
        whom.of(here, person_id, on),
        unions=unions,
        is_member=bool(others),
        in_good_standing=any(one.in_good_standing for one in others),
    )
    within = replace(
        without, unions=unions | set(tree.above(here, union_id)), is_member=True, in_good_standing=True
    )
    return without, within


def _hangs_on(booking: Booking, without: Whom, within: Whom) -> bool:
    activity, day = booking.slot.activity, clock.beijing(booking.slot.starts_at).date()
    if activity.union_only and activity.owner_id in within.unions - without.unions:
        return True
    conditions = parse(activity.conditions)
    return unmet(conditions, without, day) is not None and unmet(conditions, within, day) is None
