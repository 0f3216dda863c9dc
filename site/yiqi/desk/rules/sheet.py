"""The form of an activity as typed texts by name: which names there are, what a new one says, and moving its rows."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, str]
Fields = dict[str, Any]
"""Typed texts by name, and under the name of each group a list of rows. What is not typed is an empty text; a ticked
box is "1"."""

MINUTES = {"cancel": 120, "promotion": 60, "auto": 1440, "offer": 120, "offer_least": 15}
"""The numbers of the rule book, in minutes before the start, or for how long."""
WEEKDAYS = tuple(f"weekday-{number}" for number in range(7))
WEEKLY = (
    *WEEKDAYS,
    *(
        "weekly_starts",
        "weekly_ends",
        "first_on",
        "last_on",
        "drop_in",
        "skips_days_off",
        "on_working_weekends",
    ),
)
LONG = frozenset({"about", "about_en", "conditions_unions", "unions", "choices"})
"""What is typed in several lines."""

_ONE = {
    **dict.fromkeys(
        (
            *("title", "title_en", "sub", "sub_en", "topic", "who", "who_en", "fee", "fee_en"),
            *(
                "contact",
                "contact_en",
                "about",
                "about_en",
                "venue",
                "venue_en",
                "directions",
                "directions_en",
            ),
            *WEEKLY,
            *("union_only", "most_open"),
            *("draw_day", "draw_time", "opens_day", "opens_time", "closes_day", "closes_time"),
            *("member", "good_standing", "conditions_unions", "conditions_tag", "conditions_tag_en"),
            *("age_least", "age_most", "holds_code", "holds_name", "holds_name_en", "holds_years"),
            "holds_activity",
        ),
        "",
    ),
    "when": "dates",
    "skips_days_off": "1",
    "on_working_weekends": "1",
    "allocation": "first_come",
    "max_party": "1",
    "penalties": "1",
    **{name: str(minutes) for name, minutes in MINUTES.items()},
}
BOXES = frozenset(
    {
        *WEEKDAYS,
        *("drop_in", "skips_days_off", "on_working_weekends", "penalties", "union_only", "member"),
        *("good_standing", "required", "reapproves"),
    }
)
"""What is ticked or not."""

GROUPS: dict[str, tuple[str, ...]] = {
    "date": ("day", "starts", "end_day", "ends", "venue", "venue_en"),
    "slot": ("label", "label_en", "detail", "detail_en", "capacity", "waitlist", "dates"),
    "quota": (
        *("name", "name_en", "most", "least", "release_day", "release_time", "unions", "tag", "choice"),
        "slots",
    ),
    "question": (
        *("key", "kind", "label", "label_en", "hint", "hint_en", "choices", "required", "reapproves"),
        *("least", "most"),
    ),
}
MOST = {"date": 10, "slot": 12, "quota": 4, "question": 8}
"""Rows of a group. With them the fullest form stays within what one request may carry."""
LEAST = {"date": 1, "slot": 1, "quota": 0, "question": 0}
MOST_FIELDS = 400

_ROW = re.compile(r"(date|slot|quota|question)-([0-9]{1,2})-([a-z_]+)")
_MOVE = re.compile(r"(add|remove|up|down)-(date|slot|quota|question)(?:-([0-9]{1,2}))?")


def blank() -> Fields:
    """A new form: one date, one slot, the numbers of the rule book."""
    return {**_ONE, **{group: [_row(group, [])] * LEAST[group] for group in GROUPS}}


def read(posted: Iterable[tuple[str, str]], kept: Fields) -> Fields:
    """What a request brought, by the names of the form; whatever else it brought is passed over. Of a name that is
    there twice the first counts. The form shows either dates or the weekly rule: the other stays as it was `kept`."""
    sent: dict[str, str] = {}
    for name, value in posted:
        sent.setdefault(name, value)
    fields: Fields = {name: sent.get(name, "") for name in _ONE}
    for group, names in GROUPS.items():
        rows = [
            int(match[2])
            for name in sent
            if (match := _ROW.fullmatch(name)) is not None and match[1] == group
        ]
        many = min(max(rows, default=-1) + 1, MOST[group])
        fields[group] = [
            {name: sent.get(f"{group}-{index}-{name}", "") for name in names} for index in range(many)
        ]
    for name in BOXES & _ONE.keys():
        fields[name] = "1" if fields[name] else ""
    if fields["when"] == "weekly":
        fields["date"] = kept["date"]
    else:
        fields |= {name: kept[name] for name in WEEKLY}
    return completed(fields)


def completed(kept: Mapping[str, Any]) -> Fields:
    """The fields of a draft that was kept earlier, perhaps by an older form: what is missing is as in a new one."""
    fields = blank()
    fields.update({name: str(kept[name]) for name in _ONE if name in kept})
    for group, names in GROUPS.items():
        rows = [{name: str(row.get(name, "")) for name in names} for row in kept.get(group, [])]
        fields[group] = rows[: MOST[group]]
        while len(fields[group]) < LEAST[group]:
            fields[group].append(_row(group, fields[group]))
    return fields


def moved(fields: Fields, what: str) -> tuple[Fields, str] | None:
    """The form after a button of its rows (`add-slot`, `remove-slot-2`, `up-question-1`, …), and the name of the
    control that the eye should be on; None for no such button. What cannot be done changes nothing."""
    match = _MOVE.fullmatch(what)
    if match is None:
        return None
    verb, group, rows = match[1], match[2], list(fields[match[2]])
    index = int(match[3]) if match[3] else len(rows)
    if verb == "add" and len(rows) < MOST[group]:
        rows.append(_row(group, rows))
        index = len(rows) - 1
    elif verb == "remove" and index < len(rows) and len(rows) > LEAST[group]:
        del rows[index]
        index = min(index, len(rows) - 1)
    elif verb in ("up", "down"):
        other = index + (1 if verb == "down" else -1)
        if 0 <= other < len(rows) and index < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
            index = other
    index = min(index, len(rows) - 1)
    return {**fields, group: rows}, f"{group}-{index}" if rows else f"add-{group}"


def _row(group: str, others: list[Row]) -> Row:
    row = dict.fromkeys(GROUPS[group], "")
    if group == "question":
        taken = {other["key"] for other in others}
        row |= {"key": next(key for n in range(1, 99) if (key := f"q{n}") not in taken), "kind": "text"}
    return row
