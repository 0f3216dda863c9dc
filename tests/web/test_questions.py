"""Questions as people meet them in the form of a sign-up."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client, by_id, form_of, words
from tests.builders import Made, an_activity
from tests.web.asking import a_token
from tests.web.questioned import CALL, LARGE, SHIRT, field, kept, newest, signed_up, typed
from yiqi import clock
from yiqi.activities.planning import Share
from yiqi.activities.rules.questions import Asked, QuestionKind
from yiqi.booking.answers import revise
from yiqi.booking.models import Booking
from yiqi.counters import REFUSALS
from yiqi.db import db
from yiqi.people.models import Person

GUIDE = Asked("guide", QuestionKind.TEXT, "做过赛事引导吗？", hint="写一两句就行", most=200)
SINCE = Asked("since", QuestionKind.DATE, "入职日期", required=True)
HEADS = Asked("years", QuestionKind.NUMBER, "工龄", least=1, most=50)
ALONE = Asked("alone", QuestionKind.YES_NO, "能独立带队吗？", "Can you lead?")
ALL = [SHIRT, GUIDE, SINCE, HEADS, ALONE, CALL]


def form_page(client: Client, made: Made) -> TestResponse:
    return client.get(f"/slots/{made.slot_id}/sign-up")


def send(client: Client, made: Made, **said: str) -> TestResponse:
    page = form_page(client, made)
    return client.press(page, f"/slots/{made.slot_id}/bookings", **typed(made, **said))


def test_every_kind_of_question_is_asked_and_answered_without_a_script(client: Client, 小王: Person) -> None:
    made = an_activity(places=5, questions=ALL)
    client.sign_in(小王)

    sent = send(
        client,
        made,
        shirt="l",
        guide="去年在 5 公里处",
        since="2019年7月1日",
        years="１２",
        alone="yes",
        call="138 0013 8000",
    )

    assert client.follow(sent).status_code == 200
    assert kept(小王) == {
        "shirt": "l",
        "guide": "去年在 5 公里处",
        "since": "2019-07-01",
        "years": "12",
        "alone": "yes",
        "call": "+8613800138000",
    }


def test_wrong_answers_are_listed_first_and_everything_typed_is_still_there(
    client: Client, 小王: Person
) -> None:
    made = an_activity(places=5, questions=ALL)
    client.sign_in(小王)

    wrong = send(client, made, guide="写过", since="2027-02-29", years="1e3", alone="no", call="1380013800")

    assert wrong.status_code == 422
    assert words(by_id(wrong, "errsum")).startswith("有 4 处要改一下")
    links = [link.get("href") for link in by_id(wrong, "errsum").iter("a")]
    shirt, *others = (f"#{field(made, key)}" for key in ("shirt", "since", "years", "call"))
    assert links == [f"{shirt}-m", *others], "a link to a question with choices leads to the first of them"
    assert all(by_id(wrong, (link or "").removeprefix("#")).tag in ("input", "textarea") for link in links)
    again = form_of(wrong, f"/slots/{made.slot_id}/bookings")
    shown = [again.get(field(made, key)) for key in ("shirt", "guide", "since", "years", "alone", "call")]
    assert shown == [None, "写过", "2027-02-29", "1e3", "no", "1380013800"]
    assert db.session.scalars(select(Booking)).all() == []


@pytest.mark.parametrize("bad", ["\x00", "\u202e名反", "\ufffe", "字" * 201])
def test_a_text_that_cannot_be_kept_is_refused_with_the_form(client: Client, 小王: Person, bad: str) -> None:
    made = an_activity(places=5, questions=[GUIDE])
    client.sign_in(小王)
    client.checks = False

    assert send(client, made, guide=bad).status_code == 422


def test_the_one_tap_button_is_there_only_where_no_answer_is_required(client: Client, 小王: Person) -> None:
    asks, may_ask = an_activity(questions=[SHIRT]), an_activity(questions=[GUIDE])
    client.sign_in(小王)

    with pytest.raises(LookupError):
        by_id(client.get(f"/activities/{asks.activity_id}"), f"sign-up-{asks.slot_id}")
    by_id(client.get(f"/activities/{may_ask.activity_id}"), f"sign-up-{may_ask.slot_id}")


def test_a_limited_choice_says_what_is_left_and_a_full_one_leads_to_the_queue(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(places=5, questions=[SHIRT], quotas=[LARGE])
    client.sign_in(小王)
    assert "余 1" in words(by_id(form_page(client, made), field(made, "shirt"))).replace("\xa0", " ")
    signed_up(小赵, made, shirt="l")

    assert "已满，选它就是排候补" in words(by_id(form_page(client, made), field(made, "shirt")))
    send(client, made, shirt="l")
    assert newest(小王).state == "waiting"


def test_a_full_choice_cannot_be_picked_where_nobody_may_wait(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(places=5, waitlist=0, questions=[SHIRT], quotas=[LARGE])
    signed_up(小赵, made, shirt="l")
    client.sign_in(小王)

    page = form_page(client, made)
    large = by_id(page, f"{field(made, 'shirt')}-l")
    assert large.get("disabled") is not None
    assert "已满" in words(by_id(page, field(made, "shirt")))
    assert send(client, made, shirt="l").status_code == 409
    assert by_id(page, f"{field(made, 'shirt')}-m").get("disabled") is None


def test_a_form_that_was_open_while_a_question_changed_is_asked_again(client: Client, 小王: Person) -> None:
    made = an_activity(places=5, questions=[GUIDE])
    client.sign_in(小王)
    page, old = form_page(client, made), field(made, "guide")
    revise(
        question_id=int(old.removeprefix("answer-")), asked=replace(GUIDE, label="带过队吗？"), at=clock.now()
    )

    stale = client.press(page, f"/slots/{made.slot_id}/bookings", **{old: "带过"})

    assert stale.status_code == 409
    assert "再提交一次" in stale.text
    assert "带过队吗？" in stale.text
    assert (
        client.press(stale, f"/slots/{made.slot_id}/bookings", **typed(made, guide="带过")).status_code == 303
    )


def test_who_pressed_when_a_question_had_become_required_is_asked_it(client: Client, 小王: Person) -> None:
    """The button says nothing but that somebody wants a place; the verb finds that more is asked by now."""
    made = an_activity(places=5, questions=[GUIDE])
    client.sign_in(小王)
    page, old = client.get(f"/activities/{made.activity_id}"), field(made, "guide")
    required = replace(GUIDE, required=True)
    revise(question_id=int(old.removeprefix("answer-")), asked=required, at=clock.now())

    asked = client.press(page, f"/slots/{made.slot_id}/bookings")

    assert asked.status_code == 422
    assert GUIDE.label in asked.text
    assert db.session.scalars(select(Booking)).all() == []
    assert (
        client.press(asked, f"/slots/{made.slot_id}/bookings", **typed(made, guide="带过")).status_code == 303
    )


def test_who_pressed_for_seats_that_are_kept_for_an_answer_is_asked_for_it(
    client: Client, 小王: Person
) -> None:
    """Without the answer there is nothing left for them, and with it there is. The button is of a page from before that."""
    kept_for_large = Share("大号", least=1, choice="shirt=l")
    made = an_activity(places=1, waitlist=0, questions=[SHIRT], quotas=[kept_for_large])
    client.sign_in(小王)
    pressed = {"party": "1", "nonce": "n", "csrf_token": a_token(client)}

    asked = client.post(f"/slots/{made.slot_id}/bookings", data=pressed)

    assert asked.status_code == 422
    assert client.press(asked, f"/slots/{made.slot_id}/bookings", **typed(made, shirt="l")).status_code == 303
    assert newest(小王).state == "confirmed"


def test_a_press_that_asks_nothing_is_no_refusal_in_the_numbers(client: Client, 小王: Person) -> None:
    """It is asked and then taken. The control: an answer for which nothing is left is refused, and counted."""
    kept_for_large = Share("大号", least=1, choice="shirt=l")
    made = an_activity(places=1, waitlist=0, questions=[SHIRT], quotas=[kept_for_large])
    client.sign_in(小王)
    pressed = {"party": "1", "nonce": "n", "csrf_token": a_token(client)}
    before = refusals()

    asked = client.post(f"/slots/{made.slot_id}/bookings", data=pressed)
    assert (asked.status_code, refusals()) == (422, before)
    small = client.press(asked, f"/slots/{made.slot_id}/bookings", **typed(made, shirt="m"))
    assert (small.status_code, refusals()) == (409, before + 1)


def refusals() -> float:
    """How many sign-ups this process has refused."""
    (metric,) = REFUSALS.collect()
    return sum(one.value for one in metric.samples if one.name.endswith("_total"))


def test_questions_are_asked_in_the_pages_language(client: Client, 小王: Person) -> None:
    made = an_activity(places=5, questions=[SHIRT])
    client.sign_in(小王)
    client.set_cookie("lang", "en")

    assert "Vest size" in words(by_id(form_page(client, made), field(made, "shirt")))


def test_a_form_sent_again_after_a_question_changed_shows_the_first_result(
    client: Client, 小王: Person
) -> None:
    made = an_activity(places=5, questions=[SHIRT])
    client.sign_in(小王)
    page = form_page(client, made)
    filled, address = typed(made, shirt="l"), f"/slots/{made.slot_id}/bookings"
    first = client.press(page, address, **filled)
    asked_before = next(iter(filled)).removeprefix("answer-")
    revise(question_id=int(asked_before), asked=replace(SHIRT, label="上衣尺码"), at=clock.now())

    again = client.press(page, address, **filled)
    another = client.press(page, address, **filled, nonce="another")

    assert (first.status_code, again.status_code, another.status_code) == (303, 303, 422)
    assert again.location == first.location
    assert len(db.session.scalars(select(Booking)).all()) == 1
    assert kept(小王) == {"shirt": "l"}
