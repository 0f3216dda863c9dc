"""What a programme adds to the pages of others, and that nothing of it is there once it takes part no more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace

from tests.browsing import Client
from tests.builders import an_activity
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import places, programme
from yiqi.booking.programme import Line, Plug
from yiqi.people.models import Person

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
SOON, LATER = timedelta(hours=2), timedelta(days=3)


def _front(_person_id: int, at: datetime) -> list[Line]:
    return [Line("我的第三场", "/activities/3", at + LATER), Line("没有钟点的一件", "/activities/9")]


A_PLUG = Plug(Programme.TROUPE, "pages.home", (), people=(Person.id,))


@pytest.fixture
def plugged(site: Flask) -> Iterator[None]:
    """The league and the troupe take part with what is said here alone, whatever they are."""
    kept = dict(programme._plugs)
    programme._plugs.clear()
    yield
    programme._plugs.clear()
    programme._plugs.update(kept)


@SQLITE
@pytest.mark.usefixtures("plugged")
def test_what_comes_next_is_said_in_the_order_of_time_and_to_its_person_only(
    client: Client, 小王: Person
) -> None:
    programme.plug_in(replace(A_PLUG, front=_front))
    programme.plug_in(
        replace(
            A_PLUG,
            programme=Programme.LEAGUE,
            front=lambda _who, at: [Line("今晚的球", "/activities/1", at + SOON)],
        )
    )

    assert "今晚的球" not in client.get("/").text
    client.sign_in(小王)
    page = client.get("/").text

    assert page.index("今晚的球") < page.index("我的第三场") < page.index("没有钟点的一件")


@SQLITE
@pytest.mark.usefixtures("plugged")
def test_a_programme_that_does_not_concern_somebody_is_not_asked(client: Client, 小王: Person) -> None:
    def never(_person_id: int, _at: datetime) -> list[Line]:
        raise AssertionError

    programme.plug_in(replace(A_PLUG, people=(), front=never))
    client.sign_in(小王)
    assert client.get("/").status_code == 200

    made = an_activity(programme=Programme.TROUPE)
    places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="n", at=clock.now())
    assert client.get("/").status_code == 500


@SQLITE
@pytest.mark.usefixtures("plugged")
def test_a_search_finds_what_programmes_have_and_a_listing_leads_to_their_home(client: Client) -> None:
    an_activity(title="合唱排练")
    programme.plug_in(
        replace(A_PLUG, search=lambda words, _who, _at: [Line(f"{words}声部", "/activities/5")])
    )

    assert "合唱声部" in client.get("/?q=合唱").text
    assert 'id="also"' not in client.get("/").text
    assert 'id="to-programme"' in client.get("/?programme=troupe").text
    assert 'id="to-programme"' not in client.get("/?programme=league").text


def test_a_programme_is_plugged_in_once_however_often(site: Flask) -> None:
    before = programme.plugs()
    for plug in before:
        programme.plug_in(plug)

    assert programme.plugs() == before
