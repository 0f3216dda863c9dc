"""The troupe's letters, written from the present state at the moment they are sent."""

from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.troupe import candidates, stand_ins
from yiqi.programmes.troupe.models import Answer, Outcome
from yiqi.web.formats import moment, said


def result_letter(notice: Notice) -> Letter | None:
    """What became of an audition; None when the verdict is no more."""
    person, told = _person(notice), candidates.told(notice.facts["booking"])
    if person is None or told is None or told.outcome is None:
        return None
    with in_language(person.lang):
        facts = {"title": said(told, "title"), "section": said(told, "label")}
        match Outcome(told.outcome):
            case Outcome.IN:
                text = _(
                    "【亦庄工会】%(title)s：你被%(section)s录取了，名额已经留好，排练时间看“我的”。", **facts
                )
            case Outcome.WAITING:
                text = _("【亦庄工会】%(title)s：%(section)s这次先候补，有空位时组织者联系你。", **facts)
            case _:
                text = _(
                    "【亦庄工会】%(title)s：%(section)s这次没有录取，谢谢你来，下次招人还欢迎你。", **facts
                )
    return Letter(person.phone, text)


def asked_letter(notice: Notice) -> Letter | None:
    """Somebody is asked to step in; None once the question is answered or settled, or the date is called off."""
    person, asked = _person(notice), stand_ins.one(notice.facts["step_in"])
    if person is None or asked is None or asked.answer is not Answer.ASKED or asked.called_off_at:
        return None
    with in_language(person.lang):
        text = _(
            "【亦庄工会】%(when)s《%(production)s》的“%(part)s”缺人，你能顶上吗？到“我的”里回一声。",
            when=moment(asked.starts_at),
            production=said(asked, "production"),
            part=said(asked, "part"),
        )
    return Letter(person.phone, text, about=(asked.starts_at, asked.ends_at))


def answered_letter(notice: Notice) -> Letter | None:
    """Whoever asked hears what was said."""
    person, asked = _person(notice), stand_ins.one(notice.facts["step_in"])
    if person is None or asked is None or asked.answer not in (Answer.ACCEPTED, Answer.DECLINED):
        return None
    with in_language(person.lang):
        facts = {"name": asked.name, "when": moment(asked.starts_at), "part": said(asked, "part")}
        text = (
            _("【亦庄工会】%(name)s能顶上“%(part)s”，%(when)s。", **facts)
            if asked.answer is Answer.ACCEPTED
            else _("【亦庄工会】%(name)s来不了，“%(part)s”%(when)s还要再问人。", **facts)
        )
    return Letter(person.phone, text, about=(asked.starts_at, asked.ends_at))


def settled_letter(notice: Notice) -> Letter | None:
    """Whoever was asked and did not answer need not come."""
    person, asked = _person(notice), stand_ins.one(notice.facts["step_in"])
    if person is None or asked is None or asked.answer is not Answer.SETTLED:
        return None
    with in_language(person.lang):
        text = _(
            "【亦庄工会】“%(part)s”%(when)s已经有人顶上，你不用来了。",
            when=moment(asked.starts_at),
            part=said(asked, "part"),
        )
    return Letter(person.phone, text, about=(asked.starts_at, asked.ends_at))


def _person(notice: Notice) -> Person | None:
    return db.session.get(Person, notice.person_id, populate_existing=True)
