"""A negative control: the site whose processes each keep their own count of the codes that an address asked for. Never served
but in tests."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from wsgi import app
from yiqi.people import codes
from yiqi.people.tallies import TooMany

_asked: Counter[str] = Counter()


def spend(_session: Any, what: str, window: timedelta, most: int, _at: datetime) -> int:
    _asked[what] += 1
    if _asked[what] > most:
        raise TooMany(window)
    return _asked[what]


vars(codes).update(spend=spend)

__all__ = ["app"]
