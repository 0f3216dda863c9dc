"""What a year of training is told by: courses passed, as long as the pass holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, literal, select

from yiqi.activities.models import Activity
from yiqi.booking.programme import Measure
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.training.models import Pass


def _passes(first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Pass.person_id,
            Pass.at,
            literal(1).label("amount"),
            Activity.title,
            Activity.title_en,
            cast(Activity.id, String).label("ref"),
        )
        .join(Activity, Activity.id == Pass.activity_id)
        .where(Pass.revoked_at.is_(None), Pass.at >= first, Pass.at < until)
    )


MEASURES = (
    Measure(
        "courses",
        _l("结业课程"),
        lambda many: _("%(n)s 门", n=many),
        _passes,
        ("booking.activity", "activity_id"),
    ),
)
