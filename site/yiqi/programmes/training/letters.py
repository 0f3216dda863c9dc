"""The letters of training, written from the present state when they are sent."""

from yiqi.certificates import issuing
from yiqi.db import db
from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.training import lectured, requested, results, taught, wording
from yiqi.programmes.training.models import Pass
from yiqi.programmes.training.rules.lectures import State as LectureState
from yiqi.programmes.training.rules.requests import State
from yiqi.programmes.training.rules.scores import Score
from yiqi.web.formats import moment, said


def result_letter(notice: Notice) -> Letter | None:
    """What somebody got in an exam; None once a newer result holds."""
    found = results.of_result(int(notice.facts["result"]))
    course = taught.facts_of([found.activity_id]).get(found.activity_id) if found else None
    if found is None or course is None:
        return None
    with in_language(found.lang):
        facts = {"title": said(course, "title"), "score": wording.score(Score(found.tenths))}
        if course.least is not None and Score(found.tenths).reaches(course.least):
            text = _("【亦庄工会】%(title)s考试：%(score)s，过线了。到课够了就发证书。", **facts)
        else:
            text = _(
                "【亦庄工会】%(title)s考试：%(score)s，这次没过。补考时间问老师，记录在“技能培训”里。",
                **facts,
            )
    return Letter(found.phone, text)


def certificate_letter(notice: Notice) -> Letter | None:
    """That a certificate was given, or that it holds no more; None for a gift that was taken back meanwhile."""
    found = db.session.get(Pass, int(notice.facts["passing"]), populate_existing=True)
    certificate = issuing.numbered_as(found.certificate) if found and found.certificate else None
    person = db.session.get(Person, found.person_id) if found else None
    is_taken = notice.key.startswith("training-unpass-")
    if found is None or certificate is None or person is None or (found.revoked_at is not None) != is_taken:
        return None
    with in_language(person.lang):
        facts = {"title": said(certificate, "title"), "number": certificate.number}
        if is_taken:
            text = _(
                "【亦庄工会】%(title)s（%(number)s）作废了：%(because)s。有疑问找组织者。",
                because=found.revoked_because,
                **facts,
            )
        else:
            text = _("【亦庄工会】你的%(title)s发了，编号 %(number)s，在“我的证书”里打印。", **facts)
    return Letter(person.phone, text)


def subsidy_letter(notice: Notice) -> Letter | None:
    """What the union said of a request; None once it stands otherwise."""
    found = requested.of_step(int(notice.facts["step"]))
    if found is None or found.state != found.became:
        return None
    with in_language(found.lang):
        facts = {"what": found.what, "because": found.said}
        match found.state:
            case State.MORE:
                text = _("【亦庄工会】“%(what)s”的补贴申请要补材料：%(because)s", **facts)
            case State.APPROVED:
                text = _("【亦庄工会】“%(what)s”的补贴申请同意了，由财务发放，到账看申请页。", **facts)
            case State.REFUSED:
                text = _("【亦庄工会】“%(what)s”的补贴申请没同意：%(because)s", **facts)
            case _:
                text = _("【亦庄工会】“%(what)s”的补贴，财务已经发放，查一下你的账户。", **facts)
    return Letter(found.phone, text)


def lecture_letter(notice: Notice) -> Letter | None:
    """What the federation said to a union that asked for a lecture, to whoever asked; None once the date has changed."""
    found = lectured.one(int(notice.facts["request"]))
    if found is None or found.state not in (LectureState.AGREED, LectureState.REFUSED):
        return None
    with in_language(found.lang):
        title = said(found, "title")
        if found.state == LectureState.REFUSED:
            text = _("【亦庄工会】“%(title)s”这次安排不了：%(because)s", title=title, because=found.because)
        else:
            dates = taught.dated(found.activity_id)
            text = _(
                "【亦庄工会】“%(title)s”定在 %(when)s，已经发布给你单位的会员报名。",
                title=title,
                when=moment(dates[0].occurrence.starts_at),
            )
    return Letter(found.phone, text)
