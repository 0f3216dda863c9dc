"""The demo's auditions: one with results, one that is being marked, one that can be booked."""

from datetime import datetime, timedelta

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.booking.models import Booking
from yiqi.cli.demo_content.troupe_season import AUDITION, CRITERIA, CULTURE, NEWCOMER, REMARKS
from yiqi.cli.demo_programmes.troupe_stage import Stage
from yiqi.db import Facts, db
from yiqi.programmes.troupe import auditions, marking, results
from yiqi.programmes.troupe.auditions import Day
from yiqi.programmes.troupe.models import Audition, AuditionTime, Outcome, Section

JURORS = (2, 16, 17)


def _announce(
    stage: Stage, title: str, title_en: str, day: int, groups: tuple[int, ...], at: datetime
) -> int:
    plan = Day(
        title,
        stage.day(day, 18),
        stage.day(day, 20),
        10,
        [stage.groups[n].id for n in groups],
        CRITERIA,
        10,
        *CULTURE,
        texts={**AUDITION, "title_en": title_en},
    )
    audition_id = auditions.announce(
        season_id=stage.season_id, day=plan, by_id=stage.admin, nonce=f"demo-{day}", at=at
    )
    for number in JURORS:
        auditions.choose_juror(
            audition_id=audition_id, person_id=stage.cast.accounts[number], by_id=stage.admin, at=at
        )
    return audition_id


def _book(
    stage: Stage,
    audition_id: int,
    many: int,
    at: datetime,
    *,
    women: bool | None = None,
    first: tuple[int, ...] = (),
) -> list[Facts]:
    """People book times, who could come to the rehearsals; answers their bookings in the order of the times."""
    activity_id = db.session.scalar(select(Audition.activity_id).where(Audition.id == audition_id))
    sought = select(AuditionTime.section_id).where(AuditionTime.audition_id == audition_id)
    rehearsing = db.session.execute(
        select(Slot.id, Slot.starts_at, Slot.ends_at)
        .join(Section, Section.slot_id == Slot.id)
        .where(Section.id.in_(sought))
    ).all()
    slots = list(
        db.session.scalars(select(Slot.id).where(Slot.activity_id == activity_id).order_by(Slot.starts_at))
    )
    crowd = stage.free(rehearsing, stage.shuffled(women), at)
    people = [*(stage.cast.accounts[number] for number in first), *crowd]
    for slot_id in slots[:many]:
        while people and stage.asks(slot_id, people.pop(0), at) is None:
            continue
    return list(
        db.session.execute(
            select(Booking.id, Booking.ref, Booking.person_id)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Slot.activity_id == activity_id)
            .order_by(Slot.starts_at)
        )
    )


def _mark(stage: Stage, audition_id: int, juror: int, booked: list[Facts], at: datetime) -> None:
    for one in booked:
        marking.mark(
            audition_id=audition_id,
            ref=one.ref,
            juror_id=stage.cast.accounts[juror],
            points={criterion.code: stage.rng.randint(5, 10) for criterion in CRITERIA},
            remark=stage.rng.choice(REMARKS),
            at=at,
        )


def past(stage: Stage) -> None:
    """Three weeks ago, with results: 冯雪 is in."""
    at = stage.day(-30, 10)
    audition_id = _announce(stage, "女高音补招试唱", "Soprano auditions", -19, (0,), at)
    booked = _book(stage, audition_id, 5, at + timedelta(days=2), women=True, first=(NEWCOMER,))
    for number in JURORS:
        _mark(stage, audition_id, number, booked, stage.day(-19, 19))
        marking.finish(
            audition_id=audition_id, juror_id=stage.cast.accounts[number], at=stage.day(-19, 20, 30)
        )
    outcomes = (Outcome.IN, Outcome.WAITING, Outcome.NO, Outcome.IN, Outcome.NO)
    decided = stage.day(-18, 10)
    for one, outcome in zip(booked, outcomes, strict=False):
        results.decide(audition_id=audition_id, ref=one.ref, outcome=outcome, by_id=stage.admin, at=decided)
    results.send(audition_id=audition_id, by_id=stage.admin, at=decided + timedelta(hours=1))


def marked(stage: Stage) -> None:
    """The evening before yesterday: one juror is finished, one has marked half of them, one has not begun."""
    ago = (clock.beijing(stage.at).date() - stage.monday).days - 2
    at = stage.day(ago - 12, 9)
    audition_id = _announce(
        stage, "合唱男声、话剧社招新", "Auditions: male voices and drama", ago, (2, 3, 6), at
    )
    booked = _book(stage, audition_id, 10, at + timedelta(days=3), women=False)
    evening = stage.day(ago, 20)
    _mark(stage, audition_id, JURORS[0], booked, evening)
    marking.finish(
        audition_id=audition_id, juror_id=stage.cast.accounts[JURORS[0]], at=evening + timedelta(minutes=20)
    )
    _mark(stage, audition_id, JURORS[1], booked[: len(booked) // 2], evening)
    results.decide(
        audition_id=audition_id,
        ref=booked[0].ref,
        outcome=Outcome.IN,
        by_id=stage.admin,
        at=evening + timedelta(hours=1),
    )


def open_now(stage: Stage) -> None:
    day = (clock.beijing(stage.at).date() - stage.monday).days + 6
    audition_id = _announce(
        stage,
        "舞队、民乐队招新",
        "Auditions: dancers and folk musicians",
        day,
        (4, 5),
        stage.at - timedelta(days=2),
    )
    _book(stage, audition_id, 4, stage.at - timedelta(hours=20))
