"""The themes of a year's months: reading and writing them."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.web.htmx import safe_redirect
from yiqi.years import themes as months
from yiqi.years.desk.blueprint import asked_year, blueprint
from yiqi.years.forms import ThemeForm
from yiqi.years.models import MonthTheme
from yiqi.years.rules import calendar
from yiqi.years.rules.calendar import Year


@blueprint.get("/themes")
def themes() -> ResponseReturnValue:
    """The twelve months of a year (`?year=`, the next one, too), and the form of one (`?month=2026-03`)."""
    now = clock.now()
    month = calendar.month_of(request.args.get("month", ""))
    year = Year(month.year) if month is not None else asked_year(now, ahead=1)
    form = _form_of(month, months.of(month)) if month is not None else None
    return _page(year, form)


@blueprint.post("/themes")
def keep_theme() -> ResponseReturnValue:
    """Keep one."""
    form = ThemeForm(request.form)
    if not form.validate() or form.first is None:
        month = calendar.month_of(form.month.data or "")
        return _page(Year(month.year) if month is not None else asked_year(clock.now()), form, 422)
    months.keep(
        month=form.first,
        title=form.title.data or "",
        title_en=form.title_en.data or "",
        line=form.line.data or "",
        line_en=form.line_en.data or "",
        lifts=form.lifts.data or [],
        by_id=current_user.id,
        at=clock.now(),
    )
    return safe_redirect(url_for("years_desk.themes", year=form.first.year, _anchor=f"m-{form.month.data}"))


def _form_of(month: date, kept: MonthTheme | None) -> ThemeForm:
    shown: dict[str, Any] = {"month": f"{month:%Y-%m}"}
    for name in ("title", "line", "title_en", "line_en", "lifts"):
        shown[name] = getattr(kept, name) if kept is not None else [] if name == "lifts" else ""
    return ThemeForm(data=shown)


def _page(year: Year, form: ThemeForm | None, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    this = calendar.of(now).number
    kept = months.of_year(year.number)
    page = render_template(
        "years/desk/themes.html",
        year=year,
        years=[this + 1, this, this - 1],
        months=[(first, kept.get(first)) for first in (date(year.number, n, 1) for n in range(1, 13))],
        form=form,
        of_month=calendar.month_of(form.month.data or "") if form is not None else None,
        now_month=clock.beijing(now).date().replace(day=1),
    )
    return page, status
