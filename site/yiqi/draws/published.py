"""What everybody may read of a draw: what was promised, the list, and once it is held the order and the secret."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from yiqi.activities.models import Activity, Allocation, Slot, Status
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.draws.models import Draw, DrawEntry
from yiqi.draws.rules import lottery
from yiqi.draws.rules.lottery import CONFIRMED, WITHDRAWN, Entry
from yiqi.web.formats import iso

PAGE = 100


class Line(Struct, frozen=True):
    """One line of the list as a page shows it. `place` is the one on the waitlist that it drew."""

    entry: Entry
    slot: Slot
    is_mine: bool
    rank: int | None = None
    became: str = ""
    place: int | None = None


class Published(Struct, frozen=True):
    """A draw at an instant; `draw` is None until its number is named. `entered`: how many ask for places."""

    activity: Activity
    draw: Draw | None
    entered: int
    lines: list[Line]
    at: datetime

    @property
    def phase(self) -> str:
        """`off`, `open`, `closed` (not frozen yet), `frozen` or `drawn`."""
        if self.draw is not None and self.draw.drawn_at is not None:
            return "drawn"
        if self.activity.status == Status.CALLED_OFF:
            return "off"
        if self.draw is not None and self.draw.frozen_at is not None:
            return "frozen"
        return "open" if self.at < self.activity.closes_at else "closed"

    @property
    def is_due(self) -> bool:
        """Whether the list could be frozen now."""
        return self.phase == "closed" and self.draw is not None

    @property
    def commitment(self) -> str:
        """The SHA-256 of the secret; empty until it is promised."""
        return lottery.digest(self.draw.secret) if self.draw is not None else ""

    @property
    def seats(self) -> int | None:
        """Seats of all slots together; None when one is without limit."""
        capacities = [slot.capacity for slot in self.activity.slots]
        return None if None in capacities else sum(capacity or 0 for capacity in capacities)

    @property
    def drawn(self) -> int:
        """How many entries were drawn."""
        return sum(line.became == CONFIRMED for line in self.lines)

    @property
    def drawn_people(self) -> int:
        """How many people came in with them."""
        return sum(line.entry.party for line in self.lines if line.became == CONFIRMED)

    @property
    def own(self) -> list[Line]:
        """The visitor's own lines."""
        return [line for line in self.lines if line.is_mine]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.lines) // PAGE))

    def page(self, number: int) -> list[Line]:
        """The lines of a page, from 1 to `pages`."""
        return self.lines[(number - 1) * PAGE : number * PAGE]

    def document(self) -> dict[str, Any]:
        """The file to check with: everything that is public by now, in the words of `verify.py`."""
        draw, activity = self.draw, self.activity
        said: dict[str, Any] = {"activity": activity.id, "title": activity.title}
        said |= {"closes_at": iso(activity.closes_at)}
        said |= {"draw_at": iso(activity.draw_at)} if activity.draw_at else {}
        if draw is None:
            return said
        said |= {"source": draw.source, "commitment": self.commitment}
        if draw.frozen_at is not None:
            slots = {str(slot.id): slot.label for slot in activity.slots}
            said |= {"frozen_at": iso(draw.frozen_at), "slots": slots}
            said |= {"digest": draw.digest, "list": draw.listing.splitlines()}
        if draw.drawn_at is not None:
            said |= {"drawn_at": iso(draw.drawn_at), "number": draw.number, "secret": draw.secret}
            said |= draw.result or {}
        return said


def of_activity(activity_id: int, person_id: int | None, at: datetime) -> Published | None:
    """The draw of an activity as a person (None: a visitor) reads it; None where there is none to see."""
    activity = db.session.scalar(
        select(Activity)
        .where(
            Activity.id == activity_id,
            Activity.status != Status.DRAFT,
            Activity.allocation == Allocation.DRAW,
            Activity.draw_at.is_not(None),
        )
        .options(joinedload(Activity.owner), selectinload(Activity.slots))
        .execution_options(populate_existing=True)
    )
    if activity is None:
        return None
    draw = db.session.scalar(
        select(Draw).where(Draw.activity_id == activity_id).execution_options(populate_existing=True)
    )
    if draw is None or draw.frozen_at is None:
        return Published(activity, draw, _entered(activity_id), [], at)
    lines = _lines(activity, draw, _codes(draw.id, person_id) if person_id is not None else set())
    return Published(activity, draw, len(lines), lines, at)


def code_of(booking_id: int) -> str:
    """The public code of a booking in its frozen list; empty until then."""
    return db.session.scalar(select(DrawEntry.code).where(DrawEntry.booking_id == booking_id)) or ""


def _entered(activity_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count(Booking.id))
            .join(Slot)
            .where(Slot.activity_id == activity_id, Booking.state == State.ENTERED)
        )
        or 0
    )


def _codes(draw_id: int, person_id: int) -> set[str]:
    mine = select(DrawEntry.code).join(Booking, Booking.id == DrawEntry.booking_id)
    return set(db.session.scalars(mine.where(DrawEntry.draw_id == draw_id, Booking.person_id == person_id)))


def _lines(activity: Activity, draw: Draw, own: set[str]) -> list[Line]:
    """By code while the draw is to come, in its order once it is held."""
    slots = {slot.id: slot for slot in activity.slots}
    entries = {one.code: one for one in lottery.entries(draw.listing)}
    if draw.result is None:
        return [Line(one, slots[one.slot], one.code in own) for one in entries.values()]
    waiting = dict.fromkeys(slots, 0)
    lines = []
    for rank, (code, became) in enumerate(draw.result["ranked"], start=1):
        one, place = entries[code], None
        if became not in (CONFIRMED, WITHDRAWN):
            waiting[one.slot] += 1
            place = waiting[one.slot]
        lines.append(Line(one, slots[one.slot], code in own, rank, became, place))
    return lines
