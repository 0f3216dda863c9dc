"""How often something happened in a window of time, counted in the database where every process counts."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from yiqi.people.models import Tally
from yiqi.people.rules import window_start

SHORT, LONG = timedelta(hours=2), timedelta(days=2)
"""How long a count is kept: those of network addresses have windows of an hour at the most, those of people of a day."""
_OF_A_DAY = "day "


class TooMany(Exception):
    """A limit was reached; `wait` is how long until it eases."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


def counted(session: Session, what: str, window: timedelta, at: datetime) -> int:
    """What was counted in the present window."""
    this = (Tally.what == what, Tally.window == window_start(at, window))
    return session.scalar(select(Tally.count).where(*this)) or 0


def count(session: Session, what: str, window: timedelta, at: datetime) -> int:
    """Count one more in the present window; answers the count."""
    return raised(session, Tally.count, what=what, window=window_start(at, window))


def spend(session: Session, what: str, window: timedelta, most: int, at: datetime) -> int:
    """Count one more in the present window, of a day at the most; answers the count. Raises `TooMany` beyond `most`."""
    what = f"{_OF_A_DAY}{what}" if window > SHORT else what
    spent = count(session, what, window, at)
    if spent > most:
        raise TooMany(rest(window, at))
    return spent


def rest(window: timedelta, at: datetime) -> timedelta:
    """How long the present window still lasts."""
    return window_start(at, window) + window - at


def forget(session: Session, what: str) -> None:
    """Count something from nothing again."""
    session.execute(delete(Tally).where(Tally.what.in_([what, f"{_OF_A_DAY}{what}"])))


def purge(session: Session, at: datetime) -> None:
    """Forget the windows that are over."""
    ended = or_(Tally.window < at - LONG, Tally.what.not_like(f"{_OF_A_DAY}%"))
    session.execute(delete(Tally).where(Tally.window < at - SHORT, ended))


def raised(session: Session, counter: Any, **key: Any) -> int:
    """Raise the counter of the row with this key by one, making the row at 1; it stays locked until the commit."""
    statement = dialect(session).insert(counter.class_).values(**key, **{counter.key: 1})
    rising = statement.on_conflict_do_update(index_elements=list(key), set_={counter.key: counter + 1})
    return int(session.execute(rising.returning(counter)).scalar_one())


def dialect(session: Session) -> Any:
    """The module with this database's INSERT … ON CONFLICT."""
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
