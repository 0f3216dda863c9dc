"""What people say of how they want to be reached."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.notices.rules.ways import Way
from yiqi.web.forms import PageForm, PlainField

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
"""An address as HTML's own field has it, with a domain of two parts at least."""
NAMES = {
    Way.SMS: _l("短信"),
    Way.WECHAT: _l("微信"),
    Way.EMAIL: _l("邮件"),
    Way.SITE: _l("只在站内看"),
}


class WayForm(PageForm):
    """One of the ways that are open to somebody, and whether they are reminded."""

    way = RadioField(_l("怎么收"), validate_choice=False)
    reminders = BooleanField(_l("开始前提醒我（前一天、前两小时）"))

    def __init__(self, *args: Any, ways: Sequence[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = [str(way) for way in ways]
        self.way.choices = [(str(way), NAMES[way]) for way in ways]

    def validate_way(self, field: RadioField) -> None:
        if field.data not in self.ways:
            raise ValidationError(_("选一种"))


class EmailForm(PageForm):
    """A mail address."""

    email = PlainField(_l("邮箱地址"), max_length=254)

    def validate_email(self, field: PlainField) -> None:
        if not _ADDRESS.fullmatch(field.data or ""):
            raise ValidationError(_("填完整的邮箱地址，例如 name@example.com"))
