"""The letters that show whose a phone is, and whose a mail address."""

from yiqi.i18n import in_language
from yiqi.notices import reach
from yiqi.notices.letter import Letter
from yiqi.notices.letter import gettext as _
from yiqi.notices.models import Notice
from yiqi.people.persons import language_of, read_by
from yiqi.web.qr import absolute


def code_letter(notice: Notice) -> Letter | None:
    """【亦庄工会】123456 是你的登录验证码 … In the language that its owner reads, as every other letter; to a number that nobody
    came in with yet, in that of the page."""
    code = notice.facts.get("code", "")
    if not code or not notice.phone:
        return None
    with in_language(read_by(notice.phone) or notice.facts.get("lang", "zh-CN")):
        text = _("【亦庄工会】%(code)s 是你的登录验证码，5 分钟内有效。不要告诉别人。", code=code)
    return Letter(notice.phone, text, code)


def email_link_letter(notice: Notice) -> Letter | None:
    """To an address that somebody says is theirs: the link that shows it. None once they named another one."""
    facts = notice.facts
    if notice.person_id is None or reach.of(notice.person_id).email != facts["address"]:
        return None
    with in_language(language_of(notice.person_id)):
        text = _(
            "【亦庄工会】有人在亦起填了这个邮箱收通知。是你，就登录后打开 %(link)s，24 小时内有效；不是你，不用管。",
            link=absolute(f"/me/reach/email/{facts['token']}"),
        )
    return Letter("", text, email=facts["address"])
