"""The verbs of organizers on hours: confirming, settling, adjusting, reversing, answering. Nobody does so on their own."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, select

from yiqi.activities.models import Activity, Occurrence
from yiqi.booking.models import Booking
from yiqi.db import Facts, retried, table, writing
from yiqi.hours import ledger
from yiqi.hours.ledger import By
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.credit import Shift
from yiqi.hours.rules.standing import Deed, Refused, State, Why
from yiqi.notices import outbox
from yiqi.programmes.volunteering import proving
from yiqi.programmes.volunteering.counting import BREAKS
from yiqi.programmes.volunteering.models import Post
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_service, _booking, _post = table(Service), table(Booking), table(Post)
_activity, _occurrence = table(Activity), table(Occurrence)


class Confirmed(Struct, frozen=True):
    """What came of confirming all at once: how many count now, how many wait for a second person, and how many were
    left out, by the reason."""

    credited: int
    proposed: int
    left_out: dict[Why, int]


@retried
def confirm_all(*, activity_id: int, by: By) -> Confirmed:
    """Let everything of an event count that is signed in and out, but one's own. What two confirm at once counts once.

    What cannot count is left for a closer look. Raises `LookupError` for no such event.
    """
    with writing() as session:
        here = session.connection()
        thing = _thing(here, activity_id)
        pending = ledger.heads().where(
            _service.c.activity_id == activity_id, table(Entry).c.state == State.PENDING
        )
        ids = [row.service_id for row in here.execute(pending)]
        lines = ledger.hold(here, ids) if ids else {}
        said: list[tuple[Facts, Facts]] = []
        left_out: dict[Why, int] = {}
        for line in lines.values():
            if line.state != State.PENDING:
                continue
            try:
                said.append((line, ledger.confirm(here, line, by)))
            except Refused as refused:
                left_out[refused.why] = left_out.get(refused.why, 0) + 1
        for was, now in said:
            _tell(here, was, now, by.at)
        credited = sum(now.state == State.CREDITED for _was, now in said)
        if said:
            minutes = sum(now.minutes for _was, now in said)
            facts = {"count": len(said), "minutes": minutes}
            trail.note(here, What.HOURS_CONFIRMED, at=by.at, by_id=by.person_id, thing=thing, **facts)
        return Confirmed(credited, len(said) - credited, left_out)


def confirm(*, activity_id: int, service_id: int, seen: int, by: By) -> Facts:
    """Let one service count as it is proposed. `seen` is the row that was looked at.

    Raises as all of these do: `LookupError` for no such service of the event, `Refused`: STALE when somebody else has
    said something meanwhile, and what the ledger says.
    """
    return _one(activity_id, service_id, seen, by, lambda here, line: ledger.confirm(here, line, by))


def settle(
    *, activity_id: int, service_id: int, seen: int, in_at: datetime, out_at: datetime, by: By
) -> Facts:
    """Say from when to when somebody was there who did not sign out."""

    def act(here: Connection, line: Facts) -> Facts:
        return ledger.settle(here, line, shift(here, service_id), in_at, out_at, by)

    return _one(activity_id, service_id, seen, by, act)


def adjust(*, activity_id: int, service_id: int, seen: int, minutes: int, by: By) -> Facts:
    """Let other minutes count."""
    return _one(activity_id, service_id, seen, by, lambda here, line: ledger.adjust(here, line, minutes, by))


def reverse(*, activity_id: int, service_id: int, seen: int, by: By) -> Facts:
    """Let nothing of it count."""
    return _one(activity_id, service_id, seen, by, lambda here, line: ledger.reverse(here, line, by))


def answer(*, activity_id: int, service_id: int, seen: int, by: By) -> Facts:
    """Answer a dispute with a reason: it stays."""
    return _one(activity_id, service_id, seen, by, lambda here, line: ledger.answer(here, line, by))


def shift(here: Connection, service_id: int) -> Shift:
    """The shift of a service, with its post's breaks."""
    row = here.execute(
        select(_occurrence.c.starts_at, _occurrence.c.ends_at, BREAKS.label("breaks"))
        .select_from(_service)
        .join(_occurrence, _occurrence.c.id == _service.c.occurrence_id)
        .join(_booking, _booking.c.id == _service.c.booking_id)
        .outerjoin(_post, _post.c.slot_id == _booking.c.slot_id)
        .where(_service.c.id == service_id)
    ).one()
    return Shift(row.starts_at, row.ends_at, row.breaks)


@retried
def _one(
    activity_id: int, service_id: int, seen: int, by: By, act: Callable[[Connection, Facts], Facts]
) -> Facts:
    with writing() as session:
        here = session.connection()
        line = ledger.hold(here, [service_id])[service_id]
        if line.activity_id != activity_id:
            raise LookupError(service_id)
        if line.person_id == by.person_id:
            raise Refused(Why.OWN)
        if line.entry_id != seen:
            raise Refused(Why.STALE)
        now = act(here, line)
        _tell(here, line, now, by.at)
        trail.note(
            here,
            What.HOURS_CONFIRMED if now.deed == Deed.CONFIRMED else What.HOURS_CHANGED,
            at=by.at,
            by_id=by.person_id,
            thing=_thing(here, activity_id),
            person_id=line.person_id,
            because=by.because,
            was=f"{line.minutes}",
            minutes=now.proposed if now.deed == Deed.PROPOSED else now.minutes,
        )
        return now


def _tell(here: Connection, was: Facts, now: Facts, at: datetime) -> None:
    """Let the volunteer hear of it, and no certificate say what is not so any more."""
    if now.deed == Deed.PROPOSED:
        return
    if was.minutes and now.minutes != was.minutes:
        proving.revoke(here, person_id=now.person_id, served_at=was.starts_at, at=at)
    kind = "volunteering_answer" if was.state == State.DISPUTED else "volunteering_hours"
    key = f"volunteering-hours-{now.entry_id}"
    outbox.put(here, kind, key=key, person_id=now.person_id, at=at, entry=now.entry_id)


def _thing(here: Connection, activity_id: int) -> Thing:
    row = here.execute(
        select(_activity.c.owner_id, _activity.c.programme).where(_activity.c.id == activity_id)
    ).one_or_none()
    if row is None:
        raise LookupError(activity_id)
    return Thing(row.owner_id, activity_id, row.programme)
