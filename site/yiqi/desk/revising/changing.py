"""The page on which a published activity is changed: its parts as they stand, each a small form of its own."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Question, Quota, Series, Status
from yiqi.booking import stands, whole
from yiqi.booking.stands import Part
from yiqi.booking.whole import Whole
from yiqi.db import Facts, db
from yiqi.desk.planning import copying
from yiqi.desk.revising import change_words
from yiqi.desk.rules.sections import CONTROLS, What, control, plain_name
from yiqi.desk.rules.typed import as_typed
from yiqi.people.models import Person
from yiqi.people.persons import name_behind
from yiqi.people.rules import typed_date
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What as Did
from yiqi.web.texts import whole as whole_number

_OTHERWISE = {
    "waitlist": "waitlist_limit",
    **{name: f"{name}_minutes" for name in ("cancel", "promotion", "auto", "offer", "offer_least")},
}
"""Controls that are called otherwise than their columns."""
_DAYS = {
    "opens": "opens_at",
    "closes": "closes_at",
    "release": "releases_at",
}


class Piece(Struct, frozen=True):
    """One small form: what is typed in it by plain names, what is wrong with it by the names of its controls, and the
    digest of what it shows. It answers what the macros of `desk/controls.html` ask."""

    what: What
    of: int
    typed: Mapping[str, str]
    stood: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What the names of its controls begin with."""
        return control(self.what, self.of, "")

    def name(self, plain: str) -> str:
        return control(self.what, self.of, plain)

    def value(self, name: str) -> str:
        return self.typed[plain_name(name)]

    def label(self, name: str) -> str:
        return change_words.label(self.what, plain_name(name))

    def is_day(self, name: str) -> bool:
        """Whether a browser's own picker of days can show what was typed."""
        typed = self.value(name)
        day = typed_date(as_typed(typed))
        return not typed or (day is not None and day.isoformat() == typed)

    def is_time(self, name: str) -> bool:
        """Whether a browser's own picker of times can show what was typed."""
        hours, _colon, minutes = self.value(name).partition(":")
        two = len(hours) == len(minutes) == 2
        is_one = two and None not in (
            whole_number(hours, least=0, most=23),
            whole_number(minutes, least=0, most=59),
        )
        return not self.value(name) or (is_one and self.value(name).isascii())

    def has_any(self, *names: str) -> bool:
        """Whether something is typed in any of some controls, or wrong with it."""
        return any(self.value(name) or name in self.errors for name in names)

    def with_typed(self, typed: Mapping[str, str], errors: Mapping[str, str], stood: str = "") -> "Piece":
        """The same form with what somebody typed, and what is wrong with that."""
        return replace(self, typed=typed, errors=errors, stood=stood or self.stood)


class Sheet(Struct, frozen=True):
    """An activity with everything of it that can be changed, at an instant."""

    whole: Whole
    series: Series | None
    quotas: list[Quota]
    questions: list[Question]
    last: Facts | None
    """Who changed it last, and when: `name`, `at`, `facts`."""
    pieces: dict[tuple[What, int], Piece]

    @property
    def is_off(self) -> bool:
        return self.whole.activity.status == Status.CALLED_OFF

    @property
    def ahead(self) -> list[Occurrence]:
        """The dates that have not begun."""
        return [one for one in self.whole.occurrences if one.starts_at > self.whole.at]

    @property
    def on(self) -> list[Occurrence]:
        """The dates that are not over, which can still be called off."""
        return [one for one in self.whole.occurrences if one.ends_at > self.whole.at]

    @property
    def last_start(self) -> datetime:
        return max((one.starts_at for one in self.whole.occurrences), default=self.whole.activity.closes_at)

    def piece(self, what: str, of: int | None = None) -> Piece:
        """One of its forms; those about the activity as a whole by the activity's id."""
        return self.pieces[What(what), of or self.whole.activity.id]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The answers that a new quota may be for, with none of them first."""
        listed = [
            (f"{one.key}={each['label']}", f"{one.label}: {each['label']}")
            for one in self.questions
            for each in one.choices
        ]
        return [("", change_words.nobody()), *listed]

    def with_piece(self, piece: Piece) -> "Sheet":
        return replace(self, pieces=self.pieces | {(piece.what, piece.of): piece})


def sheet(activity_id: int, at: datetime) -> Sheet | None:
    """An activity to be changed, with nothing due in it; None when there is none."""
    found = whole.of(activity_id, at)
    if found is None:
        return None
    again = {"populate_existing": True}
    series = db.session.scalar(
        select(Series).where(Series.activity_id == activity_id).order_by(Series.id).execution_options(**again)
    )
    quotas = list(
        db.session.scalars(
            select(Quota)
            .where(Quota.activity_id == activity_id)
            .order_by(Quota.id)
            .execution_options(**again)
        )
    )
    questions = list(
        db.session.scalars(
            select(Question)
            .where(Question.activity_id == activity_id, Question.retired_at.is_(None))
            .order_by(Question.position, Question.id)
            .execution_options(**again)
        )
    )
    made = Sheet(found, series, quotas, questions, _last(activity_id), {})
    return replace(made, pieces={(one.what, one.of): one for one in _pieces(made)})


def find(sheet: Sheet, what: What, of: int) -> Piece | None:
    """A form of an activity; of a question that was changed meanwhile that of its present version."""
    if what is What.QUESTION and (what, of) not in sheet.pieces:
        key = db.session.scalar(
            select(Question.key).where(Question.id == of, Question.activity_id == sheet.whole.activity.id)
        )
        of = next((one.id for one in sheet.questions if one.key == key), of)
    return sheet.pieces.get((what, of))


def belongs(activity_id: int, what: What, of: int) -> bool:
    """Whether a date or a question is, or was, one of an activity."""
    model = Question if what in (What.QUESTION, What.RETIRE) else Occurrence
    kinds = (What.QUESTION, What.RETIRE, What.OCCURRENCE, What.OCCURRENCE_OFF)
    there = select(model.id).where(model.id == of, model.activity_id == activity_id)
    return what in kinds and db.session.scalar(there) is not None


def names(people: Collection[int]) -> dict[int, str]:
    """What people are called, by id."""
    rows = db.session.execute(
        select(Person.id, name_behind(Person.id).label("name")).where(Person.id.in_(list(people)))
    )
    return {row.id: row.name for row in rows}


def _last(activity_id: int) -> Facts | None:
    return db.session.execute(
        select(Deed.at, Deed.facts, name_behind(Deed.by_id).label("name"))
        .where(Deed.activity_id == activity_id, Deed.what.in_((Did.CHANGED, Did.CALLED_OFF, Did.PUBLISHED)))
        .order_by(Deed.id.desc())
        .limit(1)
    ).one_or_none()


def _pieces(made: Sheet) -> list[Piece]:
    activity = made.whole.activity
    own = activity.id
    found = [
        _of(What.WORDS, own, activity, Part.WORDS),
        _of(What.WINDOWS, own, activity, Part.WINDOWS),
        replace(_empty(What.CONDITIONS, own, activity, Part.CONDITIONS), typed=_who(activity)),
        _empty(What.CALL_OFF, own, activity, Part.STATUS),
        _empty(What.NEW_QUOTA, own),
        _empty(What.NEW_QUESTION, own),
    ]
    for slot in made.whole.slots:
        found += [
            _of(What.CAPACITY, slot.id, slot, Part.CAPACITY),
            _of(What.SLOT, slot.id, slot, Part.SLOT),
            _empty(What.SLOT_OFF, slot.id, slot, Part.SLOT_STATUS),
        ]
    found += [_of(What.OCCURRENCE, one.id, one, Part.OCCURRENCE) for one in made.ahead]
    found += [_empty(What.OCCURRENCE_OFF, one.id, one, Part.OCCURRENCE) for one in made.on]
    if made.series is not None:
        found.append(_of(What.SERIES, made.series.id, made.series, Part.SERIES))
    found += [_of(What.QUOTA, one.id, one, Part.QUOTA) for one in made.quotas]
    for question in made.questions:
        found += [
            _of(What.QUESTION, question.id, question, Part.QUESTION),
            _empty(What.RETIRE, question.id, question, Part.QUESTION),
        ]
    return found


def _who(activity: Activity) -> dict[str, str]:
    return dict.fromkeys(CONTROLS[What.CONDITIONS][1], "") | copying.conditions(activity)


def _of(what: What, thing_id: int, thing: Any, part: Part) -> Piece:
    typed = {name: _typed(what, thing, name) for name in CONTROLS[what][1]}
    return Piece(what, thing_id, typed, stands.digest(stands.facts(part, thing)))


def _empty(what: What, thing_id: int, thing: Any = None, part: Part = Part.STATUS) -> Piece:
    stood = stands.digest(stands.facts(part, thing) if thing is not None else {})
    typed = dict.fromkeys(CONTROLS[what][1], "")
    return Piece(what, thing_id, typed | ({"kind": "text"} if "kind" in typed else {}), stood)


def _typed(what: What, thing: Any, name: str) -> str:
    """What stands in a control at first."""
    start, _line, end = name.rpartition("_")
    if start in _DAYS and end in ("day", "time"):
        return _local(getattr(thing, _DAYS[start]), "%Y-%m-%d" if end == "day" else "%H:%M")
    if what is What.OCCURRENCE and name in ("day", "starts", "end_day", "ends"):
        return _of_date(thing, name)
    if what is What.SERIES:
        return _of_series(thing, name)
    if name == "choices":
        lines = ((one["label"], one.get("label_en", "")) for one in thing.choices)
        return "\n".join(f"{label} | {english}" if english else label for label, english in lines)
    value = getattr(thing, _OTHERWISE.get(name, name))
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def _of_date(one: Occurrence, name: str) -> str:
    starts, ends = clock.beijing(one.starts_at), clock.beijing(one.ends_at)
    return {
        "day": f"{starts:%Y-%m-%d}",
        "starts": f"{starts:%H:%M}",
        "end_day": f"{ends:%Y-%m-%d}" if ends.date() != starts.date() else "",
        "ends": f"{ends:%H:%M}",
    }[name]


def _of_series(row: Series, name: str) -> str:
    begins = row.starts.hour * 60 + row.starts.minute
    ends = (begins + row.minutes) % 1440
    return {
        "weekly_starts": f"{row.starts:%H:%M}",
        "weekly_ends": f"{ends // 60:02}:{ends % 60:02}",
        "last_on": row.last_on.isoformat(),
    }.get(name, "")


def _local(instant: datetime | None, form: str) -> str:
    return clock.beijing(instant).strftime(form) if instant is not None else ""
