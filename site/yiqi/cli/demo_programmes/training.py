"""Training in the demo: courses with what they teach, two that are over with their certificates, one whose results come in,
one that runs, requests for subsidies in every state, and lectures that unions ask for. All of it through the verbs."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities import planning
from yiqi.activities.models import Activity, Occurrence, Programme
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.booking import attendance, places
from yiqi.booking.rules.asking import Refused
from yiqi.cli.demo_content.courses import ON_OFFER, PLAYED, TRADES, Past, Taught
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_people import Cast
from yiqi.cli.demo_programmes import training_asked
from yiqi.cli.demo_programmes.training_stage import Stage
from yiqi.db import db
from yiqi.programmes.training import courses, passes, results
from yiqi.programmes.training.courses import CoursePlan, LessonPlan, TeacherPlan
from yiqi.programmes.training.models import Pass
from yiqi.programmes.training.rules.certified import digest
from yiqi.programmes.training.rules.scores import Score

TEACHES, DOORS = 2, 4
"""Accounts: who keeps the courses, and the door."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def furnish(cast: Cast, at: datetime) -> None:
    """Play training up to now."""
    stage = Stage(cast, at, Random(clock.beijing(at).date().toordinal() + 4))  # noqa: S311
    for code, (name, name_en) in TRADES:
        courses.add_trade(code=code, name=name, name_en=name_en)
    for title, taught in ON_OFFER:
        newest = select(func.max(Activity.id)).where(Activity.title == title)
        _keep(stage, db.session.scalars(newest).one(), taught, at - 9 * DAY)
    for past in PLAYED:
        _play(stage, past)
    training_asked.for_money(stage)
    training_asked.for_lectures(stage)


def _keep(stage: Stage, activity_id: int, taught: Taught, at: datetime) -> None:
    """Say what a course teaches on each of its dates, the teachers in turns."""
    query = select(Occurrence.id).where(Occurrence.activity_id == activity_id)
    dates = db.session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)).all()
    lessons = {
        occurrence_id: LessonPlan(*topic, *taught.room, teacher=n // taught.turn % len(taught.teachers))
        for n, (occurrence_id, topic) in enumerate(zip(dates, taught.topics, strict=False))
    }
    plan = CoursePlan(
        trade=taught.trade,
        level=taught.level,
        percent=taught.percent,
        least=None if taught.least is None else taught.least * 10,
        teachers=[TeacherPlan(*name, *about) for name, about in taught.teachers],
        lessons=lessons,
    )
    courses.keep(activity_id=activity_id, plan=plan, seen=0, by_id=stage.account(TEACHES), at=at)


def _play(stage: Stage, past: Past) -> None:
    """A course of the demo's own: published, filled, attended so far, marked and certified."""
    first = stage.instant(past.days[0], past.hours[0])
    meetings = [
        Meeting(
            stage.instant(day, past.hours[0]),
            stage.instant(day, past.hours[1]),
            *past.place.venue,
            *past.place.directions,
        )
        for day in past.days
    ]
    made = planning.publish(
        Plan(
            programme=Programme.TRAINING,
            title=past.title[0],
            owner_id=stage.cast.unions[FEDERATION[0]],
            meetings=meetings,
            pools=[Pool(past.people + 4)],
            opens_at=first - 20 * DAY,
            closes_at=first - HOUR,
            penalties=False,
            made_by_id=stage.account(TEACHES),
            words={
                "title_en": past.title[1],
                "sub": past.sub[0],
                "sub_en": past.sub[1],
                "about": past.about[0],
                "about_en": past.about[1],
            },
        )
    )
    _keep(stage, made.activity_id, past.taught, first - 15 * DAY)
    refs = _fill(stage, past, made.slot_ids[0], first - 10 * DAY)
    _attend(stage, past, made.activity_id, refs)
    _mark(stage, past, made.activity_id, refs, meetings[-1].ends_at)


def _fill(stage: Stage, past: Past, slot_id: int, at: datetime) -> dict[int, str]:
    """Who gets a place: the accounts, then the crowd, as far as they have the time."""
    crowd = [one.id for one in stage.cast.crowd]
    stage.rng.shuffle(crowd)
    refs: dict[int, str] = {}
    for n, person_id in enumerate([*(stage.account(one) for one in past.accounts), *crowd]):
        if len(refs) == past.people:
            break
        try:
            ticket = places.sign_up(
                slot_id=slot_id,
                person_id=person_id,
                party=1,
                nonce="demo-course",
                at=at + timedelta(minutes=17 * n),
            )
        except Refused:
            continue
        refs[person_id] = ticket.ref
    return refs


def _attend(stage: Stage, past: Past, activity_id: int, refs: dict[int, str]) -> None:
    """Most come most evenings; the last of the list soon stays away."""
    query = select(Occurrence.id, Occurrence.starts_at).where(Occurrence.activity_id == activity_id)
    dates = [
        one
        for one in db.session.execute(query.order_by(Occurrence.starts_at))
        if one.starts_at < stage.at - HOUR
    ]
    accounts = {stage.account(one) for one in past.accounts}
    gone = list(refs)[-1]
    for n, one in enumerate(dates):
        for person_id, ref in refs.items():
            stays_away = person_id == gone and n >= len(past.days) // 3
            comes = person_id in accounts and n != 2
            if comes or (not stays_away and stage.rng.random() < 0.93):
                came_at = one.starts_at - timedelta(minutes=stage.rng.randint(1, 25))
                attendance.check_in(ref=ref, occurrence_id=one.id, at=came_at, by_id=stage.account(DOORS))


def _mark(stage: Stage, past: Past, activity_id: int, refs: dict[int, str], over_at: datetime) -> None:
    """The exam, a correction, the certificates, and one that was given by mistake."""
    by_id, accounts = stage.account(TEACHES), {stage.account(one) for one in past.accounts}
    tenths: dict[int, int | None] = {}
    for person_id in list(refs)[: past.results]:
        luck = stage.rng.random()
        good = person_id in accounts or luck < 0.8
        tenths[person_id] = 870 if person_id in accounts else stage.rng.randint(62, 96) * 10 if good else 520
        if luck > 0.97:
            tenths[person_id] = None
        results.keep(
            activity_id=activity_id,
            ref=refs[person_id],
            score=Score(tenths[person_id]),
            because="",
            by_id=by_id,
            at=over_at + 2 * DAY,
        )
    if not past.gives:
        return
    failed = next((one for one, points in tenths.items() if points == 520), None)
    if failed is not None:
        results.keep(
            activity_id=activity_id,
            ref=refs[failed],
            score=Score(610),
            because="实操漏加一项，复核更正",
            by_id=by_id,
            at=over_at + 4 * DAY,
        )
    given_at = over_at + 6 * DAY
    seen = digest(passes.as_passed(passes.waiting(activity_id, by_id, given_at)))
    given = passes.issue(activity_id=activity_id, seen=seen, by_id=by_id, at=given_at)
    wrong = next(one for one in reversed(given) if one.person_id not in accounts)
    pass_id = db.session.scalars(select(Pass.id).where(Pass.certificate == wrong.number)).one()
    passes.revoke(
        activity_id=activity_id,
        pass_id=pass_id,
        because="登记的姓名有误，更正后重发",
        by_id=by_id,
        at=given_at + DAY,
    )
