"""What hosts of reading groups have in their calendars beside what they booked: the meetings they write notes of."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from yiqi.activities.models import Occurrence
from yiqi.booking.dated import Duty
from yiqi.db import db
from yiqi.i18n import gettext as _
from yiqi.programmes.reading.models import ReadingGroup, group_activity
from yiqi.web.formats import said


def duties(person_id: int, since: datetime, address: Callable[[int], str]) -> Sequence[Duty]:
    """The meetings of the groups that somebody hosts, which end after an instant. `address`: the path of a group's page.
    One query."""
    rows = db.session.execute(
        select(Occurrence.id, ReadingGroup.id.label("group_id"), ReadingGroup.name, ReadingGroup.name_en)
        .select_from(ReadingGroup)
        .join(group_activity, group_activity.c.group_id == ReadingGroup.id)
        .join(Occurrence, Occurrence.activity_id == group_activity.c.activity_id)
        .where(ReadingGroup.host_id == person_id, Occurrence.ends_at > since)
    )
    return [
        Duty(
            row.id,
            f"reading-host-{row.group_id}",
            _("你主持：%(group)s", group=said(row, "name")),
            address(row.group_id),
        )
        for row in rows
    ]
