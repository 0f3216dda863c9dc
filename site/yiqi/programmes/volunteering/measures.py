"""What a year of volunteering is told by: the minutes that count in the ledger, service by service."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, select

from yiqi.activities.models import Activity
from yiqi.booking.programme import Measure
from yiqi.hours import ledger
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.volunteering import words


def _services(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Services that begin within the time, as their newest row has them."""
    newest = ledger.heads().subquery()
    return (
        select(
            newest.c.person_id,
            newest.c.starts_at.label("at"),
            newest.c.minutes.label("amount"),
            Activity.title,
            Activity.title_en,
            cast(Activity.id, String).label("ref"),
        )
        .join(Activity, Activity.id == newest.c.activity_id)
        .where(newest.c.minutes > 0, newest.c.starts_at >= first, newest.c.starts_at < until)
    )


MEASURES = (
    Measure(
        "service",
        _l("志愿时长"),
        lambda minutes: _("%(n)s 小时", n=words.hours(minutes)),
        _services,
        ("booking.activity", "activity_id"),
        _l("志愿时长（分钟）"),
    ),
)
