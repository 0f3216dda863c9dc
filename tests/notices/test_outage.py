"""A gateway that is away while people book: then each hears exactly once, and nobody of a booking since cancelled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.browsing import at_time
from tests.builders import Made, an_activity, workers
from tests.notices.mailing import CERTIFICATE, Keeps, mail_server
from tests.notices.stubs import OfficialAccount, Stub, takes_everything
from tests.servers import free_port
from yiqi.background import Background
from yiqi.booking import places
from yiqi.booking.asking import Ticket
from yiqi.db import db, writing
from yiqi.notices import reach
from yiqi.notices.channels.mail import Mail
from yiqi.notices.channels.webhook import Webhook
from yiqi.notices.channels.wechat import WeChat
from yiqi.notices.delivery import Compose
from yiqi.notices.letter import Letter
from yiqi.notices.models import Notice, Reach
from yiqi.notices.post import Post
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing
from yiqi.people.models import Person

PEOPLE, CANCELLED = 50, 5
MINUTE = timedelta(minutes=1)
AWAY, BACK = (0, 4, 9), (10, 12, 45)
"""Minutes after booking at which the outbox is looked through, while nobody answers and afterwards."""
SECRET = "a-secret-that-both-sides-know"


class Gateway:
    """A channel that is away until it `comes_back`; `heard` are the ends of the numbers that were told, one for each time."""

    def __init__(self, way: Way) -> None:
        self.way, self.port = way, free_port()
        self.account = OfficialAccount()
        self.keeps = Keeps()
        answers = self.account if way is Way.WECHAT else takes_everything
        self.stub = Stub(answers, self.port)

    @property
    def post(self) -> Post:
        url, sms = self.stub.url, Webhook(f"http://127.0.0.1:{free_port()}", SECRET)
        mail = Mail(
            "localhost", self.port, "", "", "starttls", "y@example.com", "https://y.example", str(CERTIFICATE)
        )
        fields = ("thing1", "thing2", "time3")
        account = WeChat("wx", self.account.secret, "T", fields, url, url, "https://y.example")
        if self.way is Way.SMS:
            return Post({Way.SMS: Webhook(url, SECRET)})
        return Post({Way.SMS: sms, Way.EMAIL: mail, Way.WECHAT: account})

    def chosen_by(self, people: list[Person]) -> None:
        if self.way is Way.SMS:
            return
        with writing() as session:
            session.add_all(
                Reach(
                    person_id=one.id,
                    way=self.way,
                    email=f"{one.phone[-8:]}@example.com",
                    email_at=NOON,
                    openid=f"o-{one.phone[-8:]}",
                )
                for one in people
            )

    @contextmanager
    def come_back(self) -> Iterator[None]:
        if self.way is Way.EMAIL:
            with mail_server(self.keeps, port=self.port):
                yield
            return
        self.stub.start()
        try:
            yield
        finally:
            self.stub.stop()

    @property
    def heard(self) -> list[str]:
        if self.way is Way.SMS:
            return sorted(one.said["phone"][-8:] for one in self.stub.asked)
        if self.way is Way.WECHAT:
            sent = [one for one in self.stub.asked if one.path.endswith("/template/send")]
            return sorted(one.said["touser"].removeprefix("o-") for one in sent)
        letters = [message_from_bytes(one.content, policy=policy.default) for one in self.keeps.letters]
        return sorted(one["To"].partition("@")[0] for one in letters)


def booked(made: Made, people: list[Person]) -> list[Ticket]:
    return [
        places.sign_up(slot_id=made.slot_id, person_id=one.id, party=1, nonce="n", at=NOON) for one in people
    ]


def ten_minutes(
    site: Flask, gateway: Gateway, composers: Mapping[str, Compose]
) -> tuple[list[str], list[str]]:
    """The whole story: the ends of the numbers that ought to hear, and of those that did."""
    made = an_activity(places=PEOPLE, now=NOON)
    people = workers(PEOPLE, at=NOON)
    gateway.chosen_by(people)
    tickets = booked(made, people)
    worker = Background(site, dict(composers), gateway.post)
    worker._chores = ()
    for minute in AWAY:
        with at_time(NOON + minute * MINUTE):
            assert worker.once(NOON + minute * MINUTE) == 0
    for ticket, person in zip(tickets[:CANCELLED], people[:CANCELLED], strict=True):
        places.cancel(ref=ticket.ref, person_id=person.id, at=NOON + 10 * MINUTE)
    with gateway.come_back():
        for minute in BACK:
            with at_time(NOON + minute * MINUTE):
                worker.once(NOON + minute * MINUTE)
    return sorted(one.phone[-8:] for one in people[CANCELLED:]), gateway.heard


@pytest.mark.parametrize("way", [Way.SMS, Way.WECHAT, Way.EMAIL])
def test_after_ten_minutes_of_silence_each_hears_once_and_nobody_of_what_was_cancelled(
    site: Flask, way: Way
) -> None:
    expected, heard = ten_minutes(site, Gateway(way), composing.composers())

    assert heard == expected
    assert db.session.scalars(select(Notice.id).where(Notice.dead_at.is_not(None))).all() == []
    ways = set(db.session.scalars(select(Notice.way).where(Notice.sent_at.is_not(None))))
    assert ways == {way, None}


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_letters_written_when_the_booking_was_made_would_tell_of_what_was_cancelled(site: Flask) -> None:
    written: dict[str, Letter] = {}

    def as_it_was(notice: Notice) -> Letter | None:
        if notice.key not in written:
            person = db.session.get_one(Person, notice.person_id)
            written[notice.key] = Letter(person.phone, "报名成功")
        return written[notice.key]

    expected, heard = ten_minutes(site, Gateway(Way.SMS), {"booking": as_it_was})

    assert len(heard) == len(expected) + CANCELLED


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_who_refused_messages_in_wechat_hears_by_short_message(site: Flask) -> None:
    (person,) = workers(1, at=NOON)
    account, phones = OfficialAccount(refused={"o-no"}), Stub(takes_everything, free_port())
    wechat, gateway = Stub(account, free_port()), phones
    reach.link_wechat(person_id=person.id, openid="o-no")
    booked(an_activity(now=NOON), [person])
    for stub in (wechat, gateway):
        stub.start()
    channel = WeChat("wx", account.secret, "T", ("a", "b", "c"), wechat.url, "", "")
    worker = Background(
        site, composing.composers(), Post({Way.SMS: Webhook(phones.url, SECRET), Way.WECHAT: channel})
    )
    worker._chores = ()

    with at_time(NOON):
        sent = worker.once(NOON)
    for stub in (wechat, gateway):
        stub.stop()

    assert (sent, len(phones.asked)) == (1, 1)
    assert db.session.scalars(select(Notice.way)).all() == [Way.SMS]
