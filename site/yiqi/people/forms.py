"""What people type to sign in, how they are called, and when they were born."""

from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import digits


class PhoneForm(PageForm):
    """The first step: a mobile number and the notices read."""

    phone = StringField(_l("手机号"))
    ok = BooleanField(_l("已看过用户须知和隐私说明"), default=True)
    next = HiddenField()

    e164 = ""

    def validate_phone(self, field: StringField) -> None:
        if len(self.phone.raw_data or ()) > 1:
            raise ValidationError(_("一次只填一个手机号"))
        typed = field.data or ""
        phone = mainland_mobile(typed)
        if phone is None:
            count = len(digits("".join(char for char in typed if char not in "+-() ")))
            if 0 < count < 11:
                raise ValidationError(_("填 11 位手机号，现在只有 %(n)s 位", n=count))
            if count > 11:
                raise ValidationError(_("填 11 位手机号，现在有 %(n)s 位", n=count))
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone


class CodeForm(PageForm):
    """The second step: the six digits from the message."""

    code = StringField(_l("6 位验证码"))
    next = HiddenField()

    def validate_code(self, field: StringField) -> None:
        typed = digits(field.data or "")
        if len(typed) != 6:
            raise ValidationError(_("填短信里的 6 位数字"))
        field.data = typed


class MessageCodeForm(CodeForm):
    """The six digits of a message to one's own phone."""

    code = StringField(_l("短信里的 6 位数字"))


class NameForm(PageForm):
    """How somebody is called."""

    name = PlainField(_l("姓名"), max_length=50)
    next = HiddenField()

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("填你的姓名，组织者按它找你"))


class BirthdayForm(PageForm):
    """The day somebody was born: a real one, not after `today`."""

    born_on = PlainField(_l("出生日期"), max_length=20)
    next = HiddenField()

    day: date | None = None

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def validate_born_on(self, field: Any) -> None:
        self.day = typed_date(field.data or "")
        if self.day is None or self.day > self.today:
            raise ValidationError(_("填你的出生日期，例如 1990-05-01"))
