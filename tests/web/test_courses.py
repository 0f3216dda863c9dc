"""A course under way, on its ticket, its page and 我的: what counts is the evening that comes next."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.booking.steps import asks
from tests.booking.test_changes import occurrences
from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, a_worker, an_activity
from yiqi import clock
from yiqi.activities.planning import Meeting
from yiqi.booking import changes
from yiqi.booking.rules.changes import CallOffOccurrence
from yiqi.people.models import Person

FIRST = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""A Monday, seven in the evening in Beijing."""
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _the_day_before() -> Iterator[None]:
    with at_time(FIRST - 24 * HOUR):
        yield


@pytest.fixture
def me(client: Client) -> Person:
    person = a_worker(name="王小明")
    client.sign_in(person)
    return person


def a_course() -> Made:
    """Three Mondays."""
    return an_activity(
        title="电工班",
        meetings=[Meeting(FIRST + week * WEEK, FIRST + week * WEEK + 90 * HOUR / 60) for week in range(3)],
    )


@pytest.mark.parametrize(
    ("at", "evening"),
    [
        (FIRST - HOUR, "11月23日 星期一 19:00–20:30"),
        (FIRST + HOUR, "11月23日 星期一 19:00–20:30"),
        (FIRST + 2 * HOUR, "11月30日 星期一 19:00–20:30"),
        (FIRST + WEEK + 2 * HOUR, "12月7日 星期一 19:00–20:30"),
        (FIRST + 3 * WEEK, "12月7日 星期一 19:00–20:30"),
    ],
    ids=["before it", "on the first evening", "after it", "before the last", "when it is over"],
)
def test_the_ticket_is_for_the_evening_that_comes_next(
    client: Client, me: Person, at: datetime, evening: str
) -> None:
    made = a_course()
    ticket = asks(me, made, at=clock.now())

    with at_time(at):
        client.sign_in(me)
        pages = [client.get(f"/activities/{made.activity_id}"), client.get(f"/t/{ticket.ref}")]

    assert [words(by_id(page, f"h-booking-{made.slot_id}")) for page in pages] == [evening] * 2
    facts = next(one for one in parsed(pages[0]).iter("dl") if "facts" in one.get("class", ""))
    assert words(facts).removeprefix("时间").lstrip().startswith(evening), "as the facts beside it say"


def test_an_evening_that_is_called_off_is_not_the_next_one(client: Client, me: Person) -> None:
    made = a_course()
    ticket = asks(me, made, at=clock.now())
    change = CallOffOccurrence(occurrences(made.activity_id)[1].id)
    changes.apply(change, seen=changes.preview(change, at=FIRST).version, at=FIRST)

    with at_time(FIRST + 2 * HOUR):
        client.sign_in(me)
        page, mine = client.get(f"/activities/{made.activity_id}"), client.get("/me")

    assert words(by_id(page, f"h-booking-{made.slot_id}")) == "12月7日 星期一 19:00–20:30"
    assert "12月7日" in words(by_id(mine, "bookings"))
    assert "11月30日" not in words(by_id(mine, "bookings"))
    assert words(by_id(mine, f"mine-{ticket.ref}")).startswith("19:00")
