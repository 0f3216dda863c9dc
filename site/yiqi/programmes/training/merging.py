"""What training keeps of a person, when two records turn out to be one person's."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from yiqi.db import table
from yiqi.i18n import gettext as _
from yiqi.i18n import in_language
from yiqi.programmes.training import passes
from yiqi.programmes.training.models import ExamResult, LectureRequest, Pass, ResultList, Subsidy

_pass, _result, _subsidy = table(Pass), table(ExamResult), table(Subsidy)
_lecture, _list = table(LectureRequest), table(ResultList)


def carry(here: Connection, *, kept_id: int, gone_id: int, at: datetime) -> None:
    """Give results, passes and requests of one record to another, in the caller's transaction. Of two certificates for one
    course that of the record that stays holds on."""
    holds = _pass.c.revoked_at.is_(None)
    has = select(_pass.c.activity_id).where(_pass.c.person_id == kept_id, holds)
    twice = select(_pass).where(_pass.c.person_id == gone_id, holds, _pass.c.activity_id.in_(has))
    for one in here.execute(twice).all():
        with in_language("zh-CN"):
            passes.take_back(here, one, because=_("两份记录合并，一门课只留一份证书"), at=at)
    for asked, whose in ((_subsidy, _subsidy.c.person_id), (_lecture, _lecture.c.by_id)):
        for one in here.scalars(select(asked.c.id).where(whose == gone_id)).all():
            here.execute(update(asked).where(asked.c.id == one).values(nonce=f"merged-{one}"))
    for rows in (_pass, _result, _subsidy):
        here.execute(update(rows).where(rows.c.person_id == gone_id).values(person_id=kept_id))
    for made in (_lecture, _list):
        here.execute(update(made).where(made.c.by_id == gone_id).values(by_id=kept_id))
