"""Questions that web tests ask, and what is on the books of them."""

from sqlalchemy import select

from tests.builders import Made
from yiqi import clock
from yiqi.activities.planning import Share
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.booking import places, questions
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people.models import Person

SHIRT = Asked(
    "shirt",
    QuestionKind.CHOICE,
    "马甲尺码",
    "Vest size",
    required=True,
    choices=(Choice("m", "中号", "Medium"), Choice("l", "大号", "Large")),
)
CALL = Asked("call", QuestionKind.PHONE, "紧急联系人手机号", required=True)
LARGE = Share("大号", most=1, choice="shirt=l")


def field(made: Made, key: str) -> str:
    """The name and id of a question's control."""
    db.session.rollback()
    return next(f"answer-{one.id}" for one in questions.asked(made.activity_id) if one.key == key)


def typed(made: Made, **said: str) -> dict[str, str]:
    return {field(made, key): value for key, value in said.items()}


def newest(person: Person) -> Booking:
    db.session.rollback()
    return db.session.scalars(
        select(Booking).where(Booking.person_id == person.id).order_by(Booking.id.desc()).limit(1)
    ).one()


def kept(person: Person) -> dict[str, str]:
    return {one.key: one.value for one in questions.given_by(newest(person).id)}


def signed_up(person: Person, made: Made, *, party: int = 1, **said: str) -> str:
    """A booking with these answers; its ref."""
    db.session.rollback()
    ids = {one.key: one.id for one in questions.asked(made.activity_id)}
    return places.sign_up(
        slot_id=made.slot_id,
        person_id=person.id,
        party=party,
        nonce=f"nonce-{person.id}",
        at=clock.now(),
        answers={ids[key]: value for key, value in said.items()},
    ).ref
