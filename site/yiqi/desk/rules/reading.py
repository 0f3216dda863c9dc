"""The whole form read: an activity that can be published, or every place where it cannot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from yiqi.activities.rules.questions import Asked
from yiqi.activities.rules.recurrence import PublicCalendar
from yiqi.desk.rules import asking, placing, timing
from yiqi.desk.rules.typed import Gate, Note, Problem, Reader, Remark, Why
from yiqi.desk.rules.wanted import Dates, Places, Wanted, Windows

TOPICS = ("", "lecture", "women", "legal")
TITLE_ADVICE = 12
"""Characters that a screen in the hall shows on one line."""
LENGTHS = {
    "title": 60,
    "title_en": 120,
    "sub": 80,
    "sub_en": 160,
    "who": 120,
    "who_en": 200,
    "fee": 80,
    "fee_en": 120,
    "contact": 80,
    "contact_en": 80,
    "about": 4000,
    "about_en": 8000,
    "venue": timing.VENUE,
    "venue_en": timing.VENUE_EN,
    "directions": 120,
    "directions_en": 200,
}
"""Characters of each text, as its column holds them."""
OF_VENUE = ("venue", "venue_en", "directions", "directions_en")
A_DAY, A_MONTH = 1440, 43200


class Known(Struct, frozen=True):
    """What the form may refer to: unions by their folded names, and the ids of activities that are there."""

    unions: Mapping[str, int]
    courses: frozenset[int]
    owner_id: int
    calendar: PublicCalendar


class Read(Struct, frozen=True):
    """A form as it was read: `wanted` only when nothing is wrong. The parts are there as far as they could be read."""

    wanted: Wanted | None
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    words: Mapping[str, str]
    dates: Dates
    windows: Windows | None
    places: tuple[Places, ...]
    asked: tuple[Asked, ...]
    conditions: tuple[dict[str, Any], ...]
    numbers: Mapping[str, int | None]
    topic: str
    union_only: bool


def read(fields: Mapping[str, Any], known: Known, gate: Gate, at: datetime) -> Read:
    """Read every field, in the order of the form."""
    reader = Reader(fields, gate, at)
    texts = {
        name: reader.text(name, most, lines=name in ("about", "about_en"), needed=name == "title")
        for name, most in LENGTHS.items()
    }
    if len(texts["title"]) > TITLE_ADVICE:
        reader.note("title", Remark.LONG_TITLE, most=TITLE_ADVICE, now=len(texts["title"]))
    topic = reader.one_of("topic", TOPICS)
    found = timing.dates(reader, known.calendar)
    places = placing.places(reader, found)
    windows = timing.windows(reader, found)
    numbers = _numbers(reader)
    questions = asking.questions(reader)
    until = [timing.of_slot(found, windows, one.meetings) for one in places]
    quotas = placing.quotas(reader, known, places, questions, until)
    conditions = asking.conditions(reader, known)
    union_only = reader.ticked("union_only")
    if union_only and not any(one["kind"] == "union" for one in conditions):
        conditions = ({"kind": "union", "unions": [known.owner_id]}, *conditions)
    wanted = None
    if windows is not None and not reader.problems:
        wanted = Wanted(
            words=texts,
            topic=topic or None,
            dates=found,
            windows=windows,
            places=places,
            quotas=quotas,
            questions=questions,
            conditions=conditions,
            numbers=numbers,
            penalties=reader.ticked("penalties"),
            union_only=union_only,
        )
    return Read(
        wanted,
        tuple(reader.problems),
        tuple(reader.notes),
        texts,
        found,
        windows,
        places,
        questions,
        conditions,
        numbers,
        topic,
        union_only,
    )


def _numbers(reader: Reader) -> dict[str, int | None]:
    numbers = {
        "max_party": reader.whole("max_party", 1, 20, needed=True),
        "most_open": reader.whole("most_open", 1, 99),
        "cancel_minutes": reader.whole("cancel", 0, A_MONTH, needed=True),
        "promotion_minutes": reader.whole("promotion", 0, A_MONTH, needed=True),
        "auto_minutes": reader.whole("auto", 0, A_MONTH, needed=True),
        "offer_minutes": reader.whole("offer", 1, A_DAY, needed=True),
        "offer_least_minutes": reader.whole("offer_least", 1, A_DAY, needed=True),
    }
    longest, shortest = numbers["offer_minutes"], numbers["offer_least_minutes"]
    if longest is not None and shortest is not None and longest < shortest:
        reader.wrong("offer_least", Why.OFFER_SHORT)
    return numbers
