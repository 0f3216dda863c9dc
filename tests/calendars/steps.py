"""Fetching somebody's calendar, and reading it with a library that did not write it."""

from flask import Flask
from icalendar import Calendar, Event
from ics import Calendar as Read
from werkzeug.test import TestResponse

from yiqi.calendars import feeds
from yiqi.people.models import Person


def address(site: Flask, person: Person) -> str:
    feed = feeds.of_person(person.id)
    assert feed is not None
    return f"/me/calendar/{feed.token(site.config['SECRET_KEY'])}.ics"


def events(answer: TestResponse) -> list[Event]:
    """What stands in it: as one library writes it and another one reads it, by their start."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.data).walk("VEVENT")
    found = sorted((one for one in read if isinstance(one, Event)), key=lambda one: one.start)
    as_others_read = sorted(Read(answer.text).events, key=lambda one: one.begin)
    assert [str(one["SUMMARY"]) for one in found] == [one.name for one in as_others_read]
    assert [one.start for one in found] == [one.begin.datetime for one in as_others_read]
    assert [str(one["STATUS"]) for one in found] == [one.status for one in as_others_read]
    return found
