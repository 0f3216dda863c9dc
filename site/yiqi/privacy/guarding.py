"""Whose guardian has to agree first, and before what: under fourteen before anything, and of age before some programmes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from yiqi.activities.models import Programme
from yiqi.booking import programme, sight
from yiqi.people import agreeing
from yiqi.privacy.rules import GUARDED_BELOW, needs_guardian

OF_AGE = 18
SAYS_NO = ("", "0")
"""What the field of a form says that takes a word back, or asks to forget something: that is always open."""
JOINS = frozenset({"booking.sign_up", "booking.enrol", "booking.take_over", "booking.accept"})
"""The forms by which a worker takes a place, whatever the programme."""


def missing(person_id: int, born_on: date | None, which: Programme | None, today: date) -> int | None:
    """Below how many years of age somebody would need a guardian's word that is not there, to take part in a programme; None
    where nothing is missing."""
    plug = programme.of(which) if which is not None else None
    below = plug.guarded_below if plug is not None else GUARDED_BELOW
    if not needs_guardian(born_on, today, below) or agreeing.has_guardian(person_id):
        return None
    return below


def joined(endpoint: str, at: Mapping[str, Any], sent: Callable[[str], str]) -> tuple[bool, Programme | None]:
    """Whether a form lets somebody take part in something, and in which programme: by its endpoint, what its address names,
    and what a field was `sent` as, which is looked at only where it matters."""
    if endpoint in JOINS:
        return True, sight.programme_of(**at)
    for plug in programme.plugs():
        if endpoint in plug.joins:
            field = plug.joins[endpoint]
            return not field or sent(field) not in SAYS_NO, plug.programme
    return False, None
