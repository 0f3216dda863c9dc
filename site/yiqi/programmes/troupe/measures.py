"""What a year of the troupe is told by: rehearsals that members of a section came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, literal, select

from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.programme import Measure
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.troupe.models import Section


def _rehearsals(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Booking.person_id,
            Occurrence.starts_at.label("at"),
            literal(1).label("amount"),
            Activity.title,
            Activity.title_en,
            cast(Activity.id, String).label("ref"),
        )
        .select_from(Attendance)
        .join(Booking, Booking.id == Attendance.booking_id)
        .join(Occurrence, Occurrence.id == Attendance.occurrence_id)
        .join(Section, Section.slot_id == Booking.slot_id)
        .join(Slot, Slot.id == Section.slot_id)
        .join(Activity, Activity.id == Slot.activity_id)
        .where(Occurrence.starts_at >= first, Occurrence.starts_at < until)
    )


MEASURES = (
    Measure(
        "rehearsals",
        _l("艺术团排练"),
        lambda many: _("%(n)s 次", n=many),
        _rehearsals,
        ("booking.activity", "activity_id"),
    ),
)
