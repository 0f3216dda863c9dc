"""The letter to somebody whose two records have become one."""

from yiqi.booking.rules.refs import spoken
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person


def merged_letter(notice: Notice) -> Letter | None:
    """Which number they sign in with now, and which tickets were doubles; None once they were merged again."""
    person = db.session.get(Person, notice.person_id, populate_existing=True)
    if person is None or person.merged_into_id is not None:
        return None
    codes = [spoken(ref) for ref in notice.facts["ended"]]
    with in_language(person.lang):
        tail = person.phone[-4:]
        if codes:
            text = _(
                "【亦庄工会】你的两份记录合成了一份，以后用尾号 %(tail)s 的手机号登录。"
                "同一场报了两次的只留一个：%(codes)s 作废，不记爽约。",
                tail=tail,
                codes=_("、").join(codes),
            )
        else:
            text = _("【亦庄工会】你的两份记录合成了一份，以后用尾号 %(tail)s 的手机号登录。", tail=tail)
    return Letter(person.phone, text)
