"""Entries as an iCalendar file (RFC 5545): Beijing time with its zone written out, lines folded, the same bytes for the
same facts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText

from yiqi import clock
from yiqi.calendars.rules.entries import Entry, Status

KIND = "text/calendar; charset=utf-8"
ZONE = "Asia/Shanghai"
_HOURS = timedelta(hours=8)


def ics(name: str, entries: Sequence[Entry], *, every: timedelta | None = None) -> bytes:
    """A calendar of a name. `every`: how often who subscribes should come again; None for a file that is kept."""
    made = Calendar()
    made.add("prodid", "-//Yiqi//Yiqi//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", vText(name))
    made.add("x-wr-calname", vText(name))
    made.add("x-wr-timezone", ZONE)
    if every is not None:
        made.add("refresh-interval", every, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", f"PT{int(every.total_seconds()) // 60}M")
    made.add_component(_zone())
    for entry in entries:
        made.add_component(_event(entry))
    written: bytes = made.to_ical()
    return written


def _zone() -> Timezone:
    """Beijing time: eight hours before UTC, without summer time since 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("tzoffsetfrom", _HOURS)
    standard.add("tzoffsetto", _HOURS)
    standard.add("tzname", "CST")
    standard["dtstart"] = "19910915T000000"
    zone.add_component(standard)
    return zone


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("dtstart", _local(entry.starts_at))
    event.add("dtend", _local(entry.ends_at))
    event.add("summary", entry.title)
    for name, text in (("location", entry.where), ("description", entry.about)):
        if text:
            event.add(name, text)
    if entry.url:
        event.add("url", entry.url)
    event.add("status", entry.status.value)
    event.add("transp", "OPAQUE" if entry.status is Status.CONFIRMED else "TRANSPARENT")
    return event


def _local(instant: datetime) -> datetime:
    return clock.beijing(instant)
