"""Which quotas count a person: by their unions, their tags and what they chose."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from yiqi import clock
from yiqi.activities.models import Question, QuestionKind
from yiqi.booking import whom
from yiqi.booking.models import Answer
from yiqi.booking.rules.answers import Current
from yiqi.booking.rules.eligibility import Whom
from yiqi.booking.rules.quotas import Share
from yiqi.db import Facts, table

_answer, _question = table(Answer), table(Question)

_CHOSEN = (
    select(_answer.c.booking_id, _question.c.key, _answer.c.value)
    .join(_question, _question.c.id == _answer.c.question_id)
    .where(
        _answer.c.booking_id.in_(bindparam("bookings", expanding=True)),
        _question.c.kind == QuestionKind.CHOICE,
    )
)


def choice(key: str, code: str) -> str:
    """A choice as quotas name it."""
    return f"{key}={code}"


def choices(asked: Iterable[Current], answers: Mapping[int, str]) -> set[str]:
    """What somebody chose, from their cleaned answers by question id."""
    return {
        choice(question.key, answers[question.id])
        for question in asked
        if question.kind is QuestionKind.CHOICE and answers.get(question.id)
    }


def of_person(shares: Sequence[Share], who: Whom, choices: Collection[str] = ()) -> frozenset[int]:
    """The ids of the quotas that count somebody with these choices."""
    return frozenset(share.id for share in shares if share.matches(who.unions, who.tags, frozenset(choices)))


def of_bookings(
    here: Connection, shares: Sequence[Share], bookings: Sequence[Facts], at: datetime
) -> dict[int, frozenset[int]]:
    """The same for bookings, by their ids; nothing is read where there is no quota."""
    if not shares:
        return {booking.id: frozenset() for booking in bookings}
    known = whom.of_many(here, [booking.person_id for booking in bookings], clock.beijing(at).date())
    chosen = _choices(here, bookings) if any(share.choice for share in shares) else {}
    return {
        booking.id: of_person(shares, known[booking.person_id], chosen.get(booking.id, ()))
        for booking in bookings
    }


def _choices(here: Connection, bookings: Sequence[Facts]) -> dict[int, set[str]]:
    chosen: dict[int, set[str]] = defaultdict(set)
    for booking_id, key, value in here.execute(_CHOSEN, {"bookings": [booking.id for booking in bookings]}):
        chosen[booking_id].add(choice(key, value))
    return chosen
