"""A roster is searched and paged: everybody once, in order, and only who matches."""

import pytest
from flask import Flask

from tests.booking.steps import MINUTE, NOON, asks, gives_back, row, slot
from tests.builders import Made, a_worker, an_activity, workers
from tests.promises.measured import counted
from yiqi.activities.models import Allocation
from yiqi.activities.planning import Pool
from yiqi.booking import attendance, numbers, roster, whole
from yiqi.booking.roster import MOST, Page, Tab, Wanted
from yiqi.db import db
from yiqi.people.persons import tell_name


def named(activity: Made, *names: str) -> None:
    for name in names:
        person = a_worker()
        tell_name(person_id=person.id, name=name)
        asks(person, activity)


def finds(activity: Made, q: str, *, whole_names: bool = False, tab: Tab = Tab.CONFIRMED) -> list[str]:
    db.session.rollback()
    found = roster.page(Wanted(activity.activity_id, tab, q, whole_names=whole_names))
    return [row.name for row in found.rows]


CAST = ("王芳", "王福来", "魏帆", "汪凤英", "李芳芳", "欧阳娜娜", "John Smith", "阿卜杜拉·买买提")


@pytest.fixture
def activity(site: Flask) -> Made:
    made = an_activity(places=20, now=NOON)
    named(made, *CAST)
    return made


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("芳", {"王芳", "李芳芳"}),
        ("王芳", {"王芳"}),
        ("wf", {"王芳", "王福来", "魏帆", "汪凤英"}),
        ("wangfang", {"王芳"}),
        ("wang f", {"王芳", "王福来", "汪凤英"}),
        ("WF", {"王芳", "王福来", "魏帆", "汪凤英"}),
        ("fang", {"王芳", "李芳芳"}),
        ("nn", {"欧阳娜娜"}),
        ("smith", {"John Smith"}),
        ("js", {"John Smith"}),
        ("abd", {"阿卜杜拉·买买提"}),
        ("maimaiti", {"阿卜杜拉·买买提"}),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("没有", set()),
    ],
)
def test_a_search_finds_who_is_meant(activity: Made, q: str, names: set[str]) -> None:
    assert set(finds(activity, q)) == names


def test_a_phone_tail_and_a_ticket_find_one_person(activity: Made) -> None:
    person = a_worker("孙丽", phone="+8613712349876")
    ticket = asks(person, activity)

    assert finds(activity, "9876") == finds(activity, "876") == finds(activity, "137 1234 9876") == ["孙丽"]
    assert finds(activity, "76") == []
    spelled = (ticket.ref, ticket.ref.lower(), f"{ticket.ref[:4]}-{ticket.ref[4:]}")
    assert [finds(activity, one) for one in spelled] == [["孙丽"]] * 3


def test_the_hidden_digits_of_a_phone_cannot_be_asked_for(activity: Made) -> None:
    """Whatever stands before the last four finds the same; only a whole number also says how it begins."""
    asks(a_worker("孙丽", phone="+8613712349876"), activity)

    found = {q: finds(activity, q) for q in ("49876", "59876", "12349876", "13712349876", "13755559876")}

    assert found == {q: ["孙丽"] for q in found}
    assert finds(activity, "8613712349876") == ["孙丽"]
    assert finds(activity, "13812349876") == []


def test_a_phone_compared_to_its_end_would_give_its_digits_away(activity: Made) -> None:
    """The control: one digit after the other is right where the plain comparison says so."""
    phone, known = "+8613712349876", "9876"
    while len(known) < 11:
        known = next(f"{n}{known}" for n in range(10) if phone.endswith(f"{n}{known}"))
    assert phone == f"+86{known}"


def test_who_sees_names_in_part_finds_only_whole_ones(activity: Made) -> None:
    assert finds(activity, "王芳", whole_names=True) == ["王芳"]
    assert finds(activity, "wangfang", whole_names=True) == ["王芳"]
    assert [finds(activity, q, whole_names=True) for q in ("王", "wang", "芳", "wangf", "fang")] == [[]] * 5


@pytest.mark.parametrize("q", ["", "gy"])
@pytest.mark.parametrize("tab", [Tab.CONFIRMED, Tab.WAITING, Tab.CANCELLED])
def test_pages_together_are_everybody_once_in_order(site: Flask, q: str, tab: Tab) -> None:
    many = 2 * MOST + 3
    activity = an_activity(places=0 if tab is Tab.WAITING else many, now=NOON)
    people = workers(many, at=NOON)
    for person in people:
        tell_name(person_id=person.id, name="工友")
        ticket = asks(person, activity)
        if tab is Tab.CANCELLED:
            gives_back(person, ticket)

    pages: list[Page] = []
    after = None
    while not pages or after is not None:
        db.session.rollback()
        pages.append(roster.page(Wanted(activity.activity_id, tab, q, after=after)))
        after = pages[-1].next_after

    assert [len(page.rows) for page in pages] == [MOST, MOST, 3]
    assert {page.found for page in pages} == {many}
    ids = [row.id for page in pages for row in page.rows]
    assert ids == sorted(ids, reverse=tab is Tab.CANCELLED)
    assert len(set(ids)) == many


def test_a_page_goes_on_after_a_booking_of_the_same_activity_only(site: Flask) -> None:
    """Else the place of a foreign booking in the order would tell how its person's name is spelled."""
    activity, other = an_activity(places=5, now=NOON), an_activity(places=5, now=NOON)
    named(activity, "安康", "赵敏")
    foreign = asks(a_worker("孙丽"), other)
    (own, *_more) = roster.page(Wanted(activity.activity_id)).rows

    def after(booking_id: int) -> list[str]:
        return [row.name for row in roster.page(Wanted(activity.activity_id, after=booking_id)).rows]

    assert after(row(foreign).id) == ["安康", "赵敏"]
    assert after(own.id) == ["赵敏"]


def test_groups_and_numbers_say_the_same(site: Flask) -> None:
    activity = an_activity(
        now=NOON,
        starts_in=30 * MINUTE,
        max_party=3,
        promotion_minutes=0,
        pools=[Pool(3, label="文明引导"), Pool(1, label="补给站")],
    )
    people = workers(6)
    asks(people[0], activity, party=2)
    tickets = [asks(one, activity.slot_ids[1]) for one in people[1:4]]
    gives_back(people[1], tickets[0])
    occurrence = slot(activity).occurrences[0]
    came = asks(people[4], activity)
    attendance.check_in(ref=came.ref, occurrence_id=occurrence.id, at=NOON, by_id=None)

    found = whole.of(activity.activity_id, NOON)
    assert found is not None
    dates = found.attended_at(None)
    tally = numbers.of(found.slots, dates)

    for tab in Tab:
        page = roster.page(Wanted(activity.activity_id, tab, occurrence_ids=dates))
        assert tally.tabs[tab] == page.found == len(page.rows), tab
        assert tally.people[tab] == page.people == sum(row.party for row in page.rows), tab
    assert (tally.tabs[Tab.CONFIRMED], tally.people[Tab.CONFIRMED]) == (2, 3)
    assert (tally.held, tally.offered, tally.capacity, tally.free, tally.over) == (4, 1, 4, 0, 0)
    assert tally.by_slot[activity.slot_ids[1]][Tab.WAITING] == 2


def test_an_activity_that_is_checked_has_who_is_to_be_checked(site: Flask) -> None:
    activity = an_activity(now=NOON, allocation=Allocation.APPROVAL)
    asks(a_worker("孙丽"), activity)

    assert finds(activity, "", tab=Tab.PENDING) == ["孙丽"]
    assert finds(activity, "") == []


@pytest.mark.parametrize("q", ["", "工友"])
def test_a_bigger_roster_asks_no_more(site: Flask, q: str) -> None:
    asked = []
    for many in (3, MOST + 20):
        activity = an_activity(places=None, now=NOON)
        for person in workers(many):
            asks(person, activity)
        with counted() as said:
            roster.page(Wanted(activity.activity_id, Tab.CONFIRMED, q))
        asked.append(len(said))
        db.session.rollback()

    assert asked[0] == asked[1] <= 3
