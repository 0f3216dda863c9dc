"""A crowd that cannot be answered in time: whoever stood in line too long is told so, and loses nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from tests.browsing import Client, SignedIn, form_of
from tests.builders import Made, a_worker, an_activity
from tests.promises.measured import counted
from tests.web.asking import HTMX
from yiqi import clock
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.web import crowds
from yiqi.web.crowds import PATIENCE, PATIENCE_AGAIN, PATIENCE_BY_ITSELF, WAITED
from yiqi.web.line import SOONEST, Line

NOTE = '要晚到 10 分钟，"行吗" <谢谢>\n第二行'


@pytest.fixture(autouse=True)
def a_line_of_its_own(site: Flask) -> None:
    """What was served and promised before is nothing to a test."""
    site.extensions["yiqi.line"] = Line()


@pytest.fixture
def made(site: Flask) -> Made:
    return an_activity(places=5)


@pytest.fixture
def me(client: Client) -> SignedIn:
    return client.sign_in(a_worker())


def after(seconds: float) -> dict[str, float]:
    """A request that stood in line for so long."""
    return {WAITED: seconds}


def kept(page: TestResponse) -> dict[str, str]:
    """The fields that a page keeps of a form."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def a_phone(site: Flask) -> FlaskClient:
    """Somebody's, which keeps its own cookies."""
    return site.test_client()


Later = Callable[[float], None]


@pytest.fixture
def later(time_machine: TimeMachineFixture) -> Later:
    """The clock stands, until so many seconds go by."""
    time_machine.move_to(clock.now(), tick=False)
    return time_machine.shift


def look(phone: FlaskClient, waited: float) -> TestResponse:
    """Open the front page after so many seconds in line."""
    return phone.get("/", environ_overrides=after(waited))


def pressed(
    client: Client, made: Made, waited: float, headers: dict[str, str] | None = None, **typed: str
) -> TestResponse:
    """The one-tap form of an activity's page, sent by somebody who stood in line."""
    action = f"/slots/{made.slot_id}/bookings"
    form = form_of(client.get(f"/activities/{made.activity_id}"), action) | typed
    return client.post(action, data=form, headers=headers, environ_overrides=after(waited))


def seconds(page: TestResponse) -> int:
    """After how many seconds a page asks again, which its header says too."""
    found = re.search(r'data-again="([0-9]+)"', page.text)
    assert found is not None
    assert page.headers["Retry-After"] == found[1]
    return int(found[1])


def test_who_stood_in_line_too_long_is_told_without_a_look_at_the_database(
    client: Client, made: Made, me: SignedIn
) -> None:
    client.get("/")
    with counted() as said:
        page = client.get(f"/activities/{made.activity_id}", environ_overrides=after(PATIENCE))
        piece = client.get(f"/slots/{made.slot_id}/_places", headers=HTMX, environ_overrides=after(PATIENCE))

    assert (page.status_code, piece.status_code) == (503, 503)
    assert said == []
    assert "人很多，请等一等" in page.text
    assert "A lot of people right now" in page.text
    assert f'<noscript><meta http-equiv="refresh" content="{seconds(page)}"></noscript>' in page.text
    for told in (page, piece):
        assert "你填的没有丢" not in told.text, "who only opened a page has filled in nothing"
        assert "Nothing you typed is lost" not in told.text


def test_who_stood_in_line_for_less_is_served(client: Client, made: Made, me: SignedIn) -> None:
    page = client.get(f"/activities/{made.activity_id}", environ_overrides=after(PATIENCE - 0.1))
    assert page.status_code == 200


def test_what_was_typed_is_on_the_page_that_asks_to_wait_and_sent_again_it_is_kept(
    client: Client, made: Made, me: SignedIn
) -> None:
    page = pressed(client, made, PATIENCE_BY_ITSELF, note=NOTE)

    assert page.status_code == 503
    assert db.session.query(Booking).count() == 0
    assert seconds(page) > 0
    assert '<meta http-equiv="refresh"' not in page.text  # it would ask for the address of the form
    assert client.post(f"/slots/{made.slot_id}/bookings", data=kept(page)).status_code == 303
    assert db.session.query(Booking.note).all() == [(NOTE,)]


def test_htmx_is_told_before_it_gives_up_and_a_plain_form_stands_in_line_itself(
    client: Client, made: Made, me: SignedIn
) -> None:
    by_htmx = pressed(client, made, PATIENCE, HTMX)
    plain = pressed(client, made, PATIENCE)

    assert by_htmx.status_code == 503
    assert seconds(by_htmx) > 0
    assert 'class="problem"' in by_htmx.text
    assert "你填的没有丢" in by_htmx.text
    assert plain.status_code == 303


def test_a_crowd_that_is_told_to_wait_comes_back_one_after_the_other_as_it_came(site: Flask) -> None:
    asked = [seconds(look(a_phone(site), PATIENCE)) for _phone in range(60)]
    assert asked == sorted(asked)
    assert asked[0] == SOONEST
    assert asked[-1] > 20


def test_who_comes_at_the_time_they_were_told_is_let_in_before_who_has_only_come(
    site: Flask, later: Later
) -> None:
    told, new = a_phone(site), a_phone(site)
    later(seconds(look(told, PATIENCE)))

    assert look(told, PATIENCE_AGAIN - 1).status_code == 200
    assert look(new, PATIENCE_AGAIN - 1).status_code == 503
    assert look(told, PATIENCE).status_code == 200, "nor do they wait anew for what they press then"


def test_who_comes_at_their_time_and_finds_the_line_still_too_long_is_next(site: Flask, later: Later) -> None:
    told, others = a_phone(site), [a_phone(site) for _phone in range(20)]
    first = seconds(look(told, PATIENCE))
    for one in others:
        look(one, PATIENCE)
    later(first)

    assert seconds(look(told, PATIENCE_AGAIN)) == SOONEST
    assert seconds(look(a_phone(site), PATIENCE)) > SOONEST


def test_who_comes_too_early_keeps_their_time(site: Flask, later: Later) -> None:
    phones = [a_phone(site) for _phone in range(30)]
    last = max(seconds(look(one, PATIENCE)) for one in phones)
    later(5)

    assert seconds(look(phones[-1], PATIENCE)) == last - 5


def test_an_appointment_is_good_for_three_minutes(site: Flask, later: Later) -> None:
    told = a_phone(site)
    later(seconds(look(told, PATIENCE)) + crowds.KEPT)
    assert look(told, PATIENCE).status_code == 503


def test_nobody_makes_an_appointment_for_themselves(site: Flask) -> None:
    phone = a_phone(site)
    phone.set_cookie(crowds.COOKIE, str(int(clock.now().timestamp())))
    assert look(phone, PATIENCE).status_code == 503


def test_unless_appointments_count_who_was_told_to_come_is_sent_away_again(
    site: Flask, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "_told", lambda: None)
    told = a_phone(site)
    later(seconds(look(told, PATIENCE)))
    assert look(told, PATIENCE).status_code == 503


def test_a_phone_that_only_follows_hears_of_nothing_new(client: Client, made: Made) -> None:
    with counted() as said:
        answer = client.get(f"/live?slots={made.slot_id}.0", headers=HTMX, environ_overrides=after(PATIENCE))
    assert answer.status_code == 204
    assert said == []


def test_probes_and_lists_of_people_are_served_however_long_the_line_is(client: Client, me: SignedIn) -> None:
    long = after(timedelta(hours=1).total_seconds())
    assert client.get("/livez", environ_overrides=long).status_code == 200
    sent = client.post(
        "/desk/unions/1/roll",
        data={"file": (BytesIO(), "a.csv")},
        environ_overrides=long,
        content_type="multipart/form-data",
    )
    assert sent.status_code != 503


def test_no_page_of_ours_sends_a_form_again_that_came_from_elsewhere(
    client: Client, made: Made, me: SignedIn
) -> None:
    forged = {"Origin": "https://evil.example"}
    page = pressed(client, made, PATIENCE_BY_ITSELF, forged, note=NOTE)
    assert page.status_code == 403
    assert kept(page) == {}


def test_unless_the_line_is_looked_at_whoever_gave_up_is_served(
    client: Client, made: Made, me: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "PATIENCE", float("inf"))
    assert client.get("/", environ_overrides=after(3600)).status_code == 200
    assert pressed(client, made, 3600, HTMX).status_code == 200
