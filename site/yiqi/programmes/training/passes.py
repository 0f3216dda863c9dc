"""The verbs of passing: numbered certificates for everybody who passed, and taking one back.

What a course leads to is written to the person in the same transaction, so that the conditions of the next course are met
from that day.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from yiqi import clock
from yiqi.certificates import issuing
from yiqi.db import Facts, db, retried, table, writing
from yiqi.i18n import in_language
from yiqi.notices import outbox
from yiqi.people import attributes, persons
from yiqi.programmes.training import courses, evenings, wording
from yiqi.programmes.training.evenings import Trainee
from yiqi.programmes.training.models import Pass
from yiqi.programmes.training.rules import levels
from yiqi.programmes.training.rules.certified import Passed, digest
from yiqi.programmes.training.rules.passing import Verdict
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.unions import belonging

SERIES = "PX"
KEY = "training-pass-"
"""What the keys of its certificates begin with."""
_pass = table(Pass)


class Moved(Exception):
    """Who passed is not what was looked at; nothing was issued."""


class OwnPass(Exception):
    """It is one's own: a colleague's business."""


class Issued(Struct, frozen=True):
    """A certificate that was given: whose, and its number."""

    person_id: int
    number: str


def waiting(activity_id: int, by_id: int | None, at: datetime) -> list[Trainee]:
    """Those who passed and have no certificate that holds; not whoever is asking."""
    here = db.session.connection()
    course = db.session.execute(courses.takes(activity_id)).one_or_none()
    return _waiting(here, course, by_id, at) if course else []


def as_passed(trainees: Sequence[Trainee]) -> list[Passed]:
    """People who passed, as what is certified of them."""
    return [
        Passed(
            one.person_id, one.attended.came, one.attended.evenings, one.score.tenths if one.score else None
        )
        for one in trainees
    ]


@retried
def issue(*, activity_id: int, seen: str, by_id: int | None, at: datetime) -> list[Issued]:
    """Give everybody who passed a numbered certificate and what the course leads to, and tell them. `seen` is the
    `digest` of those who were looked at.

    Once more finds nobody, and answers an empty list. Raises `LookupError` for no such course; `Moved`.
    """
    with writing() as session:
        here = session.connection()
        course = courses.lock(here, activity_id)
        passed = _waiting(here, course, by_id, at)
        if not passed:
            session.rollback()
            return []
        if digest(as_passed(passed)) != seen:
            raise Moved
        return [_issue(here, course, one, by_id, at) for one in as_passed(passed)]


@retried
def revoke(*, activity_id: int, pass_id: int, because: str, by_id: int, at: datetime) -> bool:
    """Take a certificate back with what came with it, and tell its person; answers whether it held until now.

    Raises `LookupError` for no such one of this course, `OwnPass`.
    """
    with writing() as session:
        here = session.connection()
        course = courses.lock(here, activity_id)
        found = here.execute(
            select(_pass).where(_pass.c.id == pass_id, _pass.c.activity_id == activity_id)
        ).one_or_none()
        if found is None:
            raise LookupError(pass_id)
        if found.person_id == by_id:
            raise OwnPass
        if found.revoked_at is not None:
            session.rollback()
            return False
        take_back(here, found, because=because, at=at)
        key = f"training-unpass-{pass_id}"
        outbox.put(here, "training_certificate", key=key, person_id=found.person_id, at=at, passing=pass_id)
        trail.note(
            here,
            What.DECERTIFIED,
            at=at,
            by_id=by_id,
            thing=courses.thing(course),
            person_id=found.person_id,
            because=because,
            certificate=found.certificate,
        )
        return True


def take_back(here: Connection, found: Facts, *, because: str, at: datetime) -> None:
    """End a pass, its certificate and its credential in the caller's transaction."""
    ended = update(_pass).where(_pass.c.id == found.id)
    here.execute(ended.values(revoked_at=at, revoked_because=because))
    issuing.revoke(here, number=found.certificate, because=because, at=at)
    if found.credential:
        attributes.take_credential(here, person_id=found.person_id, code=found.credential, since=found.since)


def of_course(activity_id: int) -> list[Facts]:
    """All passes of a course with their people, the newest first."""
    return list(
        db.session.execute(
            select(
                Pass.id,
                Pass.person_id,
                Pass.certificate,
                Pass.came,
                Pass.evenings,
                Pass.tenths,
                Pass.at,
                Pass.revoked_at,
                Pass.revoked_because,
                persons.name_behind(Pass.person_id).label("name"),
                persons.name_behind(Pass.by_id).label("by"),
            )
            .where(Pass.activity_id == activity_id)
            .order_by(Pass.id.desc())
        )
    )


def holding(activity_ids: Sequence[int], person_id: int) -> dict[int, Facts]:
    """Somebody's passes that hold, of some courses, by activity: certificate and at."""
    mine = (Pass.activity_id.in_(activity_ids), Pass.person_id == person_id, Pass.revoked_at.is_(None))
    rows = db.session.execute(select(Pass.activity_id, Pass.certificate, Pass.at).where(*mine))
    return {row.activity_id: row for row in rows}


def _waiting(here: Connection, course: Facts, by_id: int | None, at: datetime) -> list[Trainee]:
    holds = (_pass.c.activity_id == course.activity_id, _pass.c.revoked_at.is_(None))
    has = set(here.scalars(select(_pass.c.person_id).where(*holds)))
    rule = evenings.rule_of(course)
    found: dict[int, Trainee] = {}
    for one in evenings.trainees(course.activity_id, at, here):
        if one.person_id not in has | {by_id} and one.stands(rule) is Verdict.PASSED:
            found.setdefault(one.person_id, one)
    return list(found.values())


def _issue(here: Connection, course: Facts, one: Passed, by_id: int | None, at: datetime) -> Issued:
    since = clock.beijing(at).date()
    code = levels.credential(course.trade, course.level) if course.trade and course.level else ""
    is_new = bool(code) and attributes.put_credential(
        here, person_id=one.person_id, code=code, since=since, until=None
    )
    row = {
        "activity_id": course.activity_id,
        "person_id": one.person_id,
        "came": one.came,
        "evenings": one.evenings,
        "tenths": one.tenths,
        "credential": code if is_new else "",
        "since": since,
        "at": at,
        "by_id": by_id,
    }
    pass_id = here.execute(insert(_pass).returning(_pass.c.id), row).scalar_one()
    (owner,) = belonging.named([course.owner_id])
    with in_language("en"):
        title_en = wording.certificate_title(course)
    with in_language("zh-CN"):
        title = wording.certificate_title(course)
    number = issuing.issue(
        here,
        series=SERIES,
        key=f"{KEY}{pass_id}",
        person_id=one.person_id,
        title=title,
        title_en=title_en,
        issuer=owner.name,
        issuer_en=owner.name_en,
        lines=wording.stated(course, one),
        at=at,
        by_id=by_id,
    )
    here.execute(update(_pass).where(_pass.c.id == pass_id).values(certificate=number))
    key = f"training-pass-{pass_id}"
    outbox.put(here, "training_certificate", key=key, person_id=one.person_id, at=at, passing=pass_id)
    trail.note(
        here,
        What.CERTIFIED,
        at=at,
        by_id=by_id,
        thing=courses.thing(course),
        person_id=one.person_id,
        certificate=number,
    )
    return Issued(one.person_id, number)
