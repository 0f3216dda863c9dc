"""What the members of the troupe have in their calendars beside what they booked: shows they play in, where they step in,
auditions they judge, rehearsals of the section they lead."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from yiqi.activities.models import Activity, Occurrence, Slot, slot_occurrence
from yiqi.booking.dated import Duty
from yiqi.db import db
from yiqi.i18n import gettext as _
from yiqi.programmes.troupe.models import Answer, Audition, Cast, Juror, Part, Section, Show, StepIn
from yiqi.web.formats import said

Address = Callable[[str, int], str]
"""The path of a thing's page: `production`, `jury` or `section`, and its id."""

_WORDS = (Activity.title, Activity.title_en)


def duties(person_id: int, since: datetime, address: Address) -> Sequence[Duty]:
    """Somebody's duties at occurrences that end after an instant. Four queries."""
    return [
        *_parts(person_id, since, address),
        *_step_ins(person_id, since, address),
        *_judging(person_id, since, address),
        *_leading(person_id, since, address),
    ]


def _parts(person_id: int, since: datetime, address: Address) -> list[Duty]:
    """Shows of a production in the casting in which they play, but where somebody else steps in for them."""
    other = aliased(StepIn)
    replaced = (
        select(other.id)
        .where(
            other.part_id == Part.id, other.occurrence_id == Occurrence.id, other.answer == Answer.ACCEPTED
        )
        .exists()
    )
    rows = db.session.execute(
        select(Occurrence.id, Part.id.label("part_id"), Part.name, Part.name_en, Part.production_id, *_WORDS)
        .select_from(Cast)
        .join(Part, Part.id == Cast.part_id)
        .join(Show, (Show.production_id == Part.production_id) & (Show.casting == Cast.casting))
        .join(Activity, Activity.id == Show.activity_id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Cast.person_id == person_id, Occurrence.ends_at > since, ~replaced)
    )
    return [
        Duty(
            row.id,
            f"troupe-part-{row.part_id}",
            _("演出：%(title)s", title=said(row, "title")),
            address("production", row.production_id),
            _("你演“%(part)s”", part=said(row, "name")),
        )
        for row in rows
    ]


def _step_ins(person_id: int, since: datetime, address: Address) -> list[Duty]:
    rows = db.session.execute(
        select(Occurrence.id, StepIn.part_id, Part.name, Part.name_en, Part.production_id, *_WORDS)
        .select_from(StepIn)
        .join(Part, Part.id == StepIn.part_id)
        .join(Occurrence, Occurrence.id == StepIn.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(StepIn.person_id == person_id, StepIn.answer == Answer.ACCEPTED, Occurrence.ends_at > since)
    )
    return [
        Duty(
            row.id,
            f"troupe-step-in-{row.part_id}",
            _("你来顶“%(part)s”：%(title)s", part=said(row, "name"), title=said(row, "title")),
            address("production", row.production_id),
        )
        for row in rows
    ]


def _judging(person_id: int, since: datetime, address: Address) -> list[Duty]:
    rows = db.session.execute(
        select(Occurrence.id, Audition.id.label("audition_id"), *_WORDS)
        .select_from(Juror)
        .join(Audition, Audition.id == Juror.audition_id)
        .join(Activity, Activity.id == Audition.activity_id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Juror.person_id == person_id, Occurrence.ends_at > since)
    )
    return [
        Duty(
            row.id,
            f"troupe-jury-{row.audition_id}",
            _("评委：%(title)s", title=said(row, "title")),
            address("jury", row.audition_id),
        )
        for row in rows
    ]


def _leading(person_id: int, since: datetime, address: Address) -> list[Duty]:
    rows = db.session.execute(
        select(Occurrence.id, Section.id.label("section_id"), Slot.label, Slot.label_en, *_WORDS)
        .select_from(Section)
        .join(Slot, Slot.id == Section.slot_id)
        .join(slot_occurrence, slot_occurrence.c.slot_id == Slot.id)
        .join(Occurrence, Occurrence.id == slot_occurrence.c.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Section.leader_id == person_id, Occurrence.ends_at > since)
    )
    return [
        Duty(
            row.id,
            f"troupe-section-{row.section_id}",
            _("%(section)s排练：%(title)s", section=said(row, "label"), title=said(row, "title")),
            address("section", row.section_id),
        )
        for row in rows
    ]
