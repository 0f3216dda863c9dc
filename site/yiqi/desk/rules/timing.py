"""When it is, and when sign-up is: the parts of the form about dates, the weekly rule and the windows."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from yiqi import clock
from yiqi.activities.rules.recurrence import PublicCalendar, Weekly, times
from yiqi.desk.rules.sheet import WEEKDAYS
from yiqi.desk.rules.typed import Reader, Remark, Why
from yiqi.desk.rules.wanted import Dates, Stretch, Windows

ALLOCATIONS = ("first_come", "approval", "draw")
WHEN = ("dates", "weekly")
LONGEST = timedelta(days=7)
LONGEST_RULE = timedelta(days=731)
VENUE, VENUE_EN = 80, 120


def dates(reader: Reader, calendar: PublicCalendar) -> Dates:
    """The dates that were typed, or those that a rule makes, as far as they can be read."""
    if reader.one_of("when", WHEN) == "weekly":
        return _weekly(reader, calendar)
    found = [one for index in range(len(reader.fields["date"])) if (one := _stretch(reader, index))]
    return Dates(tuple(found))


def span_of(found: Dates) -> list[tuple[datetime, datetime]]:
    """The starts and ends of all dates, in order of time."""
    spans = found.times.meets if found.times else [(one.starts_at, one.ends_at) for one in found.stretches]
    return sorted(spans)


def windows(reader: Reader, found: Dates) -> Windows | None:
    """When sign-up opens, closes and is drawn. Nothing typed: it opens at once, and closes when the first date starts,
    or the last one where each date is signed up for on its own. None while something is missing or wrong."""
    spans = span_of(found)
    allocation = reader.one_of("allocation", ALLOCATIONS)
    opens_at = reader.instant("opens_day", "opens_time")
    closes_at = reader.instant("closes_day", "closes_time")
    is_draw = allocation == "draw"
    draw_at = reader.instant("draw_day", "draw_time", needed=True) if is_draw else None
    if not spans:
        return None
    first, last = spans[0][0], spans[-1][0]
    opens = opens_at or reader.at
    closes = closes_at or (last if found.drop_in else first)
    if closes_at is not None and closes > last:
        reader.wrong("closes_day", Why.CLOSES_LATE)
    elif closes_at is not None and closes > first and not found.drop_in:
        reader.note("closes_day", Remark.CLOSES_AFTER_FIRST)
    if closes_at is not None and closes <= reader.at:
        reader.wrong("closes_day", Why.PAST)
    if opens_at is not None and opens >= closes:
        reader.wrong("opens_day", Why.OPENS_LATE)
    elif opens_at is not None and opens < reader.at:
        reader.note("opens_day", Remark.OPEN_ALREADY)
    if draw_at is not None and draw_at < closes:
        reader.wrong("draw_day", Why.DRAW_EARLY)
    elif draw_at is not None and draw_at >= first:
        reader.wrong("draw_day", Why.DRAW_LATE)
    return Windows(opens, closes, allocation or ALLOCATIONS[0], draw_at)


def given_until(allocation: str, closes_at: datetime, last_start: datetime) -> datetime:
    """Until when places of a slot are given: sign-up closes, with its last date at the latest; where they are checked or
    drawn, that is done once it has closed."""
    return min(closes_at, last_start) if allocation == "first_come" else last_start


def of_slot(found: Dates, windows: Windows | None, meetings: Sequence[int]) -> datetime | None:
    """The same of a slot of some dates, by their indexes (none: of all); None while they cannot be read."""
    spans = span_of(found)
    starts = [found.stretches[one].starts_at for one in meetings if one < len(found.stretches)]
    if windows is None or not spans:
        return None
    return given_until(windows.allocation, windows.closes_at, max(starts, default=spans[-1][0]))


def _stretch(reader: Reader, index: int) -> Stretch | None:
    name = f"date-{index}-"
    venue, venue_en = reader.text(name + "venue", VENUE), reader.text(name + "venue_en", VENUE_EN)
    day, end_day = reader.day(name + "day", needed=True), reader.day(name + "end_day")
    starts, ends = (
        reader.time_of_day(name + "starts", needed=True),
        reader.time_of_day(name + "ends", needed=True),
    )
    if day is None or starts is None or ends is None:
        return None
    starts_at = clock.at(day, starts.hour, starts.minute)
    ends_at = clock.at(end_day or day, ends.hour, ends.minute)
    if ends_at <= starts_at:
        reader.wrong(name + "ends", Why.ENDS_FIRST)
    elif ends_at - starts_at > LONGEST:
        reader.wrong(name + "end_day", Why.LASTS_TOO_LONG, n=LONGEST.days)
    elif starts_at <= reader.at:
        reader.wrong(name + "day", Why.PAST)
    elif any(_is_same(reader, name, f"date-{earlier}-") for earlier in range(index)):
        reader.wrong(name + "day", Why.TWICE)
    else:
        return Stretch(starts_at, ends_at, venue, venue_en)
    return None


def _is_same(reader: Reader, one: str, other: str) -> bool:
    names = ("day", "starts", "venue")
    return [reader.raw(one + name) for name in names] == [reader.raw(other + name) for name in names]


def _weekly(reader: Reader, calendar: PublicCalendar) -> Dates:
    drop_in = reader.ticked("drop_in")
    weekdays = frozenset(index for index, name in enumerate(WEEKDAYS) if reader.ticked(name))
    if not weekdays:
        reader.wrong(WEEKDAYS[0], Why.NO_WEEKDAY)
    first, last = reader.day("first_on", needed=True), reader.day("last_on", needed=True)
    starts, ends = (
        reader.time_of_day("weekly_starts", needed=True),
        reader.time_of_day("weekly_ends", needed=True),
    )
    minutes = _minutes(starts, ends) if starts and ends else 0
    if starts is not None and ends is not None and minutes == 0:
        reader.wrong("weekly_ends", Why.ENDS_FIRST)
    if first is None or last is None or starts is None or not weekdays or not minutes:
        return Dates(drop_in=drop_in)
    if last < first:
        reader.wrong("last_on", Why.ENDS_FIRST)
        return Dates(drop_in=drop_in)
    if last - first >= LONGEST_RULE:
        reader.wrong("last_on", Why.RUNS_TOO_LONG)
        return Dates(drop_in=drop_in)
    rule = Weekly(
        weekdays,
        starts,
        minutes,
        first,
        last,
        reader.ticked("skips_days_off"),
        reader.ticked("on_working_weekends"),
    )
    found = times(rule, calendar)
    if not found.meets:
        reader.wrong("last_on", Why.NEVER_MEETS)
        return Dates(drop_in=drop_in)
    if found.meets[0][0] <= reader.at:
        reader.wrong("first_on", Why.PAST)
    for year in found.unannounced:
        reader.note("last_on", Remark.UNANNOUNCED, year=year)
    return Dates(rule=rule, times=found, drop_in=drop_in)


def _minutes(starts: time, ends: time) -> int:
    """How long from a time to the next such time of another; one that ends on the next day passes midnight."""
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return minutes if minutes > 0 else 0
