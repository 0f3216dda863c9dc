"""The dates of a drop-in series on its page: a line each, all of them with one tap, with and without JavaScript."""

import re
from datetime import UTC, datetime, time, timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask, render_template
from werkzeug.test import TestResponse

from tests.booking.steps import HOUR, asks, row
from tests.booking.test_changes import does, later, occurrences
from tests.browsing import Client, at_time, by_id, form_of, parsed
from tests.builders import a_union, an_activity
from tests.builders.series import a_drop_in_series
from tests.web.asking import HTMX, a_token, out_of_band, press_by_htmx, roots
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.activities.rules.questions import Asked, QuestionKind
from yiqi.activities.rules.recurrence import Weekly
from yiqi.activities.series import PublishedSeries, publish_series
from yiqi.booking import standing
from yiqi.booking.rules.changes import CallOffOccurrence, MoveOccurrence
from yiqi.people.models import Person

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


def dates(client: Client, made: PublishedSeries, lang: str = "zh-CN") -> TestResponse:
    """The block of a series, as htmx gets it."""
    client.set_cookie("lang", lang)
    return client.get(f"/activities/{made.activity_id}/_series", headers=HTMX)


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def lines(page: TestResponse) -> list[str]:
    return [text(one) for one in parsed(page).iter("li") if (one.get("id") or "").startswith("date-")]


def states(page: TestResponse) -> list[str | None]:
    return [one.get("data-state") for one in parsed(page).iter("li") if one.get("data-state")]


def by_name(page: TestResponse, name: str) -> str:
    """The value of the one field with a name."""
    (found,) = [one for one in parsed(page).iter("input") if one.get("name") == name]
    return found.get("value", "")


def note(page: TestResponse) -> str:
    found = [one for one in parsed(page).iter("div") if "note__body" in (one.get("class") or "")]
    return text(found[0]) if found else ""


def test_a_visitor_sees_every_date_and_the_way_in(client: Client) -> None:
    made = a_drop_in_series(clock.now())

    page = dates(client, made)

    assert len(lines(page)) == 4
    assert all("余 2" in line for line in (one.replace("\u00a0", " ") for one in lines(page)))
    assert by_id(page, f"sign-in-series-{made.activity_id}").get("href", "").startswith("/sign-in?next=")
    assert f'action="/activities/{made.activity_id}/enrol"' not in page.text
    assert roots(page.text) == 1


def test_the_page_of_the_activity_holds_the_dates_and_follows_them(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)

    page = client.get(f"/activities/{made.activity_id}")

    assert len(lines(page)) == 4
    assert "view=mine" in by_id(page, "poller").get("hx-get", "")
    assert by_id(page, f"series-{made.activity_id}").get("hx-trigger") == "yiqi:mine from:body"
    assert client.press(page, f"/activities/{made.activity_id}/enrol").status_code == 303


def test_one_tap_by_htmx_brings_the_dates_and_says_it(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    made = a_drop_in_series(clock.now())

    page = press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")

    assert page.status_code == 200
    assert states(page) == ["confirmed"] * 4
    assert text(out_of_band(page.text)["say"]) == "报上 4 次"
    assert by_id(page, f"series-{made.activity_id}").get("data-focus") is not None


def test_one_tap_without_javascript_goes_back_to_the_page(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    made = a_drop_in_series(clock.now())

    answer = client.press(dates(client, made), f"/activities/{made.activity_id}/enrol")

    assert answer.status_code == 303
    slots = ".".join(str(one) for one in made.slot_ids)
    assert answer.location == f"/activities/{made.activity_id}?did={slots}#series-{made.activity_id}"
    assert note(client.follow(answer)).replace("\u00a0", " ") == "报上 4 次"
    assert states(dates(client, made)) == ["confirmed"] * 4


def test_what_could_not_be_booked_is_told_by_date_and_name(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    made = a_drop_in_series(clock.now())
    form = form_of(dates(client, made), f"/activities/{made.activity_id}/enrol")
    second = occurrences(made.activity_id)[1]
    asks(小王, an_activity(meetings=[Meeting(second.starts_at, second.ends_at)]), at=clock.now())

    page = client.post(f"/activities/{made.activity_id}/enrol", data=form)

    assert page.status_code == 409
    assert note(page).startswith("报上 3 次，1 次没报上")
    assert "和“职工书屋读书会”" in note(page)
    assert states(page) == ["confirmed", "open", "confirmed", "confirmed"]


def test_the_same_form_twice_shows_the_same(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    made = a_drop_in_series(clock.now())
    page = dates(client, made)

    for _ in range(2):
        answer = press_by_htmx(client, page, f"/activities/{made.activity_id}/enrol")
        assert states(answer) == ["confirmed"] * 4


def test_a_date_that_clashes_says_with_what_and_is_not_in_the_tap(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    made = a_drop_in_series(clock.now())
    second = occurrences(made.activity_id)[1]
    other = asks(小王, an_activity(meetings=[Meeting(second.starts_at, second.ends_at)]), at=clock.now())

    page = dates(client, made)

    assert "和“职工书屋读书会”时间重叠" in lines(page)[1]
    assert f"/t/{other.ref}" in page.text
    assert "剩下 3 次全报" in page.text.replace("\u00a0", " ")


def test_a_full_date_offers_the_queue_and_a_waiter_may_leave_it_there(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = a_drop_in_series(clock.now(), places=1)
    asks(小赵, made.slot_ids[0], at=clock.now())
    client.sign_in(小王)
    before = dates(client, made)
    assert "候补" in lines(before)[0]
    asks(小王, made.slot_ids[0], at=clock.now())

    page = dates(client, made)
    left = press_by_htmx(client, page, f"/activities/{made.activity_id}/leave", slot=str(made.slot_ids[0]))

    assert "候补第 1 位" in lines(page)[0].replace("\u00a0", " ")
    assert states(left) == ["left", "open", "open", "open"]


def test_leaving_all_keeps_what_would_be_late_and_says_so(client: Client, 小王: Person) -> None:
    now = clock.now()
    made = a_drop_in_series(now)
    client.sign_in(小王)
    press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")

    with at_time(occurrences(made.activity_id)[0].starts_at - HOUR):
        client.sign_in(小王)
        sure = {"csrf_token": a_token(client), "sure": "1"}
        page = client.post(f"/activities/{made.activity_id}/leave", data=sure)

    assert page.status_code == 409
    assert note(page).startswith("退出了 3 次")
    assert "快开始了" in note(page)
    assert states(page) == ["confirmed", "cancelled", "cancelled", "cancelled"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_leaving_all_asks_once_and_then_is_done(
    client: Client, 小王: Person, headers: dict[str, str]
) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")
    action = f"/activities/{made.activity_id}/leave"

    asked = client.post(action, data={"csrf_token": a_token(client)}, headers=headers)

    assert asked.status_code == 409
    assert "确定退出 4 次？不记爽约。" in note(asked).replace("\u00a0", " ")
    assert states(asked) == ["confirmed"] * 4
    sure = {"csrf_token": a_token(client), "sure": by_name(asked, "sure")}
    left = client.post(action, data=sure, headers=headers)
    assert left.status_code == (200 if headers else 303)
    assert note(left if headers else client.follow(left)).replace("\u00a0", " ") == "退出了 4 次"
    assert states(dates(client, made)) == ["cancelled"] * 4


def test_what_an_address_says_was_done_at_some_dates_is_told_as_long_as_it_is_so(
    client: Client, 小王: Person
) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    asks(小王, made.slot_ids[0], at=clock.now())
    done = client.press(dates(client, made), f"/activities/{made.activity_id}/enrol")

    assert note(client.follow(done)).replace("\u00a0", " ") == "这次报上 3 次，共 4 次"
    client.post(
        f"/activities/{made.activity_id}/leave",
        data={"csrf_token": a_token(client), "slot": str(made.slot_ids[1])},
    )
    here = f"/activities/{made.activity_id}"
    assert [
        note(client.get(f"{here}?did={odd}")) for odd in (f"{made.slot_ids[1]}.{made.slot_ids[2]}", "x.-1.")
    ] == ["", ""]


def test_one_date_is_given_up_beside_it_and_told(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")
    page = dates(client, made)
    assert "来不了" in lines(page)[0]

    left = press_by_htmx(client, page, f"/activities/{made.activity_id}/leave", slot=str(made.slot_ids[0]))

    assert "退出了，不记爽约" in note(left)
    assert states(left) == ["cancelled", "confirmed", "confirmed", "confirmed"]


def test_without_scripts_a_date_that_is_given_up_is_told_of_above_the_dates(
    client: Client, 小王: Person
) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")
    refs = [one.get("data-ref") for one in parsed(dates(client, made)).iter("li") if one.get("data-ref")]
    leave = f"/activities/{made.activity_id}/leave"
    first, second = (clock.beijing(one.starts_at) for one in occurrences(made.activity_id)[:2])

    beside_it = client.follow(client.post(leave, data=form_of(dates(client, made), leave)))
    on_its_ticket = client.follow(client.press(client.get(f"/t/{refs[1]}"), f"/bookings/{refs[1]}/cancel"))

    assert [note(one).replace("\u00a0", " ") for one in (beside_it, on_its_ticket)] == [
        f"{day.month}月{day.day}日退出了，不记爽约" for day in (first, second)
    ]
    assert states(dates(client, made)) == ["cancelled", "cancelled", "confirmed", "confirmed"]


def test_only_what_is_new_is_counted_beside_all_that_is_held(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    asks(小王, made.slot_ids[0], at=clock.now())

    page = press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")

    assert note(page).replace("\u00a0", " ") == "这次报上 3 次，共 4 次"


def test_a_single_date_booked_by_its_form_comes_back_to_the_dates_and_says_so(
    client: Client, 小王: Person
) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    slot = made.slot_ids[1]

    done = client.press(client.get(f"/slots/{slot}/sign-up"), f"/slots/{slot}/bookings", name="王小明")

    assert done.location == f"/activities/{made.activity_id}?did={slot}#series-{made.activity_id}"
    assert "报名成功" in note(client.follow(done))
    assert note(client.get(f"/activities/{made.activity_id}?did={made.slot_ids[0]}")) == ""


def test_moved_and_called_off_dates_say_so(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now())
    first, second = occurrences(made.activity_id)[:2]
    does(MoveOccurrence(first.id, first.starts_at - HOUR, first.ends_at - HOUR), at=clock.now())
    does(CallOffOccurrence(second.id, "场馆停电", "No power"), at=clock.now())
    client.sign_in(小王)

    chinese, english = lines(dates(client, made)), lines(dates(client, made, "en"))

    assert "18:00–19:30" in chinese[0].replace("\u2060", "")
    assert "改过时间，原来" in chinese[0]
    assert "19:00" in chinese[0]
    assert "停 场馆停电" in chinese[1]
    assert "No power" in english[1]
    assert states(dates(client, made))[1] == "called_off"


def test_a_holiday_that_falls_out_is_announced(client: Client) -> None:
    now = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)
    with at_time(now):
        made = a_drop_in_series(now, in_days=3, skips_days_off=True)
        page = dates(client, made)

    assert "10月1日 国庆节停一次。" in page.text
    assert len(lines(page)) == 3


def test_what_has_begun_cannot_be_signed_up_for_and_what_is_over_is_gone(
    client: Client, 小王: Person
) -> None:
    made = a_drop_in_series(clock.now())
    first, second = occurrences(made.activity_id)[:2]

    with at_time(first.starts_at + HOUR):
        client.sign_in(小王)
        page = dates(client, made)
    assert f"sign-up-{made.slot_ids[0]}" not in page.text
    assert f"sign-up-{made.slot_ids[1]}" in page.text

    with at_time(second.starts_at - HOUR):
        assert len(lines(dates(client, made))) == 3


def test_where_dates_have_several_slots_each_has_its_own_button(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now(), Pool(5, "高音"), Pool(5, "低音"))
    client.sign_in(小王)
    page = dates(client, made)

    answer = client.post(
        f"/activities/{made.activity_id}/enrol",
        data=form_of(page, f"/activities/{made.activity_id}/enrol") | {"label": "低音"},
        headers=HTMX,
    )

    assert states(answer) == ["open"] * 4 + ["confirmed"] * 4
    assert "剩下 4 次全报" not in answer.text.replace("\u00a0", " ")


def test_a_series_that_asks_questions_is_signed_up_for_date_by_date(client: Client, 小王: Person) -> None:
    first = clock.today() + timedelta(days=7)
    plan = Plan(
        programme=Programme.TROUPE,
        title="合唱排练",
        owner_id=a_union().id,
        meetings=(),
        pools=[Pool(5)],
        opens_at=clock.now() - HOUR,
        closes_at=clock.at(first + timedelta(days=7)),
        questions=[Asked("diet", QuestionKind.TEXT, "忌口", required=True)],
    )
    rule = Weekly(
        frozenset({first.weekday()}), time(19, 0), 60, first, first + timedelta(days=7), skips_days_off=False
    )
    made = publish_series(plan, rule, drop_in=True)
    client.sign_in(小王)

    page = dates(client, made)

    assert "一次一次报" in page.text
    assert "全报" not in page.text


@pytest.mark.parametrize("typed", [{"label": "没有的"}, {"label": "\x00"}, {"label": ""}])
def test_a_label_that_is_not_there_is_not_found(client: Client, 小王: Person, typed: dict[str, str]) -> None:
    made = a_drop_in_series(clock.now(), Pool(5, "高音"), Pool(5, "低音"))
    client.sign_in(小王)
    form = form_of(dates(client, made), f"/activities/{made.activity_id}/enrol")

    assert client.post(f"/activities/{made.activity_id}/enrol", data=form | typed).status_code == 404


def test_what_is_no_series_has_no_dates_to_enrol_in(client: Client, 小王: Person) -> None:
    alone = an_activity()
    client.sign_in(小王)
    form = {"csrf_token": a_token(client)}

    assert client.get(f"/activities/{alone.activity_id}/_series", headers=HTMX).status_code == 404
    for what in ("enrol", "leave"):
        assert client.post(f"/activities/{alone.activity_id}/{what}", data=form).status_code == 404


def test_a_single_date_that_is_no_number_is_nobodys(client: Client, 小王: Person) -> None:
    made = a_drop_in_series(clock.now())
    client.sign_in(小王)
    press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/enrol")

    page = press_by_htmx(client, dates(client, made), f"/activities/{made.activity_id}/leave", slot="1' --")

    assert states(page) == ["confirmed"] * 4


def test_a_moved_date_asks_and_the_answer_is_kept(site: Flask, client: Client, 小王: Person) -> None:
    activity = an_activity()
    ticket = asks(小王, activity, at=clock.now())
    does(later(activity, 2), at=clock.now())

    found = standing.of_slots([activity.slot_id], 小王.id, clock.now())[0]
    with site.test_request_context("/"):
        question = render_template(
            "booking/_moved.html", standing=found, id=activity.slot_id, booking=found.booking, sign=None
        )
    client.sign_in(小王)
    answer = client.post(f"/bookings/{ticket.ref}/coming", data={"csrf_token": a_token(client)})

    assert roots(question) == 1
    assert re.search(r"从 \S+ \S+ 改到 \S+ \S+<", question)
    assert f'action="/bookings/{ticket.ref}/coming"' in question
    assert f'action="/bookings/{ticket.ref}/cancel"' in question
    assert answer.status_code == 303
    assert row(ticket).moved_at is None
