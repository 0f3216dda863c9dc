"""What is said beside a slot of one's other places and shifts; it never stands in the way."""

from datetime import date, timedelta

import pytest
from flask import Flask, render_template
from sqlalchemy import select, update

from tests.booking.steps import MINUTE, NOON, asks, gives_back, state
from tests.browsing import at_time, parsed, words
from tests.builders import Made, an_activity
from tests.promises.measured import counted
from yiqi import clock
from yiqi.activities.models import Occurrence, Slot
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import nearby, standing
from yiqi.booking.models import Booking
from yiqi.booking.nearby import Around
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.rota import rotas
from yiqi.rota.rules.patterns import Pattern
from yiqi.rota.rules.shifts import Cycle, Shift

FRIDAY = date(2026, 7, 3)


def evening(start: str, end: str, venue: str, *, day: date = FRIDAY, title: str = "读书会") -> Made:
    """Something on a Friday evening in Beijing, from 18:30 to 20:00 or the like."""
    return an_activity(title=title, meetings=[meeting(start, end, venue, day)], places=5, now=NOON)


def meeting(start: str, end: str, venue: str, day: date = FRIDAY) -> Meeting:
    at = [clock.at(day, int(one[:2]), int(one[3:])) for one in (start, end)]
    return Meeting(at[0], at[1], venue, f"{venue} in English")


def slots_of(made: Made) -> list[Slot]:
    db.session.rollback()
    return list(db.session.scalars(select(Slot).where(Slot.id.in_(made.slot_ids)).order_by(Slot.id)))


def around(person: Person | None, made: Made) -> Around:
    """What is said beside the only or first slot."""
    found = nearby.around(person.id if person else None, slots_of(made), NOON)
    return found[made.slot_id]


def works(person: Person, *days: Shift | None, since: date = FRIDAY) -> None:
    rotas.keep(person_id=person.id, pattern=Pattern.CUSTOM, cycle=Cycle(since, days))


@pytest.mark.parametrize(("start", "end", "minutes"), [("20:20", "21:00", 20), ("18:00", "18:30", 0)])
def test_a_place_held_shortly_before_or_after_elsewhere_is_named_with_the_minutes_between(
    site: Flask, 小王: Person, start: str, end: str, minutes: int
) -> None:
    held = asks(小王, evening("18:30", "20:00", "体育中心", title="篮球联赛"))

    near = around(小王, evening(start, end, "职工书屋")).near

    assert near is not None
    assert (near.minutes, near.facts.title, near.facts.ref) == (minutes, "篮球联赛", held.ref)
    assert (near.facts.starts_at, near.facts.venue) == (clock.at(FRIDAY, 18, 30), "体育中心")
    assert not near.is_one_of_several


def test_nothing_is_said_where_there_is_time_or_no_way_to_go(site: Flask, 小王: Person, 小赵: Person) -> None:
    asks(小王, evening("18:30", "20:00", "体育中心"))

    assert around(小王, evening("20:30", "21:00", "职工书屋")).near is None
    assert around(小王, evening("20:00", "21:00", "体育中心")).near is None
    assert around(小赵, evening("20:00", "21:00", "职工书屋")).near is None
    assert around(None, evening("20:00", "21:00", "职工书屋")) == Around()
    assert around(小王, evening("20:00", "21:00", "职工书屋")).near is not None


def test_only_a_place_that_is_held_counts(site: Flask, 小王: Person, 小赵: Person) -> None:
    wanted = evening("20:10", "21:00", "职工书屋")
    full = an_activity(places=1, meetings=[meeting("18:30", "20:00", "体育中心")], now=NOON)
    asks(小赵, full)
    waits = asks(小王, full)
    assert state(waits) == "waiting"
    assert around(小王, wanted).near is None
    gives_back(小王, waits)

    mine = asks(小王, evening("18:30", "20:00", "体育中心"))
    assert around(小王, wanted).near is not None
    gives_back(小王, mine)
    assert around(小王, wanted).near is None


def test_an_offer_counts_until_it_runs_out(site: Flask, 小王: Person) -> None:
    ticket = asks(小王, evening("18:30", "20:00", "体育中心"))
    wanted = evening("20:10", "21:00", "职工书屋")
    for until, counts in ((NOON + MINUTE, True), (NOON, False)):
        with writing() as session:
            session.execute(
                update(Booking)
                .where(Booking.ref == ticket.ref)
                .values(state=State.OFFERED, offer_until=until)
            )
        assert (around(小王, wanted).near is not None) is counts


def test_what_was_called_off_is_no_way_to_go(site: Flask, 小王: Person) -> None:
    held = evening("18:30", "20:00", "体育中心")
    asks(小王, held)
    with writing() as session:
        session.execute(
            update(Occurrence).where(Occurrence.activity_id == held.activity_id).values(called_off_at=NOON)
        )
    assert around(小王, evening("20:10", "21:00", "职工书屋")).near is None


def test_of_a_course_the_evening_that_is_meant_is_told_and_past_ones_are_not(
    site: Flask, 小王: Person
) -> None:
    asks(小王, evening("18:30", "20:00", "体育中心", day=FRIDAY + timedelta(days=7)))
    meetings = [meeting("20:10", "21:00", "职工书屋", FRIDAY + timedelta(days=7 * week)) for week in range(3)]
    course = an_activity(meetings=meetings, now=NOON)

    near = around(小王, course).near

    assert near is not None
    assert (near.is_one_of_several, near.starts_at) == (True, meetings[1].starts_at)
    later = nearby.around(小王.id, slots_of(course), meetings[1].starts_at)[course.slot_id]
    assert later.near is None


def test_the_slot_one_holds_is_not_near_itself_but_another_of_the_same_activity_is(
    site: Flask, 小王: Person
) -> None:
    activity = an_activity(
        meetings=[meeting("18:00", "19:00", "东门岗"), meeting("19:10", "20:00", "西门岗")],
        pools=[Pool(5, "东门", meetings=(0,)), Pool(5, "西门", meetings=(1,))],
        now=NOON,
    )
    asks(小王, activity.slot_ids[0])

    found = nearby.around(小王.id, slots_of(activity), NOON)

    told = {slot_id: one.near.minutes for slot_id, one in found.items() if one.near is not None}
    assert told == {activity.slot_ids[1]: 10}


def test_the_way_between_two_parts_of_one_slot_is_the_organizers_matter(site: Flask, 小王: Person) -> None:
    walk = an_activity(
        meetings=[meeting("18:00", "19:00", "东门"), meeting("19:10", "20:00", "西门")], now=NOON
    )
    asks(小王, walk)
    assert around(小王, walk).near is None


def test_it_asks_once_however_many_slots_there_are(site: Flask, 小王: Person) -> None:
    asks(小王, evening("18:30", "20:00", "体育中心"))
    works(小王, Shift(900, 480))
    activity = an_activity(
        meetings=[meeting("20:10", "21:00", "职工书屋")], pools=[Pool(5, str(n)) for n in range(6)], now=NOON
    )
    slots = slots_of(activity)
    for slot in slots:
        assert slot.occurrences

    with counted() as said:
        found = nearby.around(小王.id, slots, NOON)

    assert len(said) == 1
    assert all(one.near and one.rota_note for one in found.values())


@pytest.mark.parametrize(
    ("start", "end", "day", "asks_more"),
    [
        ("17:00", "18:01", FRIDAY, True),
        ("17:00", "18:00", FRIDAY, False),
        ("20:29", "21:00", FRIDAY, True),
        ("20:30", "21:00", FRIDAY, False),
        ("19:00", "19:30", FRIDAY, True),
        ("18:30", "20:00", FRIDAY + timedelta(days=7), False),
    ],
)
def test_what_is_close_is_asked_for_only_by_whom_something_is_close_to(
    site: Flask, 小王: Person, start: str, end: str, day: date, asks_more: bool
) -> None:
    """Somebody who comes every week holds a place always, and mostly on another day."""
    asks(小王, evening(start, end, "体育中心", day=day))
    wanted = evening("18:30", "20:00", "职工书屋")

    (found,) = standing.of_slots([wanted.slot_id], 小王.id, NOON)

    assert found.busy is asks_more
    assert found.busy or around(小王, wanted).near is None


def test_who_works_in_shifts_is_always_asked_for(site: Flask, 小王: Person) -> None:
    works(小王, Shift(900, 480))
    (found,) = standing.of_slots([evening("18:30", "20:00", "职工书屋").slot_id], 小王.id, NOON)
    assert found.busy


def test_the_notes_say_it_in_words(site: Flask, 小王: Person) -> None:
    asks(小王, evening("18:30", "20:00", "体育中心", title="篮球联赛"))
    works(小王, Shift(900, 480), Shift(1380, 480))
    there = around(小王, evening("20:20", "21:00", "职工书屋"))
    slept = around(小王, evening("14:00", "15:00", "职工书屋", day=FRIDAY + timedelta(days=2)))

    with site.test_request_context("/"):
        near = render_template("booking/_nearby.html", near=there.near)
        shift = render_template("rota/_note.html", rota_note=there.rota_note)
        rest = render_template("rota/_note.html", rota_note=slept.rota_note)
        nothing = render_template("booking/_nearby.html", near=None) + render_template(
            "rota/_note.html", rota_note=None
        )

    assert said(near) == "和“篮球联赛”相隔 20 分钟，不在一个地方，留够路上的时间。 18:30–20:00 · 体育中心"
    assert said(shift) == "那天你上中班 15:00–23:00，要来先调好班。"
    assert said(rest) == "那天你夜班后休息到 15:00，累的话别勉强。"
    assert nothing.strip() == ""


def test_of_a_course_the_note_counts_the_evenings(site: Flask, 小王: Person) -> None:
    works(小王, Shift(900, 480), Shift(1380, 480), None, None)
    evenings = [meeting("19:00", "20:00", "职工书屋", FRIDAY + timedelta(days=day)) for day in range(8)]
    mornings = [meeting("09:00", "10:00", "职工书屋", FRIDAY + timedelta(days=day)) for day in (2, 3)]

    with site.test_request_context("/"), at_time(NOON):
        late = render_template(
            "rota/_note.html", rota_note=around(小王, an_activity(meetings=evenings, now=NOON)).rota_note
        )
        early = render_template(
            "rota/_note.html", rota_note=around(小王, an_activity(meetings=mornings, now=NOON)).rota_note
        )

    assert said(late) == "8 场里有 2 场碰上你的班，最早是7月3日 星期五的中班 15:00–23:00。"
    assert said(early) == "2 场里有 1 场碰上你的班，最早是7月5日 星期日，夜班后休息到 15:00。"


def test_who_is_at_work_or_far_away_signs_up_all_the_same(site: Flask, 小王: Person) -> None:
    asks(小王, evening("18:30", "20:00", "体育中心"))
    works(小王, Shift(900, 480))
    wanted = evening("20:00", "21:00", "职工书屋")
    assert around(小王, wanted).near
    assert around(小王, wanted).rota_note

    assert asks(小王, wanted).state == State.CONFIRMED


def said(html: str) -> str:
    """The words of a fragment, joiners and hard blanks as plain ones."""
    return words(parsed(html)).replace("\u2060", "").replace("\u00a0", " ")
