"""A troupe to test with: a season of two sections, who is in them, auditions, productions. All through the site's verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from sqlalchemy import select

from tests.builders import a_worker, an_activity
from yiqi import clock
from yiqi.activities.models import Programme, Slot
from yiqi.activities.planning import Meeting
from yiqi.booking import approval, places
from yiqi.booking.models import Booking
from yiqi.db import Facts, db
from yiqi.people.models import Person
from yiqi.programmes.troupe import auditions, productions, seasons, sections
from yiqi.programmes.troupe.auditions import Criterion, Day
from yiqi.programmes.troupe.models import Audition, Casting, SectionKind
from yiqi.programmes.troupe.productions import Role
from yiqi.programmes.troupe.seasons import Group, Outline
from yiqi.unions.models import Union

CRITERIA = (Criterion("c1", "音准", "Pitch"), Criterion("c2", "表现力", "Expression"))
_turns = count(1)


@dataclass(frozen=True)
class Season:
    """A season that began: its id, and its sections, 女高音 (Tuesdays) and 舞队 (Thursdays)."""

    id: int
    sections: list[Facts]


def somebody(name: str = "") -> Person:
    return a_worker(name=name or f"团员{next(_turns)}")


def a_season(
    union_id: int,
    by_id: int,
    *,
    now: datetime,
    nonce: str = "",
    weeks_ago: int = 0,
    capacity: int | None = 12,
    weekdays: tuple[int, int] = (1, 3),
) -> Season:
    """A season of eight weeks from `weeks_ago`; `weekdays` are those of its two sections, Monday is 0."""
    first_on = clock.beijing(now).date() - timedelta(weeks=weeks_ago)
    outline = Outline(
        union_id,
        "职工艺术团秋冬季",
        first_on,
        first_on + timedelta(weeks=8),
        [
            Group(SectionKind.VOICE, "女高音", capacity, weekdays[0], time(19), 120, "302", "Sopranos"),
            Group(SectionKind.DANCE, "舞队", capacity, weekdays[1], time(19), 90, "排练厅", "Dancers"),
        ],
    )
    season_id = seasons.begin(
        outline=outline,
        by_id=by_id,
        nonce=nonce or f"season-{next(_turns)}",
        at=now - timedelta(weeks=weeks_ago, days=1),
    )
    return Season(season_id, sections.of_season(season_id))


def joins(slot_id: int, person_id: int, by_id: int, at: datetime) -> str:
    """Somebody asks for a place in a section and the organizer says yes; answers the ticket."""
    ref = places.sign_up(slot_id=slot_id, person_id=person_id, party=1, nonce=f"joins-{slot_id}", at=at).ref
    approval.approve(ref=ref, by_id=by_id, at=at)
    return ref


def an_audition(
    season_id: int, section_ids: Sequence[int], by_id: int, *, now: datetime, nonce: str = "", hours: int = 1
) -> int:
    """An audition in three days, from 18:00, ten minutes each."""
    day = clock.beijing(now).date() + timedelta(days=3)
    plan = Day("招新", clock.at(day, 18), clock.at(day, 18 + hours), 10, section_ids, CRITERIA)
    return auditions.announce(
        season_id=season_id, day=plan, by_id=by_id, nonce=nonce or f"audition-{next(_turns)}", at=now
    )


def slots_of(audition_id: int) -> list[int]:
    """The slots of an audition, the earliest first."""
    mine = select(Slot.id).join(Audition, Audition.activity_id == Slot.activity_id)
    return list(db.session.scalars(mine.where(Audition.id == audition_id).order_by(Slot.starts_at)))


def auditions_at(audition_id: int, person_ids: Sequence[int], at: datetime) -> list[str]:
    """People book the first times that are free; answers their tickets."""
    taken = set(db.session.scalars(select(Booking.slot_id)))
    free = [slot_id for slot_id in slots_of(audition_id) if slot_id not in taken]
    return [
        places.sign_up(slot_id=slot_id, person_id=person_id, party=1, nonce="auditions", at=at).ref
        for slot_id, person_id in zip(free, person_ids, strict=False)
    ]


def a_part(
    production_id: int, section_id: int, by_id: int, *, now: datetime, name: str = "领唱", nonce: str = ""
) -> int:
    return productions.add_part(
        production_id=production_id,
        role=Role("合唱", name, section_id),
        by_id=by_id,
        nonce=nonce or f"part-{next(_turns)}",
        at=now,
    )


def a_show(
    production_id: int, union_id: int, by_id: int, *, now: datetime, casting: Casting = Casting.FIRST
) -> int:
    """An activity with places in six days at half past two, linked to a production; answers its id."""
    union = db.session.get_one(Union, union_id)
    start = clock.at(clock.beijing(now).date() + timedelta(days=6), 14, 30)
    made = an_activity(
        places=100,
        title="亦庄之声演出",
        programme=Programme.TROUPE,
        meetings=[Meeting(start, start + timedelta(hours=2), "小剧场")],
        owner=union,
        now=now,
    )
    productions.link_show(
        production_id=production_id, activity_id=made.activity_id, casting=casting, by_id=by_id, at=now
    )
    return made.activity_id
