"""Letters about marks, written from their present state at the moment they are sent."""

from sqlalchemy import select

from yiqi.activities.models import Activity, Occurrence
from yiqi.booking.models import Mark
from yiqi.booking.rules.marks import Record
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.web.formats import moment


def mark_letter(notice: Notice) -> Letter | None:
    """The letter of a mark that was shown, or whose objection was settled; None when it is no longer true."""
    row = db.session.execute(
        select(Mark, Activity, Occurrence, Person)
        .join(Occurrence, Occurrence.id == Mark.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Person, Person.id == Mark.person_id)
        .where(Mark.id == notice.facts["mark"])
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    mark, activity, occurrence, person = row
    record = Record(mark.at, mark.objected_at, mark.settled_at, mark.lifted_at)
    if notice.facts["news"] == "shown" and (mark.objected_at or mark.lifted_at):
        return None
    with in_language(person.lang):
        facts = {
            "title": (person.lang == "en" and activity.title_en) or activity.title,
            "when": moment(occurrence.starts_at),
        }
        if notice.facts["news"] == "shown":
            until = moment(record.object_until)
            text = _(
                "【亦庄工会】%(title)s，%(when)s，没有签到。弄错了在 %(until)s 前到“我的”里说明。",
                until=until,
                **facts,
            )
        elif mark.lifted_at is not None:
            text = _("【亦庄工会】%(title)s，%(when)s：核实过了，这次不记。", **facts)
        else:
            until = moment(record.lapses_at)
            text = _(
                "【亦庄工会】%(title)s，%(when)s：核实过了，这次还是记着，到 %(until)s 清掉。",
                until=until,
                **facts,
            )
    return Letter(person.phone, text)
