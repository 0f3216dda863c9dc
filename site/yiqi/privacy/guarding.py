"""The forms by which somebody takes part, before which their guardian agrees."""

from collections.abc import Callable, Mapping
from typing import Any

from yiqi.activities.models import Programme
from yiqi.booking import programme, sight

SAYS_NO = ("", "0")
"""What the field of a form says that takes a word back, or asks to forget something: that is always open."""
JOINS = frozenset({"booking.sign_up", "booking.enrol", "booking.take_over", "booking.accept"})
"""The forms by which a worker takes a place, whatever the programme."""


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
