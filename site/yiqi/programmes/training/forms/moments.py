"""Fields for a day and for a time of day. They keep what was typed; a browser's own picker is used only where it can
show it."""

import re
from datetime import date, time
from typing import Any

from wtforms import ValidationError

from yiqi.i18n import gettext as _
from yiqi.people.rules import typed_date
from yiqi.web.forms import PlainField

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")


class DayField(PlainField):
    """A day of the calendar; `day` once it was found good, None for nothing typed."""

    day: date | None = None

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, max_length=20, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.day = typed_date(self.data or "") if self.data else None
        if self.data and self.day is None:
            raise ValidationError(_("日期看不懂，例如 2026-12-03"))

    @property
    def control(self) -> str:
        """The type of its input: a picker shows nothing of what is no date."""
        return "date" if not self.data or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", self.data) else "text"


class TimeField(PlainField):
    """A time of day, 24 hours; `hour` once it was found good, None for nothing typed."""

    hour: time | None = None

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, max_length=8, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        found = _TIME.fullmatch(self.data or "")
        self.hour = time(int(found[1]), int(found[2])) if found else None
        if self.data and found is None:
            raise ValidationError(_("时间看不懂，例如 12:15"))

    @property
    def control(self) -> str:
        """The type of its input."""
        return "time" if not self.data or re.fullmatch(r"[0-9]{2}:[0-9]{2}", self.data) else "text"
