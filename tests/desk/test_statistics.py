"""The numbers of statistics, against a count of the rows by hand; who may see which; and what they cost."""

import random
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import HOUR, NOON, asks, gives_back
from tests.browsing import Client, at_time, by_id, sign_in, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer, workers
from tests.promises.measured import counted
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme, Slot
from yiqi.activities.planning import Meeting, Share
from yiqi.booking import attendance
from yiqi.booking.models import Attendance, Booking, BookingChange
from yiqi.booking.places import Late
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.desk.figures import coverage, statistics, taking_part
from yiqi.desk.figures.statistics import Scope
from yiqi.desk.rules.period import Period
from yiqi.people.models import Person
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Held, Role
from yiqi.unions.models import Membership, Union

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
ADMIN = (Held(Role.FEDERATION_ADMIN),)
AUDITOR = (Held(Role.AUDITOR),)
AFTER = NOON + timedelta(days=40)


def a_month(seed: int, activities: int = 8, people: int = 14) -> tuple[list[Union], list[Person]]:
    """Activities of all programmes in July and a little outside it, with what people do at random."""
    dice = random.Random(seed)
    root = a_union("总工会")
    unions = [a_union(name, parent=root) for name in ("甲厂", "乙厂", "丙厂")]
    group = a_union("甲厂一车间", parent=unions[0])
    everybody = workers(people, at=NOON)
    for number, one in enumerate(everybody):
        if number % 7:
            a_union(dice.choice([*unions, group]).name, members=[one])
    for number in range(activities):
        starts_in = timedelta(days=dice.randint(1, 36), hours=dice.randint(-4, 8))
        meetings = [
            Meeting(NOON + starts_in + timedelta(days=day), NOON + starts_in + timedelta(days=day, hours=2))
            for day in range(dice.choice([1, 1, 3]))
        ]
        made = an_activity(
            now=NOON,
            owner=dice.choice(unions),
            programme=dice.choice(list(Programme)),
            places=dice.choice([2, 3, 5, None]),
            meetings=meetings,
            max_party=2,
            title=f"活动{number}",
        )
        _live(dice, made, everybody, meetings)
    db.session.rollback()
    return unions, everybody


def _live(dice: random.Random, made: Made, everybody: list[Person], meetings: list[Meeting]) -> None:
    tickets = {}
    for one in dice.sample(everybody, dice.randint(2, 8)):
        try:
            tickets[one.id] = (one, asks(one, made, party=dice.choice([1, 1, 2]), at=NOON))
        except Refused:
            continue
    for one, ticket in list(tickets.values()):
        if dice.random() < 0.25:
            at = made.starts_at - dice.choice([1, 90]) * HOUR
            try:
                gives_back(one, ticket, at=max(at, NOON))
            except Late:
                continue
    if dice.random() < 0.8:
        for date_id, meeting in zip(_dates(made), meetings, strict=True):
            for _one, ticket in tickets.values():
                if dice.random() < 0.7:
                    try:
                        attendance.check_in(
                            ref=ticket.ref, occurrence_id=date_id, at=meeting.starts_at, by_id=None
                        )
                    except Refused:
                        continue


def _dates(made: Made) -> list[int]:
    query = select(Occurrence.id).where(Occurrence.activity_id == made.activity_id)
    return list(db.session.scalars(query.order_by(Occurrence.starts_at)))


def _in_july(instant: datetime) -> bool:
    return (clock.beijing(instant).year, clock.beijing(instant).month) == (2026, 7)


def slots_of_july() -> list[Slot]:
    return [slot for slot in db.session.scalars(select(Slot)) if _in_july(slot.starts_at)]


@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_are_those_of_the_rows(site: Flask, seed: int) -> None:
    a_month(seed)
    scope = Scope(ADMIN, JULY, AFTER)

    slots = slots_of_july()
    bookings = list(db.session.scalars(select(Booking)))
    changes = list(db.session.scalars(select(BookingChange)))
    came = {(row.booking_id, row.occurrence_id) for row in db.session.scalars(select(Attendance))}
    seats: Counter[Programme] = Counter()
    capacity: Counter[Programme] = Counter()
    expected: Counter[Programme] = Counter()
    absent: Counter[Programme] = Counter()
    late: Counter[Programme] = Counter()
    joined: Counter[Programme] = Counter()
    moved: Counter[Programme] = Counter()
    for slot in slots:
        programme = slot.activity.programme
        own = [one for one in bookings if one.slot_id == slot.id]
        if slot.capacity is not None:
            capacity[programme] += slot.capacity
            seats[programme] += sum(one.party for one in own if one.state is State.CONFIRMED)
        late[programme] += sum(one.state is State.CANCELLED_LATE for one in own)
        for one in own:
            its = [change for change in changes if change.booking_id == one.id]
            joined[programme] += any(change.became is State.WAITING for change in its)
            moved[programme] += any(
                change.became is State.CONFIRMED and change.was in (State.WAITING, State.OFFERED)
                for change in its
            )
    for occurrence in db.session.scalars(select(Occurrence)):
        if not _in_july(occurrence.starts_at):
            continue
        held = [
            one
            for one in bookings
            if one.slot.activity_id == occurrence.activity_id and one.state is State.CONFIRMED
        ]
        there = sum((one.id, occurrence.id) in came for one in held)
        if there:
            expected[occurrence.activity.programme] += len(held)
            absent[occurrence.activity.programme] += len(held) - there

    filled, missed, queued = statistics.filled(scope), statistics.missed(scope), statistics.queued(scope)
    assert {one.programme: one.held for one in filled if one.capacity} == dict(+Counter(seats)) | {
        programme: 0 for programme in capacity if not seats[programme]
    }
    assert {one.programme: one.capacity for one in filled if one.capacity} == dict(capacity)
    assert {one.programme: one.expected for one in missed if one.expected} == dict(+expected)
    assert {one.programme: one.absent for one in missed if one.absent} == dict(+absent)
    assert {one.programme: one.late for one in missed if one.late} == dict(+late)
    assert {one.programme: one.joined for one in queued} == dict(+joined)
    assert {one.programme: one.moved_up for one in queued if one.moved_up} == dict(+moved)
    assert sum(expected.values()) > 3


@pytest.mark.parametrize("seed", range(2))
def test_enterprises_are_counted_with_their_groups(site: Flask, seed: int) -> None:
    from_group = {"甲厂一车间": "甲厂"}
    a_month(seed)
    belongs = {}
    for person_id, name in db.session.execute(
        select(Membership.person_id, Union.name).join(Union, Union.id == Membership.union_id)
    ):
        belongs[person_id] = from_group.get(name, name)
    july = {slot.id for slot in slots_of_july()}
    people: dict[str, set[int]] = defaultdict(set)
    seats: Counter[str] = Counter()
    for one in db.session.scalars(select(Booking).where(Booking.state == State.CONFIRMED)):
        if one.slot_id in july:
            name = belongs.get(one.person_id, "")
            people[name].add(one.person_id)
            seats[name] += one.party

    found = taking_part.by_enterprise(Scope(ADMIN, JULY, AFTER))

    assert {one.union.name if one.union else "": one.people for one in found} == {
        name: len(ids) for name, ids in people.items()
    }
    assert {one.union.name if one.union else "": one.seats for one in found} == dict(seats)
    assert {one.union.name: one.members for one in found if one.union} == {
        name: many for name, many in Counter(belongs.values()).items() if people[name]
    }


def test_weeks_without_anything_are_found(site: Flask) -> None:
    an_activity(now=NOON, starts_in=timedelta(days=1), programme=Programme.READING)
    an_activity(now=NOON, starts_in=timedelta(days=2), programme=Programme.READING)
    an_activity(now=NOON, starts_in=timedelta(days=13), programme=Programme.LEAGUE)

    found = coverage.weekly(Scope(ADMIN, JULY, NOON))

    assert [week.monday for week in found][:2] == [date(2026, 6, 29), date(2026, 7, 6)]
    assert [week.total for week in found] == [2, 0, 1, 0, 0]
    assert found[0].dates[Programme.READING] == 2
    assert found[2].dates[Programme.LEAGUE] == 1


def test_quotas_say_what_was_kept_and_used(site: Flask) -> None:
    one, other = workers(2, at=NOON)
    factory = a_union("甲厂", members=[one])
    made = an_activity(places=5, now=NOON, quotas=[Share("甲厂", least=2, unions=(factory.id,))])
    asks(one, made)
    asks(other, made)

    ((activity, account),) = statistics.quotas(Scope(ADMIN, JULY, NOON))

    assert activity.id == made.activity_id
    assert (account.quota.least, account.quota.used, account.kept) == (2, 1, 1)


def test_only_what_is_within_reach_counts(site: Flask) -> None:
    root = a_union("总工会")
    mine, theirs = a_union("甲厂", parent=root), a_union("乙厂", parent=root)
    for owner, programme in ((mine, Programme.READING), (mine, Programme.LEAGUE), (theirs, Programme.TROUPE)):
        an_activity(now=NOON, owner=owner, programme=programme)
    held = holding.of(an_organizer(mine).id, clock.now())

    def seen(**more: object) -> set[Programme]:
        return {one.programme for one in statistics.filled(Scope(held, JULY, NOON, **more))}  # type: ignore[arg-type]

    assert seen() == {Programme.READING, Programme.LEAGUE}
    assert seen(programme=Programme.LEAGUE) == {Programme.LEAGUE}
    assert seen(union_ids=frozenset({theirs.id})) == set()
    assert {row.id for row in statistics.owners(held)} == {mine.id}
    assert {row.id for row in statistics.owners(AUDITOR)} == {mine.id, theirs.id}


def test_too_few_people_are_hidden_but_from_their_own_organizers(site: Flask) -> None:
    root = a_union("总工会")
    two, three = workers(2, at=NOON), workers(3, at=NOON)
    mine, other = a_union("甲厂", parent=root, members=two), a_union("乙厂", parent=root, members=three)
    made = an_activity(places=9, now=NOON, owner=mine)
    for one in (*two, *three):
        asks(one, made)
    few = an_activity(places=9, now=NOON, owner=other, starts_in=timedelta(days=5))
    asks(two[0], few)

    def hidden(held: tuple[Held, ...]) -> dict[str, bool]:
        found = taking_part.by_enterprise(Scope(held, JULY, NOON))
        return {one.union.name: one.is_hidden for one in found if one.union}

    assert hidden(ADMIN) == {"甲厂": False, "乙厂": False}
    assert hidden(AUDITOR) == {"甲厂": True, "乙厂": False}
    assert hidden(holding.of(an_organizer(mine).id, clock.now())) == {"甲厂": False, "乙厂": False}
    assert hidden(holding.of(an_organizer(other, name="王姐").id, clock.now())) == {"甲厂": True}


def all_of_it(scope: Scope) -> int:
    """How many statements all questions take together."""
    with counted() as statements:
        for read in (statistics.filled, statistics.missed, statistics.queued, statistics.quotas):
            read(scope)
        taking_part.by_enterprise(scope)
        coverage.weekly(scope)
    return len([one for one in statements if one.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_more_bookings_take_no_more_statements(site: Flask) -> None:
    a_month(1, activities=1)
    few = all_of_it(Scope(ADMIN, JULY, AFTER))
    a_month(2, activities=6)

    assert all_of_it(Scope(ADMIN, JULY, AFTER)) == few == 9


def test_the_page_has_a_table_beside_each_chart_and_a_file_of_it(client: Client) -> None:
    a_month(3)
    sign_in(client, an_organizer(a_union("总工会"), role=Role.AUDITOR))

    with at_time(AFTER):
        page = client.get("/desk/statistics?span=own&first=2026-07-01&last=2026-07-31")
        answer = client.get("/desk/statistics/filled.csv?span=own&first=2026-07-01&last=2026-07-31")

    assert "满员率" in words(by_id(page, "r-filled"))
    assert by_id(page, "c-filled").tag.endswith("svg")
    assert "<3" in words(by_id(page, "r-unions")) or "人" in words(by_id(page, "c-unions"))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.get_data().decode("utf-8-sig").splitlines()[0].startswith("类别,活动,")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?span=year", 200),
        ("?span=nonsense&union=x&programme=y", 200),
        ("?union=999999", 200),
        ("?span=own", 422),
        ("?span=own&first=2026-07-02&last=2026-07-01", 422),
        ("?span=own&first=2020-01-01&last=2026-07-01", 422),
    ],
)
def test_what_the_address_may_ask(client: Client, query: str, status: int) -> None:
    sign_in(client, an_organizer(a_union()))

    assert client.get(f"/desk/statistics{query}").status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.CHECK_IN_STAFF, 404), (Role.AUDITOR, 200), (Role.ACTIVITY_ORGANIZER, 200), (None, 404)],
)
def test_who_sees_statistics(client: Client, role: Role | None, status: int) -> None:
    sign_in(client, an_organizer(a_union(), role=role) if role else a_worker())

    assert client.get("/desk/statistics").status_code == status
    assert client.get("/desk/statistics/filled.csv").status_code == status
    assert client.get("/desk/statistics/nothing.csv").status_code == 404


def test_activities_of_other_programmes_do_not_count_for_who_has_one(site: Flask) -> None:
    factory = a_union("甲厂")
    an_activity(now=NOON, owner=factory, programme=Programme.READING)
    an_activity(now=NOON, owner=factory, programme=Programme.LEAGUE)
    held = (Held(Role.ACTIVITY_ORGANIZER, frozenset({factory.id}), programme="league"),)

    assert [one.programme for one in statistics.filled(Scope(held, JULY, NOON))] == [Programme.LEAGUE]
    assert db.session.scalars(select(Activity)).all()
