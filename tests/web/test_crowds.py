"""A crowd that cannot be answered in time: whoever stood in line too long is told so, and loses nothing."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.browsing import Client, SignedIn, form_of
from tests.builders import Made, a_worker, an_activity
from tests.promises.measured import counted
from tests.web.asking import HTMX
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.web import crowds
from yiqi.web.crowds import PATIENCE, PATIENCE_BY_ITSELF, WAITED

NOTE = '要晚到 10 分钟，"行吗" <谢谢>\n第二行'


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
    assert "人很多，请等几秒" in page.text
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


def test_a_crowd_that_is_told_to_wait_does_not_come_back_as_one(client: Client, me: SignedIn) -> None:
    asked = {seconds(client.get("/", environ_overrides=after(PATIENCE))) for _phone in range(60)}
    assert len(asked) > 4
    assert min(asked) >= 4
    assert max(asked) <= 12


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
