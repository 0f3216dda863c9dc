"""The same form sent again: twice, ten times, later, after signing out, from two tabs."""

import pytest
from sqlalchemy import select

from tests.browsing import Client, at_time, form_of
from tests.promises.scene import scene
from tests.web.answers import Worker
from tests.web.asking import a_token
from yiqi.booking.models import Booking
from yiqi.db import db


@pytest.mark.parametrize("times", [2, 10])
def test_a_sign_up_sent_again_is_the_first_result(client: Client, times: int) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    answers = [client.press(page, worker.address, party="2", note="好") for _time in range(times)]

    assert {(one.status_code, one.location) for one in answers} == {
        (303, f"/activities/{worker.party.activity_id}#booking-{worker.party.slot_id}")
    }
    assert len(db.session.scalars(select(Booking).where(Booking.slot_id == worker.party.slot_id)).all()) == 1


@pytest.mark.parametrize("times", [2, 10])
def test_a_cancel_sent_again_is_the_first_result(client: Client, times: int) -> None:
    stage = scene()
    stage.enter(client, "owner")
    page = client.get(f"/activities/{stage.samples.activity_id}")
    action = f"/bookings/{stage.samples.ref}/cancel"

    answers = [client.press(page, action) for _time in range(times)]

    assert {one.status_code for one in answers} == {303}
    db.session.rollback()
    assert (
        db.session.scalars(select(Booking.state).where(Booking.ref == stage.samples.ref)).one() == "cancelled"
    )


def test_the_form_of_a_place_given_back_does_not_take_it_again(client: Client) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    client.press(page, worker.address)
    booking = worker.booking()
    assert booking is not None
    client.post(f"/bookings/{booking.ref}/cancel", data={"csrf_token": a_token(client)})

    back_and_again = client.press(page, worker.address)

    assert back_and_again.status_code == 303
    newest = worker.booking()
    assert newest is not None
    assert (newest.ref, newest.state) == (booking.ref, "cancelled")


def test_after_signing_out_an_open_page_leads_to_sign_in(client: Client) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    client.post("/sign-out", data={"csrf_token": a_token(client)})
    answer = client.press(page, worker.address)
    assert answer.status_code == 401
    assert worker.booking() is None


def test_after_sign_up_closed_an_open_page_is_told_so_with_the_form_kept(client: Client) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    with at_time(worker.party.closes_at):
        answer = client.press(page, worker.address, note="好")
    assert answer.status_code == 409
    assert 'data-refusal="closed"' in answer.text
    assert form_of(answer, worker.address)["note"] == "好"
    assert worker.booking() is None


def test_two_tabs_make_one_booking(client: Client) -> None:
    worker = Worker(client)
    one, two = client.get(worker.form_address), client.get(worker.form_address)
    assert client.press(one, worker.address, party="2").status_code == 303
    assert client.press(two, worker.address, party="3").status_code == 303
    booking = worker.booking()
    assert booking is not None
    assert booking.party == 2
