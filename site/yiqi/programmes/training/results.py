"""The verbs of exam results: one by hand, or a list that was uploaded. An earlier result stays; the newest holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, delete, insert, select, update

from yiqi.booking.rules import refs
from yiqi.db import Facts, db, retried, table, touched, writing
from yiqi.notices import outbox
from yiqi.people import persons
from yiqi.people.models import Person
from yiqi.programmes.training import courses, evenings
from yiqi.programmes.training.models import ExamResult, ResultList
from yiqi.programmes.training.rules import listed, scores
from yiqi.programmes.training.rules.listed import Listed, Told
from yiqi.programmes.training.rules.scores import Score
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.sheets import columns, reading
from yiqi.web.texts import digits, folded

KEPT = timedelta(hours=24)
COLUMNS: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "名字", "学员", "学员姓名", "name"),
    "phone": ("手机号", "手机", "电话", "手机尾号", "手机后四位", "phone"),
    "ref": ("签到码", "报名码", "编号", "code"),
    "score": ("成绩", "分数", "考试成绩", "总成绩", "得分", "score"),
}
"""What the columns of a list of results are called."""
_result, _list = table(ExamResult), table(ResultList)
TAIL = 4


class Why(StrEnum):
    """Why a result is not written."""

    OWN = "own"
    NO_EXAM = "no_exam"
    NEEDS_REASON = "needs_reason"
    NOTHING_GOOD = "nothing_good"


class Refused(Exception):
    """It was not done."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@retried
def keep(
    *, activity_id: int, ref: str, score: Score, because: str, by_id: int, at: datetime
) -> evenings.Trainee:
    """Write somebody's result, by the code of their ticket; answers who it is. The same one again changes nothing.

    Correcting an earlier one takes a reason. Raises `LookupError` for no such course or ticket in it, `Refused`.
    """
    with writing() as session:
        here = session.connection()
        course = courses.lock(here, activity_id)
        found = next((one for one in evenings.trainees(activity_id, at, here) if one.ref == ref), None)
        if found is None:
            raise LookupError(ref)
        if course.least is None:
            raise Refused(Why.NO_EXAM)
        if found.person_id == by_id:
            raise Refused(Why.OWN)
        if found.score == score:
            session.rollback()
            return found
        if found.score is not None and not because:
            raise Refused(Why.NEEDS_REASON)
        _write(here, course, found.person_id, found.score, score, because=because, by_id=by_id, at=at)
        return found


@retried
def upload(*, activity_id: int, data: bytes, name: str, by_id: int, at: datetime) -> int:
    """Read a list of results and keep it with a verdict on each line; answers its id.

    Raises `reading.Unreadable`, as `columns.lines`, `Refused` where there is no exam, `LookupError` for no such course.
    """
    lines = columns.lines(reading.read(data), COLUMNS, ("score",))
    told = [_told(line) for line in lines]
    with writing() as session:
        here = session.connection()
        course = courses.lock(here, activity_id)
        if course.least is None:
            raise Refused(Why.NO_EXAM)
        judged = _judged(here, activity_id, told, course.full, by_id, at)
        row = {
            "activity_id": activity_id,
            "by_id": by_id,
            "name": name[:120],
            "rows": [asdict(one) for one in judged],
            "made_at": at,
        }
        made: int = here.execute(insert(_list).returning(_list.c.id), row).scalar_one()
        facts: dict[str, Any] = {"kind": "results", "file": name[:120], "lines": len(judged)}
        trail.note(here, What.TRIED_OUT, at=at, by_id=by_id, thing=courses.thing(course), **facts)
        return made


@retried
def take_over(*, list_id: int, activity_id: int, by_id: int, at: datetime) -> int:
    """Write the good lines of a list, once, as they are judged now; answers how many results are new or other ones.

    Once more changes nothing and answers 0. Raises `Refused` when no line is good (the list carries the new verdicts), and
    `LookupError` when there is no such list (any more).
    """
    try:
        return _take_over(list_id, activity_id, by_id, at)
    except _NothingGood as nothing:
        with writing() as session:
            fresh = update(_list).where(_list.c.id == list_id, _list.c.applied_at.is_(None))
            session.execute(fresh.values(rows=[asdict(one) for one in nothing.lines]))
        raise Refused(Why.NOTHING_GOOD) from None


class _NothingGood(Exception):
    def __init__(self, judged: Sequence[Listed]) -> None:
        super().__init__()
        self.lines = judged


def _take_over(list_id: int, activity_id: int, by_id: int, at: datetime) -> int:
    with writing() as session:
        here = session.connection()
        course = courses.lock(here, activity_id)
        mine = (_list.c.id == list_id, _list.c.activity_id == activity_id, _list.c.by_id == by_id)
        claimed = here.execute(
            update(_list)
            .where(*mine, _list.c.applied_at.is_(None))
            .values(applied_at=at)
            .returning(_list.c.rows, _list.c.name)
        ).one_or_none()
        if claimed is None:
            if here.execute(select(_list.c.id).where(*mine)).first() is None:
                raise LookupError(list_id)
            session.rollback()
            return 0
        judged = _again(here, activity_id, claimed.rows, course.full, by_id, at)
        good = [one for one in judged if one.is_good]
        written = [one for one in good if one.verdict is not listed.Verdict.SAME]
        if not good:
            raise _NothingGood(judged)
        for one in written:
            if one.person_id is None:
                raise ValueError("a good line means somebody")
            was = Score(one.was) if one.verdict is listed.Verdict.CHANGES else None
            because = claimed.name[:80] if was else ""
            score = Score(one.tenths)
            _write(here, course, one.person_id, was, score, because=because, by_id=by_id, at=at, told=False)
        here.execute(update(_list).where(_list.c.id == list_id).values(rows=[asdict(one) for one in judged]))
        facts = {"kind": "results", "file": claimed.name, "lines": len(judged), "good": len(good)}
        trail.note(here, What.IMPORTED, at=at, by_id=by_id, thing=courses.thing(course), **facts)
        return len(written)


def find(list_id: int, *, activity_id: int, by_id: int) -> ResultList | None:
    """A list that somebody uploaded for this course, or None: nobody else has it."""
    mine = (ResultList.id == list_id, ResultList.activity_id == activity_id, ResultList.by_id == by_id)
    return db.session.scalar(select(ResultList).where(*mine))


def lines(uploaded: ResultList) -> list[Listed]:
    """The lines of a list with their verdicts."""
    return [Listed(**{**row, "verdict": listed.Verdict(row["verdict"])}) for row in uploaded.rows]


def purge(at: datetime) -> int:
    """Forget lists that are a day old, taken over or not; answers how many."""
    with writing() as session:
        return touched(session.execute(delete(_list).where(_list.c.made_at <= at - KEPT)))


def history(activity_id: int) -> dict[int, list[Facts]]:
    """All results of a course by person, the newest first: tenths, at, because, and who wrote it."""
    query = (
        select(
            ExamResult.person_id,
            ExamResult.tenths,
            ExamResult.at,
            ExamResult.because,
            persons.name_behind(ExamResult.by_id).label("by"),
        )
        .where(ExamResult.activity_id == activity_id)
        .order_by(ExamResult.id.desc())
    )
    found: dict[int, list[Facts]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.person_id, []).append(row)
    return found


def of_result(result_id: int) -> Facts | None:
    """A result with its person and course, where it is still the one that holds."""
    newer = select(_result.c.id).where(
        _result.c.activity_id == ExamResult.activity_id,
        _result.c.person_id == ExamResult.person_id,
        _result.c.id > result_id,
    )
    query = (
        select(ExamResult.activity_id, ExamResult.person_id, ExamResult.tenths, Person.phone, Person.lang)
        .join(Person, Person.id == ExamResult.person_id)
        .where(ExamResult.id == result_id, ~newer.exists())
    )
    return db.session.execute(query).one_or_none()


def _write(
    here: Connection,
    course: Facts,
    person_id: int,
    was: Score | None,
    score: Score,
    *,
    because: str,
    by_id: int,
    at: datetime,
    told: bool = True,
) -> None:
    """Add a result that holds from now, and tell its person; `told`: note it in the trail by itself."""
    row = {"activity_id": course.activity_id, "person_id": person_id, "tenths": score.tenths}
    row |= {"at": at, "by_id": by_id, "because": because}
    made = here.execute(insert(_result).returning(_result.c.id), row).scalar_one()
    key = f"training-result-{made}"
    outbox.put(here, "training_result", key=key, person_id=person_id, at=at, result=made)
    if told or was is not None:
        trail.note(
            here,
            What.EXAM_KEPT,
            at=at,
            by_id=by_id,
            thing=courses.thing(course),
            person_id=person_id,
            because=because,
            was=_said(was),
            became=_said(score),
        )


def _said(score: Score | None) -> str:
    if score is None:
        return ""
    return "–" if score.tenths is None else scores.points(score.tenths)


def _told(line: columns.Line) -> Told:
    cells = {name: line.cells.get(name, "") for name in COLUMNS}
    phone = digits(cells["phone"] or "")
    typed_ref = cells["ref"] or ""
    return Told(
        line.number,
        folded(cells["name"] or ""),
        phone[-TAIL:] if len(phone) >= TAIL else "",
        refs.read(typed_ref) or folded(typed_ref),
        cells["score"] or "",
        any(cell is None for cell in cells.values()),
    )


def _judged(
    here: Connection, activity_id: int, told: Sequence[Told], full: int, by_id: int, at: datetime
) -> list[Listed]:
    known = [
        listed.Trainee(one.person_id, folded(one.name), one.phone[-TAIL:], one.ref, one.score)
        for one in evenings.trainees(activity_id, at, here)
    ]
    return listed.judged(told, known, full=full, by_id=by_id)


def _again(
    here: Connection, activity_id: int, rows: Sequence[Mapping[str, Any]], full: int, by_id: int, at: datetime
) -> list[Listed]:
    """The lines judged anew: by now somebody may have given their place back, or have a result by hand."""
    told = [
        Told(
            row["row"],
            row["name"],
            row["tail"],
            row["ref"],
            row["typed"],
            row["verdict"] == listed.Verdict.UNWRITABLE,
        )
        for row in rows
    ]
    return _judged(here, activity_id, told, full, by_id, at)
