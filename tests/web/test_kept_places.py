"""Places that are kept for some: nobody else is promised them, on the page, on a list, by a poll or after a tap."""

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import insert

from tests.booking.steps import HOUR, asks
from tests.booking.test_changes import occurrences
from tests.browsing import Client, at_time, by_id, words
from tests.builders import Made, a_union, a_worker, an_activity
from tests.builders.series import a_drop_in_series
from tests.web.asking import HTMX, out_of_band, press_by_htmx
from tests.web.test_live import poll
from yiqi import clock
from yiqi.activities.models import Quota, quota_slot
from yiqi.activities.planning import Pool, Share
from yiqi.db import writing
from yiqi.live import snapshot
from yiqi.people.models import Person
from yiqi.web.formats import moment


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a second here for a process's picture to be taken anew."""
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0)


@pytest.fixture
def theirs(site: Flask, 小赵: Person) -> Share:
    """Four places for 北京奔驰, whose member 小赵 is, for a day."""
    union = a_union("北京奔驰", members=[小赵])
    return Share("北京奔驰", "Benz", least=4, unions=(union.id,), releases_at=clock.now() + 24 * HOUR)


def count(page: object, made: Made, slot: int = 0) -> str:
    element = by_id(page, f"places-{made.slot_ids[slot]}")  # type: ignore[arg-type]
    return words(element).replace("\u00a0", " ")


@pytest.mark.parametrize("signed_in", [True, False])
def test_who_is_not_of_the_union_is_promised_what_is_left_for_them(
    site: Flask, client: Client, 小王: Person, theirs: Share, signed_in: bool
) -> None:
    made = an_activity(places=5, quotas=[theirs])
    if signed_in:
        client.sign_in(小王)
    with site.test_request_context("/"):
        until = moment(clock.now() + 24 * HOUR)

    page = count(client.get(f"/activities/{made.activity_id}"), made)
    fragment = count(client.get(f"/slots/{made.slot_id}/_places", headers=HTMX), made)
    on_the_list = count(client.get("/"), made)

    for said in (page, fragment):
        assert "1 个名额可报，共 5 个" in said
        assert f"4 个留给“北京奔驰”，{until} 没用完就给大家" in said
    assert on_the_list == "余 1 / 5"


def test_who_is_of_the_union_has_all_of_them(client: Client, 小赵: Person, theirs: Share) -> None:
    made = an_activity(places=5, quotas=[theirs])
    client.sign_in(小赵)

    said = count(client.get(f"/activities/{made.activity_id}"), made)

    assert "5 个名额可报，共 5 个" in said
    assert "留给" not in said


@pytest.mark.parametrize("signed_in", [True, False])
def test_once_the_common_ones_are_gone_nothing_is_promised_over_the_word_full(
    client: Client, 小王: Person, theirs: Share, signed_in: bool
) -> None:
    made = an_activity(places=5, quotas=[theirs])
    asks(a_worker(), made, at=clock.now())
    if signed_in:
        client.sign_in(小王)

    page = client.get(f"/activities/{made.activity_id}")

    said = count(page, made)
    assert said.startswith("0 个名额，共 5 个")
    assert "可报" not in said
    assert "4 个留给“北京奔驰”" in said
    assert count(client.get("/"), made) == "已满"
    booking = words(by_id(page, f"booking-{made.slot_id}"))
    assert "已经报满" not in booking
    assert ("你能报的名额满了" in booking) is signed_in


@pytest.mark.parametrize("view", ["page", "list"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_poll_says_what_the_page_says(
    client: Client, 小王: Person, theirs: Share, view: str, signed_in: bool
) -> None:
    made = an_activity(places=6, quotas=[theirs])
    if signed_in:
        client.sign_in(小王)
    address = f"/activities/{made.activity_id}" if view == "page" else "/"
    page = client.get(address)
    asks(a_worker(), made, at=clock.now())

    told = words(out_of_band(poll(client, page).text)[f"places-{made.slot_id}"])

    assert told.replace("\u00a0", " ") == count(client.get(address), made)
    assert ("1 个名额可报，共 6 个" if view == "page" else "余 1 / 6") in told


def test_from_the_release_on_they_are_everybodys_also_for_who_only_polls(
    client: Client, 小王: Person, theirs: Share
) -> None:
    made = an_activity(places=5, quotas=[theirs])
    page = client.get(f"/activities/{made.activity_id}")

    with at_time(clock.now() + 25 * HOUR, tick=True):
        told = words(out_of_band(poll(client, page).text)[f"places-{made.slot_id}"])

    assert "5 个名额可报，共 5 个" in told
    assert "留给" not in told


def test_several_slots_that_share_a_quota_are_told_anew_with_one_of_them(
    client: Client, 小王: Person
) -> None:
    colleague = a_worker()
    ours = a_union("京东方", members=[小王, colleague])
    both = Share("京东方", most=2, unions=(ours.id,))
    made = an_activity(pools=[Pool(10, "上午组"), Pool(10, "下午组")], quotas=[both])
    client.sign_in(小王)
    page = client.get(f"/activities/{made.activity_id}")
    before = count(page, made, 1)
    asks(colleague, made.slot_ids[0], at=clock.now())

    polled = words(out_of_band(poll(client, page).text)[f"places-{made.slot_ids[1]}"])
    page = client.get(f"/activities/{made.activity_id}")
    tapped = press_by_htmx(client, page, f"/slots/{made.slot_ids[0]}/bookings")

    assert "2 个名额可报，共 10 个" in before
    assert "1 个名额可报，共 10 个" in polled
    assert "别的名额还有 10 个，你这份已满" in words(out_of_band(tapped.text)[f"places-{made.slot_ids[1]}"])


def test_of_several_slots_together_a_list_promises_no_kept_ones(
    client: Client, 小王: Person, theirs: Share
) -> None:
    made = an_activity(pools=[Pool(4, "上午组"), Pool(4, "下午组")], quotas=[replace(theirs, pools=(0,))])
    for _ in range(4):
        asks(a_worker(), made.slot_ids[1], at=clock.now())

    page = client.get("/")

    assert "已满" in page.text
    assert "余" not in words(by_id(page, f"total-{occurrences(made.activity_id)[0].id}"))


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_dates_of_a_series_promise_no_kept_ones(client: Client, 小王: Person, signed_in: bool) -> None:
    made = a_drop_in_series(clock.now(), places=5, weeks=2)
    with writing() as session:
        quota = session.execute(
            insert(Quota).returning(Quota.id),
            {"activity_id": made.activity_id, "name": "北京奔驰", "least": 4, "tag": "一线"},
        ).scalar_one()
        session.execute(insert(quota_slot), {"quota_id": quota, "slot_id": made.slot_ids[0]})
    if signed_in:
        client.sign_in(小王)

    page = client.get(f"/activities/{made.activity_id}")

    dates = [words(by_id(page, f"date-{slot_id}")).replace("\u00a0", " ") for slot_id in made.slot_ids]
    assert "余 1" in dates[0]
    assert "余 5" in dates[1]
