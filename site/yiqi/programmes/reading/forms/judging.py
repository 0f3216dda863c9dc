"""What the desk types for an essay call: its words and times, its jurors, its awards."""

from datetime import datetime, time
from typing import Any

from wtforms import SelectField, StringField, ValidationError

from yiqi import clock
from yiqi.desk.files.list_forms import Ticks
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.programmes.reading.essay_models import Award
from yiqi.programmes.reading.forms.keeping import OfUnionForm
from yiqi.programmes.reading.wording import AWARDS, KINDS
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import whole

MOST_MB = 5


class CallForm(OfUnionForm):
    """An essay call; `opens_at` and `closes_at` once they are good."""

    title = PlainField(_l("征文名称"), max_length=60)
    title_en = PlainField(_l("英文名称"), max_length=120)
    theme = PlainField(_l("主题和要求"), max_length=1000, lines=True)
    theme_en = PlainField(_l("主题和要求的英文"), max_length=1600, lines=True)
    opens_day = StringField(_l("开始日期"))
    opens_time = StringField(_l("开始时间"), default="09:00")
    closes_day = StringField(_l("截止日期"))
    closes_time = StringField(_l("截止时间"), default="18:00")
    kinds = Ticks(_l("收哪些文件"), validate_choice=False)
    most_mb = PlainField(_l("文件最大（MB）"), max_length=1, default=str(MOST_MB))

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    most_kb = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.choices = [(str(kind), str(name)) for kind, name in KINDS.items()]

    @property
    def fields(self) -> dict[str, Any]:
        """By column."""
        return {
            **self.texts("title", "title_en", "theme", "theme_en"),
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
            "kinds": [str(kind) for kind in KINDS if kind in (self.kinds.data or ())],
            "most_kb": self.most_kb,
        }

    def validate_title(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填征文名称"))

    def validate_theme(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写主题和要求，字数、体裁都写在这里"))

    def validate_opens_time(self, field: StringField) -> None:
        self.opens_at = _instant(self.opens_day, field)

    def validate_closes_time(self, field: StringField) -> None:
        self.closes_at = _instant(self.closes_day, field)
        if self.opens_at is not None and self.closes_at <= self.opens_at:
            raise ValidationError(_("截止要在开始之后"))

    def validate_kinds(self, field: Ticks) -> None:
        if not field.has_good_data:
            raise ValidationError(_("至少收一种文件"))

    def validate_most_mb(self, field: PlainField) -> None:
        found = whole(field.data or "", least=1, most=MOST_MB)
        if found is None:
            raise ValidationError(_("填 1 到 %(most)s", most=MOST_MB))
        self.most_kb = found * 1024


class JurorForm(PageForm):
    """A juror by their phone; `e164` once it is valid."""

    phone = StringField(_l("评委的手机号"))

    e164 = ""

    def validate_phone(self, field: StringField) -> None:
        found = mainland_mobile(field.data or "")
        if found is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = found


class AwardForm(PageForm):
    """What an essay wins; `award` once it is a good one, None for nothing."""

    given = SelectField(_l("奖项"), validate_choice=False)

    award: Award | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given.choices = [("", _("没有奖")), *((str(one), str(word)) for one, word in AWARDS.items())]

    def validate_given(self, field: SelectField) -> None:
        if field.data and field.data not in set(Award):
            raise ValidationError(_("从列出的里面选一个"))
        self.award = Award(field.data) if field.data else None


def _instant(day: StringField, hour: StringField) -> datetime:
    on = typed_date(day.data or "")
    if on is None:
        raise ValidationError(_("填日期，例如 2026-12-31"))
    try:
        at = time.fromisoformat((hour.data or "").strip()[:5])
    except ValueError as error:
        raise ValidationError(_("填时间，例如 18:00")) from error
    return clock.at(on, at.hour, at.minute)
