"""What an organizer remarks of a booking, and the one full phone number they ask for at a time."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from yiqi.booking import deeds, looking, seats, stands
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.db import retried, table, writing
from yiqi.people import tallies
from yiqi.people.models import Person
from yiqi.roles.rules.deeds import What

HOUR = timedelta(hours=1)
MOST_NUMBERS = 60

_booking = table(Booking)

_REMARK = select(_booking.c.desk_note).where(_booking.c.id == bindparam("booking"))
_KEEP = update(_booking).where(_booking.c.id == bindparam("booking")).values(desk_note=bindparam("remark"))


@retried
def remark(*, ref: str, text: str, by_id: int, at: datetime, seen: str = "") -> None:
    """Keep what the organizers remark of a booking (200 characters); empty takes it away. Its person does not see it.

    What stood there before has to be what was `seen` (`digest`), so that nobody writes over what another remarked
    meanwhile. Raises `LookupError` for no booking, `Refused(STALE_FORM)`.
    """
    with writing() as session:
        here = session.connection()
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        slot = seats.lock(here, found.slot_id)
        before = here.execute(_REMARK, {"booking": found.id}).scalar_one()
        if before == text:
            session.rollback()
            return
        if before and digest(before) != seen:
            raise Refused(Refusal.STALE_FORM)
        here.execute(_KEEP, {"booking": found.id, "remark": text})
        activity = looking.policy(here, slot.activity_id)
        deeds.note(here, What.NOTED, activity, found, at=at, by_id=by_id, was=before, became=text)


def digest(remark: str) -> str:
    """Equal for equal remarks: a form carries it."""
    return stands.digest({"remark": remark})


@retried
def full_phone(*, ref: str, by_id: int, at: datetime) -> str:
    """The phone (E.164) of a booking's person; that it was asked for is written down first.

    Raises `LookupError` for no booking, `TooMany` beyond `MOST_NUMBERS` an hour: who needs more of them exports a list.
    """
    with writing() as session:
        here = session.connection()
        tallies.spend(session, f"numbers seen by {by_id}", HOUR, MOST_NUMBERS, at)
        found = looking.by_ref(here, ref)
        if found is None:
            raise LookupError(ref)
        activity_id = seats.present(here, [found.slot_id])[found.slot_id].activity_id
        activity = looking.policy(here, activity_id)
        deeds.note(here, What.SAW_PHONE, activity, found, at=at, by_id=by_id)
        phone: str = here.execute(select(Person.phone).where(Person.id == found.person_id)).scalar_one()
        return phone
