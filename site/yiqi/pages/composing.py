"""Which module writes which letter."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from yiqi.activities.models import Activity, Slot
from yiqi.booking import programme
from yiqi.booking.by_hand_letters import by_hand_letter
from yiqi.booking.change_letters import change_letter
from yiqi.booking.letters import booking_letter, handed_letter
from yiqi.booking.mark_letters import mark_letter
from yiqi.booking.members_only import ended_letter
from yiqi.booking.merging_letters import merged_letter
from yiqi.booking.message_letters import message_letter
from yiqi.booking.models import Booking
from yiqi.booking.reminder_letters import reminder_letter
from yiqi.db import Facts, db
from yiqi.notices.delivery import Compose
from yiqi.notices.letter import Letter
from yiqi.notices.models import Notice
from yiqi.people.letters import code_letter, email_link_letter
from yiqi.unions.letters import request_letter

COMPOSERS: Mapping[str, Compose] = {
    "code": code_letter,
    "booking": booking_letter,
    "by_hand": by_hand_letter,
    "change": change_letter,
    "email_link": email_link_letter,
    "handed": handed_letter,
    "mark": mark_letter,
    "membership_ended": ended_letter,
    "membership_request": request_letter,
    "merged": merged_letter,
    "message": message_letter,
    "reminder": reminder_letter,
}


def composers() -> dict[str, Compose]:
    """The writers of all letters, those of the programmes included, by the kind of notice."""
    return {
        **COMPOSERS,
        **{kind: write for plug in programme.plugs() for kind, write in plug.letters.items()},
    }


def about(notices: Sequence[Notice]) -> dict[int, Facts]:
    """The activity of each notice that tells of a booking: `id`, `title`, `title_en`, by the notice's id. One query; none where
    no notice does."""
    bookings = {one.id: one.facts["booking"] for one in notices if isinstance(one.facts.get("booking"), int)}
    if not bookings:
        return {}
    asked = select(Booking.id.label("booking"), Activity.id, Activity.title, Activity.title_en)
    found = db.session.execute(
        asked.join(Slot, Slot.id == Booking.slot_id)
        .join(Activity, Activity.id == Slot.activity_id)
        .where(Booking.id.in_(set(bookings.values())))
    )
    activities = {row.booking: row for row in found}
    return {one: activities[booking] for one, booking in bookings.items() if booking in activities}


def letter(notice: Notice) -> Letter | None:
    """The letter of a notice from the present state; None when it is no longer true, and for a kind that only a newer
    version knows, beside which this one still serves."""
    write = composers().get(notice.kind)
    return write(notice) if write is not None else None
