"""签到码 and 我的 know who is in: what is still to be shown is large, what was shown says when."""

from datetime import timedelta
from typing import Any

import pytest

from tests.booking.steps import asks, slot
from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, an_activity
from yiqi import clock
from yiqi.activities.planning import Meeting
from yiqi.booking import attendance
from yiqi.booking.rules.refs import spoken
from yiqi.people.models import Person


def enters(made: Made, ref: str, *, leaves: bool = False) -> list[str]:
    """Somebody comes ten minutes early, and leaves when it ends; the times as a page says them."""
    (date,) = slot(made).occurrences
    said: dict[str, Any] = {"ref": ref, "occurrence_id": date.id, "by_id": None}
    early, end = made.starts_at - timedelta(minutes=10), made.ends_at - timedelta(minutes=1)
    attendance.check_in(**said, at=early)
    if leaves:
        attendance.check_out(**said, at=end)
    return [clock.beijing(at).strftime("%H:%M") for at in (early, end)]


def tags(client: Client, ref: str, tab: str = "") -> list[str]:
    entry = by_id(client.get("/me", query_string={"tab": tab}), f"mine-{ref}")
    return [words(one) for one in entry.iter("span") if "tag" in (one.get("class") or "").split()]


def test_before_one_comes_the_pages_say_from_when_the_door_takes_ones_code(
    client: Client, 小王: Person
) -> None:
    made = an_activity(starts_in=timedelta(hours=30))
    opens = made.starts_at - timedelta(hours=1)
    page, time = f"/activities/{made.activity_id}", clock.beijing(opens).strftime("%H:%M")
    client.sign_in(小王)
    assert "提前 1 小时可以签到" in words(parsed(client.get(page)))
    ref = asks(小王, made, at=clock.now()).ref
    ticket = f"{time} 开始签到，凭码入场"

    with at_time(opens - timedelta(seconds=1)):
        client.sign_in(小王)
        assert tags(client, ref) == ["已确认", f"{time} 起可签到"]
        assert ticket in words(parsed(client.get(page)))
    with at_time(opens):
        client.sign_in(小王)
        assert tags(client, ref) == ["已确认", "现在可以签到"]
        assert ticket not in words(parsed(client.get(page)))
        attendance.check_in(ref=ref, occurrence_id=slot(made).occurrences[0].id, at=opens, by_id=None)
    with at_time(made.ends_at):
        client.sign_in(小王)
        assert "可以签到" not in words(parsed(client.get(page)))


@pytest.mark.parametrize("leaves", [False, True])
def test_what_was_shown_at_the_door_says_so_and_the_next_code_is_the_large_one(
    client: Client, 小王: Person, leaves: bool
) -> None:
    now_on, tomorrow = (
        an_activity(starts_in=timedelta(hours=1)),
        an_activity(title="明天的", starts_in=timedelta(hours=30)),
    )
    shown, next_one = (asks(小王, made, at=clock.now()).ref for made in (now_on, tomorrow))
    came, left = enters(now_on, shown, leaves=leaves)

    with at_time(now_on.ends_at - timedelta(seconds=30)):
        client.sign_in(小王)
        page = client.get("/me/codes")
        here = tags(client, shown)

    card = by_id(page, f"came-{shown}")
    assert f"已签到 {came}" in words(card)
    assert (f"已签退 {left}" in words(card)) is leaves
    assert here == [f"已签到 {came}", *([f"已签退 {left}"] if leaves else [])]
    large = [words(one) for one in parsed(page).iter("p") if one.get("class") == "pass__code"]
    assert large == ([] if leaves else [spoken(shown)]) + [spoken(next_one)]
    folded = [words(one) for one in card.iter("details")]
    assert len(folded) == (0 if leaves else 1)
    assert all(spoken(shown) in one for one in folded)


def test_before_one_is_in_the_nearest_code_is_the_large_one(client: Client, 小王: Person) -> None:
    refs = [
        asks(小王, an_activity(starts_in=timedelta(hours=hours)), at=clock.now()).ref for hours in (1, 30)
    ]
    client.sign_in(小王)

    page = client.get("/me/codes")

    assert [words(one) for one in parsed(page).iter("p") if one.get("class") == "pass__code"] == [
        spoken(refs[0])
    ]
    assert "已签到" not in page.text
    assert tags(client, refs[0]) == ["已确认", "现在可以签到"]


def test_when_it_is_over_it_says_when_one_came(client: Client, 小王: Person) -> None:
    made = an_activity(starts_in=timedelta(hours=1))
    ref = asks(小王, made, at=clock.now()).ref
    came, _left = enters(made, ref)

    with at_time(made.ends_at + timedelta(hours=1)):
        client.sign_in(小王)
        said = tags(client, ref, "past")

    assert said == ["已结束", f"已签到 {came}"]


def test_who_is_in_at_one_evening_of_a_course_shows_the_code_again_at_the_next(
    client: Client, 小王: Person
) -> None:
    start = clock.now() + timedelta(hours=1)
    evenings = [Meeting(start + timedelta(days=day), start + timedelta(days=day, hours=1)) for day in (0, 2)]
    made = an_activity(meetings=evenings)
    ref = asks(小王, made, at=clock.now()).ref
    first, second = slot(made).occurrences
    attendance.check_in(ref=ref, occurrence_id=first.id, at=first.starts_at, by_id=None)

    seen = []
    for at in (first.starts_at + timedelta(minutes=1), second.starts_at - timedelta(minutes=1)):
        with at_time(at):
            client.sign_in(小王)
            seen.append(
                (f"came-{ref}" in client.get("/me/codes").text, "已签到" in " ".join(tags(client, ref)))
            )

    assert seen == [(True, True), (False, False)]
