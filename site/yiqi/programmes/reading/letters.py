"""Letters of this programme, written from the present state at the moment they are sent."""

from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.reading import essay_lists
from yiqi.programmes.reading.essay_models import Award, EssayCall, EssayEntry
from yiqi.programmes.reading.models import BookCopy, DriftStep, StepKind
from yiqi.programmes.reading.naming import is_given, shown
from yiqi.programmes.reading.rules.drift import NUDGE_AFTER
from yiqi.programmes.reading.wording import AWARDS
from yiqi.web.formats import moment, said


def passed_letter(notice: Notice) -> Letter | None:
    """To the one who held a book: somebody else has it now."""
    step, reader = _step(notice), _reader(notice)
    if step is None or reader is None or step.from_id != reader.id or step.person_id is None:
        return None
    taker = db.session.get_one(Person, step.person_id)
    with in_language(reader.lang):
        who = shown(taker.name, is_given(taker.id))
        text = _(
            "【亦庄工会】《%(title)s》已到%(who)s手里，谢谢你传下去。你可以接下一本了。",
            title=_title(step),
            who=who,
        )
    return Letter(reader.phone, text)


def settled_letter(notice: Notice) -> Letter | None:
    """To the one who held a book: the desk has put it elsewhere."""
    step, reader = _step(notice), _reader(notice)
    if step is None or reader is None or step.from_id != reader.id:
        return None
    with in_language(reader.lang):
        if step.kind is StepKind.RETURNED:
            text = _("【亦庄工会】《%(title)s》工作人员已登记放回书屋，不算在你手里了。", title=_title(step))
        elif step.kind is StepKind.LOST:
            text = _(
                "【亦庄工会】《%(title)s》已登记丢失。找到了扫书里的码，就能接着漂。", title=_title(step)
            )
        else:
            text = _(
                "【亦庄工会】《%(title)s》先停漂，不算在你手里了。有疑问找服务中心。", title=_title(step)
            )
    return Letter(reader.phone, text)


def nudge_letter(notice: Notice) -> Letter | None:
    """To who has held a book for long; None when they hold it no more."""
    copy, reader = db.session.get(BookCopy, notice.facts["copy"], populate_existing=True), _reader(notice)
    if copy is None or reader is None:
        return None
    if copy.holder_id != reader.id or copy.steps != notice.facts["steps"]:
        return None
    with in_language(reader.lang):
        text = _(
            "【亦庄工会】《%(title)s》在你手里 %(n)s 天了。看完了就传给下一位，或放回任意一间职工书屋。",
            title=said(copy.title, "name"),
            n=NUDGE_AFTER.days,
        )
    return Letter(reader.phone, text)


def juror_letter(notice: Notice) -> Letter | None:
    """To who was chosen to mark essays; None once they were dismissed, or the awards are published."""
    call, reader = db.session.get(EssayCall, notice.facts["call"], populate_existing=True), _reader(notice)
    if call is None or reader is None or call.published_at is not None:
        return None
    if not essay_lists.is_juror(call.id, reader.id):
        return None
    with in_language(reader.lang):
        text = _(
            "【亦庄工会】请你当“%(title)s”的评委，%(when)s 起在亦起“我的”里看稿打分。",
            title=said(call, "title"),
            when=moment(call.closes_at),
        )
    return Letter(reader.phone, text)


def essay_letter(notice: Notice) -> Letter | None:
    """To who handed in: what became of their essay."""
    entry, reader = db.session.get(EssayEntry, notice.facts["entry"], populate_existing=True), _reader(notice)
    if entry is None or reader is None or entry.withdrawn_at is not None:
        return None
    with in_language(reader.lang):
        call = said(entry.call, "title")
        if entry.award is None:
            text = _(
                "【亦庄工会】“%(call)s”评完了，《%(title)s》这次没有获奖，谢谢你写。",
                call=call,
                title=entry.title,
            )
        else:
            award = str(AWARDS[Award(entry.award)])
            text = _(
                "【亦庄工会】“%(call)s”评完了，《%(title)s》获得%(award)s。",
                call=call,
                title=entry.title,
                award=award,
            )
    return Letter(reader.phone, text)


def _reader(notice: Notice) -> Person | None:
    return (
        db.session.get(Person, notice.person_id, populate_existing=True)
        if notice.person_id is not None
        else None
    )


def _step(notice: Notice) -> DriftStep | None:
    return db.session.get(DriftStep, notice.facts["step"], populate_existing=True)


def _title(step: DriftStep) -> str:
    copy = db.session.get_one(BookCopy, step.copy_id)
    return said(copy.title, "name")
