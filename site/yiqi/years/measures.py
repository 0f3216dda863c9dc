"""What the core itself counts of people in a year, and all that is counted, that of the programmes included."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, literal, select

from yiqi.activities.models import Activity, Occurrence
from yiqi.booking import programme
from yiqi.booking.models import Attendance, Booking, Mark, MarkKind
from yiqi.booking.programme import Measure
from yiqi.booking.rules.marks import LAPSES_AFTER
from yiqi.certificates.models import Certificate
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.years.rules.awards import NO_SHOWS

ACTIVITIES = "activities"
TO_ACTIVITY = ("booking.activity", "activity_id")
_ACTIVITY = (Activity.title, Activity.title_en, cast(Activity.id, String).label("ref"))


def all_of(at: datetime) -> Sequence[Measure]:
    """Everything that is counted, at an instant: activities first, certificates and what was missed last."""
    own = [Measure(ACTIVITIES, _l("参加活动"), _times, _attended, TO_ACTIVITY)]
    mine = [one for plug in programme.plugs() for one in plug.measures]
    return [
        *own,
        *mine,
        Measure("certificates", _l("证书"), _papers, _certificates, ("certificates.check", "number")),
        Measure(NO_SHOWS, _l("爽约"), _times, lambda first, until: _missed(first, until, at), TO_ACTIVITY),
    ]


def _times(many: int) -> str:
    return _("%(n)s 次", n=many)


def _papers(many: int) -> str:
    return _("%(n)s 份", n=many)


def _attended(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Dates that somebody was checked in at. A year after the event nobody knows any more whose they were."""
    return (
        select(Booking.person_id, Occurrence.starts_at.label("at"), literal(1).label("amount"), *_ACTIVITY)
        .select_from(Attendance)
        .join(Booking, Booking.id == Attendance.booking_id)
        .join(Occurrence, Occurrence.id == Attendance.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Occurrence.starts_at >= first, Occurrence.starts_at < until)
    )


def _missed(first: datetime, until: datetime, at: datetime) -> Select[*tuple[Any, ...]]:
    """No-shows that were not lifted. One that has lapsed is as if it had not been: it is not counted here either."""
    return (
        select(Mark.person_id, Occurrence.starts_at.label("at"), literal(1).label("amount"), *_ACTIVITY)
        .select_from(Mark)
        .join(Occurrence, Occurrence.id == Mark.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(
            Mark.kind == MarkKind.NO_SHOW,
            Mark.lifted_at.is_(None),
            Mark.at > at - LAPSES_AFTER,
            Occurrence.starts_at >= first,
            Occurrence.starts_at < until,
        )
    )


def _certificates(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return select(
        Certificate.person_id,
        Certificate.issued_at.label("at"),
        literal(1).label("amount"),
        Certificate.title,
        Certificate.title_en,
        Certificate.number.label("ref"),
    ).where(Certificate.revoked_at.is_(None), Certificate.issued_at >= first, Certificate.issued_at < until)
