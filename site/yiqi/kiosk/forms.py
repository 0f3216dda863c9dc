"""What is typed at the desk to make a screen."""

from typing import Any

from wtforms import HiddenField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm, PlainField


class DeviceForm(PageForm):
    """A screen: what it is called at the desk, and the place that stands on it."""

    name = PlainField(_l("名称"), max_length=40)
    place = PlainField(_l("屏上写的地点"), max_length=40)
    place_en = PlainField(_l("地点的英文"), max_length=60)
    nonce = HiddenField()

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("给它起个名字，在工作台上认得出来"))

    def validate_place(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写上地点，来的人知道自己在哪儿"))
