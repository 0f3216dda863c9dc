"""How people want to be reached: what they choose, when their phones are left alone, and what the inbox shows."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.booking.steps import NOON
from tests.browsing import Client, at_time, by_id, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from yiqi import clock
from yiqi.activities.models import Activity, Slot
from yiqi.background import Background
from yiqi.booking import places, reminders
from yiqi.booking.models import Booking
from yiqi.db import db, writing
from yiqi.notices import delivery, inbox, outbox, reach
from yiqi.notices.letter import Letter
from yiqi.notices.models import Notice, Reach
from yiqi.notices.post import Post
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.permissions import Role

HOUR = timedelta(hours=1)
SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


class Told:
    """A post office that keeps what it is handed."""

    def __init__(self, *ways: Way) -> None:
        self.letters: list[Letter] = []
        self.post = Post(dict.fromkeys({Way.SMS, *ways}, self._keep))

    def _keep(self, letter: Letter) -> str:
        self.letters.append(letter)
        return "receipt"

    def at(self, site: Flask, at: datetime) -> list[str]:
        """The texts that a round of delivery sends at an instant."""
        before = len(self.letters)
        worker = Background(site, composing.composers(), self.post)
        worker._chores = ()
        with at_time(at):
            worker.once(at)
        return [str(one.text) for one in self.letters[before:]]


def books(person: Person, *, at: datetime = NOON, starts_in: timedelta = 72 * HOUR) -> str:
    made = an_activity(places=5, now=at - 2 * HOUR, starts_in=starts_in + 2 * HOUR, auto_minutes=0)
    return places.sign_up(
        slot_id=made.slot_id, person_id=person.id, party=1, nonce=f"{made.slot_id}", at=at
    ).ref


def test_each_hears_the_way_they_chose_and_codes_come_by_short_message(site: Flask, 小王: Person) -> None:
    told, person_id = Told(Way.EMAIL), 小王.id
    reach.choose(person_id=person_id, way=Way.SITE, reminders=True)
    books(小王)
    with writing() as session:
        outbox.put(
            session.connection(),
            "code",
            key="code-1",
            person_id=person_id,
            phone=小王.phone,
            at=NOON,
            code="123456",
        )

    told.at(site, NOON)

    assert [one.code for one in told.letters] == ["123456"]
    ways = {one.kind: one.way for one in db.session.execute(select(Notice.kind, Notice.way))}
    assert ways == {"code": Way.SMS, "booking": Way.SITE}
    assert inbox.unread(person_id) == 1


def test_an_address_counts_once_its_link_was_opened_and_no_longer_once_it_is_forgotten(
    site: Flask, 小王: Person
) -> None:
    person_id = 小王.id
    told = Told(Way.EMAIL)
    reach.ask_email(person_id=person_id, address="wang@example.com", at=NOON)
    with pytest.raises(reach.TooSoon):
        reach.ask_email(person_id=person_id, address="li@example.com", at=NOON)
    (link,) = told.at(site, NOON)
    token = link.split("/email/")[1][:22]

    assert reach.of(person_id).email_at is None
    assert not reach.show_email(person_id=a_worker().id, token=token, at=NOON)
    assert not reach.show_email(person_id=person_id, token="A" * 22, at=NOON)
    assert reach.show_email(person_id=person_id, token=token, at=NOON + HOUR)
    books(db.session.get_one(Person, person_id))
    told.at(site, NOON + HOUR)
    reach.forget_email(person_id=person_id)
    books(db.session.get_one(Person, person_id), starts_in=96 * HOUR)
    told.at(site, NOON + 2 * HOUR)

    assert [(one.way, one.email) for one in told.letters] == [
        (Way.EMAIL, "wang@example.com"),
        (Way.EMAIL, "wang@example.com"),
        (Way.SMS, ""),
    ]


def test_nobody_fills_a_mailbox_with_links(site: Flask, 小王: Person) -> None:
    person_id, apart = 小王.id, timedelta(minutes=3)
    for nth in range(reach.LETTERS_A_DAY):
        reach.ask_email(person_id=person_id, address=f"li{nth}@example.com", at=NOON + nth * apart)
    with pytest.raises(reach.Enough):
        reach.ask_email(person_id=person_id, address="wang@example.com", at=NOON + 23 * HOUR)
    assert reach.of(person_id).email == "li4@example.com", "what was refused changes nothing"

    reach.ask_email(person_id=person_id, address="wang@example.com", at=NOON + 25 * HOUR)
    assert db.session.query(Notice).filter_by(kind="email_link").count() == reach.LETTERS_A_DAY + 1


def test_an_address_that_three_people_claim_hears_nothing_from_a_fourth(site: Flask) -> None:
    *three, fourth = [a_worker().id for _n in range(reach.PEOPLE_A_DAY + 1)]
    for one in three:
        reach.ask_email(person_id=one, address="Wang@example.com", at=NOON)

    with pytest.raises(reach.Enough):
        reach.ask_email(person_id=fourth, address="wang@example.com", at=NOON + HOUR)
    reach.ask_email(person_id=three[0], address="wang@example.com", at=NOON + HOUR)
    reach.ask_email(person_id=fourth, address="wang@example.com", at=NOON + 24 * HOUR)


def test_a_link_that_is_a_day_old_opens_nothing(site: Flask, 小王: Person) -> None:
    person_id = 小王.id
    told = Told(Way.EMAIL)
    reach.ask_email(person_id=person_id, address="wang@example.com", at=NOON)
    (link,) = told.at(site, NOON)
    token = link.split("/email/")[1][:22]

    assert not reach.show_email(person_id=person_id, token=token, at=NOON + 24 * HOUR)


def test_a_wechat_belongs_to_one_person_at_a_time(site: Flask, 小王: Person, 小赵: Person) -> None:
    for person in (小王, 小赵):
        reach.link_wechat(person_id=person.id, openid="o-1")

    assert reach.person_of("o-1") == 小赵.id
    assert reach.of(小王.id).openid is None


def test_phones_are_left_alone_at_night_but_for_news_of_the_same_day(site: Flask, 小王: Person) -> None:
    told, late = Told(), NOON + 11 * HOUR  # 23:00 in Beijing
    books(小王, at=late)
    soon = books(小王, at=late, starts_in=timedelta(minutes=50))

    at_night = told.at(site, late)
    still = told.at(site, late + 7 * HOUR + timedelta(minutes=59))
    in_the_morning = told.at(site, late + 8 * HOUR)

    assert soon[:4] in "".join(at_night)
    assert (len(at_night), still, len(in_the_morning)) == (1, [], 1)
    assert set(db.session.scalars(select(Notice.tries))) == {1}, "waiting is no try"


def test_each_is_reminded_a_day_and_two_hours_before_once(site: Flask, 小王: Person, 小赵: Person) -> None:
    told, start = Told(), NOON + 72 * HOUR
    books(小王)
    reach.choose(person_id=小赵.id, way=Way.SMS, reminders=False)
    books(小赵)
    told.at(site, NOON)

    written = []
    for before in (25, 24, 23, 2, 1):
        at = start - before * HOUR
        written.append(reminders.remind(at) + reminders.remind(at))
        told.at(site, at)

    assert written == [0, 1, 0, 1, 0]
    assert ["去不了请早点取消" in str(one.text) for one in told.letters[2:]] == [True, False]


def test_nobody_is_reminded_of_what_they_gave_up_or_got_a_moment_ago(site: Flask, 小王: Person) -> None:
    told, start = Told(), NOON + 20 * HOUR
    books(小王, starts_in=20 * HOUR)
    told.at(site, NOON)

    assert reminders.remind(NOON + timedelta(minutes=1)) == 0, "they have just booked"
    assert reminders.remind(start - 2 * HOUR) == 1
    with writing() as session:
        session.execute(update(Booking).values(state="cancelled"))
    assert told.at(site, start - 2 * HOUR) == []


def test_a_date_that_was_moved_is_reminded_of_anew_and_of_its_old_time_not_at_all(
    site: Flask, 小王: Person
) -> None:
    told, start = Told(), NOON + 72 * HOUR
    books(小王)
    told.at(site, NOON)
    assert reminders.remind(start - 24 * HOUR) == 1
    with writing():
        moved = db.session.scalars(select(Booking)).one().slot.occurrences[0]
        moved.starts_at += timedelta(minutes=30)

    assert told.at(site, start - 24 * HOUR) == []
    assert reminders.remind(start - 23 * HOUR) == 1


@SQLITE
def test_the_inbox_says_what_is_true_now_and_counts_what_is_new(
    site: Flask, client: Client, 小王: Person
) -> None:
    kept, given_up = books(小王, at=clock.now()), books(小王, at=clock.now(), starts_in=96 * HOUR)
    places.cancel(ref=given_up, person_id=小王.id, at=clock.now())
    client.sign_in(小王)

    assert words(by_id(client.get("/me"), "unread")) == "2 条新的"
    page = client.get("/me/notices")
    assert kept[:4] in page.text
    assert given_up[:4] not in page.text
    gone = [one for one in by_id(page, "notices").iter("li") if "后来又变了" in words(one)]
    title, activity = db.session.execute(
        select(Activity.title, Activity.id).join(Slot).join(Booking).where(Booking.ref == given_up)
    ).one()
    assert (
        [words(one).partition("：")[0].removeprefix("新").strip() for one in gone]
        == [title] * len(gone)
        != []
    )
    assert [link.get("href") for one in gone for link in one.iter("a")] == [f"/activities/{activity}"] * len(
        gone
    )
    alone = client.get(f"/me/notices/{(gone[0].get('id') or '').removeprefix('notice-')}")
    assert title in alone.text
    assert f'href="/activities/{activity}"' in alone.text
    assert "【亦庄工会】" not in page.text

    after = client.follow(client.press(page, "/me/notices/read"))
    assert "data-unread" not in after.text
    assert 'id="unread"' not in client.get("/me").text


@SQLITE
def test_one_chooses_on_a_page_and_only_what_is_there(site: Flask, client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    page = client.get("/me/reach")

    saved = client.follow(client.press(page, "/me/reach", way="site"))
    assert 'value="site" checked' in saved.text or "checked" in saved.text
    assert reach.of(小王.id).way is Way.SITE

    refused = client.press(page, "/me/reach", way="wechat")
    assert refused.status_code == 422
    assert reach.of(小王.id).way is Way.SITE


@SQLITE
def test_a_mail_address_is_typed_shown_and_used(
    site: Flask, client: Client, 小王: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = 小王.id
    told = Told(Way.EMAIL)
    monkeypatch.setitem(site.extensions, "yiqi.post", told.post)
    client.sign_in(小王)
    page = client.get("/me/reach")

    wrong = client.press(page, "/me/reach/email", email="wang@")
    assert wrong.status_code == 422
    assert "wang@" in wrong.text
    client.follow(client.press(page, "/me/reach/email", email="wang@example.com"))
    assert client.press(page, "/me/reach/email", email="wang@example.com").status_code == 429
    with writing() as session:
        session.execute(update(Reach).values(email_asked_at=clock.now() - HOUR))
        for nth in range(reach.LETTERS_A_DAY):
            key = f"more-{nth}"
            outbox.put(session.connection(), "email_link", key=key, person_id=小王.id, at=clock.now())
    enough = client.press(page, "/me/reach/email", email="wang@example.com")
    assert enough.status_code == 429
    assert "太多了，明天再来" in enough.text

    (link,) = told.at(site, clock.now())
    path = "/me/reach/email/" + link.split("/email/")[1][:22]
    opened = client.get(path)
    assert reach.of(person_id).email_at is None, "opening alone shows nothing"
    done = client.follow(client.press(opened, path))
    assert "通知可以发到 wang@example.com" in done.text
    assert reach.of(person_id).way is Way.EMAIL


@SQLITE
def test_the_desk_sees_why_a_notice_reached_nobody_and_sends_it_again(
    site: Flask, client: Client, 小王: Person
) -> None:
    books(小王)
    with writing() as session:
        session.execute(update(Notice).values(dead_at=NOON, tries=8, reason="HTTP 503"))
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    client.sign_in(admin)
    page = client.get("/desk/notices")
    assert "HTTP 503" in page.text
    assert 小王.phone[3:] not in page.text
    (notice_id,) = db.session.scalars(select(Notice.id)).all()

    client.follow(client.press(page, f"/desk/notices/{notice_id}/again"))
    assert client.press(page, f"/desk/notices/{notice_id}/again").status_code == 409
    assert delivery.due(clock.now()) == [notice_id]
    assert db.session.scalars(select(Deed.facts)).all()[-1]["deed"] == "sent_again"


@SQLITE
def test_what_the_desk_gives_up_is_sent_no_more_and_stays_in_the_inbox(
    site: Flask, client: Client, 小王: Person
) -> None:
    books(小王)
    with writing() as session:
        session.execute(update(Notice).values(dead_at=NOON, tries=8, reason="HTTP 400"))
    client.sign_in(an_organizer(a_union(), role=Role.FEDERATION_ADMIN))
    page = client.get("/desk/notices")
    (notice_id,) = db.session.scalars(select(Notice.id)).all()

    client.follow(client.press(page, f"/desk/notices/{notice_id}/close"))

    assert delivery.due(clock.now()) == []
    assert inbox.unread(小王.id) == 1
    assert "没有。通知都送到了。" in client.get("/desk/notices").text


def test_the_choice_goes_along_when_two_records_become_one(site: Flask, 小王: Person, 小赵: Person) -> None:
    reach.choose(person_id=小赵.id, way=Way.SITE, reminders=False)
    with writing() as session:
        reach.carry(session.connection(), kept_id=小王.id, gone_id=小赵.id)

    assert reach.of(小王.id).way is Way.SITE
    assert db.session.scalars(select(Reach.person_id)).all() == [小王.id]
