"""What is typed to keep unions and their members."""

from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.merging import Keeps
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.web.forms import PageForm, PlainField


class UnionForm(PageForm):
    """The names of a union."""

    name = PlainField(_l("名称"), max_length=80)
    name_en = PlainField(_l("英文名称"), max_length=80)

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填名称，全区不能重名"))


class MoveForm(PageForm):
    """The union that another one is put under."""

    under = PlainField(_l("上级工会"), max_length=80)

    def validate_under(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填上级工会的名称"))


class MemberForm(PageForm):
    """A new member by their phone; `e164` once it is valid."""

    phone = StringField(_l("手机号"))
    name = PlainField(_l("姓名"), max_length=50)
    number = PlainField(_l("工号"), max_length=40)

    e164 = ""

    def validate_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone


class StandingForm(PageForm):
    """The standing and the number of a membership."""

    good = BooleanField(_l("会员资格有效"))
    number = PlainField(_l("工号"), max_length=40)
    good_before = BooleanField()
    number_before = PlainField(max_length=40)

    @property
    def typed(self) -> dict[str, Any]:
        """What is to be kept, by the names of a membership."""
        return {"in_good_standing": self.good.data, "number": self.number.data or ""}

    @property
    def shown(self) -> dict[str, Any]:
        """What the form showed before anything was typed."""
        return {"in_good_standing": self.good_before.data, "number": self.number_before.data or ""}


class ReasonForm(PageForm):
    """Why something is done."""

    because = PlainField(_l("原因"), max_length=120)

    def validate_because(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，本人和记录里看得到"))


class AnswerForm(PageForm):
    """The answer to a request: yes, or no with a reason."""

    because = PlainField(_l("不通过的原因"), max_length=120)

    def __init__(self, *args: Any, granted: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.granted = granted

    def validate_because(self, field: PlainField) -> None:
        if not self.granted and not field.data:
            raise ValidationError(_("写一句原因，对方看得到"))


class TagForm(PageForm):
    """A word that conditions and quotas look for."""

    tag = PlainField(_l("标签"), max_length=40)

    def validate_tag(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填标签，例如“女职工”"))


class CredentialForm(PageForm):
    """A certificate: its code, its first day, and the first day it no longer counts."""

    code = PlainField(_l("证书代码"), max_length=40)
    since = PlainField(_l("哪天起"), max_length=20)
    until = PlainField(_l("哪天起不再有效"), max_length=20)

    first: date | None = None
    last: date | None = None

    def validate_code(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填证书代码，和活动条件里写的一样"))

    def validate_since(self, field: PlainField) -> None:
        self.first = typed_date(field.data or "")
        if self.first is None:
            raise ValidationError(_("填日期，例如 2025-07-01"))

    def validate_until(self, field: PlainField) -> None:
        if not field.data:
            return
        self.last = typed_date(field.data)
        if self.last is None:
            raise ValidationError(_("填日期，例如 2025-07-01"))
        if self.first is not None and self.last <= self.first:
            raise ValidationError(_("要在开始日期之后"))


class TwoPhonesForm(PageForm):
    """The numbers of two records of one person; `e164` are the one that stays and the one that goes."""

    kept = StringField(_l("留下的记录的手机号"))
    gone = StringField(_l("并进去的记录的手机号"))

    e164: tuple[str, str] = ("", "")

    def validate_kept(self, field: StringField) -> None:
        self.e164 = (_number(field), self.e164[1])

    def validate_gone(self, field: StringField) -> None:
        self.e164 = (self.e164[0], _number(field))
        if self.e164[0] == self.e164[1]:
            raise ValidationError(_("填另一个手机号"))


class MergeForm(PageForm):
    """The word to make one record of two."""

    keeps = RadioField(_l("以后用哪个手机号登录"), validate_choice=False)
    because = PlainField(_l("原因"), max_length=120)
    sure = BooleanField(_l("我知道合并不能撤回"))

    def validate_keeps(self, field: RadioField) -> None:
        if field.data not in set(Keeps):
            raise ValidationError(_("选一个手机号"))

    def validate_because(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，例如换了手机号"))

    def validate_sure(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(_("合并不能撤回，勾选后再合并"))


def _number(field: StringField) -> str:
    phone = mainland_mobile(field.data or "")
    if phone is None:
        raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
    return phone
