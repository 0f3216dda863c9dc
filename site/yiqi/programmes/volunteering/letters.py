"""Letters of volunteering, written from how things stand when they are sent."""

from sqlalchemy import select

from yiqi.db import db
from yiqi.hours.rules.standing import Deed, State
from yiqi.i18n import in_language
from yiqi.notices.delivery import Compose
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.volunteering import serving, staffing
from yiqi.programmes.volunteering.models import LEFT_ANEW
from yiqi.programmes.volunteering.words import hours
from yiqi.web.formats import moment, said


def hours_letter(notice: Notice) -> Letter | None:
    """That hours were credited or changed, or wait again; None when there is a newer word on them."""
    served = serving.with_row(notice.facts["entry"], notice.created_at)
    person = _reader(notice)
    if served is None or person is None:
        return None
    facts = served.facts
    with in_language(person.lang):
        told = {
            "title": said(facts, "title"),
            "when": moment(facts.shift_starts_at),
            "n": hours(facts.minutes),
        }
        if facts.state == State.REVERSED:
            text = _(
                "【亦庄工会】%(title)s，%(when)s：这次的志愿时长没有计入，原因在“我的时长”里。有异议 30 天内可以提。",
                **told,
            )
        elif facts.state == State.PENDING and facts.because == LEFT_ANEW:
            text = _(
                "【亦庄工会】%(title)s，%(when)s：签退时间改了，这次的志愿时长先不算，等组织者重新确认。",
                **told,
            )
        elif facts.state == State.PENDING:
            text = _(
                "【亦庄工会】%(title)s，%(when)s：签退撤回了，这次的志愿时长先不算，等组织者重新确认。",
                **told,
            )
        elif facts.deed == Deed.ADJUSTED:
            text = _(
                "【亦庄工会】%(title)s，%(when)s：志愿时长更正为 %(n)s 小时，原因在“我的时长”里。", **told
            )
        else:
            text = _("【亦庄工会】%(title)s，%(when)s：志愿时长 %(n)s 小时已入账。", **told)
    return Letter(person.phone, text)


def answer_letter(notice: Notice) -> Letter | None:
    """That an organizer has answered a dispute."""
    served = serving.with_row(notice.facts["entry"], notice.created_at)
    person = _reader(notice)
    if served is None or person is None:
        return None
    with in_language(person.lang):
        text = _(
            "【亦庄工会】你对%(title)s时长的异议有答复了，现在记 %(n)s 小时。答复在“我的时长”里。",
            title=said(served.facts, "title"),
            n=hours(served.facts.minutes),
        )
    return Letter(person.phone, text)


def short_letter(notice: Notice) -> Letter | None:
    """That a post is short of people; None when it is not any more."""
    person = _reader(notice)
    post = staffing.post(notice.facts["slot"])
    if person is None or post is None or not post.missing:
        return None
    with in_language(person.lang):
        text = _(
            "【亦庄工会】%(title)s，%(when)s：%(post)s还差 %(n)s 人。可以在工作台加人或发消息。",
            title=said(post.facts, "title"),
            when=moment(post.facts.starts_at),
            post=said(post.facts, "label") or _("岗位"),
            n=post.missing,
        )
    return Letter(person.phone, text, about=(post.facts.starts_at, post.facts.ends_at))


def _reader(notice: Notice) -> Person | None:
    return db.session.scalar(select(Person).where(Person.id == notice.person_id))


LETTERS: dict[str, Compose] = {
    "volunteering_hours": hours_letter,
    "volunteering_answer": answer_letter,
    "volunteering_short": short_letter,
}
