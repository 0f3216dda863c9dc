"""The verbs of lectures that travel: the federation's list of them, a union that asks for one, and the answer.

A request that is agreed to becomes an activity of that union, for its members.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from yiqi import once
from yiqi.activities import planning
from yiqi.activities.models import Programme, Topic
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.db import Facts, retried, table, touched, writing
from yiqi.notices import outbox
from yiqi.programmes.training.models import LectureRequest, TouringLecture
from yiqi.programmes.training.rules.lectures import MOST_WISHES, State
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions.models import Union

PROGRAMME = "training"
_lecture, _request, _union = table(TouringLecture), table(LectureRequest), table(Union)


class Why(StrEnum):
    """Why something cannot be done with a request."""

    NO_SUCH_LECTURE = "no_such_lecture"
    TOO_LATE = "too_late"
    ANSWERED = "answered"
    OWN = "own"
    NEEDS_REASON = "needs_reason"


class Refused(Exception):
    """It was not done."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@retried
def add(*, row: dict[str, Any], by_id: int | None, at: datetime) -> int:
    """Put a lecture on the list; answers its id. `row`: title, lecturer, about, each with its …_en, and minutes. One that
    is on it with this title and lecturer stays as it is."""
    with writing() as session:
        here = session.connection()
        same = [_lecture.c[name] == row[name] for name in ("title", "lecturer")]
        known = here.execute(select(_lecture.c.id).where(*same, _lecture.c.retired_at.is_(None))).scalar()
        if known is not None:
            session.rollback()
            return int(known)
        made: int = here.execute(insert(_lecture).returning(_lecture.c.id), row).scalar_one()
        trail.note(
            here,
            What.LECTURE_KEPT,
            at=at,
            by_id=by_id,
            thing=Thing(None, None, PROGRAMME),
            title=row["title"],
        )
        return made


@retried
def retire(*, lecture_id: int, by_id: int, at: datetime) -> bool:
    """Take a lecture off the list; requests for it stay. Answers whether it was on it."""
    with writing() as session:
        here = session.connection()
        off = update(_lecture).where(_lecture.c.id == lecture_id, _lecture.c.retired_at.is_(None))
        title = here.execute(off.values(retired_at=at).returning(_lecture.c.title)).scalar()
        if title is None:
            return False
        thing = Thing(None, None, PROGRAMME)
        trail.note(here, What.LECTURE_KEPT, at=at, by_id=by_id, thing=thing, title=title, deed="retired")
        return True


@retried
def ask(
    *,
    lecture_id: int,
    union_id: int,
    wishes: Sequence[datetime],
    venue: str,
    people: int,
    said: str,
    nonce: str,
    by_id: int,
    at: datetime,
) -> int:
    """Ask for a lecture for a union, on one of up to three starts, the first choice first; answers the request. The same
    nonce again answers the first one.

    Raises `Refused`: NO_SUCH_LECTURE, TOO_LATE for a start that is over.
    """
    if not 1 <= len(wishes) <= MOST_WISHES:
        raise ValueError("one to three starts are wished for")
    with writing() as session:
        here = session.connection()
        union = here.execute(select(_union.c.id).where(_union.c.id == union_id).with_for_update()).scalar()
        if union is None:
            raise LookupError(union_id)
        known = once.before(here, _request, nonce=nonce, by_id=by_id)
        if known is not None:
            session.rollback()
            return known
        on_list = (_lecture.c.id == lecture_id, _lecture.c.retired_at.is_(None))
        title = here.execute(select(_lecture.c.title).where(*on_list)).scalar()
        if title is None:
            raise Refused(Why.NO_SUCH_LECTURE)
        if min(wishes) <= at:
            raise Refused(Why.TOO_LATE)
        row = {
            "lecture_id": lecture_id,
            "union_id": union_id,
            "by_id": by_id,
            "nonce": nonce,
            "wishes": [one.isoformat() for one in wishes],
            "venue": venue,
            "people": people,
            "said": said,
            "state": State.ASKED,
            "asked_at": at,
        }
        made = once.make(here, _request, row)
        thing = Thing(union_id, None, PROGRAMME)
        trail.note(here, What.LECTURE_ASKED, at=at, by_id=by_id, thing=thing, title=title)
        return made


@retried
def withdraw(*, request_id: int, by_id: int, at: datetime) -> bool:
    """Take a request back; answers whether it stood until now. Raises `LookupError`, `Refused` once it is answered."""
    with writing() as session:
        here = session.connection()
        ended = update(_request).where(_request.c.id == request_id, _request.c.state == State.ASKED)
        ended = ended.values(state=State.WITHDRAWN, answered_at=at, answered_by_id=by_id)
        if touched(here.execute(ended)):
            return True
        state = here.execute(select(_request.c.state).where(_request.c.id == request_id)).scalar()
        if state is None:
            raise LookupError(request_id)
        if state is not State.WITHDRAWN:
            raise Refused(Why.ANSWERED)
        return False


@retried
def agree(*, request_id: int, starts_at: datetime, by_id: int, at: datetime) -> int:
    """Give a lecture to the union that asked for it: an activity of its own, for its members, with sign-up open until the
    start; answers the activity. Once more answers the first one.

    Raises `LookupError`; `Refused`: ANSWERED, TOO_LATE, OWN.
    """
    with writing() as session:
        here = session.connection()
        found = _hold(here, request_id, by_id)
        if found.state is State.AGREED and found.activity_id is not None:
            session.rollback()
            return int(found.activity_id)
        if found.state is not State.ASKED:
            raise Refused(Why.ANSWERED)
        if starts_at <= at:
            raise Refused(Why.TOO_LATE)
        made = planning.write(here, _plan(found, starts_at, at))
        _answer(here, found, State.AGREED, activity_id=made.activity_id, by_id=by_id, at=at)
        return made.activity_id


@retried
def refuse(*, request_id: int, because: str, by_id: int, at: datetime) -> bool:
    """Say no, and why; answers whether that is new. Raises `LookupError`; `Refused`: ANSWERED, OWN, NEEDS_REASON."""
    with writing() as session:
        here = session.connection()
        found = _hold(here, request_id, by_id)
        if found.state is State.REFUSED:
            session.rollback()
            return False
        if found.state is not State.ASKED:
            raise Refused(Why.ANSWERED)
        if not because:
            raise Refused(Why.NEEDS_REASON)
        _answer(here, found, State.REFUSED, because=because, by_id=by_id, at=at)
        return True


def _hold(here: Connection, request_id: int, by_id: int) -> Facts:
    """Lock a request that is not one's own."""
    columns = [_lecture.c[name] for name in ("title", "title_en", "lecturer", "lecturer_en", "minutes")]
    columns += [_lecture.c.about, _lecture.c.about_en]
    held = select(_request, *columns).join(_lecture, _lecture.c.id == _request.c.lecture_id)
    held = held.where(_request.c.id == request_id).with_for_update(of=_request)
    found = here.execute(held).one_or_none()
    if found is None:
        raise LookupError(request_id)
    if found.by_id == by_id:
        raise Refused(Why.OWN)
    return found


def _plan(found: Facts, starts_at: datetime, at: datetime) -> Plan:
    ends_at = starts_at + timedelta(minutes=found.minutes)
    return Plan(
        programme=Programme.TRAINING,
        topic=Topic.LECTURE,
        title=found.title,
        owner_id=found.union_id,
        meetings=[Meeting(starts_at, ends_at, found.venue)],
        pools=[Pool(found.people)],
        opens_at=at,
        closes_at=starts_at,
        union_only=True,
        made_by_id=found.by_id,
        words={
            "title_en": found.title_en,
            "sub": found.lecturer,
            "sub_en": found.lecturer_en,
            "about": found.about,
            "about_en": found.about_en,
        },
    )


def _answer(
    here: Connection,
    found: Facts,
    state: State,
    *,
    by_id: int,
    at: datetime,
    because: str = "",
    activity_id: int | None = None,
) -> None:
    said = {"state": state, "answered_at": at, "answered_by_id": by_id, "because": because}
    here.execute(update(_request).where(_request.c.id == found.id).values(**said, activity_id=activity_id))
    key = f"training-lecture-{found.id}"
    outbox.put(here, "training_lecture", key=key, person_id=found.by_id, at=at, request=found.id)
    trail.note(
        here,
        What.LECTURE_ANSWERED,
        at=at,
        by_id=by_id,
        thing=Thing(found.union_id, activity_id, PROGRAMME),
        person_id=found.by_id,
        because=because,
        title=found.title,
        became=str(state),
    )
