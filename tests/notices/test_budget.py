"""The daily budget of short messages: who goes first when it runs short, where the rest goes, and who sees it."""

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from tests.booking.steps import NOON
from tests.browsing import Client, at_time, by_id, form_of, sign_in, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from yiqi import clock
from yiqi.booking import places, whole
from yiqi.db import db, writing
from yiqi.desk.letters import messaging
from yiqi.desk.letters.audience import Audience
from yiqi.notices import delivery, inbox, outbox, spending
from yiqi.notices.letter import Failed, Letter, Refused
from yiqi.notices.models import Notice, Reach, SmsSpent
from yiqi.notices.rules.budget import Budget, Rank, Short, held_until, rank_of
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing
from yiqi.people.models import Person
from yiqi.roles.rules.permissions import Role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG = "字" * 71
"""Two parts."""


def compose(notice: Notice) -> Letter | None:
    if notice.facts.get("gone") and notice.reason:
        return None
    about = (NOON + HOUR, NOON + 2 * HOUR) if notice.kind == "today" else None
    phone = notice.phone or "+8613800138000"
    return Letter(phone, notice.facts.get("text", "一条"), notice.facts.get("code", ""), about)


KINDS = dict.fromkeys(("code", "today", "news", "message", "reminder"), compose)


class Office:
    """Delivers one notice after the other from a budget, and keeps what each way was handed."""

    def __init__(self, budget: Budget, *ways: Way) -> None:
        self.budget, self.ways = budget, {Way.SMS, *ways}
        self.handed: list[Letter] = []
        self.number = 0

    def send(self, letter: Letter) -> str:
        self.handed.append(letter)
        return "receipt"

    def put(self, kind: str, person: Person | None, at: datetime = NOON, **facts: object) -> int:
        self.number += 1
        whose = {"person_id": person.id} if person else {"phone": "+8613800138000", "code": "123456"}
        with writing() as session:
            outbox.put(session.connection(), kind, key=f"n-{self.number}", at=at, **whose, **facts)  # type: ignore[arg-type]
        return self.number

    def deliver(self, kind: str, person: Person | None, at: datetime = NOON, **facts: object) -> Notice:
        """A notice as it is after its delivery."""
        return self.again(self.put(kind, person, at, **facts), at)

    def again(self, number: int, at: datetime = NOON, send: delivery.Send | None = None) -> Notice:
        (found,) = db.session.query(Notice.id).filter_by(key=f"n-{number}").one()
        db.session.commit()
        send = send or self.send
        delivery.deliver(found, KINDS, send, at, ways=self.ways, budget=self.budget, keep_codes=True)
        return db.session.get_one(Notice, found, populate_existing=True)

    def spent(self, at: datetime = NOON) -> int:
        return spending.of_day(self.budget, at).parts


def test_what_can_wait_stops_first_then_news_then_what_is_today_and_codes_last(
    site: Flask, 小王: Person
) -> None:
    office = Office(Budget(day=10))
    went: dict[str, int] = {}
    for kind in ("reminder", "message", "news", "today", "code"):
        while office.deliver(kind, None if kind == "code" else 小王).way is Way.SMS:
            went[kind] = went.get(kind, 0) + 1

    assert went == {"reminder": 6, "news": 2, "today": 1, "code": 1}
    assert office.spent() == len(office.handed) == 10


def test_what_does_not_fit_stays_in_the_inbox_with_its_reason_and_a_code_is_a_dead_letter(
    site: Flask, 小王: Person
) -> None:
    office = Office(Budget(day=1))

    message, code = office.deliver("message", 小王), office.deliver("code", None)
    assert (message.way, message.reason, message.dead_at) == (Way.SITE, Short.DAY, None)
    assert (code.way, code.sent_at is not None) == (Way.SMS, True)
    late = office.deliver("code", None)

    assert (late.sent_at, late.reason) == (None, Short.DAY)
    assert late.dead_at == NOON
    day = spending.of_day(office.budget, NOON)
    assert (day.stayed, day.codes, day.held_back) == ({Short.DAY: 1}, 1, 2)


def test_who_can_be_reached_otherwise_is_though_they_chose_short_messages(site: Flask, 小王: Person) -> None:
    with writing() as session:
        session.add(Reach(person_id=小王.id, way=Way.SMS, reminders=True, openid="wx", email="w@example.com"))
        session.execute(update(Reach).values(email_at=NOON))
    both, post = Office(Budget(day=1), Way.WECHAT, Way.EMAIL), Office(Budget(day=1), Way.EMAIL)

    by_wechat = both.deliver("message", 小王)
    post.number = both.number
    by_mail = post.deliver("message", 小王)

    assert (by_wechat.way, by_wechat.reason) == (Way.WECHAT, Short.DAY)
    assert (by_mail.way, post.handed[-1].email) == (Way.EMAIL, "w@example.com")
    day = spending.of_day(both.budget, NOON)
    assert (day.parts, day.other_ways, day.held_back) == (0, 2, 0)


SEVEN = clock.at(clock.beijing(NOON).date() + DAY, 7)


def test_news_that_did_not_fit_is_sent_the_next_morning_in_one_piece(site: Flask, 小王: Person) -> None:
    office = Office(Budget(day=1))
    news = office.deliver("news", 小王)

    assert (news.sent_at, news.way, news.reason) == (None, None, Short.DAY)
    assert (news.next_try_at, news.tries) == (SEVEN, 0)
    assert inbox.unread(小王.id) == 1, "it stands in the inbox at once"
    day = spending.of_day(office.budget, NOON)
    assert (day.stayed, day.waiting, day.held_back) == ({}, 1, 1)
    assert office.again(office.number, SEVEN - HOUR).sent_at is None

    office.budget = Budget(day=10)
    sent = office.again(office.number, SEVEN)
    assert (sent.way, sent.reason, sent.charged) == (Way.SMS, "", 1)
    assert office.spent(SEVEN) == 1
    assert spending.of_day(office.budget, SEVEN).waiting == 0


def test_what_waited_is_not_sent_once_it_was_read_or_is_not_true_any_more(site: Flask, 小王: Person) -> None:
    office = Office(Budget(day=1))
    read, gone, late = office.put("news", 小王), office.put("news", 小王, gone=True), office.put("news", 小王)
    for number in (read, gone, late):
        office.again(number)
    with writing() as session:
        session.execute(update(Notice).where(Notice.key == f"n-{read}").values(read_at=NOON + HOUR))
        session.execute(update(Notice).where(Notice.key == f"n-{late}").values(until=SEVEN))
    office.budget = Budget(day=10)

    assert office.again(read, SEVEN).way is Way.SITE
    assert office.again(gone, SEVEN).reason == "not true any more"
    assert office.again(late, SEVEN).reason == "too late"
    assert office.handed == []


def test_a_day_without_budget_after_another_is_waited_for_three_days_and_no_longer(
    site: Flask, 小王: Person
) -> None:
    office = Office(Budget(day=1))
    number = office.put("news", 小王)

    tried = [office.again(number, at) for at in (NOON, SEVEN, SEVEN + DAY)]
    assert {one.sent_at for one in tried} == {None}
    last = office.again(number, SEVEN + 2 * DAY)

    assert (last.way, last.reason) == (Way.SITE, Short.DAY)
    assert spending.of_day(office.budget, SEVEN + 2 * DAY).stayed == {Short.DAY: 1}


@pytest.mark.parametrize(
    ("rank", "about", "until", "then"),
    [
        (Rank.NEWS, None, None, SEVEN),
        (Rank.TODAY, (SEVEN - HOUR, SEVEN + HOUR), None, SEVEN - 7 * HOUR),
        (Rank.TODAY, (NOON + HOUR, NOON + 2 * HOUR), None, None),
        (Rank.NEWS, None, SEVEN, None),
        (Rank.CAN_WAIT, None, None, None),
        (Rank.CODE, None, None, None),
    ],
)
def test_until_when_a_letter_is_held(
    rank: Rank, about: tuple[datetime, datetime] | None, until: datetime | None, then: datetime | None
) -> None:
    assert held_until(rank, about=about, until=until, written_at=NOON, at=NOON) == then


def test_a_letter_is_counted_in_parts_and_a_person_has_a_share(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    office = Office(Budget(day=100, person=3))

    first = office.deliver("news", 小王, text=LONG)
    second = office.deliver("news", 小王, text=LONG)
    assert (first.way, first.charged) == (Way.SMS, 2)
    assert (second.way, second.sent_at, second.reason) == (None, None, Short.PERSON)
    assert office.spent() == 2, "what did not fit takes nothing"

    assert office.deliver("news", 小王).way is Way.SMS
    assert office.deliver("news", 小赵).way is Way.SMS
    assert office.deliver("news", 小王, NOON + DAY).way is Way.SMS, "a new day"


def test_one_message_to_many_has_a_share_and_leaves_the_next_one_its_own(site: Flask) -> None:
    people = [a_worker() for _n in range(3)]
    office = Office(Budget(day=100, message=2))

    ways = [office.deliver("message", one, message=7).way for one in people]

    assert ways == [Way.SMS, Way.SMS, Way.SITE]
    assert office.deliver("message", people[2], message=8).way is Way.SMS


def test_a_second_try_takes_nothing_more_and_a_refusal_gives_back(site: Flask, 小王: Person) -> None:
    office = Office(Budget(day=10, person=5))
    number = office.put("news", 小王, text=LONG)

    def away(_letter: Letter) -> str:
        raise Failed("away")

    def no_such_number(_letter: Letter) -> str:
        raise Refused("no such number")

    office.again(number, NOON, away)
    assert office.spent() == 2, "it may have gone out"
    office.again(number, NOON + HOUR, away)
    assert office.spent() == 2
    assert office.again(number, NOON + 2 * HOUR, no_such_number).dead_at is not None
    assert office.spent() == 0


def test_the_day_is_that_of_beijing(site: Flask, 小王: Person) -> None:
    office = Office(Budget(day=100, person=1))
    midnight = clock.at(clock.beijing(NOON).date() + DAY)

    assert office.deliver("code", None, midnight - HOUR).way is Way.SMS
    assert (office.spent(midnight - HOUR), office.spent(midnight)) == (1, 0)


def test_the_queue_sends_what_can_wait_last(site: Flask, 小王: Person) -> None:
    office = Office(Budget())
    for kind in ("reminder", "news", "message", "code"):
        office.put(kind, None if kind == "code" else 小王)

    kinds = [db.session.get_one(Notice, one).kind for one in delivery.due(NOON)]

    assert kinds == ["code", "news", "reminder", "message"]


@pytest.mark.parametrize(
    ("kind", "begins_in", "until_in", "rank"),
    [
        ("booking", HOUR, None, Rank.TODAY),
        ("change", -HOUR, None, Rank.TODAY),
        ("change", 25 * HOUR, None, Rank.NEWS),
        ("booking", 30 * HOUR, 2 * HOUR, Rank.TODAY),
        ("reminder", HOUR, HOUR, Rank.CAN_WAIT),
        ("message", HOUR, None, Rank.CAN_WAIT),
        ("league_moved", None, None, Rank.NEWS),
    ],
)
def test_the_rank_of_a_letter(
    kind: str, begins_in: timedelta | None, until_in: timedelta | None, rank: Rank
) -> None:
    about = (NOON + begins_in, NOON + begins_in + 2 * HOUR) if begins_in is not None else None
    until = NOON + until_in if until_in is not None else None

    assert rank_of(kind, is_code=False, about=about, until=until, at=NOON) is rank
    assert rank_of(kind, is_code=True, about=about, until=until, at=NOON) is Rank.CODE


def test_old_days_are_forgotten_and_what_went_to_whom_first(site: Flask, 小王: Person) -> None:
    office = Office(Budget(day=100, person=100))
    office.deliver("news", 小王)

    def left(at: datetime) -> int:
        spending.purge(at)
        return db.session.query(SmsSpent).count()

    assert [left(NOON + days * DAY) for days in (0, 2, 3, 40, 41)] == [2, 2, 1, 1, 0]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
class TestWhoSeesIt:
    """The desk, the metrics and the command line say the same."""

    @pytest.fixture(autouse=True)
    def spent(self, site: Flask, 小王: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        budget = Budget(day=10, person=20, message=5)
        for room in ("yiqi.desk.views.letters", "yiqi.desk.views.activities", "yiqi.desk.views.messages"):
            monkeypatch.setattr(f"{room}.budget_of", lambda _settings: budget)
        monkeypatch.setattr("yiqi.pages.health.budget_of", lambda _settings: budget)
        monkeypatch.setattr("yiqi.cli.jobs.budget_of", lambda _settings: budget)
        office = Office(budget)
        for _n in range(7):
            office.deliver("message", 小王)
        office.deliver("code", None, text=LONG)
        office.deliver("news", 小王)

    def test_the_federations_admin_is_warned_and_reads_why(self, client: Client) -> None:
        admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
        with at_time(NOON):
            sign_in(client, admin)
            home = client.get("/desk/")
            page = client.get("/desk/notices")

        assert "用了 8 条，一天最多 10 条" in words(by_id(home, "sms-short"))
        assert "用了 8 条，一天最多 10 条" in words(by_id(page, "sms-day"))
        assert words(by_id(page, "sms-short")) == (
            "当天的短信额度不够 1 条只在站内 要紧的，留到有额度那天再发 1 条"
        )

    def test_who_writes_to_many_sees_how_many_still_fit(self, client: Client) -> None:
        union = a_union()
        organizer, made = an_organizer(union), an_activity(now=NOON, owner=union)
        places.sign_up(slot_id=made.slot_id, person_id=organizer.id, party=1, nonce="n", at=NOON)
        with at_time(NOON):
            sign_in(client, organizer)
            path = f"/desk/activities/{made.activity_id}/messages"
            filled = form_of(client.get(path), path) | {"body": "见"}
            seen = client.post(f"{path}/preview", data=filled)

        assert "还能用短信 0 条" in words(by_id(seen, "message-room"))

    def test_metrics_and_the_command_line_tell(self, site: Flask, client: Client) -> None:
        with at_time(NOON):
            told = client.get("/metrics").text
            said = json.loads(site.test_cli_runner().invoke(args=["notices", "state"]).output)

        values = {
            one.name: one.samples[0].value
            for one in text_string_to_metric_families(told)
            if one.name.startswith("yiqi_sms")
        }
        assert values == {
            "yiqi_sms_parts_today": 8,
            "yiqi_sms_budget_parts": 10,
            "yiqi_sms_held_back_today": 2,
        }
        assert (said["sms_parts_today"], said["sms_budget"], said["sms_held_back_today"]) == (8, 10, 2)
        assert said["sms_held_for_tomorrow"] == 1


def test_a_message_of_an_organizer_knows_which_it_is(site: Flask, 小王: Person, 李姐: Person) -> None:
    made = an_activity(now=NOON)
    places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="n", at=NOON)
    of = whole.of(made.activity_id, NOON)
    assert of is not None

    sent = messaging.send(wanted=Audience(), body="见", of=of, nonce="m", by_id=李姐.id, at=NOON)

    (notice,) = db.session.query(Notice).filter_by(kind="message").all()
    assert notice.facts["message"] == sent.message_id
    assert composing.letter(notice) is not None
