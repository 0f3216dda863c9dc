"""What is typed to give somebody a role: whose, which, and on what."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import SelectField, StringField, ValidationError

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.names import PROGRAMMES
from yiqi.desk.trust.role_words import ROLES
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.roles.rules.permissions import EVERYWHERE, Role
from yiqi.web.formats import moment, said
from yiqi.web.forms import PageForm, PlainField


class GrantForm(PageForm):
    """A role for the owner of a phone number: on a union with all below it, or on one activity.

    `e164`, `which` and `last` are the phone, the role and its last day once it is valid.
    """

    phone = StringField(_l("手机号"))
    role = SelectField(_l("角色"), validate_choice=False)
    union = PlainField(_l("哪个工会（含下级）"), max_length=80)
    programme = SelectField(_l("只管一个项目"), validate_choice=False)
    activity = SelectField(_l("或者只管一个活动"), validate_choice=False)
    ends_on = PlainField(_l("用到哪天"), max_length=20)

    e164 = ""
    which: Role | None = None
    last: date | None = None

    def __init__(
        self, *args: Any, may_give: Sequence[Role], activities: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role.value, ROLES[role]) for role in may_give]
        self.programme.choices = [
            ("", _("全部项目")),
            *((one.value, name) for one, name in PROGRAMMES.items()),
        ]
        self.activity.choices = [
            ("", _("不选")),
            *((str(one.id), f"{said(one, 'title')} {moment(one.starts_at)}") for one in activities),
        ]

    @property
    def activity_id(self) -> int | None:
        return int(self.activity.data) if self.activity.data else None

    @property
    def of_programme(self) -> Programme | None:
        return Programme(self.programme.data) if self.programme.data else None

    def validate_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone

    def validate_role(self, field: SelectField) -> None:
        if field.data not in _values(field):
            raise ValidationError(_("选一个角色"))
        self.which = Role(field.data)

    def validate_programme(self, field: SelectField) -> None:
        if field.data not in _values(field):
            raise ValidationError(_("从列出的里面选"))
        if field.data and (self.activity.data or self.role.data in EVERYWHERE):
            raise ValidationError(_("只在选了工会时用"))

    def validate_activity(self, field: SelectField) -> None:
        if field.data not in _values(field):
            raise ValidationError(_("从列出的里面选"))
        if field.data and self.role.data == Role.UNION_ORGANIZER:
            raise ValidationError(_("工会组织者管整个工会，不选活动"))

    def validate_union(self, field: PlainField) -> None:
        if self.role.data in EVERYWHERE:
            if field.data or self.activity.data:
                raise ValidationError(_("这个角色管全区，工会和活动都不填"))
        elif field.data and self.activity.data:
            raise ValidationError(_("工会和活动只选一样"))
        elif not field.data and not (self.activity.data and self.role.data != Role.UNION_ORGANIZER):
            raise ValidationError(_("填工会的名字，或者选一个活动"))

    def validate_ends_on(self, field: PlainField) -> None:
        if not field.data:
            return
        self.last = typed_date(field.data)
        if self.last is None:
            raise ValidationError(_("填日期，例如 2025-07-01"))
        if self.last < clock.today():
            raise ValidationError(_("填今天或以后的一天"))


def _values(field: SelectField) -> set[str]:
    """What a list offers."""
    return {str(one[0]) for one in field.iter_choices()}
