"""Numbers, days and hours as they are typed."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from wtforms import RadioField, SelectField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.people.rules import typed_date
from yiqi.web.texts import whole

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")


def hour(typed: str) -> time | None:
    """A typed time of day, or None: 18:30, 9:00."""
    found = _TIME.fullmatch(typed.strip())
    return time(int(found[1]), int(found[2])) if found else None


class WholeField(StringField):
    """A whole number between two bounds; `number` once it is valid. An empty one is None where it may be."""

    def __init__(
        self, label: str = "", *, least: int, most: int, optional: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most, self.optional = least, most, optional
        self.number: int | None = None

    def pre_validate(self, form: Any) -> None:
        typed = str(self.data or "").strip()
        if not typed and self.optional:
            return
        self.number = whole(typed, least=self.least, most=self.most)
        if self.number is None:
            raise ValidationError(_("填 %(least)s 到 %(most)s 的整数", least=self.least, most=self.most))


class DayField(StringField):
    """A day of the calendar; `day` once it is valid."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        self.day = typed_date(self.data or "")
        if self.day is None:
            raise ValidationError(_("填日期，例如 2026-11-20"))


class HourField(StringField):
    """A time of day; `hour` once it is valid."""

    hour: time | None = None

    def pre_validate(self, form: Any) -> None:
        self.hour = hour(self.data or "")
        if self.hour is None:
            raise ValidationError(_("填时间，例如 18:30"))


class ChoiceField(SelectField):
    """One of a closed list, `among` which the first is chosen to begin with."""

    def __init__(self, label: str = "", *, among: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.choices, self.among = list(among), dict(among)

    def pre_validate(self, form: Any) -> None:
        _is_among(self)


class OneField(RadioField):
    """The same, all of them side by side."""

    def __init__(self, label: str = "", *, among: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.choices, self.among = list(among), dict(among)
        self.type = "RadioField"  # what the macro of a field looks at

    def pre_validate(self, form: Any) -> None:
        _is_among(self)


def _is_among(field: ChoiceField | OneField) -> None:
    if (field.data or "") not in field.among:
        raise ValidationError(_("选一项"))
