"""Whose guardian has to agree first, and before what: under fourteen before anything, and of age before some programmes."""

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import Connection

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import programme
from yiqi.booking.rules.guarding import GUARDED_BELOW, needs_guardian
from yiqi.people import agreeing, persons


@dataclass(eq=False)
class Guarded(Exception):
    """Who is to take part is younger than `below` years, and no guardian has agreed."""

    below: int


class Guardian(Struct, frozen=True):
    """Who agreed for somebody who is not of age: a name, and a phone (E.164)."""

    name: str
    phone: str


def missing(person_id: int, born_on: date | None, which: Programme | None, today: date) -> int | None:
    """Below how many years of age somebody would need a guardian's word that is not there, to take part in a programme; None
    where nothing is missing."""
    below = _below(which)
    if not needs_guardian(born_on, today, below) or agreeing.has_guardian(person_id):
        return None
    return below


def assure(
    here: Connection, person_id: int, which: Programme, guardian: Guardian | None, at: datetime
) -> bool:
    """In the transaction in which others let somebody take part: their guardian's word, where they need one, is there or
    is kept now. Answers whether it was kept now. Raises `Guarded` where there is none: no organizer goes beyond that."""
    born_on = persons.birthday(here, person_id)
    below = _below(which)
    if not needs_guardian(born_on, clock.beijing(at).date(), below) or agreeing.is_guarded(here, person_id):
        return False
    if guardian is None:
        raise Guarded(below)
    agreeing.write_guardian(here, person_id, guardian.name, guardian.phone, at)
    return True


def _below(which: Programme | None) -> int:
    plug = programme.of(which) if which is not None else None
    return plug.guarded_below if plug is not None else GUARDED_BELOW
