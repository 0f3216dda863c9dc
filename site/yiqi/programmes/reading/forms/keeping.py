"""What the desk types to keep rooms, groups, titles and copies."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.fields import Field

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.programmes.reading.forms.readers import OnceForm, RoomsForm
from yiqi.programmes.reading.rules import hours
from yiqi.programmes.reading.rules.drift import StepKind
from yiqi.programmes.reading.rules.hours import Span
from yiqi.programmes.reading.titles import MOST_AT_ONCE
from yiqi.unions.models import Union
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import identifier, whole

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BOUNDS = {"latitude": 90.0, "longitude": 180.0}


def _needed(form: PageForm, field: PlainField) -> None:
    if not field.data:
        raise ValidationError(_("这一格要填"))


class OfUnionForm(OnceForm):
    """Something that a union keeps: `union_id` is chosen when it is made, and stays."""

    union = SelectField(_l("归哪个工会管"), validate_choice=False)

    union_id = 0

    def __init__(self, *args: Any, unions: Sequence[Union] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unions = unions
        self.union.choices = [(str(one.id), one.name) for one in unions or ()]

    @classmethod
    def blank_of(cls, unions: Sequence[Union], **data: Any) -> Any:
        """The form as a page shows it first."""
        return cls(data={"nonce": secrets.token_urlsafe(16), **data}, unions=unions)

    def validate_union(self, field: SelectField) -> None:
        if self._unions is None:
            return
        found = identifier(field.data or "")
        if found is None or found not in {one.id for one in self._unions}:
            raise ValidationError(_("选一个你管的工会"))
        self.union_id = found

    def texts(self, *names: str) -> dict[str, str]:
        """What was typed, by column."""
        return {name: self[name].data or "" for name in names}


class RoomForm(OfUnionForm):
    """A book room with its week; `week` once all its hours can be read."""

    name = PlainField(_l("名称"), max_length=60, validators=[_needed])
    name_en = PlainField(_l("英文名称"), max_length=120)
    area = PlainField(_l("片区"), max_length=20, validators=[_needed])
    area_en = PlainField(_l("片区英文"), max_length=40)
    address = PlainField(_l("地址"), max_length=120, validators=[_needed])
    address_en = PlainField(_l("英文地址"), max_length=200)
    about = PlainField(_l("说明"), max_length=200)
    about_en = PlainField(_l("英文说明"), max_length=300)
    latitude = PlainField(_l("纬度"), max_length=12)
    longitude = PlainField(_l("经度"), max_length=12)
    mon = PlainField(_l("星期一"), max_length=60)
    tue = PlainField(_l("星期二"), max_length=60)
    wed = PlainField(_l("星期三"), max_length=60)
    thu = PlainField(_l("星期四"), max_length=60)
    fri = PlainField(_l("星期五"), max_length=60)
    sat = PlainField(_l("星期六"), max_length=60)
    sun = PlainField(_l("星期日"), max_length=60)

    @property
    def days(self) -> list[Field]:
        return [self[day] for day in DAYS]

    @property
    def week(self) -> list[tuple[Span, ...]]:
        return [hours.typed(self[day].data or "") for day in DAYS]

    @property
    def fields(self) -> dict[str, str]:
        names = ("name", "name_en", "area", "area_en", "address", "address_en", "about", "about_en")
        return self.texts(*names, *BOUNDS)

    def _spans(self, field: PlainField) -> None:
        try:
            hours.typed(field.data or "")
        except hours.NotHours as error:
            raise ValidationError(_("写成 08:30-12:00，13:00-20:00；不开放就空着")) from error

    validate_mon = validate_tue = validate_wed = validate_thu = validate_fri = validate_sat = validate_sun = (
        _spans
    )

    def _degrees(self, field: PlainField) -> None:
        if not field.data:
            return
        try:
            number = float(field.data)
        except ValueError:
            number = 1000.0
        if not field.data.isascii() or not abs(number) <= BOUNDS[field.short_name]:
            raise ValidationError(_("填小数，例如 39.7951；不知道就空着"))

    validate_latitude = validate_longitude = _degrees


class DifferForm(PageForm):
    """A day on which a room keeps other hours; `on` and `spans` once they are good."""

    day = StringField(_l("哪一天"))
    hours = PlainField(_l("这天的时间"), max_length=60)
    because = PlainField(_l("原因"), max_length=60)

    on: date | None = None
    spans: tuple[Span, ...] = ()

    def validate_day(self, field: StringField) -> None:
        self.on = typed_date(field.data or "")
        if self.on is None:
            raise ValidationError(_("填日期，例如 2026-12-31"))

    def validate_hours(self, field: PlainField) -> None:
        try:
            self.spans = hours.typed(field.data or "")
        except hours.NotHours as error:
            raise ValidationError(_("写成 08:30-12:00；不开放就空着")) from error


class GroupForm(OfUnionForm):
    """A reading group; `host_e164` is the phone of its host, empty for none."""

    name = PlainField(_l("小组名称"), max_length=60, validators=[_needed])
    name_en = PlainField(_l("英文名称"), max_length=120)
    book = PlainField(_l("在读的书"), max_length=80, validators=[_needed])
    book_en = PlainField(_l("书的英文名"), max_length=120)
    author = PlainField(_l("作者"), max_length=60)
    author_en = PlainField(_l("作者英文名"), max_length=80)
    about = PlainField(_l("介绍"), max_length=600, lines=True)
    about_en = PlainField(_l("英文介绍"), max_length=1000, lines=True)
    host = StringField(_l("领读人的手机号"))
    is_over = BooleanField(_l("这个小组结束了"))

    host_e164 = ""

    @property
    def fields(self) -> dict[str, Any]:
        return self.texts("name", "name_en", "book", "book_en", "author", "author_en", "about", "about_en")

    def validate_host(self, field: StringField) -> None:
        self.host_e164 = mobile(field)


class TitleForm(OfUnionForm):
    """A title that drifts."""

    name = PlainField(_l("书名"), max_length=80, validators=[_needed])
    name_en = PlainField(_l("书的英文名"), max_length=120)
    author = PlainField(_l("作者"), max_length=60)
    author_en = PlainField(_l("作者英文名"), max_length=80)
    about = PlainField(_l("介绍"), max_length=400, lines=True)
    about_en = PlainField(_l("英文介绍"), max_length=600, lines=True)

    @property
    def fields(self) -> dict[str, Any]:
        return self.texts("name", "name_en", "author", "author_en", "about", "about_en")


class AdriftForm(RoomsForm):
    """Copies that are put adrift; `many` and `giver_e164` (empty: the union's own) once they are good."""

    copies = PlainField(_l("几本"), max_length=2)
    giver = StringField(_l("投漂人的手机号"))

    many = 0
    giver_e164 = ""

    def validate_copies(self, field: PlainField) -> None:
        found = whole(field.data or "", least=1, most=MOST_AT_ONCE)
        if found is None:
            raise ValidationError(_("填 1 到 %(most)s", most=MOST_AT_ONCE))
        self.many = found

    def validate_giver(self, field: StringField) -> None:
        self.giver_e164 = mobile(field)


class CopyForm(RoomsForm):
    """What the desk does with a copy; `kind` once it is a good one."""

    do = SelectField(_l("怎么处理"), validate_choice=False)
    because = PlainField(_l("原因"), max_length=120)

    kind = StepKind.RETURNED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.do.choices = [
            (StepKind.RETURNED.value, _("放进书屋（找回、归还、恢复漂流）")),
            (StepKind.LOST.value, _("登记丢失")),
            (StepKind.PAUSED.value, _("停漂")),
        ]

    def validate_do(self, field: SelectField) -> None:
        if field.data not in (StepKind.RETURNED, StepKind.LOST, StepKind.PAUSED):
            raise ValidationError(_("从列出的里面选一个"))
        self.kind = StepKind(field.data)

    def validate_room(self, field: SelectField) -> None:
        if self.do.data == StepKind.RETURNED:
            super().validate_room(field)

    def validate_because(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，会留在记录里"))


class SettleForm(PageForm):
    """Hide a note with a reason, or let it stand."""

    because = PlainField(_l("原因"), max_length=120)

    def __init__(self, *args: Any, hides: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hides = hides

    def validate_because(self, field: PlainField) -> None:
        if self._hides and not field.data:
            raise ValidationError(_("写一句原因，会留在记录里"))


def mobile(field: StringField) -> str:
    """A phone as E.164; empty for none. Raises `ValidationError` for what is no number."""
    if not (field.data or "").strip():
        return ""
    found = mainland_mobile(field.data or "")
    if found is None:
        raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
    return found
