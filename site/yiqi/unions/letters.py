"""The letter that answers what a worker asked of a union, written when it is sent."""

from yiqi.i18n import in_language
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people import persons
from yiqi.unions import requests
from yiqi.unions.models import RequestKind
from yiqi.web.formats import said


def request_letter(notice: Notice) -> Letter | None:
    """What became of a request; None where the end of the membership is told by a letter of its own."""
    found = requests.one(int(notice.facts["request"]))
    if found is None or found.granted is None:
        return None
    if found.granted and found.kind is RequestKind.LEAVE:
        return None
    with in_language(persons.language_of(found.person_id)):
        union = said(found, "union")
        if not found.granted:
            text = _(
                "【亦庄工会】%(union)s没有通过你的申请：%(because)s。可以在“我的工会”里再说明。",
                union=union,
                because=found.because,
            )
        elif found.kind is RequestKind.JOIN:
            text = _("【亦庄工会】%(union)s确认了你是会员，可以报本单位的活动了。", union=union)
        else:
            text = _("【亦庄工会】%(union)s按你说的改好了，在“我的工会”里核对。", union=union)
    return Letter(found.phone, text)
