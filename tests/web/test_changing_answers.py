"""Changing the answers of a booking, as people meet it."""

from datetime import timedelta

from sqlalchemy import select

from tests.browsing import Client, at_time, by_id, form_of, words
from tests.builders import an_activity
from tests.web.questioned import CALL, LARGE, SHIRT, field, kept, signed_up, typed
from yiqi import clock
from yiqi.activities.models import Allocation, Occurrence
from yiqi.booking import attendance, places
from yiqi.db import db
from yiqi.people.models import Person


def test_a_worker_changes_answers_and_finds_the_old_ones_filled_in(client: Client, 小王: Person) -> None:
    made = an_activity(places=5, questions=[SHIRT, CALL])
    ref = signed_up(小王, made, shirt="m", call="+8613800138000")
    client.sign_in(小王)
    page = client.get(f"/bookings/{ref}/answers")
    assert form_of(page, f"/bookings/{ref}/answers") | {"csrf_token": ""} == {
        "csrf_token": "",
        **typed(made, shirt="m", call="13800138000"),
    }

    done = client.press(page, f"/bookings/{ref}/answers", **typed(made, shirt="l"))

    assert done.location == f"/activities/{made.activity_id}?did={made.slot_id}#booking-{made.slot_id}"
    after = words(by_id(client.follow(done), f"booking-{made.slot_id}"))
    assert "已改好" in after
    assert "138 0013 8000" in after or "13800138000" in after
    assert kept(小王) == {"shirt": "l", "call": "+8613800138000"}
    wrong = client.press(page, f"/bookings/{ref}/answers", **typed(made, call="110"))
    assert wrong.status_code == 422
    assert form_of(wrong, f"/bookings/{ref}/answers")[field(made, "call")] == "110"


def test_a_ticket_leads_to_the_calendar_and_until_one_checks_in_to_the_answers(
    client: Client, 小王: Person
) -> None:
    made = an_activity(places=5, questions=[SHIRT], starts_in=timedelta(hours=5))
    ref = signed_up(小王, made, shirt="m")
    silent = an_activity(places=5, starts_in=timedelta(hours=96))
    plain = signed_up(小王, silent)
    client.sign_in(小王)

    ticket, other = client.get(f"/t/{ref}"), client.get(f"/t/{plain}")

    for page, one in ((ticket, made), (other, silent)):
        calendar = by_id(page, f"calendar-{one.slot_id}").get("href", "")
        assert calendar == f"/activities/{one.activity_id}/calendar"
        assert client.get(calendar).status_code == 200
    assert by_id(ticket, f"answers-{made.slot_id}").get("href") == f"/bookings/{ref}/answers"
    assert "修改填写" not in other.text
    (date,) = db.session.scalars(select(Occurrence.id).where(Occurrence.activity_id == made.activity_id))
    with at_time(clock.now() + timedelta(hours=4, minutes=30)):
        attendance.check_in(ref=ref, occurrence_id=date, at=clock.now(), by_id=None)
        client.sign_in(小王)
        assert "修改填写" not in client.get(f"/t/{ref}").text


def test_a_full_choice_is_refused_beside_the_question_and_the_old_one_stays(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(places=5, questions=[SHIRT], quotas=[LARGE])
    ref = signed_up(小王, made, shirt="m")
    signed_up(小赵, made, shirt="l")
    client.sign_in(小王)

    page = client.get(f"/bookings/{ref}/answers")
    refused = client.press(page, f"/bookings/{ref}/answers", **typed(made, shirt="l"))

    assert by_id(page, f"{field(made, 'shirt')}-l").get("disabled") is not None
    assert refused.status_code == 409
    assert "想换的已经满了" in words(by_id(refused, f"{field(made, 'shirt')}-err"))
    assert kept(小王) == {"shirt": "m"}


def test_answers_of_others_are_not_found_and_what_cannot_change_leads_back(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made, silent = an_activity(places=5, questions=[SHIRT]), an_activity(starts_in=timedelta(hours=96))
    ref, plain = signed_up(小王, made, shirt="m"), signed_up(小王, silent)
    client.sign_in(小赵)
    assert client.get(f"/bookings/{ref}/answers").status_code == 404

    client.sign_in(小王)
    assert client.get(f"/bookings/{plain}/answers").status_code == 303
    places.cancel(ref=ref, person_id=小王.id, at=clock.now())
    assert client.get(f"/bookings/{ref}/answers").status_code == 303


def test_who_must_be_checked_is_told_that_a_change_is_looked_at_again(client: Client, 小王: Person) -> None:
    made = an_activity(places=5, allocation=Allocation.APPROVAL, questions=[SHIRT])
    ref = signed_up(小王, made, shirt="m")
    client.sign_in(小王)

    assert "改了不影响你的名额或排队位置" in client.get(f"/bookings/{ref}/answers").text
