"""What a worker asks of a union."""

from wtforms import RadioField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.unions.models import RequestKind
from yiqi.unions.requests import LONGEST
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import identifier

KINDS = {
    RequestKind.JOIN: _l("确认我是会员"),
    RequestKind.CORRECT: _l("信息有误"),
    RequestKind.LEAVE: _l("我已离开"),
}


class JoinForm(PageForm):
    """The union that is to confirm somebody, and what helps it to find them."""

    union = RadioField(_l("你的单位"), validate_choice=False)
    said = PlainField(_l("补充一句"), max_length=LONGEST)

    union_id: int | None = None

    def validate_union(self, field: RadioField) -> None:
        self.union_id = identifier(field.data or "")
        if self.union_id is None:
            raise ValidationError(_("先搜到你的单位，选上再发"))


class SayForm(PageForm):
    """What is wrong, or that somebody has left."""

    said = PlainField(_l("哪里不对"), max_length=LONGEST)

    def validate_said(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句哪里不对，例如姓名、工号"))
