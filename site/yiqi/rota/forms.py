"""What a worker fills in about their shifts: a known pattern by three taps, or the hours of each day."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from wtforms import Field, HiddenField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.rota.rules import patterns
from yiqi.rota.rules.patterns import KNOWN, Pattern
from yiqi.rota.rules.shifts import DAY, HOUR, LONGEST_CYCLE, Cycle, Days, Shift, laps_over
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import folded, whole

USUAL_LENGTH = 7
_TIME = re.compile(r"(?!24:(?!00))([01]?[0-9]|2[0-4]):([0-5][0-9])(?::00)?")


def known_pattern(typed: str) -> Pattern | None:
    """The known pattern of this name, or None."""
    return Pattern(typed) if typed in set(KNOWN) else None


class _DatedForm(PageForm):
    """A form that speaks of today, and says which day that was when it was shown."""

    day = HiddenField()
    next = HiddenField()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.first = today

    def validate_day(self, field: HiddenField) -> None:
        shown_on = {str(self.today - timedelta(days=ago)): self.today - timedelta(days=ago) for ago in (0, 1)}
        if field.data not in shown_on:
            raise ValidationError(_("这一页放得太久了，按今天的日期核对一遍再保存"))
        self.first = shown_on[field.data]


class KnownForm(_DatedForm):
    """A known pattern, and which of its days it was on the day the page was shown. `cycle` is there once it is valid."""

    pattern = HiddenField()
    number = HiddenField()

    cycle: Cycle | None = None

    def validate_number(self, field: HiddenField) -> None:
        pattern = known_pattern(self.pattern.data or "")
        if pattern is None:
            raise ValidationError(_("先选一个班制"))
        if self.day.errors:
            return
        number = whole(field.data or "", least=1, most=LONGEST_CYCLE)
        self.cycle = patterns.cycle(pattern, number, self.first) if number else None
        if self.cycle is None:
            raise ValidationError(_("选一下今天上哪个班"))


class Row(Struct, frozen=True):
    """A day of one's own cycle: when work begins and ends; both empty on a day off."""

    number: int
    day: date
    starts: Field
    ends: Field


class OwnForm(_DatedForm):
    """One's own cycle, from the day the page was shown. `cycle` is there once it is valid.

    The fields of its days are `starts_1`, `ends_1` … up to `length`; they are made below the class.
    """

    length = HiddenField()

    cycle: Cycle | None = None

    def __init__(self, *args: Any, length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.many = length
        for number in range(length + 1, LONGEST_CYCLE + 1):
            del self[f"starts_{number}"], self[f"ends_{number}"]

    @property
    def rows(self) -> Iterator[Row]:
        for number in range(1, self.many + 1):
            day = self.first + timedelta(days=number - 1)
            yield Row(number, day, self[f"starts_{number}"], self[f"ends_{number}"])

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.errors:
            days = self._days()
            if not self.errors:
                self._check(days)
        return not self.errors

    def _days(self) -> Days:
        """What the rows say; a row that says nothing clear gets its errors."""
        days: list[Shift | None] = []
        for row in self.rows:
            if row.starts.data and not row.ends.data:
                row.ends.errors = [_("还要填几点下班")]
            if row.ends.data and not row.starts.data:
                row.starts.errors = [_("还要填几点上班")]
            begins, ends = _told_minute(row.starts), _told_minute(row.ends)
            days.append(
                None if begins is None or ends is None else Shift(begins, (ends - begins) % DAY or DAY)
            )
        return tuple(days)

    def _check(self, days: Days) -> None:
        over = laps_over(days)
        rows = list(self.rows)
        if not any(days):
            rows[0].starts.errors = [_("至少填一天的上班时间")]
        elif over is not None:
            rows[(over + 1) % len(rows)].starts.errors = [_("前一天的班这时还没下，改一下时间")]
        else:
            self.cycle = Cycle(self.first, days)


for _number in range(1, LONGEST_CYCLE + 1):
    setattr(OwnForm, f"starts_{_number}", PlainField(_l("上班"), max_length=8))
    setattr(OwnForm, f"ends_{_number}", PlainField(_l("下班"), max_length=8))


def typed(days: Days) -> dict[str, str]:
    """The fields of `OwnForm` that say a cycle."""
    fields = {}
    for number, shift in enumerate(days, 1):
        if shift is not None:
            for name, minute in (("starts", shift.start), ("ends", (shift.start + shift.minutes) % DAY)):
                fields[f"{name}_{number}"] = f"{minute // HOUR:02}:{minute % HOUR:02}"
    return fields


def _told_minute(field: Field) -> int | None:
    """The typed minute of the day; None for nothing typed, and with an error for what is no time. 24:00 is midnight."""
    text = folded(field.data or "")
    found = _TIME.fullmatch(text)
    if found is not None:
        return (int(found[1]) * HOUR + int(found[2])) % DAY
    if text:
        field.errors = [_("写成 08:00 这样的时间")]
    return None
