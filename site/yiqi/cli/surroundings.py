"""What `flask doctor` looks at around the tables: the schema, the clock, the folders, the calendar of holidays."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import chinese_calendar
from flask import current_app
from sqlalchemy import select, text

from yiqi import clock
from yiqi.db import db
from yiqi.notices.heartbeat import BACKGROUND, last_beat
from yiqi.schema import is_behind, present, wanted

APART = timedelta(seconds=6)
"""How far the clocks of this machine and of the database may be apart."""
SILENT = timedelta(seconds=90)
NEXT_YEAR_IS_KNOWN_BY = 12
"""The State Council tells the holidays of the next year in November: a month later the site should know them."""


def faults(at: datetime, *, is_stopped: bool = False) -> Iterator[tuple[str, str]]:
    """What is wrong around the tables, as (what, sentence). On a site that is stopped nobody misses background work."""
    yield from _schema()
    yield from _clocks()
    yield from _folders()
    beat = last_beat(BACKGROUND)
    if not is_stopped and beat is not None and at - beat > SILENT:
        yield "background", f"background work was last seen at {beat.isoformat()}"


def _schema() -> Iterator[tuple[str, str]]:
    there, root = present(), current_app.config["YIQI"].root
    if is_behind(there, root):
        yield "migrations", f"the database is at {there}, this version needs {wanted(root)}: flask db upgrade"


def _clocks() -> Iterator[tuple[str, str]]:
    if db.engine.dialect.name == "sqlite":
        return
    theirs = db.session.execute(select(text("clock_timestamp()"))).scalar_one()
    apart = abs(clock.now() - theirs)
    if apart > APART:
        yield "clock", f"this machine and the database are {apart.total_seconds():.0f} seconds apart"


def _folders() -> Iterator[tuple[str, str]]:
    instance = current_app.config["YIQI"].instance
    if not os.access(instance, os.W_OK):
        yield "folders", f"{instance} cannot be written"


def hints(at: datetime) -> Iterator[tuple[str, str]]:
    """What is not wrong yet, in the same form."""
    today = clock.beijing(at).date()
    last = max(day.year for day in chinese_calendar.holidays)
    needed = today.year + (today.month >= NEXT_YEAR_IS_KNOWN_BY)
    if last < needed:
        yield "holidays", f"the holidays of {needed} are not known: upgrade the package chinesecalendar"
