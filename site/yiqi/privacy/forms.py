"""What people type to show that a record is theirs."""

from typing import Any

from wtforms import BooleanField, HiddenField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile
from yiqi.web.forms import PageForm, PlainField


class ClaimForm(PageForm):
    """The surname and the enterprise of whose number it was."""

    surname = PlainField(_l("你的姓"), max_length=50)
    union = PlainField(_l("你的单位"), max_length=80)
    next = HiddenField()

    def validate_surname(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("填登记时的姓，例如“王”"))

    def validate_union(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("填单位名称，写几个字就行"))


class GuardianForm(PageForm):
    """A guardian, and their word."""

    name = PlainField(_l("监护人姓名"), max_length=50)
    phone = StringField(_l("监护人手机号"))
    ok = BooleanField(_l("我是监护人，同意孩子参加，也同意为此记下孩子和我的姓名、手机号"))
    under = HiddenField()
    next = HiddenField()

    e164 = ""

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("填监护人的姓名"))

    def validate_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone

    def validate_ok(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(_("监护人同意才能报名"))
