"""Signing up at a screen, and being forgotten by it."""

from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import a_worker, an_activity
from tests.kiosk.screens import Screen
from tests.kiosk.steps import a_ticket, newest_code, presses, said, sends, steps_up
from yiqi import clock
from yiqi.activities.planning import Pool
from yiqi.activities.rules.questions import Asked, QuestionKind
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.kiosk import visits
from yiqi.kiosk.models import Stage, Visit
from yiqi.people import agreeing, persons
from yiqi.people.models import BrowserSession, Person, SignInCode

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
PHONE = "+8613666660001"


def bookings() -> list[Booking]:
    return list(db.session.scalars(select(Booking).order_by(Booking.id)))


def visit_there() -> bool:
    return bool(db.session.scalar(select(func.count()).select_from(Visit)))


def test_a_worker_signs_up_by_number_and_code_and_photographs_the_ticket(kiosk: Client) -> None:
    made = an_activity(places=5, title="读书会")
    ming = a_worker(name="王小明", phone=PHONE)

    ticket = kiosk.follow(steps_up(kiosk, made.slot_id, PHONE))

    (booking,) = bookings()
    assert (booking.person_id, booking.state) == (ming.id, State.CONFIRMED)
    assert by_id(ticket, "ticket").get("data-state") == "confirmed"
    assert by_id(ticket, "ref").text == f"{booking.ref[:4]}-{booking.ref[4:]}"
    assert any(str(one.tag).endswith("svg") for one in by_id(ticket, "ticket").iter())
    assert "王**" in said(ticket)
    assert "王小明" not in ticket.text
    assert PHONE[3:] not in ticket.text


def test_the_ticket_is_shown_once_and_then_nobody_stands_there(kiosk: Client) -> None:
    made = an_activity(places=5)
    a_worker(name="王小明", phone=PHONE)
    kiosk.follow(steps_up(kiosk, made.slot_id, PHONE))
    for _again in range(2):
        answer = kiosk.get("/kiosk/visit")
        assert (answer.status_code, answer.location) == (303, "/kiosk/")
    assert not visit_there()


def test_nobody_is_signed_in_by_it(kiosk: Client) -> None:
    made = an_activity(places=5)
    a_worker(name="王小明", phone=PHONE)
    kiosk.follow(steps_up(kiosk, made.slot_id, PHONE))
    of_people = select(func.count()).select_from(BrowserSession).where(BrowserSession.person_id.is_not(None))
    assert db.session.scalar(of_people) == 0
    assert kiosk.get("/me").status_code == 401


def test_a_newcomer_spells_their_name_or_leaves_it(kiosk: Client) -> None:
    made = an_activity(places=5)
    assert "你叫什么名字" in said(kiosk.follow(steps_up(kiosk, made.slot_id, PHONE)))
    for key in ("W", "A", "N", "G", "space", "X", "I", "Q", "del"):
        sends(kiosk, "/kiosk/visit", k=key)
    kiosk.follow(sends(kiosk, "/kiosk/visit"))
    assert db.session.scalar(select(Person.name).where(Person.phone == PHONE)) == "Wang Xi"

    steps_up(kiosk, made.slot_id, "+8613666660002")
    kiosk.follow(sends(kiosk, "/kiosk/visit", skip="1"))
    assert db.session.scalar(select(Person.name).where(Person.phone == "+8613666660002")) == ""
    assert len(bookings()) == 2


def test_a_child_without_a_guardians_word_signs_up_on_a_phone_first(kiosk: Client) -> None:
    made = an_activity(places=5)
    ming, guarded = a_worker(name="王小明", phone=PHONE), a_worker(name="小芳", phone="+8613666660002")
    for child in (ming, guarded):
        persons.tell_birthday(person_id=child.id, born_on=clock.today() - timedelta(days=10 * 365))
    agreeing.guard(person_id=guarded.id, name="王建国", phone="+8613800138000", at=clock.now())

    assert "先要监护人同意" in said(kiosk.follow(steps_up(kiosk, made.slot_id, PHONE)))
    assert bookings() == []
    kiosk.follow(steps_up(kiosk, made.slot_id, "+8613666660002"))
    assert len(bookings()) == 1


@SQLITE
def test_when_it_is_full_they_queue_and_see_their_place(kiosk: Client) -> None:
    made = an_activity(places=1)
    a_ticket(made.slot_id, a_worker())
    a_ticket(made.slot_id, a_worker())
    a_worker(name="王小明", phone=PHONE)
    ticket = kiosk.follow(steps_up(kiosk, made.slot_id, PHONE))
    assert by_id(ticket, "ticket").get("data-state") == "waiting"
    assert "第 2 位" in said(ticket)


@SQLITE
def test_who_has_a_place_already_sees_it_and_gets_no_second_one(kiosk: Client) -> None:
    made = an_activity(places=5)
    ming = a_worker(name="王小明", phone=PHONE)
    ref = a_ticket(made.slot_id, ming)
    ticket = kiosk.follow(steps_up(kiosk, made.slot_id, PHONE))
    assert "你之前就报过这一场" in said(ticket)
    assert [one.ref for one in bookings()] == [ref]


@SQLITE
def test_a_refusal_is_said_with_no_way_out_of_the_screen(kiosk: Client) -> None:
    first = an_activity(places=5)
    ming = a_worker(name="王小明", phone=PHONE)
    a_ticket(first.slot_id, ming)
    clashing = an_activity(places=5)
    page = kiosk.follow(steps_up(kiosk, clashing.slot_id, PHONE))
    assert "时间重叠" in said(page)
    links = [one.get("href", "") for one in parsed(page).iter("a")]
    assert all(link.startswith("/kiosk/") for link in links)


@SQLITE
def test_wrong_codes_are_counted_and_five_are_enough(kiosk: Client) -> None:
    made = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    right = newest_code(kiosk, PHONE)
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    answers = [sends(kiosk, "/kiosk/visit", typed=wrong) for _try in range(5)]
    late = sends(kiosk, "/kiosk/visit", typed=right)

    assert {one.status_code for one in answers} == {422}
    assert late.status_code == 422
    assert db.session.scalars(select(SignInCode.tries)).all() == [5]
    assert bookings() == []


@SQLITE
def test_after_a_wrong_code_the_keys_come_first_and_after_the_last_try_another_code(kiosk: Client) -> None:
    made = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    fresh = sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    wrong = f"{(int(newest_code(kiosk, PHONE)) + 1) % 10**6:06d}"
    fresh = kiosk.follow(fresh)

    answers = [sends(kiosk, "/kiosk/visit", typed=wrong) for _try in range(6)]

    assert is_main(fresh, "go")
    assert not is_main(answers[0], "go")
    assert "还可以试 4 次" in words(by_id(answers[0], "wrong"))
    assert not is_main(answers[0], "back")
    assert "次数用完了" in words(by_id(answers[4], "wrong"))
    assert "过期" in words(by_id(answers[5], "wrong"))
    assert is_main(answers[4], "back")
    assert is_main(answers[5], "back")
    assert "重新发" in words(by_id(answers[5], "back"))
    assert 'id="go"' not in answers[5].text
    assert kiosk.follow(sends(kiosk, "/kiosk/visit", back="1")).text.count('data-stage="phone"') == 1


def is_main(page: TestResponse, button: str) -> bool:
    """Whether a button is the one that the page puts first."""
    return "kbtn--primary" in (by_id(page, button).get("class") or "").split()


@SQLITE
def test_a_code_of_the_phone_opens_nothing_at_another_screen(site: Flask, kiosk: Client) -> None:
    """A code is bound to the screen that asked for it. The control: at its own it works."""
    from_here = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{from_here.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    code = newest_code(kiosk, PHONE)
    thief = Client(site)
    page = thief.get("/sign-in")
    thief.press(page, "/sign-in", phone="13666660009")
    answer = thief.post(
        "/sign-in/code", data={"code": code, "csrf_token": form_token(thief), "phone": PHONE[3:]}
    )
    assert answer.status_code == 422
    assert sends(kiosk, "/kiosk/visit", typed=code).status_code == 303


def form_token(client: Client) -> str:
    token = next(
        one.get("value")
        for one in parsed(client.get("/sign-in/code")).iter("input")
        if one.get("name") == "csrf_token"
    )
    assert token is not None
    return token


@SQLITE
def test_the_number_is_typed_key_by_key_and_hidden_but_for_its_ends(kiosk: Client) -> None:
    made = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    presses(kiosk, "/kiosk/visit", "13666661234")
    page = kiosk.get("/kiosk/visit")
    shown = ["".join(cell.itertext()) for cell in by_cells(page)]
    assert shown == ["1", "3", "6", *"●" * 7, "4"]
    assert "13666661234" not in page.text
    sends(kiosk, "/kiosk/visit", k="del")
    sends(kiosk, "/kiosk/visit", k="5")
    assert sends(kiosk, "/kiosk/visit").location == "/kiosk/visit"
    assert newest_code(kiosk, "+8613666661235")


def by_cells(page: TestResponse) -> list[Element]:
    (line,) = [one for one in parsed(page).iter("p") if one.get("data-cells") is not None]
    return list(line)


@SQLITE
@pytest.mark.parametrize("typed", ["", "123", "02112345678", "1366666000", "٠" * 11])
def test_what_is_no_number_is_said(kiosk: Client, typed: str) -> None:
    made = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    answer = sends(kiosk, "/kiosk/visit", typed=typed)
    assert answer.status_code == 422
    assert "11 位" in said(answer)


def test_a_minute_without_a_touch_and_nobody_stands_there(kiosk: Client) -> None:
    made = an_activity(places=5)
    start = clock.now()
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    code = newest_code(kiosk, PHONE)
    with at_time(start + timedelta(seconds=50)):
        assert kiosk.get("/kiosk/visit").status_code == 200
    with at_time(start + timedelta(seconds=80)):
        late = sends(kiosk, "/kiosk/visit", typed=code)
    assert (late.status_code, late.location) == (303, "/kiosk/")
    assert bookings() == []
    assert not visit_there()


def test_five_minutes_are_the_most_however_busy_somebody_is(kiosk: Client) -> None:
    made = an_activity(places=5)
    start = clock.now()
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    for second in range(30, 300, 30):
        with at_time(start + timedelta(seconds=second)):
            assert sends(kiosk, "/kiosk/stay").status_code == 204
            assert kiosk.get("/kiosk/visit").status_code == 200
    with at_time(start + timedelta(seconds=301)):
        assert kiosk.get("/kiosk/visit").location == "/kiosk/"


@pytest.mark.parametrize("how", ["leave", "board", "purge"])
def test_the_server_forgets_too(kiosk: Client, screen: Screen, how: str) -> None:
    made = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    assert visit_there()
    if how == "leave":
        answer = sends(kiosk, "/kiosk/leave")
        assert answer.headers["Clear-Site-Data"] == '"cache"'
    elif how == "board":
        kiosk.get("/kiosk/")
    else:
        visits.purge(clock.now() + timedelta(seconds=80))
    assert not visit_there()


@SQLITE
def test_a_page_of_somebody_is_never_stored(kiosk: Client) -> None:
    made = an_activity(places=5)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    for path in ("/kiosk/visit", "/kiosk/check-in", "/kiosk/", "/kiosk/walk-in"):
        assert kiosk.get(path).headers["Cache-Control"] == "no-store"


@SQLITE
def test_one_person_at_a_time(kiosk: Client, screen: Screen) -> None:
    made, other = an_activity(places=5), an_activity(places=5, starts_in=timedelta(hours=100))
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    sends(kiosk, f"/kiosk/slots/{other.slot_id}/walk-in")
    (found,) = db.session.scalars(select(Visit).where(Visit.device_id == screen.id))
    assert (found.stage, found.phone, found.slot_id) == (Stage.PHONE, "", other.slot_id)


@SQLITE
def test_what_asks_for_more_than_a_number_leads_to_the_phone(kiosk: Client) -> None:
    asks = an_activity(
        places=5, questions=[Asked("diet", QuestionKind.TEXT, "忌口", "Diet", "订餐用", "", required=True)]
    )
    page = kiosk.get(f"/kiosk/activities/{asks.activity_id}")
    assert "在手机上报名" in said(page)
    assert sends(kiosk, f"/kiosk/slots/{asks.slot_id}/walk-in").status_code == 404


@SQLITE
def test_only_what_everybody_may_know_can_be_taken(kiosk: Client) -> None:
    for made in (
        an_activity(places=5, union_only=True),
        an_activity(places=5, opens_in=timedelta(hours=2)),
        an_activity(places=5, starts_in=timedelta(hours=5), closes_in=timedelta(minutes=-5)),
    ):
        assert sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in").status_code == 404


@SQLITE
def test_each_slot_has_a_button_of_its_own(kiosk: Client) -> None:
    made = an_activity(pools=[Pool(3, label="引导"), Pool(2, label="补给")])
    page = kiosk.get(f"/kiosk/activities/{made.activity_id}")
    for slot_id, label in zip(made.slot_ids, ("引导", "补给"), strict=True):
        assert label in "".join(by_id(page, f"slot-{slot_id}").itertext())


@SQLITE
def test_the_same_step_sent_twice_is_one_booking(kiosk: Client) -> None:
    made = an_activity(places=5)
    a_worker(name="王小明", phone=PHONE)
    sends(kiosk, f"/kiosk/slots/{made.slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=PHONE[3:])
    code = newest_code(kiosk, PHONE)
    sends(kiosk, "/kiosk/visit", typed=code)
    sends(kiosk, "/kiosk/visit", typed=code)
    assert len(bookings()) == 1


@pytest.mark.parametrize(("days", "is_theirs"), [(179, True), (181, False)])
def test_a_number_that_nobody_used_for_long_opens_nothing_before_it_was_confirmed_on_a_phone(
    kiosk: Client, days: int, is_theirs: bool
) -> None:
    made = an_activity(places=5)
    a_worker(name="王小明", phone=PHONE, at=clock.now() - timedelta(days=days))

    answer = steps_up(kiosk, made.slot_id, PHONE)

    assert answer.status_code == (303 if is_theirs else 422)
    assert len(bookings()) == is_theirs
    if not is_theirs:
        assert "先在手机上登录一次" in said(answer)
        assert "王" not in said(answer)
        assert "先在手机上登录一次" not in said(sends(kiosk, "/kiosk/visit", typed=newest_code(kiosk, PHONE)))
        assert db.session.scalars(select(SignInCode.tries)).all() == [1], "the right code was used up"
