"""Reads of what is asked at a sign-up and what was answered, and keeping answers inside a verb's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field
from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from yiqi.activities.models import Activity, Question, Slot, Status
from yiqi.activities.rules.questions import Choice
from yiqi.booking import quotas
from yiqi.booking.models import Answer
from yiqi.booking.rules.answers import Current, choices
from yiqi.db import Facts, db, table

__all__ = [
    "Blank",
    "Given",
    "Sheet",
    "asked",
    "blank",
    "choices",
    "current",
    "given",
    "given_by",
    "given_by_all",
    "keep",
    "left",
    "must_ask",
    "replace",
    "sheet",
]

_question, _answer = table(Question), table(Answer)
_slot, _activity = table(Slot), table(Activity)

QUESTION = (
    _question.c.id,
    _question.c.key,
    _question.c.kind,
    _question.c.label,
    _question.c.label_en,
    _question.c.hint,
    _question.c.hint_en,
    _question.c.required,
    _question.c.reapproves,
    _question.c.choices,
    _question.c.least,
    _question.c.most,
)
_CURRENT = (
    select(*QUESTION)
    .where(_question.c.activity_id == bindparam("activity"), _question.c.retired_at.is_(None))
    .order_by(_question.c.position, _question.c.id)
)
_MUST_ASK = (
    select(_question.c.id)
    .where(
        _question.c.activity_id == bindparam("activity"),
        _question.c.retired_at.is_(None),
        _question.c.required,
    )
    .limit(1)
)
_GIVEN = (
    select(_answer.c.question_id, _question.c.key, _answer.c.value)
    .join(_question, _question.c.id == _answer.c.question_id)
    .where(_answer.c.booking_id == bindparam("booking"))
    .order_by(_question.c.position, _question.c.id)
)
_GIVEN_BY_ALL = (
    select(_answer.c.booking_id, _answer.c.question_id, _question.c.key, _answer.c.value)
    .join(_question, _question.c.id == _answer.c.question_id)
    .where(_answer.c.booking_id.in_(bindparam("bookings", expanding=True)))
    .order_by(_answer.c.booking_id, _question.c.position, _question.c.id)
)
_BLANK = (
    select(
        _slot.c.activity_id,
        _activity.c.max_party,
        exists()
        .where(_question.c.activity_id == _activity.c.id, _question.c.retired_at.is_(None))
        .label("asks"),
    )
    .join(_activity, _activity.c.id == _slot.c.activity_id)
    .where(_slot.c.id == bindparam("slot"), _activity.c.status != Status.DRAFT)
)
_KEEP = insert(_answer)
_FORGET = delete(_answer).where(
    _answer.c.booking_id == bindparam("booking"),
    _answer.c.question_id.in_(bindparam("questions", expanding=True)),
)


class Given(Struct, frozen=True):
    """An answer of a booking: to which question, in the version that was asked, and the value that is kept."""

    question_id: int
    key: str
    value: str


class Sheet(Struct, frozen=True):
    """What a form asks: the questions, and how many seats each limited choice has left (`left`)."""

    questions: Sequence[Current] = ()
    left: Mapping[str, int] = field(default_factory=dict)


class Blank(Struct, frozen=True):
    """What the form of a sign-up depends on."""

    activity_id: int
    max_party: int
    sheet: Sheet


def blank(slot_id: int, at: datetime) -> Blank | None:
    """The form of a slot, or None for none. One statement where nothing is asked. Whether somebody may know of the slot is
    not looked at: the verb does so under its lock, and the page of a form that is not in order before it is shown."""
    row = db.session.execute(_BLANK, {"slot": slot_id}).one_or_none()
    if row is None:
        return None
    asks = sheet(slot_id, row.activity_id, at) if row.asks else Sheet()
    return Blank(row.activity_id, row.max_party, asks)


def sheet(slot_id: int, activity_id: int, at: datetime) -> Sheet:
    """What is asked of somebody who signs up for a slot; one statement where nothing is."""
    questions = asked(activity_id)
    return Sheet(questions, left(slot_id, at)) if questions else Sheet()


def asked(activity_id: int) -> list[Current]:
    """The questions of an activity as they are asked now, in their order; one statement."""
    return _questions(db.session.connection(), activity_id)


def current(here: Connection, activity_id: int) -> list[Current]:
    """The same inside a transaction: under a slot's lock nobody revises them."""
    return _questions(here, activity_id)


def must_ask(activity_id: int) -> bool:
    """Whether nobody can sign up without the form, because an answer is required."""
    return db.session.scalar(_MUST_ASK, {"activity": activity_id}) is not None


def left(slot_id: int, at: datetime) -> dict[str, int]:
    """How many seats each limited choice has left in a slot, by `<question key>=<choice code>`.

    Limits that hold only for some unions or a tag are not shown: the verb tells those whom they meet.
    """
    seats: dict[str, int] = {}
    for share in quotas.of_slots(db.session.connection(), [slot_id]):
        if share.choice and share.most is not None and share.binds(at) and not (share.unions or share.tag):
            free = max(0, share.most - share.used)
            seats[share.choice] = min(free, seats.get(share.choice, free))
    return seats


def given(here: Connection, booking_id: int) -> list[Given]:
    """What a booking answered, in the order of the questions."""
    return [Given(*row) for row in here.execute(_GIVEN, {"booking": booking_id})]


def given_by(booking_id: int) -> list[Given]:
    """The same for a page."""
    return given(db.session.connection(), booking_id)


def given_by_all(booking_ids: Collection[int]) -> dict[int, list[Given]]:
    """The same for several bookings, by their ids; who answered nothing is left out. One query; none for no bookings."""
    if not booking_ids:
        return {}
    found: dict[int, list[Given]] = {}
    for booking_id, *answer in db.session.execute(_GIVEN_BY_ALL, {"bookings": list(booking_ids)}):
        found.setdefault(booking_id, []).append(Given(*answer))
    return found


def keep(here: Connection, booking_id: int, answers: Mapping[int, str]) -> None:
    """Write the answers of a new booking: cleaned values by question id; an empty one is none."""
    rows = [
        {"booking_id": booking_id, "question_id": question_id, "value": value}
        for question_id, value in answers.items()
        if value
    ]
    if rows:
        here.execute(_KEEP, rows)


def replace(here: Connection, booking_id: int, old: Sequence[Given], answers: Mapping[int, str]) -> None:
    """Write changed answers over the old ones."""
    if old:
        here.execute(_FORGET, {"booking": booking_id, "questions": [answer.question_id for answer in old]})
    keep(here, booking_id, answers)


def _questions(here: Connection, activity_id: int) -> list[Current]:
    return [_current(row) for row in here.execute(_CURRENT, {"activity": activity_id})]


def _current(row: Facts) -> Current:
    facts = row._asdict()
    return Current(**{**facts, "choices": tuple(Choice(**choice) for choice in facts["choices"])})
