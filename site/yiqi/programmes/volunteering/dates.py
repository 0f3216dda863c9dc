"""What leaders of squads have in their calendars beside what they booked: the shifts of their squad."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking.dated import Duty
from yiqi.db import db
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering.models import Post, Squad
from yiqi.web.formats import said


def duties(person_id: int, since: datetime, address: Callable[[int], str]) -> Sequence[Duty]:
    """The shifts of squads that somebody leads, which end after an instant, each once. `address`: the path of a squad's page.
    One query."""
    rows = db.session.execute(
        select(Occurrence.id, Squad.id.label("squad_id"), Squad.name, Activity.title, Activity.title_en)
        .select_from(Squad)
        .join(Post, Post.squad_id == Squad.id)
        .join(Slot, Slot.id == Post.slot_id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Slot.id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Squad.leader_id == person_id, Slot.called_off_at.is_(None), Occurrence.ends_at > since)
        .distinct()
    )
    return [
        Duty(
            row.id,
            f"volunteering-squad-{row.squad_id}",
            _("你带队“%(squad)s”：%(title)s", squad=row.name, title=said(row, "title")),
            address(row.squad_id),
        )
        for row in rows
    ]
