"""What is typed to check a certificate."""

from typing import Any

from wtforms import ValidationError

from yiqi.certificates.rules.numbers import typed
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm, PlainField


class NumberForm(PageForm):
    """The number as it is printed; spaces, hyphens and small letters do not matter. `found` is how it is written."""

    number = PlainField(_l("证书编号"), max_length=40)

    found = ""

    def validate_number(self, field: Any) -> None:
        self.found = typed(field.data or "") or ""
        if not self.found:
            raise ValidationError(_("编号有 2 个字母、4 位年份、6 位数字和末尾 4 位，照证书上写"))
