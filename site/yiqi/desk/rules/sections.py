"""The parts of a published activity that are changed by themselves: the controls of each, and reading what was typed.

A control is called as in the form of a draft, with the id of its thing for the number of the row (`slot-12-capacity`),
so that the forms of a page never share a name. Reading goes through the readers of that form.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from yiqi.desk.rules.reading import LENGTHS
from yiqi.desk.rules.sheet import GROUPS, Fields
from yiqi.desk.rules.typed import Reader, Why

WORDS = tuple(name for name in LENGTHS if not name.startswith(("venue", "directions")))
WINDOWS = ("opens_day", "opens_time", "closes_day", "closes_time")
MINUTES = ("cancel", "promotion", "auto", "offer", "offer_least")
NUMBERS = (*MINUTES, "max_party", "most_open", "penalties")
WHO = (
    *("member", "good_standing", "conditions_unions", "conditions_tag", "conditions_tag_en"),
    *("age_least", "age_most", "holds_code", "holds_name", "holds_name_en", "holds_years", "holds_activity"),
)
REASON = ("because", "because_en")
REASON_LENGTHS = {"because": 120, "because_en": 200}
A_DAY, A_MONTH = 1440, 43200
MOST_PARTY, MOST_OPEN, MOST_PLACES = 20, 99, 9999


class What(StrEnum):
    """One small form."""

    WORDS = "words"
    WINDOWS = "windows"
    CAPACITY = "capacity"
    SLOT = "slot"
    SLOT_OFF = "slot-off"
    CONDITIONS = "conditions"
    OCCURRENCE = "occurrence"
    OCCURRENCE_OFF = "occurrence-off"
    SERIES = "series"
    QUOTA = "quota"
    NEW_QUOTA = "new-quota"
    QUESTION = "question"
    RETIRE = "retire"
    NEW_QUESTION = "new-question"
    CALL_OFF = "call-off"


CONTROLS: dict[What, tuple[str, tuple[str, ...]]] = {
    What.WORDS: ("", WORDS),
    What.WINDOWS: ("", (*WINDOWS, *NUMBERS)),
    What.CAPACITY: ("slot", ("capacity",)),
    What.SLOT: ("slot", ("label", "label_en", "detail", "detail_en", "waitlist")),
    What.SLOT_OFF: ("stop", ("because",)),
    What.CONDITIONS: ("", WHO),
    What.OCCURRENCE: ("date", (*GROUPS["date"], "directions", "directions_en")),
    What.OCCURRENCE_OFF: ("off", REASON),
    What.SERIES: ("series", ("weekly_starts", "weekly_ends", "last_on", *REASON)),
    What.QUOTA: ("quota", ("name", "name_en", "most", "least", "release_day", "release_time")),
    What.NEW_QUOTA: ("quota", GROUPS["quota"]),
    What.QUESTION: ("question", tuple(name for name in GROUPS["question"] if name != "key")),
    What.RETIRE: ("retire", ()),
    What.NEW_QUESTION: ("question", tuple(name for name in GROUPS["question"] if name != "key")),
    What.CALL_OFF: ("call", REASON),
}
"""The group of each form's controls and what they are called in it; the empty group is the form's own."""
NEW = frozenset({What.NEW_QUOTA, What.NEW_QUESTION})
"""What has no id yet: the activity's own could be that of another row of the group."""
BOXES = frozenset({"penalties", "required", "reapproves", "member", "good_standing"})


def control(what: What, thing_id: int, name: str) -> str:
    """What a control is called on the page."""
    group, row = CONTROLS[what][0], "new" if what in NEW else thing_id
    return f"{group}-{row}-{name}" if group else name


def plain_name(name: str) -> str:
    """What a control is called without its group and row."""
    return name.rsplit("-", 1)[-1]


def fields(what: What, typed: Mapping[str, str]) -> Fields:
    """Typed texts, by their names in the group, as the readers of a draft take them: as its row number 0."""
    group = CONTROLS[what][0]
    flat: Fields = dict(typed)
    if group in GROUPS:
        flat[group] = [dict.fromkeys(GROUPS[group], "") | dict(typed)]
    return flat | {"when": "dates"}


def reason(reader: Reader, *, needed: bool) -> dict[str, str]:
    """Why, in two languages."""
    return {
        name: reader.text(name, most, needed=needed and name == "because")
        for name, most in REASON_LENGTHS.items()
    }


def words(reader: Reader) -> dict[str, str]:
    """The words of an activity."""
    return {
        name: reader.text(name, LENGTHS[name], lines=name in ("about", "about_en"), needed=name == "title")
        for name in WORDS
    }


def windows(
    reader: Reader, *, last_start: datetime, draw_at: datetime | None, closed_for_good: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """When sign-up opens and closes. `closed_for_good`: of a draw whose sign-up is over, when that was."""
    opens = reader.instant("opens_day", "opens_time", needed=True)
    closes = reader.instant("closes_day", "closes_time", needed=True)
    if closes is None or opens is None:
        return opens, closes
    if closed_for_good is not None and closes != closed_for_good:
        reader.wrong("closes_day", Why.LIST_CLOSED)
    elif closes > last_start:
        reader.wrong("closes_day", Why.CLOSES_LATE)
    elif draw_at is not None and closes > draw_at:
        reader.wrong("closes_day", Why.DRAW_EARLY)
    if opens >= closes:
        reader.wrong("opens_day", Why.OPENS_LATE)
    return opens, closes


def numbers(reader: Reader) -> dict[str, int | bool | None]:
    """The minutes and limits, by the columns of an activity."""
    found: dict[str, int | bool | None] = {
        f"{name}_minutes": reader.whole(
            name,
            1 if name.startswith("offer") else 0,
            A_DAY if name.startswith("offer") else A_MONTH,
            needed=True,
        )
        for name in MINUTES
    }
    longest, shortest = found["offer_minutes"], found["offer_least_minutes"]
    if longest is not None and shortest is not None and longest < shortest:
        reader.wrong("offer_least", Why.OFFER_SHORT)
    return found | {
        "max_party": reader.whole("max_party", 1, MOST_PARTY, needed=True),
        "most_open": reader.whole("most_open", 1, MOST_OPEN),
        "penalties": reader.ticked("penalties"),
    }
