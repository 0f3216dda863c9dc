"""What people type to prove who they are: a code of the authenticator, a recovery code."""

from wtforms import HiddenField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm
from yiqi.web.texts import digits, folded


class AppCodeForm(PageForm):
    """The six digits that the authenticator shows: its first code sets it up."""

    code = StringField(_l("验证器上的 6 位数字"))
    next = HiddenField()

    def validate_code(self, field: StringField) -> None:
        typed = digits(field.data or "")
        if len(typed) != 6:
            raise ValidationError(_("填验证器上的 6 位数字"))
        field.data = typed


class FactorForm(PageForm):
    """The six digits of the authenticator, or one of the ten codes that stand in for it."""

    code = StringField(_l("验证器上的 6 位数字，或者一个恢复码"))
    next = HiddenField()

    def validate_code(self, field: StringField) -> None:
        typed = digits(field.data or "")
        recovery = "".join(char for char in folded(field.data or "") if char.isascii() and char.isalnum())
        if len(typed) != 6 and len(recovery) != 10:
            raise ValidationError(_("填验证器上的 6 位数字，或者 10 位恢复码"))
        field.data = typed if len(typed) == 6 else recovery
