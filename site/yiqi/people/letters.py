"""The letter that carries a sign-in code."""

from yiqi.i18n import gettext as _
from yiqi.i18n import in_language
from yiqi.notices.models import Notice
from yiqi.notices.outbox import Letter


def code_letter(notice: Notice) -> Letter | None:
    """【亦庄工会】123456 是你的登录验证码 …"""
    code = notice.facts.get("code", "")
    if not code or not notice.phone:
        return None
    with in_language(notice.facts.get("lang", "zh-CN")):
        text = _("【亦庄工会】%(code)s 是你的登录验证码，5 分钟内有效。不要告诉别人。", code=code)
    return Letter(notice.phone, text, code)
