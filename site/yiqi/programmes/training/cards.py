"""What training adds to the pages of others: my next evening, how far I am, what a course teaches, what is called so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import or_, select

from yiqi import clock
from yiqi.activities.calendar import PUBLIC
from yiqi.activities.models import Activity, Occurrence, Status
from yiqi.booking import sight
from yiqi.db import Facts, db
from yiqi.programmes.training import evenings, passes, requested, taught, wording
from yiqi.programmes.training.evenings import Trainee
from yiqi.programmes.training.models import Course, Lesson, TouringLecture, Trade
from yiqi.programmes.training.rules.passing import Rule, Verdict
from yiqi.programmes.training.rules.requests import State
from yiqi.web.formats import said
from yiqi.web.texts import folded

SOON = timedelta(days=7)
"""How long before it an evening stands on the front page."""
REMEMBERED = timedelta(days=45)
"""How long after its last evening a course stands on 我的, if its person has not passed it before."""
MOST_CARDS = 3
FEW = 5


class Going(Struct, frozen=True):
    """Somebody in a course: the course, themselves in it, and their certificate where they passed."""

    course: Facts
    trainee: Trainee
    passed: Facts | None = None

    @property
    def rule(self) -> Rule:
        return evenings.rule_of(self.course)

    @property
    def verdict(self) -> Verdict:
        """A certificate that holds says more than a recount."""
        return Verdict.PASSED if self.passed else self.trainee.stands(self.rule)

    @property
    def needed(self) -> int:
        """Evenings that are needed."""
        return self.rule.needed(len(self.trainee.evenings))

    @property
    def progress(self) -> str:
        return wording.progress(self.rule, self.trainee.attended)

    @property
    def spare(self) -> str:
        return wording.spare(self.rule, self.trainee.attended)

    @property
    def score(self) -> str:
        """The exam in words; empty where there is no result."""
        return wording.score(self.trainee.score) if self.trainee.score else ""


class Coming(Struct, frozen=True):
    """Somebody's next evening of a course: its words, and when it starts."""

    activity_id: int
    text: str
    at: datetime


def going(person_id: int, at: datetime) -> list[Going]:
    """The courses somebody is in, and those that ended lately and gave no certificate yet; the one that ends first before
    the others."""
    ids = evenings.running(person_id, at - REMEMBERED)
    mine = of_person(ids, person_id, at)
    now = set(evenings.running(person_id, at))
    return [mine[one] for one in ids if one in mine and (one in now or mine[one].passed is None)][:MOST_CARDS]


def of_person(activity_ids: Sequence[int], person_id: int, at: datetime) -> dict[int, Going]:
    """Somebody in some courses, by activity; where they have no place they are left out."""
    facts = taught.facts_of(activity_ids)
    places = evenings.of_person(list(facts), person_id, at)
    held = passes.holding(list(facts), person_id)
    return {one: Going(facts[one], places[one], held.get(one)) for one in facts if one in places}


def coming(person_id: int, at: datetime) -> list[Coming]:
    """The next evening of each of somebody's courses within a week, the soonest first."""
    mine = of_person(evenings.running(person_id, at), person_id, at).values()
    found = []
    for one in mine:
        evening = one.trainee.next
        if evening is not None and evening.starts_at < at + SOON:
            text = wording.evening(
                evening.number, evening.starts_at, taught.lesson_of(evening.occurrence_id), at
            )
            title = said(one.course, "title")
            found.append(Coming(one.course.activity_id, f"{title} {text}", evening.starts_at))
    return sorted(found, key=lambda one: one.at)


def next_of(going: Going, at: datetime) -> str:
    """The next evening of a course in words; empty when it is over."""
    evening = going.trainee.next
    if evening is None:
        return ""
    return wording.evening(evening.number, evening.starts_at, taught.lesson_of(evening.occurrence_id), at)


def beside(activity_id: int, person_id: int | None, at: datetime) -> Mapping[str, Any] | None:
    """What stands on the page of a course: what it teaches, and how far somebody is; None where it is no course."""
    found = taught.of(activity_id)
    if found is None:
        return None
    mine = of_person([activity_id], person_id, at).get(activity_id) if person_id is not None else None
    return {
        "taught": found,
        "rule": wording.rule(evenings.rule_of(found.facts), found.facts.full),
        "level": wording.level_of(found.facts),
        "mine": mine,
        "says_dates": True,
        "now": at,
    }


def waiting_for_me(person_id: int) -> list[Facts]:
    """Requests for a subsidy that wait for their person: something is missing."""
    return [one for one in requested.open_own(person_id) if one.state is State.MORE]


def trades_called(words: str) -> list[Trade]:
    """The trades that are called so, in either language."""
    wanted = folded(words)
    return [
        one
        for one in taught.trades()
        if wanted and (wanted in folded(one.name) or wanted in folded(one.name_en))
    ]


def lectures_called(words: str) -> list[TouringLecture]:
    """The travelling lectures with these words in their title or their lecturer's name."""
    texts = [TouringLecture.title, TouringLecture.title_en, TouringLecture.lecturer]
    query = select(TouringLecture).where(
        TouringLecture.retired_at.is_(None), or_(*(one.icontains(words, autoescape=True) for one in texts))
    )
    return list(db.session.scalars(query.order_by(TouringLecture.title).limit(FEW)))


def lessons_called(words: str, person_id: int | None, at: datetime) -> list[Facts]:
    """Evenings to come that teach what is called so, in courses that somebody may know of."""
    texts = [Lesson.topic, Lesson.topic_en]
    query = (
        select(
            Activity.id,
            Activity.title,
            Activity.title_en,
            Lesson.topic,
            Lesson.topic_en,
            Occurrence.starts_at,
        )
        .join(Lesson, Lesson.activity_id == Activity.id)
        .join(Occurrence, Occurrence.id == Lesson.occurrence_id)
        .where(
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            Occurrence.ends_at > at,
            or_(*(one.icontains(words, autoescape=True) for one in texts)),
            sight.seen_by(person_id, at),
        )
        .order_by(Occurrence.starts_at)
        .limit(FEW)
    )
    return list(db.session.execute(query))


def on_today(at: datetime) -> list[Facts]:
    """The evenings of public courses that end today and are not over, the first one first."""
    midnight = clock.at(clock.beijing(at).date() + timedelta(days=1))
    query = (
        select(
            Activity.id,
            Activity.title,
            Activity.title_en,
            Occurrence.id.label("occurrence_id"),
            Occurrence.starts_at,
        )
        .join(Course, Course.activity_id == Activity.id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            PUBLIC,
            Activity.status == Status.PUBLISHED,
            Occurrence.called_off_at.is_(None),
            Occurrence.ends_at > at,
            Occurrence.starts_at < midnight,
        )
        .order_by(Occurrence.starts_at, Activity.id)
    )
    return list(db.session.execute(query))


def number_of(activity_id: int, occurrence_id: int) -> int:
    """Which evening of its course a date is."""
    return next(
        (one.number for one in evenings.of_activity(activity_id) if one.occurrence_id == occurrence_id), 1
    )
