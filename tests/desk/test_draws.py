"""A draw at the desk: the public number is named while nobody can know it, and the draw is held once."""

import pytest
from flask import Flask

from tests.booking.steps import HOUR, NOON, asks
from tests.browsing import Client, at_time, by_id, sign_in, words
from tests.builders import Made, a_union, an_activity, an_organizer, workers
from tests.desk.editing_steps import deeds
from tests.draws.steps import CLOSES, DRAWS, NUMBER, a_draw, enter, the_draw
from yiqi import clock
from yiqi.activities.planning import Share


def page_of(made: Made) -> str:
    return f"/desk/activities/{made.activity_id}/draw"


def drawer(site: Flask) -> Client:
    client = Client(site)
    sign_in(client, an_organizer(a_union()))
    return client


def posts(client: Client, made: Made, step: str, **typed: str) -> int:
    """Send a step of the draw, whether or not the page offers it now."""
    page = client.get(f"/desk/activities/{made.activity_id}/edit")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(f"{page_of(made)}/{step}", data={"csrf_token": token, **typed}).status_code


def test_a_draw_goes_through_its_three_steps(site: Flask) -> None:
    with at_time(NOON):
        made = a_draw(announced=False, places=2)
        enter(made, 5)
        client = drawer(site)
        first = client.get(page_of(made))
        assert posts(client, made, "source", source="") == 422
        assert client.press(first, f"{page_of(made)}/source", source="双色球第 2026135 期").status_code == 303
        assert posts(client, made, "number", number=NUMBER[:10], again=NUMBER[:10]) == 409
    with at_time(CLOSES + HOUR):
        client = drawer(site)
        frozen = client.get(page_of(made))
        assert the_draw(made).digest in frozen.text
        assert posts(client, made, "source", source="换一个") == 409
        assert posts(client, made, "number", number="123456", again="123456") == 409
        assert the_draw(made).drawn_at is None
    with at_time(DRAWS):
        client = drawer(site)
        ready = client.get(page_of(made))
        wrong = client.press(ready, f"{page_of(made)}/number", number="三十")
        assert wrong.status_code == 422
        assert by_id(wrong, "number").get("value") == "三十"
        slip = client.press(ready, f"{page_of(made)}/number", number="03 07 12", again="03 07 21")
        assert (slip.status_code, the_draw(made).drawn_at) == (422, None), "nothing takes a wrong number back"
        assert "两遍不一样" in slip.text
        held = client.follow(client.press(slip, f"{page_of(made)}/number", number="03 07 12", again="030712"))

    assert "抽中 2 份，一共 2 人" in words(by_id(held, "main")).replace("\N{NO-BREAK SPACE}", " ")
    assert by_id(held, "public").get("href") == f"/activities/{made.activity_id}/draw"


def test_a_number_that_may_be_known_already_is_not_named_any_more(site: Flask) -> None:
    with at_time(NOON):
        made = a_draw(announced=False)
        enter(made, 3)
    with at_time(DRAWS):
        client = drawer(site)
        page = client.get(page_of(made))
        assert "announce" not in page.text
        assert posts(client, made, "source", source="双色球第 2026135 期") == 409


@pytest.mark.parametrize(("second", "status"), [("03 07 12", 303), ("99 98 97", 409)])
def test_of_two_organizers_who_have_the_form_open_one_holds_it(site: Flask, second: str, status: int) -> None:
    with at_time(NOON):
        made = a_draw(places=2)
        enter(made, 6)
    with at_time(DRAWS):
        both = [drawer(site), drawer(site)]
        pages = [client.get(page_of(made)) for client in both]
        sent = [
            client.press(page, f"{page_of(made)}/number", number=number, again=number).status_code
            for client, page, number in zip(both, pages, ("03 07 12", second), strict=True)
        ]

    assert sent == [303, status]
    assert the_draw(made).number == "030712"
    assert len([one for one in deeds() if "number" in one.facts.get("became", {})]) == 1


def test_an_activity_without_a_draw_has_no_such_page(client: Client) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))

    assert client.get(page_of(made)).status_code == 404


def test_the_ledger_says_who_used_which_quota(client: Client) -> None:
    made = an_activity(places=5, quotas=[Share("一线班组", most=2)])
    sign_in(client, an_organizer(a_union()))
    for one in workers(2):
        asks(one, made, at=clock.now())

    page = client.get(f"/desk/activities/{made.activity_id}/quotas")

    said = words(by_id(page, "main")).replace("\N{NO-BREAK SPACE}", " ")
    assert "用了 2 个" in said
    assert "最多 2 个" in said
    assert said.count("占 1 个") == 2
