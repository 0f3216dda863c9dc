"""An activity's page in every state a visitor or worker can meet, marked up as its readers expect."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.booking.steps import asks
from tests.browsing import Client, at_time, by_id, form_of, parsed, words
from tests.builders import Made, a_worker, an_activity
from tests.web.asking import HTMX, out_of_band, press_by_htmx
from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import places
from yiqi.db import writing
from yiqi.people.models import Person

HOUR = timedelta(hours=1)


def takes(made: Made, person: Person, nonce: str = "n", party: int = 1) -> str:
    return places.sign_up(
        slot_id=made.slot_id, person_id=person.id, party=party, nonce=nonce, at=clock.now()
    ).ref


def filled(waitlist: int | None = None) -> Made:
    """An activity whose only place is somebody else's."""
    made = an_activity(places=1, waitlist=waitlist)
    takes(made, a_worker())
    return made


def signed_out(_client: Client, _me: Person) -> Made:
    return an_activity(places=6)


def is_open(client: Client, me: Person) -> Made:
    client.sign_in(me)
    return an_activity(places=6)


def not_open(client: Client, me: Person) -> Made:
    client.sign_in(me)
    return an_activity(opens_in=HOUR)


def full(client: Client, me: Person) -> Made:
    client.sign_in(me)
    return filled()


def full_without_waitlist(client: Client, me: Person) -> Made:
    client.sign_in(me)
    return filled(waitlist=0)


def waiting(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = filled()
    takes(made, a_worker())
    takes(made, me)
    return made


def confirmed(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = an_activity(places=6)
    takes(made, me)
    return made


def cancelled(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = an_activity(places=6)
    places.cancel(ref=takes(made, me), person_id=me.id, at=clock.now())
    return made


def cancelled_late(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = an_activity(places=6, starts_in=HOUR)
    places.cancel(ref=takes(made, me), person_id=me.id, at=clock.now())
    return made


def left(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = filled()
    places.cancel(ref=takes(made, me), person_id=me.id, at=clock.now())
    return made


def closed(client: Client, me: Person) -> Made:
    client.sign_in(me)
    return an_activity(closes_in=-HOUR / 2)


def called_off(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = an_activity(places=6)
    takes(made, me)
    places.call_off(activity_id=made.activity_id, at=clock.now(), because="大风预警")
    return made


STATES: dict[str, tuple[Callable[[Client, Person], Made], str, str, tuple[str, ...]]] = {
    "signed_out": (signed_out, "signed_out", "请先登录", ("手机号登录",)),
    "not_open": (not_open, "not_open", "还没开始报名", ()),
    "open": (is_open, "open", "现在报名，立即确认", ("我要报名", "报名并留言")),
    "full": (full, "full", "已经报满，可以排候补。", ("加入候补", "报名并留言")),
    "full without a queue": (
        full_without_waitlist,
        "full",
        "已经报满，这场不设候补",
        ("看有名额的同类活动",),
    ),
    "waiting": (waiting, "waiting", "你在候补名单里", ("看有名额的同类活动", "退出候补")),
    "confirmed": (confirmed, "confirmed", "", ("加入手机日历", "交给同事", "取消报名")),
    "cancelled": (cancelled, "cancelled", "你已取消报名", ("重新报名", "报名并留言")),
    "cancelled late": (cancelled_late, "cancelled_late", "你已取消报名", ("重新报名", "报名并留言")),
    "left": (left, "left", "你已退出候补", ("重新候补", "报名并留言")),
    "closed": (closed, "closed", "报名已截止", ("看同类活动",)),
    "called off": (called_off, "called_off", "活动取消了", ("看同类活动",)),
}
"""By name: how it comes about, its `data-state`, its heading, and its buttons."""


@pytest.mark.parametrize("name", STATES)
def test_each_state_says_what_is_so_and_offers_the_way_on(client: Client, name: str) -> None:
    make, state, heading, buttons = STATES[name]
    made = make(client, a_worker(name="王小明"))

    page = client.get(f"/activities/{made.activity_id}")
    block = by_id(page, f"booking-{made.slot_id}")

    assert page.status_code == 200
    assert block.get("data-state") == state
    assert heading in words(by_id(page, f"h-booking-{made.slot_id}"))
    offered = [words(one) for one in block.iter() if "btn" in one.get("class", "").split()]
    assert offered == list(buttons)
    assert block.get("aria-labelledby") == f"h-booking-{made.slot_id}"
    assert block.get("tabindex") == "-1"
    assert all(one.get("id") for one in block.iter() if one.tag in ("a", "button"))


@pytest.mark.parametrize("name", STATES)
def test_the_fragment_alone_is_what_stands_in_the_page(client: Client, name: str) -> None:
    made = STATES[name][0](client, a_worker(name="王小明"))
    with at_time(clock.now()):
        page = client.get(f"/activities/{made.activity_id}")
        pieces = {
            piece: client.get(f"/slots/{made.slot_id}/_{piece}", headers=HTMX)
            for piece in ("booking", "places")
        }

    for piece, alone in pieces.items():
        if piece == "places" and STATES[name][1] == "called_off":
            continue
        inside = by_id(page, f"{piece}-{made.slot_id}")
        (root,) = parsed(alone)
        assert root.attrib == inside.attrib
        assert words(root) == words(inside)


def test_my_booking_is_marked_up_as_its_readers_expect(client: Client) -> None:
    me = a_worker(name="王小明")
    made = waiting(client, me)

    block = by_id(client.get(f"/activities/{made.activity_id}"), f"booking-{made.slot_id}")

    assert re.fullmatch("[0-9A-Z]{8}", block.get("data-ref", ""))
    assert block.get("data-place") == "2"
    assert block.get("data-until") is None
    assert "第 2 位" in words(block)


def test_without_a_booking_there_is_no_ref_and_no_place(client: Client) -> None:
    made = is_open(client, a_worker(name="王小明"))
    block = by_id(client.get(f"/activities/{made.activity_id}"), f"booking-{made.slot_id}")
    assert {"data-ref", "data-place", "data-until"} & set(block.attrib) == set()


@pytest.mark.parametrize(
    ("seats", "capacity", "said"), [(3, "3", "2 个名额可报，共 3 个"), (None, "", "1 人已报，不限名额")]
)
def test_a_count_is_marked_up_as_its_readers_expect(
    client: Client, seats: int | None, capacity: str, said: str
) -> None:
    made = an_activity(places=seats)
    takes(made, a_worker())

    count = by_id(client.get(f"/activities/{made.activity_id}"), f"places-{made.slot_id}")

    read = {name: count.get(name) for name in ("data-slot", "data-capacity", "data-held", "data-waiting")}
    assert read == {
        "data-slot": str(made.slot_id),
        "data-capacity": capacity,
        "data-held": "1",
        "data-waiting": "0",
    }
    assert said in words(count)


def test_held_counts_seats_and_waiting_counts_bookings(client: Client) -> None:
    made = an_activity(places=4, max_party=4)
    takes(made, a_worker(), party=3)
    takes(made, a_worker(), party=2)
    takes(made, a_worker(), party=2)

    count = by_id(client.get(f"/activities/{made.activity_id}"), f"places-{made.slot_id}")

    assert (count.get("data-held"), count.get("data-waiting")) == ("3", "2")
    assert "1 个空位，先给候补 2 人" in words(count)


def test_a_confirmed_place_shows_the_ticket_its_code_and_its_qr(client: Client) -> None:
    me = a_worker(name="王小明")
    made = confirmed(client, me)
    page = client.get(f"/activities/{made.activity_id}")
    block = by_id(page, f"booking-{made.slot_id}")
    ref = block.get("data-ref", "")

    assert f"{ref[:4]}-{ref[4:]}" in words(block)
    (qr,) = [one for one in block.iter("div") if one.get("class") == "qr"]
    (drawing,) = qr.findall("{*}svg")
    assert words(drawing.findall("{*}title")[0]) == f"{ref[:4]}-{ref[4:]}"
    ticket = client.get(f"/t/{ref}")
    assert by_id(ticket, f"booking-{made.slot_id}").get("data-ref") == ref


def test_signing_up_and_cancelling_with_htmx_brings_state_count_poller_and_a_word(client: Client) -> None:
    me = a_worker(name="王小明")
    made = is_open(client, me)
    page = client.get(f"/activities/{made.activity_id}")

    booked = press_by_htmx(client, page, f"/slots/{made.slot_id}/bookings")

    assert booked.status_code == 200
    root = by_id(booked, f"booking-{made.slot_id}")
    assert (root.get("data-state"), root.get("data-focus")) == ("confirmed", "")
    aside = out_of_band(booked.text)
    assert set(aside) == {f"places-{made.slot_id}", "poller", "say"}
    assert aside[f"places-{made.slot_id}"].get("data-held") == "1"
    assert words(aside["say"]) == "报名成功"
    assert f"{made.slot_id}.confirmed" in aside["poller"].get("hx-get", "")

    ref = root.get("data-ref", "")
    given_back = press_by_htmx(client, booked, f"/bookings/{ref}/cancel")
    assert by_id(given_back, f"booking-{made.slot_id}").get("data-state") == "cancelled"
    assert words(out_of_band(given_back.text)["say"]) == "你已取消报名"


def test_signing_up_without_script_comes_back_to_the_page(client: Client) -> None:
    made = is_open(client, a_worker(name="王小明"))
    page = client.get(f"/activities/{made.activity_id}")
    answer = client.press(page, f"/slots/{made.slot_id}/bookings")
    assert (answer.status_code, answer.location) == (
        303,
        f"/activities/{made.activity_id}#booking-{made.slot_id}",
    )


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize(
    ("early", "told"), [(True, "不记爽约。"), (False, "记了一次临时取消，有人补上就不算。")]
)
def test_who_cancels_when_sign_ups_are_closed_is_told_that_they_did(
    client: Client, headers: dict[str, str], early: bool, told: str
) -> None:
    made = an_activity(starts_in=timedelta(hours=48), closes_in=timedelta(hours=1))
    me = a_worker()
    ref = asks(me, made, at=clock.now()).ref
    with at_time(made.starts_at - timedelta(hours=30 if early else 2)):
        client.sign_in(me)
        path = f"/activities/{made.activity_id}"
        form = form_of(client.get(path), f"/bookings/{ref}/cancel") | ({} if early else {"late": "1"})
        sent = client.post(f"/bookings/{ref}/cancel", data=form, headers=headers)
        page = sent if headers else client.follow(sent)
        later = client.get(path)

    for shown in (page, later):
        block = by_id(shown, f"booking-{made.slot_id}")
        assert [words(one) for one in block.iter("h2")] == ["你已取消报名", "报名已截止"]
        assert told in words(block)
        assert "重新报名" not in words(block)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_late_cancel_asks_first_and_then_is_done(client: Client, headers: dict[str, str]) -> None:
    me = a_worker(name="王小明")
    client.sign_in(me)
    made = an_activity(places=6, starts_in=HOUR)
    ref = takes(made, me)
    page = client.get(f"/activities/{made.activity_id}")

    action = f"/bookings/{ref}/cancel"
    asked = client.post(action, data=form_of(page, action), headers=headers)

    assert asked.status_code == 409
    (alert,) = [one for one in by_id(asked, f"booking-{made.slot_id}").iter() if one.get("role") == "alert"]
    assert "离开始不到 2 小时" in words(alert)
    again = client.post(action, data=form_of(asked, action), headers=headers)
    assert again.status_code == (200 if headers else 303)
    after = by_id(client.get(f"/activities/{made.activity_id}"), f"booking-{made.slot_id}")
    assert after.get("data-state") == "cancelled_late"


REFUSED: dict[str, Callable[[Client, Person], Made]] = {
    "not_open_yet": not_open,
    "closed": closed,
    "called_off": lambda client, me: off_for_me(client, me),
    "full": full_without_waitlist,
    "clash": lambda client, me: clashing(client, me),
    "party_too_big": is_open,
}


def off_for_me(client: Client, me: Person) -> Made:
    client.sign_in(me)
    made = an_activity()
    places.call_off(activity_id=made.activity_id, at=clock.now())
    return made


def clashing(client: Client, me: Person) -> Made:
    client.sign_in(me)
    takes(an_activity(places=6), me)
    return an_activity(places=6)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("why", REFUSED)
def test_a_refusal_is_an_alert_with_its_name_its_reason_and_the_way_on(
    client: Client, why: str, headers: dict[str, str]
) -> None:
    me = a_worker(name="王小明")
    made = REFUSED[why](client, me)
    token = form_of(client.get("/me/name"), "/me/name")["csrf_token"]
    fields = {"csrf_token": token, "nonce": "x", "party": "2" if why == "party_too_big" else "1"}

    answer = client.post(f"/slots/{made.slot_id}/bookings", data=fields, headers=headers)

    assert answer.status_code == 409
    (alert,) = [one for one in parsed(answer).iter() if one.get("data-refusal")]
    assert (alert.get("data-refusal"), alert.get("role")) == (why, "alert")
    assert len(words(alert)) > 6
    assert list(alert.iter("a")) or why == "party_too_big"
    if headers:
        assert words(out_of_band(answer.text)["say"]) in words(alert)


def test_several_slots_have_each_their_own_state_and_one_poller(client: Client) -> None:
    me = a_worker(name="王小明")
    client.sign_in(me)
    start = clock.now() + timedelta(days=2)
    made = an_activity(
        meetings=[Meeting(start, start + HOUR), Meeting(start + 3 * HOUR, start + 4 * HOUR)],
        pools=[
            Pool(1, "上午", "Morning", meetings=(0,)),
            Pool(2, "下午", "Afternoon", meetings=(1,)),
        ],
    )
    takes(made, me)

    page = client.get(f"/activities/{made.activity_id}")

    morning, afternoon = (by_id(page, f"booking-{slot}") for slot in made.slot_ids)
    assert (morning.get("data-state"), afternoon.get("data-state")) == ("confirmed", "open")
    assert page.text.count('id="poller"') == 1
    assert words(by_id(page, f"h-slot-{made.slot_ids[1]}")) == "下午"


def test_who_takes_and_gives_back_one_of_two_at_the_same_time_sees_at_once_what_the_other_is_to_them(
    client: Client,
) -> None:
    client.sign_in(a_worker(name="王小明"))
    start = clock.now() + timedelta(days=2)
    made = an_activity(
        meetings=[Meeting(start, start + HOUR), Meeting(start + 3 * HOUR, start + 4 * HOUR)],
        pools=[
            Pool(2, "引导", meetings=(0,)),
            Pool(2, "补给", meetings=(0,)),
            Pool(2, "下午", meetings=(1,)),
        ],
    )
    one, other, later = made.slot_ids
    page = client.get(f"/activities/{made.activity_id}")

    took = press_by_htmx(client, page, f"/slots/{one}/bookings")
    ref = parsed(took)[0].get("data-ref") or ""
    whole = client.get(f"/activities/{made.activity_id}")
    gave = press_by_htmx(client, whole, f"/bookings/{ref}/cancel")
    by_ticket = press_by_htmx(client, whole, f"/slots/{later}/bookings")
    on_ticket = client.get(f"/t/{parsed(by_ticket)[0].get('data-ref')}")
    alone = press_by_htmx(client, on_ticket, f"/bookings/{parsed(by_ticket)[0].get('data-ref')}/cancel")

    assert "重叠" in words(out_of_band(took.text)[f"booking-{other}"])
    assert "重叠" in words(by_id(whole, f"booking-{other}"))
    assert "我要报名" in words(out_of_band(gave.text)[f"booking-{other}"])
    assert f"booking-{later}" not in out_of_band(took.text), "it is at another time"
    assert not [name for name in out_of_band(alone.text) if name.startswith("booking-")]


def test_after_its_end_nothing_can_be_done_any_more(client: Client) -> None:
    me = a_worker(name="王小明")
    made = confirmed(client, me)
    with at_time(made.ends_at):
        page = client.get(f"/activities/{made.activity_id}")
    block = by_id(page, f"booking-{made.slot_id}")
    assert not list(block.iter("form"))
    assert by_id(page, "poller").get("hx-get") is None


def test_a_worker_without_a_name_is_led_to_the_form_that_asks_for_it(client: Client) -> None:
    made = is_open(client, a_worker(name=""))
    page = client.get(f"/activities/{made.activity_id}")
    link = by_id(page, f"more-{made.slot_id}")
    assert link.get("href") == f"/slots/{made.slot_id}/sign-up"
    form = client.get(link.get("href", ""))
    assert by_id(form, "name").get("autocomplete") == "name"
    done = client.press(form, f"/slots/{made.slot_id}/bookings", name="王小明")
    assert "王小明" in client.follow(done).text


def test_text_of_an_organizer_is_text(client: Client) -> None:
    made = an_activity(title="<b>跑</b>", about="<script>x</script>\n第二段", venue='"><img src=x>')
    with writing() as session:
        session.execute(update(Activity).values(sub="{{7*7}}", contact="javascript:alert(1)"))
    for path in (f"/activities/{made.activity_id}", "/"):
        page = client.get(path)
        assert not {"<b>跑", "<script>x", "<img src=x", "49"} & set(re.findall(r"<[^>]+>[^<]?|49", page.text))
        assert "&lt;b&gt;跑" in page.text


def test_a_booking_of_another_is_nowhere_on_the_page(client: Client) -> None:
    other = a_worker(name="某某某")
    made = an_activity(places=3)
    ref = takes(made, other)
    client.sign_in(a_worker(name="王小明"))
    page = client.get(f"/activities/{made.activity_id}")
    assert not [secret for secret in (ref, "某某某", other.phone[3:]) if secret in page.text]


def test_each_of_several_slots_says_its_date_where_they_differ(client: Client) -> None:
    """A worker who chooses between two evenings sees which is which; slots of the same dates need not say them."""
    first = clock.now().replace(microsecond=0) + timedelta(days=3)
    evenings = [Meeting(one, one + 2 * HOUR, "一层") for one in (first, first + timedelta(days=1))]
    apart = an_activity(
        meetings=evenings,
        pools=[Pool(5, label="甲班", meetings=(0,)), Pool(5, label="乙班", meetings=(1,))],
        closes_in=HOUR,
    )
    together = an_activity(
        meetings=evenings, pools=[Pool(5, label="甲班"), Pool(5, label="乙班")], closes_in=HOUR
    )

    def told(made: Made) -> list[str]:
        page = parsed(client.get(f"/activities/{made.activity_id}"))
        return [words(one) for one in page.iter("span") if one.get("class") == "slot__when"]

    days = [f"{day.month}月{day.day}日" for day in (clock.beijing(one.starts_at) for one in evenings)]
    said = told(apart)
    assert len(said) == 2
    assert all(day in line.replace("\N{WORD JOINER}", "") for day, line in zip(days, said, strict=True))
    assert told(together) == []
