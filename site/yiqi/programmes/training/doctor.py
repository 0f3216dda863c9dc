"""The invariants of training, as `flask doctor` asks for them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from yiqi.activities.models import Occurrence
from yiqi.booking.doctor.findings import Finding
from yiqi.certificates.models import Certificate
from yiqi.db import db, table
from yiqi.people.models import Credential
from yiqi.programmes.training.models import Lesson, Pass, Subsidy, SubsidyPaper, SubsidyStep
from yiqi.programmes.training.passes import KEY, SERIES
from yiqi.programmes.training.rules.requests import MOST_PAPERS

_certificate, _pass = table(Certificate), table(Pass)
_step = table(SubsidyStep)


def certificates(at: datetime) -> Iterator[Finding]:
    """Every certificate of a course stands for a pass of the same person, and holds as long as the pass does."""
    rows = db.session.execute(
        select(
            _certificate.c.id,
            _certificate.c.person_id,
            _certificate.c.revoked_at,
            _pass.c.id.label("pass_id"),
            _pass.c.person_id.label("whose"),
            _pass.c.revoked_at.label("taken_at"),
        )
        .outerjoin(_pass, _pass.c.certificate == _certificate.c.number)
        .where(_certificate.c.series == SERIES, _certificate.c.key.startswith(KEY))
        .order_by(_certificate.c.id)
    )
    for row in rows:
        if row.pass_id is None:
            yield Finding("certificate", row.id, "no pass stands behind it")
        elif row.person_id != row.whose:
            yield Finding("certificate", row.id, f"pass {row.pass_id} is another person's")
        elif (row.revoked_at is None) != (row.taken_at is None):
            yield Finding("certificate", row.id, f"pass {row.pass_id} and it do not hold alike")


def passes(at: datetime) -> Iterator[Finding]:
    """Every pass has its certificate and no more evenings than there were, and what it led to is written to its person."""
    credential = select(Credential.code).where(
        Credential.person_id == _pass.c.person_id,
        Credential.code == _pass.c.credential,
        Credential.since == _pass.c.since,
    )
    rows = db.session.execute(
        select(_pass, credential.exists().label("has"))
        .where(_pass.c.revoked_at.is_(None))
        .order_by(_pass.c.id)
    )
    for row in rows:
        if row.certificate is None:
            yield Finding("training_pass", row.id, "it has no certificate")
        if row.credential and not row.has:
            yield Finding("training_pass", row.id, f"its person lacks {row.credential}")
        if row.came > row.evenings:
            yield Finding("training_pass", row.id, f"{row.came} evenings of {row.evenings}")


def subsidies(at: datetime) -> Iterator[Finding]:
    """A request stands as its last step says, with no more files than are allowed."""
    newest = (
        select(_step.c.subsidy_id, func.max(_step.c.id).label("id"))
        .where(_step.c.became.is_not(None))
        .group_by(_step.c.subsidy_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Subsidy.id, Subsidy.state, _step.c.became)
        .outerjoin(newest, newest.c.subsidy_id == Subsidy.id)
        .outerjoin(_step, _step.c.id == newest.c.id)
        .order_by(Subsidy.id)
    )
    for row in rows:
        if row.state != row.became:
            yield Finding("training_subsidy", row.id, f"it is {row.state}, its last step {row.became}")
    many = func.count()
    crowded = select(SubsidyPaper.subsidy_id, many.label("many")).group_by(SubsidyPaper.subsidy_id)
    for row in db.session.execute(crowded.having(many > MOST_PAPERS)):
        yield Finding("training_subsidy", row.subsidy_id, f"it has {row.many} files")


def lessons(at: datetime) -> Iterator[Finding]:
    """What is taught at a date is taught in the course of that date."""
    rows = db.session.execute(
        select(Lesson.occurrence_id, Lesson.activity_id, Occurrence.activity_id.label("of"))
        .join(Occurrence, Occurrence.id == Lesson.occurrence_id)
        .where(Occurrence.activity_id != Lesson.activity_id)
    )
    for row in rows:
        yield Finding(
            "training_lesson", row.occurrence_id, f"of course {row.activity_id}, its date of {row.of}"
        )


CHECKS = {
    "training-certificates": certificates,
    "training-passes": passes,
    "training-subsidies": subsidies,
    "training-lessons": lessons,
}
