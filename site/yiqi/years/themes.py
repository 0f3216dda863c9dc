"""The themes of months: keeping one, and reading them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from yiqi.db import db, retried, table, writing
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.years.models import MonthTheme

_theme = table(MonthTheme)


@retried
def keep(
    *,
    month: date,
    title: str,
    title_en: str,
    line: str,
    line_en: str,
    lifts: Sequence[str],
    by_id: int,
    at: datetime,
) -> None:
    """Write the theme of a month (its first day), in the place of the one before; one without a title is none."""
    with writing() as session:
        here = session.connection()
        if title:
            row: dict[str, Any] = {"title": title, "title_en": title_en, "line": line, "line_en": line_en}
            row |= {"lifts": list(lifts), "kept_at": at, "kept_by_id": by_id}
            dialect: Any = postgresql if here.dialect.name == "postgresql" else sqlite
            made = dialect.insert(_theme).values(month=month, **row)
            here.execute(made.on_conflict_do_update(index_elements=[_theme.c.month], set_=row))
        else:
            here.execute(delete(_theme).where(_theme.c.month == month))
        trail.note(here, What.THEME_KEPT, at=at, by_id=by_id, name=f"{month:%Y-%m}", title=title)


def of(month: date) -> MonthTheme | None:
    """The theme of a month, by its first day. One query."""
    return db.session.scalar(select(MonthTheme).where(MonthTheme.month == month))


def of_year(year: int) -> dict[date, MonthTheme]:
    """The themes of a year, by the first days of their months."""
    within = (MonthTheme.month >= date(year, 1, 1), MonthTheme.month <= date(year, 12, 1))
    return {one.month: one for one in db.session.scalars(select(MonthTheme).where(*within))}
