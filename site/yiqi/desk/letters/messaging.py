"""Messages of organizers: what one would come to, sending it once, and those that were sent."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field
from sqlalchemy import Connection, String, cast, func, insert, literal, select

from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.booking import message_letters, seats
from yiqi.booking.models import Booking
from yiqi.booking.whole import Whole
from yiqi.db import Facts, db, retried, table, writing
from yiqi.desk.letters import audience
from yiqi.desk.letters.audience import Audience, To
from yiqi.desk.models import Message
from yiqi.i18n import in_language
from yiqi.notices import outbox
from yiqi.notices.models import Notice
from yiqi.notices.outbox import Addressed
from yiqi.notices.rules import quiet, sms
from yiqi.people.persons import name_behind
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

MOST_A_DAY = 10
"""Messages of one activity on one Beijing day."""
LISTED = 20
"""Sent messages shown."""
JUST = timedelta(minutes=10)
"""Whoever sends the same words within it, to somebody who has them, is asked whether they mean it."""
_message, _booking, _notice = table(Message), table(Booking), table(Notice)


class Unsent(StrEnum):
    """Why a message was not sent."""

    NOBODY = "nobody"
    TOO_MANY = "too_many"
    ELSEWHERE = "elsewhere"
    TWICE = "twice"


class Before(Struct, frozen=True):
    """The same words, sent a moment ago, and how many people would get them a second time."""

    message_id: int
    sent_at: datetime
    people: int


class NotSent(Exception):
    """The message was not sent to anybody; `why` says the reason, `before` what TWICE speaks of."""

    def __init__(self, why: Unsent, before: Before | None = None) -> None:
        super().__init__(why)
        self.why, self.before = why, before


class Copy(Struct, frozen=True):
    """The text to one person, whole, and from when on it may go out."""

    person: Facts
    text: str
    parts: int
    not_before: datetime
    occurrence_id: int | None
    called_off: bool = False
    """Whether it is for somebody whose booking a calling-off ended: only then is it sent although it ended."""


class Run(Struct, frozen=True):
    """All texts that a message makes, in the order of joining. `left_out`: people whose date does not take place."""

    copies: Sequence[Copy] = ()
    left_out: int = 0
    at: datetime | None = None
    by_parts: dict[int, int] = field(default_factory=dict)
    """How many people get a text of so many parts."""

    @property
    def parts(self) -> int:
        return sum(one.parts for one in self.copies)

    @property
    def held(self) -> list[Copy]:
        """Those that wait until the quiet hours are over."""
        return [one for one in self.copies if self.at is not None and one.not_before > self.at]


class Sent(Struct, frozen=True):
    """A message as it is kept; `fresh` is whether this call sent it."""

    message_id: int
    people: int
    fresh: bool = True


def draft(wanted: Audience, body: str, of: Whole) -> Run:
    """What the message would come to now. One statement."""
    return run(db.session.connection(), wanted, body, of)


def run(here: Connection, wanted: Audience, body: str, of: Whole) -> Run:
    """The text for each person who is in the audience now, in their own language."""
    slots = {slot.id: slot for slot in of.slots}
    by_lang: dict[str, list[Facts]] = defaultdict(list)
    found = audience.people(here, wanted, of)
    for person in found:
        by_lang[person.lang].append(person)
    copies: list[Copy] = []
    for lang, people in by_lang.items():
        with in_language(lang):
            copies += [
                copy
                for one in people
                if (copy := _copy(wanted, body, of, slots[one.slot_id], one)) is not None
            ]
    copies.sort(key=lambda one: one.person.booking_id)
    by_parts: dict[int, int] = defaultdict(int)
    for copy in copies:
        by_parts[copy.parts] += 1
    return Run(copies, len(found) - len(copies), of.at, dict(sorted(by_parts.items())))


@retried
def send(
    *,
    wanted: Audience,
    body: str,
    of: Whole,
    nonce: str,
    by_id: int,
    at: datetime,
    again: int | None = None,
) -> Sent:
    """Write a notice to everybody who is in the audience at this moment, and keep the message.

    The same nonce of the same person again changes nothing and answers the message as it was. `body` is straight
    (`texting.straight`) and its placeholders are known. Whoever has sent the same words to some of them within `JUST` is
    told so; `again` is the message they were told of, sent a second time on purpose. Raises `NotSent`.
    """
    with writing() as session:
        here = session.connection()
        here.execute(
            select(Slot.id).where(Slot.activity_id == of.activity.id).order_by(Slot.id).with_for_update()
        )
        seats.lock_person(here, by_id)
        known = here.execute(
            select(_message.c.id, _message.c.activity_id, _message.c.people).where(
                _message.c.by_id == by_id, _message.c.nonce == nonce
            )
        ).one_or_none()
        if known is not None:
            session.rollback()
            if known.activity_id != of.activity.id:
                raise NotSent(Unsent.ELSEWHERE)
            return Sent(known.id, known.people, fresh=False)
        if sent_today(here, of.activity.id, at) >= MOST_A_DAY:
            raise NotSent(Unsent.TOO_MANY)
        made = run(here, wanted, body, of)
        if not made.copies:
            raise NotSent(Unsent.NOBODY)
        before = _before(here, body, made, of, by_id, since=at - JUST, told_of=again or 0)
        if before is not None:
            raise NotSent(Unsent.TWICE, before)
        row = {
            "activity_id": of.activity.id,
            "by_id": by_id,
            "nonce": nonce,
            "body": body,
            "sent_at": at,
            "people": len(made.copies),
            "parts": made.parts,
        }
        message_id = here.execute(insert(_message).values(**row).returning(_message.c.id)).scalar_one()
        outbox.put_all(here, "message", [_addressed(message_id, body, one) for one in made.copies], at=at)
        trail.note(
            here,
            What.MESSAGED,
            at=at,
            by_id=by_id,
            thing=Thing(of.activity.owner_id, of.activity.id, of.activity.programme),
            people=len(made.copies),
            parts=made.parts,
        )
        return Sent(message_id, len(made.copies))


def _before(
    here: Connection, body: str, made: Run, of: Whole, by_id: int, *, since: datetime, told_of: int
) -> Before | None:
    """The newest message with the same words that some of its people have from the same person already."""
    mine = (_message.c.activity_id == of.activity.id, _message.c.by_id == by_id, _message.c.body == body)
    lately = here.execute(
        select(_message.c.id, _message.c.sent_at)
        .where(*mine, _message.c.sent_at > since, _message.c.id > told_of)
        .order_by(_message.c.id.desc())
    ).all()
    now = {copy.person.person_id for copy in made.copies}
    for one in lately:
        key = literal(_key(one.id, "")) + cast(_booking.c.person_id, String)
        got = select(_booking.c.person_id).join(_notice, _notice.c.key == key)
        twice = now.intersection(
            here.scalars(got.where(_booking.c.slot_id.in_([slot.id for slot in of.slots])))
        )
        if twice:
            return Before(one.id, one.sent_at, len(twice))
    return None


def sent_today(here: Connection, activity_id: int, at: datetime) -> int:
    """How many messages an activity has sent on the Beijing day of an instant."""
    midnight = clock.at(clock.beijing(at).date())
    counted = select(func.count()).where(
        _message.c.activity_id == activity_id, _message.c.sent_at >= midnight
    )
    return here.execute(counted).scalar_one()


def sent(activity_id: int) -> list[Facts]:
    """The last messages of an activity, newest first: id, body, sent_at, people, parts, and by whom (name)."""
    return list(
        db.session.execute(
            select(
                Message.id,
                Message.body,
                Message.sent_at,
                Message.people,
                Message.parts,
                name_behind(Message.by_id).label("name"),
            )
            .where(Message.activity_id == activity_id)
            .order_by(Message.id.desc())
            .limit(LISTED)
        )
    )


def _copy(wanted: Audience, body: str, of: Whole, slot: Slot, person: Facts) -> Copy | None:
    date = wanted.date(of, slot)
    if date is None:
        return None
    text = message_letters.written(body, of.activity, date, person.name, person.ref)
    waits = quiet.not_before(of.at, date.starts_at, date.ends_at)
    return Copy(person, text, sms.parts(text), waits, wanted.occurrence_id, wanted.to is To.CALLED_OFF)


def _addressed(message_id: int, body: str, one: Copy) -> Addressed:
    facts = {
        "booking": one.person.booking_id,
        "body": body,
        "occurrence": one.occurrence_id,
        "message": message_id,
        "called_off": one.called_off,
    }
    person_id = one.person.person_id
    return Addressed(_key(message_id, person_id), person_id, one.not_before, facts)


def _key(message_id: int, person_id: object) -> str:
    return f"message-{message_id}-{person_id}"
