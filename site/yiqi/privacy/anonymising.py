"""Making a copy of a database safe for developers: everything that says something of somebody goes, everything that counts stays."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, and_, delete, select, text, update

from yiqi.db import Base, table, write_out, writing
from yiqi.people.models import Person
from yiqi.people.spelling import pinyin
from yiqi.privacy import rows, sweeping
from yiqi.privacy.inventory import EVERYTHING

GOES = (
    "recovery_code",
    "second_factor",
    "known_device",
    "browser_session",
    "sign_in_code",
    "phone_turn",
    "tally",
    "uploaded_list",
    "training_result_list",
    "notice",
    "handover",
    "league_invitation",
    "calendar_feed",
    "rota",
)
"""What opens something, or is on its way to somebody."""
TRAIL_TEXTS = {"deed": ("because", "facts"), "booking_change": ("why",), "hours_entry": ("because",)}
KEPT_WORDS = frozenset({"merged", "handed on", "account deleted"})
"""Reasons in the trail of a booking that the site itself reads."""
_NUMBER = re.compile(r"(?:\+?86[\s\-.]?)?(?<!\d)1[3-9]\d(?:[\s\-.·]?\d){8}(?!\d)")
_SERIES = "+86199"


def anonymise() -> int:
    """In one transaction; answers how many people there are. People are called 工友 with a number, and sign in as 199 and
    eight digits."""
    with writing() as session:
        here = session.connection()
        with _trails_open(here):
            for name in GOES:
                here.execute(delete(Base.metadata.tables[name]))
            people = _people(here)
            for kept in EVERYTHING:
                this = rows.table_of(kept)
                columns = [name for name in kept.personal.split() if not this.c[name].primary_key]
                if columns and kept.table not in ("person", *GOES):
                    here.execute(update(this).values({name: rows.blank(this.c[name]) for name in columns}))
            _trails(here)
            for one in Base.metadata.sorted_tables:
                _numbers(here, one)
    write_out()
    return people


def _people(here: Connection) -> int:
    person = table(Person)
    found = here.execute(select(person.c.id, person.c.phone, person.c.born_on).order_by(person.c.id)).all()
    for one in found:
        here.execute(update(person).where(person.c.id == one.id).values(phone=f"was-{one.id}"))
    for one in found:
        is_real = one.phone.startswith("+")
        name = f"工友{one.id}" if is_real else ""
        values = {
            "phone": f"{_SERIES}{one.id:08d}" if is_real else one.phone,
            "name": name,
            "pinyin": pinyin(name),
            "born_on": one.born_on.replace(month=1, day=1) if one.born_on else None,
        }
        here.execute(update(person).where(person.c.id == one.id).values(**values))
    return len(found)


def _trails(here: Connection) -> None:
    """What was typed for a reason, and what a deed was about: names of teachers stand there, too."""
    for name, columns in TRAIL_TEXTS.items():
        this = Base.metadata.tables[name]
        for column in columns:
            values = {column: rows.blank(this.c[column])}
            kept = [] if column == "facts" else [this.c[column].not_in(["", *KEPT_WORDS])]
            here.execute(update(this).where(*kept).values(**values))


def _numbers(here: Connection, one: Any) -> None:
    """Numbers that were typed where none are asked for."""
    columns = list(sweeping.texts(one))
    if not columns or one.name == "person":
        return
    keys = list(one.primary_key.columns)
    for row in here.execute(select(*keys, *columns)).all():
        became = {
            column.name: fresh
            for column in columns
            if (fresh := sweeping.without(row._mapping[column], _NUMBER)) != row._mapping[column]
        }
        if became:
            this = and_(*(key == row._mapping[key] for key in keys))
            here.execute(update(one).where(this).values(**became))


@contextmanager
def _trails_open(here: Connection) -> Iterator[None]:
    """The trails refuse to be changed; in a copy for developers they are, once."""
    if here.dialect.name == "postgresql":
        for name in TRAIL_TEXTS:
            here.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        yield
        for name in TRAIL_TEXTS:
            here.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
        return
    found = here.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for trigger in found:
        here.execute(text(f"DROP TRIGGER {trigger.name}"))
    yield
    for trigger in found:
        here.exec_driver_sql(trigger.sql)
