"""What an organizer can change, as it stands: the facts that a form shows, that the trail keeps, and by whose digest a
form knows whether somebody else changed them meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Question, Quota, Series, Slot
from yiqi.booking.rules.changes import fingerprint
from yiqi.db import Base, table


class Part(StrEnum):
    """What is changed by itself."""

    WORDS = "words"
    WINDOWS = "windows"
    STATUS = "status"
    CAPACITY = "capacity"
    SLOT = "slot"
    SLOT_STATUS = "slot-status"
    CONDITIONS = "conditions"
    OCCURRENCE = "occurrence"
    SERIES = "series"
    QUOTA = "quota"
    QUESTION = "question"


WORDS = tuple(
    f"{name}{twin}" for name in ("title", "sub", "who", "fee", "contact", "about") for twin in ("", "_en")
)
NUMBERS = (
    *("cancel_minutes", "promotion_minutes", "auto_minutes", "offer_minutes", "offer_least_minutes"),
    *("max_party", "most_open", "penalties"),
)
PLACE = ("venue", "venue_en", "directions", "directions_en")
LABELS = ("label", "label_en", "detail", "detail_en", "waitlist_limit")
LIMITS = ("name", "name_en", "most", "least", "releases_at")

COLUMNS: dict[Part, tuple[type[Base], tuple[str, ...]]] = {
    Part.WORDS: (Activity, WORDS),
    Part.WINDOWS: (Activity, ("opens_at", "closes_at", *NUMBERS)),
    Part.STATUS: (Activity, ("status",)),
    Part.CAPACITY: (Slot, ("capacity",)),
    Part.SLOT: (Slot, LABELS),
    Part.SLOT_STATUS: (Slot, ("called_off_at",)),
    Part.CONDITIONS: (Activity, ("conditions",)),
    Part.OCCURRENCE: (Occurrence, ("starts_at", "ends_at", *PLACE, "called_off_at")),
    Part.SERIES: (Series, ("starts", "minutes", "last_on")),
    Part.QUOTA: (Quota, LIMITS),
    Part.QUESTION: (
        Question,
        (
            *("kind", "label", "label_en", "hint", "hint_en", "required", "reapproves", "choices"),
            *("least", "most", "retired_at"),
        ),
    ),
}


def facts(part: Part, thing: Any) -> dict[str, Any]:
    """The facts of a part, from a row or an object that has them, as JSON can keep them; instants in Beijing time."""
    return {name: _kept(getattr(thing, name)) for name in COLUMNS[part][1]}


def read(here: Connection, part: Part, thing_id: int) -> dict[str, Any]:
    """The same of what is there, in the caller's transaction. Raises `LookupError`."""
    model, names = COLUMNS[part]
    of = table(model)
    row = here.execute(select(*(of.c[name] for name in names)).where(of.c.id == thing_id)).one_or_none()
    if row is None:
        raise LookupError(thing_id)
    return facts(part, row)


def digest(known: Mapping[str, Any]) -> str:
    """Equal for equal facts: a form carries it."""
    return fingerprint(sorted(known.items()))


def differing(was: Mapping[str, Any], became: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was and what became, of the facts that differ."""
    names = [name for name in (became or was) if was.get(name) != became.get(name)]
    return {name: was.get(name) for name in names}, {name: became.get(name) for name in names}


def _kept(value: Any) -> Any:
    match value:
        case datetime():
            return f"{clock.beijing(value):%Y-%m-%d %H:%M}"
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case list():
            return [one.get("label", one) for one in value]
        case _:
            return value
