"""How dates, times and texts are written on a page: Beijing time, 24 hours, weekday with the date."""

import calendar
import re
from datetime import date, datetime, timedelta

from flask import Flask
from markupsafe import Markup, escape

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.display import language
from yiqi.web.htmx import local_path

NBSP, JOINER = "\u00a0", "\u2060"
_MEASURE = re.compile(r"([0-9]) ([\u4e00-\u9fff])|(第) ([0-9])")
_TELEPHONE = re.compile(r"0[0-9]{2,3}-[0-9]{4} ?[0-9]{3,4}|1[3-9][0-9]{9}")
_RANGE = re.compile(r"([0-9])–([0-9])")
_DAYS = (_l("星期一"), _l("星期二"), _l("星期三"), _l("星期四"), _l("星期五"), _l("星期六"), _l("星期日"))
_DAYS_SHORT = (_l("一"), _l("二"), _l("三"), _l("四"), _l("五"), _l("六"), _l("日"))
_EN_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


def zh(text: str) -> Markup:
    """Keep number and measure word, and both ends of a range, on one line."""
    kept = _MEASURE.sub(
        lambda m: f"{m[1]}{NBSP}{m[2]}" if m[1] else f"{m[3]}{NBSP}{m[4]}",
        str(escape(text)),
    )
    return Markup(_RANGE.sub(rf"\1{JOINER}–{JOINER}\2", kept))  # noqa: S704


def said(thing: object, name: str) -> str:
    """A text of a thing in the page's language: its `…_en` twin on English pages when there is one."""
    english = getattr(thing, f"{name}_en", "") if language() == "en" else ""
    return english or str(getattr(thing, name))


def hhmm(instant: datetime) -> str:
    """18:30."""
    return f"{clock.beijing(instant):%H:%M}"


def weekday(day: date, *, short: bool = False) -> str:
    """星期三, Wednesday; short: 三, Wed."""
    return str((_DAYS_SHORT if short else _DAYS)[day.weekday()])


def month_day(day: date) -> str:
    """11月18日, 18 Nov. An instant is the day it has in Beijing."""
    if isinstance(day, datetime):
        day = clock.beijing(day).date()
    if language() == "en":
        return f"{day.day} {_EN_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日"


def year_month(day: date) -> str:
    """2026年11月, November 2026."""
    if language() == "en":
        return f"{calendar.month_name[day.month]} {day.year}"
    return f"{day.year}年{day.month}月"


def day_name(day: date, today: date) -> str:
    """今天, 明天, else the weekday."""
    if day == today:
        return _("今天")
    if day == today + timedelta(days=1):
        return _("明天")
    return weekday(day)


def day_date(day: date, today: date) -> str:
    """The date that stands beside `day_name`: with its weekday where the name is not one."""
    if day_name(day, today) == weekday(day):
        return month_day(day)
    return f"{weekday(day)}, {month_day(day)}" if language() == "en" else f"{month_day(day)} {weekday(day)}"


def dated(day: date) -> str:
    """11月20日; the year is added when it is not this one."""
    if day.year == clock.today().year:
        return month_day(day)
    return f"{month_day(day)} {day.year}" if language() == "en" else f"{day.year}年{month_day(day)}"


def moment(instant: datetime) -> str:
    """11月20日 12:00; the year is added when it is not this one."""
    local = clock.beijing(instant)
    comma = "," if language() == "en" else ""
    return f"{dated(local.date())}{comma} {local:%H:%M}"


def full_day(instant: datetime) -> str:
    """11月18日 星期三; the year is added when it is not this one."""
    day = clock.beijing(instant).date()
    return f"{weekday(day)}, {dated(day)}" if language() == "en" else f"{dated(day)} {weekday(day)}"


def whole_day(instant: datetime) -> str:
    """2026年11月18日, 18 November 2026: on what is kept for years."""
    day = clock.beijing(instant).date()
    if language() == "en":
        return f"{day.day} {calendar.month_name[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """18:30–20:00; the day is named when it ends on another."""
    start, end = clock.beijing(starts_at), clock.beijing(ends_at)
    tail = "" if start.date() == end.date() else f"{month_day(end.date())} "
    return f"{start:%H:%M}–{tail}{end:%H:%M}"


def times(starts_at: datetime, ends_at: datetime) -> Markup:
    """A `span` that breaks its line, on a narrow screen, only between its two ends."""
    start, end = span(starts_at, ends_at).split("–")
    if end[2:3] == ":":
        return Markup('<span class="nowrap">%s–%s</span>') % (start, end)
    return Markup('<span class="nowrap">%s–</span><span class="nowrap">%s</span>') % (start, end)


def minutes(count: int) -> str:
    """A length of time in words: 2 小时, 90 分钟, 1 天."""
    if count % 1440 == 0 and count:
        return _("%(n)s 天", n=count // 1440)
    if count % 60 == 0 and count:
        return _("%(n)s 小时", n=count // 60)
    return _("%(n)s 分钟", n=count)


def iso(instant: datetime) -> str:
    """2026-11-18T18:30:00+08:00."""
    return clock.beijing(instant).isoformat()


def escaped(markup: str, value: object) -> Markup:
    """A literal of a template with one escaped value in it: `'<b>%s</b>'|escaped(n)`."""
    return Markup(markup) % (value,)  # noqa: S704


def phones(text: str) -> Markup:
    """A text with its telephone numbers as links that dial."""
    linked = _TELEPHONE.sub(
        lambda m: f'<a class="nowrap" href="tel:{m[0].replace(" ", "").replace("-", "")}">{m[0]}</a>',
        str(escape(text)),
    )
    return Markup(linked)  # noqa: S704


def printable(typed: object) -> str:
    """What somebody typed, fit to stand in a page again: control and broken characters left out."""
    return "".join(char for char in str(typed) if char.isprintable())


def init(app: Flask) -> None:
    app.jinja_env.filters.update(
        zh=zh,
        said=said,
        hhmm=hhmm,
        moment=moment,
        full_day=full_day,
        month_day=month_day,
        whole_day=whole_day,
        minutes=minutes,
        iso=iso,
        escaped=escaped,
        phones=phones,
        printable=printable,
        local=local_path,
    )
    app.jinja_env.globals.update(
        span=span, times=times, weekday=weekday, year_month=year_month, day_name=day_name, day_date=day_date
    )
