"""How workers will see what is being written: the ticket of lists, and the block in which one signs up."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import asdict

from yiqi.activities.calendar import Showing
from yiqi.activities.models import Programme
from yiqi.activities.rules.conditions import parse
from yiqi.booking import condition_words
from yiqi.booking.forms import AskingForm
from yiqi.booking.questions import Sheet
from yiqi.booking.rules.answers import Current
from yiqi.db import Facts
from yiqi.desk.rules.reading import Read
from yiqi.desk.rules.timing import span_of
from yiqi.desk.rules.wanted import Places
from yiqi.unions.models import Union


class Preview(Struct, frozen=True):
    """An activity as it would be shown now. `showing` is there once there is a date; `facts` are its words."""

    facts: Any
    showing: Showing | None
    spans: list[tuple[datetime, datetime]]
    slots: tuple[Places, ...]
    needs: list[str]
    asking: AskingForm
    cancel_minutes: int | None

    @property
    def is_open(self) -> bool:
        """Whether one could sign up at once."""
        return self.showing is not None and self.showing.can_be_joined


def of(read: Read, *, programme: Programme, owner: Union, at: datetime) -> Preview:
    """What the form comes to so far; what cannot be read yet is left out."""
    spans, windows = span_of(read.dates), read.windows
    words = dict(read.words)
    if read.dates.stretches and read.dates.stretches[0].venue:
        words |= {"venue": read.dates.stretches[0].venue, "venue_en": read.dates.stretches[0].venue_en}
    facts = SimpleNamespace(
        **words,
        programme=programme,
        topic=read.topic,
        owner=owner,
        union_only=read.union_only,
        status="published",
        planned_at=None,
        called_off_at=None,
        activity_id=None,
        occurrence_id=0,
        allocation=windows.allocation if windows else "first_come",
        opens_at=windows.opens_at if windows else at,
        closes_at=windows.closes_at if windows else at,
        draw_at=windows.draw_at if windows else None,
        max_party=read.numbers["max_party"] or 1,
        starts_at=spans[0][0] if spans else None,
        ends_at=spans[0][1] if spans else None,
    )
    first = [one for one in read.places if 0 in (one.meetings or (0,))]
    showing = None
    if spans and windows is not None:
        showing = Showing(
            cast("Facts", facts), tuple(_slot(one, spans[0][0]) for one in first or read.places), at
        )
    current = [Current(**asdict(one), id=number) for number, one in enumerate(read.asked, 1) if one.label]
    return Preview(
        facts,
        showing,
        spans,
        read.places,
        [condition_words.need(one) for one in parse(read.conditions)],
        AskingForm(sheet=Sheet(current)),
        read.numbers["cancel_minutes"],
    )


def _slot(one: Places, starts_at: datetime) -> Facts:
    """A slot with nobody in it, as lists know slots."""
    row = SimpleNamespace(
        slot_id=0,
        capacity=one.capacity,
        held=0,
        waiting=0,
        kept=0,
        left=None,
        slot_starts_at=starts_at,
        promotion_minutes=0,
    )
    return cast("Facts", row)
