"""Moving all days of a form by whole weeks, so that an earlier activity or a template becomes one that is to come."""

from datetime import date, timedelta

from yiqi.desk.rules.sheet import Fields
from yiqi.desk.rules.typed import as_typed
from yiqi.people.rules import typed_date

WEEK = timedelta(weeks=1)
DAYS = ("first_on", "last_on", "draw_day", "opens_day", "closes_day")
DAYS_OF_ROWS = {"date": ("day", "end_day"), "quota": ("release_day",)}


def onward(fields: Fields, today: date) -> Fields:
    """The form with every day moved on by the same number of weeks: the fewest after which its first date is later than
    `today`, and at least one. Without a first date that can be read, nothing moves."""
    first = _first(fields)
    if first is None:
        return fields
    weeks = max(1, (today - first).days // 7 + 1)
    moved = {**fields, **{name: _moved(fields[name], weeks) for name in DAYS}}
    for group, names in DAYS_OF_ROWS.items():
        moved[group] = [
            {**row, **{name: _moved(row[name], weeks) for name in names}} for row in fields[group]
        ]
    return moved


def _first(fields: Fields) -> date | None:
    if fields["when"] == "weekly":
        return typed_date(as_typed(fields["first_on"]))
    days = [typed_date(as_typed(row["day"])) for row in fields["date"]]
    return min((day for day in days if day is not None), default=None)


def _moved(typed: str, weeks: int) -> str:
    day = typed_date(as_typed(typed))
    return (day + weeks * WEEK).isoformat() if day is not None else typed
