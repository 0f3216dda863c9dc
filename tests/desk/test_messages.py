"""Writing to people of an activity: whom it reaches, what it says and costs, and that it goes out once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import HOUR, NOON, asks, gives_back
from tests.browsing import Client, at_time, by_id, form_of, sign_in, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer, workers
from yiqi.activities.models import Allocation, Occurrence
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import approval, attendance, places, whole
from yiqi.db import db
from yiqi.desk.letters import messaging
from yiqi.desk.letters.audience import Audience, To
from yiqi.desk.letters.messaging import NotSent, Sent, Unsent
from yiqi.notices.models import Notice
from yiqi.pages import composing
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role


def notices() -> list[Notice]:
    db.session.rollback()
    found = select(Notice).where(Notice.kind == "message").order_by(Notice.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def letters() -> list[str | None]:
    return [letter.text if (letter := composing.letter(one)) else None for one in notices()]


def sends(
    by: Person,
    made: Made,
    body: str = "{活动}见",
    *,
    at: datetime = NOON,
    nonce: str = "一",
    **wanted: object,
) -> Sent:
    of = whole.of(made.activity_id, at)
    assert of is not None
    audience = Audience(**wanted)  # type: ignore[arg-type]
    return messaging.send(wanted=audience, body=body, of=of, nonce=nonce, by_id=by.id, at=at)


def reached() -> set[int | None]:
    return {one.person_id for one in notices()}


def a_date(made: Made, number: int = 0) -> int:
    query = (
        select(Occurrence.id).where(Occurrence.activity_id == made.activity_id).order_by(Occurrence.starts_at)
    )
    return list(db.session.scalars(query))[number]


def test_each_confirmed_person_gets_a_text_of_their_own(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=2, title="八段锦", venue="职工之家", now=NOON)
    first, second, third = (a_worker(name=name) for name in ("王芳", "", "候补者"))
    ticket = asks(first, made)
    asks(second, made)
    asks(third, made)

    sent = sends(李姐, made, "{姓名}：{活动} {时间} 在{地点}，码 {签到码}")

    assert sent.people == 2
    code = f"{ticket.ref[:4]}-{ticket.ref[4:]}"
    with at_time(NOON):
        mine, theirs = letters()
    assert mine == f"【亦庄工会】王芳：八段锦 7月4日 12:00 在职工之家，码 {code}。退订回 T"
    assert str(theirs).startswith("【亦庄工会】工友：八段锦")
    deed = db.session.scalars(select(Deed).where(Deed.what == What.MESSAGED)).one()
    assert (deed.activity_id, deed.by_id, deed.facts) == (
        made.activity_id,
        李姐.id,
        {"people": 2, "parts": 2},
    )


def test_who_reads_english_gets_the_words_in_it(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=2, title="八段锦", title_en="Baduanjin", now=NOON)
    asks(a_worker(name="Ann", lang="en"), made)

    sends(李姐, made, "{name}: {activity}, {time}")

    with at_time(NOON):
        assert "Ann: Baduanjin, 4 Jul, 12:00" in str(letters()[0])


@pytest.mark.parametrize("to", [To.CONFIRMED, To.WAITING, To.ABSENT])
def test_each_group_reaches_its_own_people(site: Flask, 李姐: Person, to: To) -> None:
    made = an_activity(places=2, now=NOON, starts_in=HOUR, closes_in=HOUR, promotion_minutes=30)
    here, not_here, waits, left = workers(4, at=NOON)
    ticket = asks(here, made)
    tickets = []
    for one in (not_here, waits, left):
        tickets.append(asks(one, made))
    gives_back(left, tickets[-1])
    attendance.check_in(ref=ticket.ref, occurrence_id=a_date(made), at=NOON + HOUR / 2, by_id=李姐.id)

    sends(李姐, made, to=to)

    wanted = {To.CONFIRMED: {here.id, not_here.id}, To.WAITING: {waits.id}, To.ABSENT: {not_here.id}}
    assert reached() == wanted[to]


def test_after_a_calling_off_those_who_were_on_the_list_can_be_written_to(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=1, title="八段锦", venue="职工之家", now=NOON)
    holds, waits, left = workers(3, at=NOON)
    for one in (holds, waits):
        asks(one, made)
    gives_back(left, asks(left, made))
    sends(李姐, made, "{活动}见", nonce="before")
    places.call_off(activity_id=made.activity_id, at=NOON)

    with pytest.raises(NotSent):
        sends(李姐, made, nonce="none")
    sent = sends(李姐, made, "{姓名}，{活动} {时间}的票退在{地点}", nonce="after", to=To.CALLED_OFF)

    assert sent.people == 2
    with at_time(NOON):
        before, *after = letters()
    assert before is None
    assert [str(one).partition("，")[2] for one in after] == [
        "八段锦 7月4日 12:00的票退在职工之家。退订回 T"
    ] * 2
    assert {one.person_id for one in notices()[1:]} == {holds.id, waits.id}


def test_who_is_to_be_checked_is_reached_too(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=2, now=NOON, allocation=Allocation.APPROVAL)
    one, other = workers(2, at=NOON)
    approval.approve(ref=asks(one, made).ref, by_id=李姐.id, at=NOON)
    asks(other, made)

    sends(李姐, made, to=To.PENDING)

    assert reached() == {other.id}


def test_people_of_one_slot_or_one_date_and_picked_ones(site: Flask, 李姐: Person) -> None:
    meetings = [Meeting(NOON + timedelta(days=day), NOON + timedelta(days=day, hours=1)) for day in (3, 4)]
    made = an_activity(
        now=NOON,
        meetings=meetings,
        pools=[Pool(5, label="甲", meetings=(0,)), Pool(5, label="乙", meetings=(1,))],
    )
    one, other = workers(2, at=NOON)
    asks(one, made.slot_ids[0])
    ticket = asks(other, made.slot_ids[1])

    sends(李姐, made, nonce="1", slot_id=made.slot_ids[0])
    assert reached() == {one.id}
    sends(李姐, made, nonce="2", occurrence_id=a_date(made, 1))
    assert [notice.person_id for notice in notices()] == [one.id, other.id]
    sends(李姐, made, "{姓名}", nonce="3", to=To.PICKED, refs=(ticket.ref, "99999999"))
    assert [notice.person_id for notice in notices()] == [one.id, other.id, other.id]


def test_who_has_several_dates_is_written_to_once_about_the_next_one(site: Flask, 李姐: Person) -> None:
    meetings = [Meeting(NOON + timedelta(days=day), NOON + timedelta(days=day, hours=1)) for day in (2, 3, 4)]
    made = an_activity(now=NOON, meetings=meetings, pools=[Pool(5, meetings=(n,)) for n in range(3)])
    (one,) = workers(1, at=NOON)
    for slot_id in reversed(made.slot_ids):
        asks(one, slot_id)

    sent = sends(李姐, made, "{时间}", at=NOON + timedelta(days=2, hours=2))

    assert sent.people == 1
    with at_time(NOON + timedelta(days=2, hours=2)):
        assert letters() == ["【亦庄工会】7月4日 12:00。退订回 T"]


def test_the_same_form_sends_once(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=5, now=NOON)
    for one in workers(3, at=NOON):
        asks(one, made)

    first, again = sends(李姐, made), sends(李姐, made, "别的话")

    assert (again.message_id, again.people, again.fresh) == (first.message_id, 3, False)
    assert len(notices()) == 3
    assert len({one.key for one in notices()}) == 3
    assert notices()[0].key == f"message-{first.message_id}-{notices()[0].person_id}"
    assert sends(李姐, made, "别的话", nonce="二").fresh


def test_a_form_of_another_activity_sends_nothing_here(site: Flask, 李姐: Person) -> None:
    made, other = an_activity(places=5, now=NOON), an_activity(places=5, now=NOON, starts_in=9 * HOUR)
    for one in (made, other):
        asks(a_worker(), one)
    sends(李姐, made)

    with pytest.raises(NotSent) as not_sent:
        sends(李姐, other)

    assert not_sent.value.why is Unsent.ELSEWHERE


def test_who_gives_up_before_it_goes_out_hears_nothing_of_it(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=5, now=NOON)
    gone, kept, early = workers(3, at=NOON)
    tickets = [asks(one, made) for one in (gone, kept, early)]
    gives_back(early, tickets[2])

    sent = sends(李姐, made)
    gives_back(gone, tickets[0])

    assert sent.people == 2
    assert [text is None for text in letters()] == [True, False]


def test_nobody_and_too_many(site: Flask, 李姐: Person) -> None:
    made = an_activity(places=5, now=NOON)
    with pytest.raises(NotSent) as nobody:
        sends(李姐, made)
    asks(a_worker(), made)
    for number in range(messaging.MOST_A_DAY):
        sends(李姐, made, f"{number}：{{活动}}见", nonce=f"n{number}")
    with pytest.raises(NotSent) as too_many:
        sends(李姐, made, nonce="one more")

    assert (nobody.value.why, too_many.value.why) == (Unsent.NOBODY, Unsent.TOO_MANY)
    assert len(notices()) == messaging.MOST_A_DAY
    assert sends(李姐, made, nonce="one more", at=NOON + 24 * HOUR).fresh


def test_at_night_it_waits_for_the_morning_unless_it_is_about_that_day(site: Flask, 李姐: Person) -> None:
    far, near = (
        an_activity(places=5, now=NOON),
        an_activity(places=5, now=NOON, starts_in=9 * HOUR, lasts=3 * HOUR),
    )
    for one in (far, near):
        asks(a_worker(), one)
    night = NOON + 10 * HOUR + HOUR / 2

    sends(李姐, far, nonce="far", at=night)
    sends(李姐, near, nonce="near", at=night)

    assert [one.next_try_at for one in notices()] == [NOON + 19 * HOUR, night]


def test_two_organizers_send_what_each_of_them_wrote(site: Flask) -> None:
    made = an_activity(places=5, now=NOON)
    asks(a_worker(), made)
    one, other = workers(2, at=NOON)

    assert sends(one, made).message_id != sends(other, made).message_id


# ---- the page


def opened(client: Client, **options: object) -> tuple[Made, str]:
    made = an_activity(places=5, title="八段锦", **options)  # type: ignore[arg-type]
    sign_in(client, an_organizer(a_union()))
    return made, f"/desk/activities/{made.activity_id}/messages"


def test_the_page_shows_the_text_its_parts_and_the_cost_before_it_goes_out(client: Client) -> None:
    made, url = opened(client)
    asks(a_worker(name="王芳"), made, at=made.opens_at + HOUR)
    asks(a_worker(name="李" * 40), made, at=made.opens_at + HOUR)
    page = client.get(url)

    shown = press_by_htmx_preview(client, page, url, "字" * 30 + "{姓名}，{活动}见")
    full = client.post(f"{url}/preview", data=form_of(page, url) | {"body": "{姓名}见"})

    assert by_id(shown, "message-preview").tag == "section"
    assert "【亦庄工会】" in shown
    assert "王芳，八段锦见" in shown
    assert words(by_id(shown, "message-cost")) == "一共 3 条，0.15 元"
    assert "发送给 2 人" in words(by_id(full, "send"))
    assert "王芳见。退订回 T" in full.text
    assert notices() == []


def press_by_htmx_preview(client: Client, page: object, url: str, body: str) -> str:
    data = form_of(page, url) | {"body": body}  # type: ignore[arg-type]
    return client.post(f"{url}/preview", data=data, headers={"HX-Request": "true"}).text


def test_sending_leads_back_and_says_how_many_it_became(client: Client) -> None:
    made, url = opened(client)
    gone, kept = a_worker(name="王芳"), a_worker(name="魏帆")
    ticket = asks(gone, made, at=made.opens_at + HOUR)
    asks(kept, made, at=made.opens_at + HOUR)
    page = client.get(url)
    gives_back(gone, ticket, at=made.opens_at + HOUR)

    answer = client.press(page, url, body="{活动}改到 2 号楼")
    again = client.press(page, url, body="{活动}改到 2 号楼")
    after = client.follow(answer)

    assert answer.location == again.location
    assert words(by_id(after, "message-sent")) == (
        "发给了 1 人。 预览时是 2 人，后来名单有变化，按现在的发。 发出前退出的人不会收到。"
    )
    assert "1 人，短信 1 条" in words(by_id(after, "sent"))
    assert len(notices()) == 1


def test_who_changes_the_group_after_looking_looks_again_before_it_goes_out(client: Client) -> None:
    made, url = opened(client, now=NOON)
    holds, *waits = workers(8, at=NOON)
    for one in (holds, *waits):
        asks(one, made)
    page = client.post(f"{url}/preview", data=form_of(client.get(url), url) | {"to": "waiting", "body": "好"})

    answer = client.press(page, url, to="confirmed")
    none_went = notices() == []
    sent = client.press(answer, url)

    assert "发送给 3 人" in words(by_id(page, "send"))
    assert (answer.status_code, none_went) == (409, True)
    assert "发给谁改过了" in words(by_id(answer, "message-problem"))
    assert "发送给 5 人" in words(by_id(answer, "send"))
    assert (form_of(answer, url)["to"], form_of(answer, url)["body"]) == ("confirmed", "好")
    assert "发给了 5 人。 发出前" in words(by_id(client.follow(sent), "message-sent"))
    assert len(notices()) == 5


def test_a_form_that_showed_nobody_sends_to_nobody(client: Client) -> None:
    made, url = opened(client)
    asks(a_worker(), made, at=made.opens_at + HOUR)
    sent = form_of(client.get(url), url) | {"body": "好"}
    del sent["previewed"]

    answer = client.post(url, data=sent)

    assert answer.status_code == 409
    assert notices() == []


def test_the_same_words_go_twice_to_the_same_people_only_on_purpose(client: Client) -> None:
    made, url = opened(client)
    for one in workers(2, at=made.opens_at):
        asks(one, made, at=made.opens_at + HOUR)
    with at_time(made.opens_at + HOUR * 2):
        client.press(client.get(url), url, body="{活动}见")
        asked = client.press(client.get(url), url, body="{活动}见")
        none_went = len(notices()) == 2
        client.press(asked, url)
        asked_anew = client.press(client.get(url), url, body="{活动}见")
        other = client.press(client.get(url), url, body="{活动}再见")
    with at_time(made.opens_at + HOUR * 2 + messaging.JUST):
        later = client.press(client.get(url), url, body="{活动}见")

    assert (asked.status_code, none_went) == (409, True)
    assert " 刚发过，有 2 人会再收到一遍" in words(by_id(asked, "message-problem"))
    assert words(by_id(asked, "send")) == "再发一遍给 2 人"
    assert asked_anew.status_code == 409
    assert (other.status_code, later.status_code) == (303, 303)
    assert len(notices()) == 8


def test_the_same_words_to_others_are_sent_without_asking(site: Flask, 李姐: Person, 小王: Person) -> None:
    made = an_activity(places=1, now=NOON)
    for one in workers(2, at=NOON):
        asks(one, made)

    sends(李姐, made, nonce="1")
    to_others = sends(李姐, made, nonce="2", to=To.WAITING)
    of_another = sends(小王, made, nonce="3")

    assert to_others.fresh
    assert of_another.fresh
    with pytest.raises(NotSent) as twice:
        sends(李姐, made, nonce="4", to=To.CONFIRMED)
    assert twice.value.why is Unsent.TWICE
    assert twice.value.before is not None
    assert twice.value.before.people == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"body": ""}, "写上内容"),
        ({"body": "字" * 501}, "最多 500 个字"),
        ({"body": "{电话}"}, "不认识 {电话}"),
        ({"body": "看 yiqi.com"}, "短信里不放网址"),
        ({"body": "好", "to": "everybody"}, "从列出的里面选一个"),
        ({"body": "好", "to": "picked"}, "从列出的里面选一个"),
        ({"body": "好", "slot": "1"}, "从列出的里面选一个"),
        ({"body": "a\u202eb"}, "有不能保存的字符"),
    ],
)
def test_what_cannot_be_sent_stays_in_the_form(client: Client, typed: dict[str, str], told: str) -> None:
    made, url = opened(client)
    asks(a_worker(), made, at=made.opens_at + HOUR)

    answer = client.post(url, data=form_of(client.get(url), url) | typed)

    assert answer.status_code == 422
    assert told in words(by_id(answer, "errsum"))
    assert notices() == []


def test_to_nobody_is_refused_in_the_page(client: Client) -> None:
    _made, url = opened(client)

    answer = client.press(client.get(f"{url}?to=waiting"), url, body="好")

    assert answer.status_code == 409
    assert "现在没有人可发" in words(by_id(answer, "message-problem"))


def test_the_address_says_whom_it_is_for(client: Client) -> None:
    made, url = opened(client)
    worker = a_worker(name="王芳")
    ticket = asks(worker, made, at=made.opens_at + HOUR)

    waiting = form_of(client.get(f"{url}?to=waiting"), url)
    picked = client.get(f"{url}?ref={ticket.ref}&ref=nonsense")
    posted = client.post(f"{url}/preview", data=form_of(picked, url) | {"ref": ticket.ref})

    assert waiting["to"] == "waiting"
    assert (form_of(picked, url)["to"], form_of(picked, url)["ref"]) == ("picked", ticket.ref)
    assert "选中的 1 人" in words(by_id(picked, "to"))
    assert "王芳" in words(by_id(posted, "message-preview"))


def test_the_page_of_a_called_off_activity_offers_those_who_were_on_its_list(client: Client) -> None:
    made, url = opened(client)
    asks(a_worker(), made, at=made.opens_at + HOUR)
    others = words(by_id(client.get(url), "to"))

    places.call_off(activity_id=made.activity_id, at=made.opens_at + HOUR)
    page = client.get(url)
    sent = client.press(page, url, body="{活动}改期再通知")

    assert "取消前在名单上的人" not in others
    assert form_of(page, url)["to"] == "called_off"
    assert "发送给 1 人" in words(by_id(page, "send"))
    assert "发给了 1 人" in words(by_id(client.follow(sent), "message-sent"))


@pytest.mark.parametrize("role", [Role.CHECK_IN_STAFF, Role.AUDITOR])
def test_who_may_not_write_finds_no_page(client: Client, role: Role) -> None:
    _made, url = opened(client)
    client.delete_cookie("session")
    sign_in(client, an_organizer(a_union(), role=role, name="小李"))

    assert client.get(url).status_code == 404
