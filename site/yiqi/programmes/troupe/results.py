"""The verbs of results: deciding about each who auditioned, sending the letters once, and giving the accepted their
places in the sections.

Sending is one guarded change of the audition's row; whoever comes second changes nothing. The places are given after it
through the core (`by_hand`), one by one and each at most once; what was interrupted is done by background work.
"""

from datetime import datetime

import structlog
from sqlalchemy import Connection, insert, select, update

from yiqi.activities.models import Slot
from yiqi.booking import by_hand
from yiqi.booking.models import Booking
from yiqi.booking.rules.asking import Refused as CoreRefused
from yiqi.booking.rules.states import State
from yiqi.db import Facts, db, retried, table, touched, writing
from yiqi.notices import outbox
from yiqi.notices.outbox import Addressed
from yiqi.people.models import Person
from yiqi.programmes.troupe import auditions, marking
from yiqi.programmes.troupe.models import Audition, AuditionTime, Outcome, Section, Verdict
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_audition, _time, _verdict, _section = table(Audition), table(AuditionTime), table(Verdict), table(Section)
_booking, _slot, _person = table(Booking), table(Slot), table(Person)

ACCEPTED = "选拔录取"
"""The reason that stands beside the places of the accepted, in the organizers' trail."""

_WAITS_FOR_A_PLACE = (
    _verdict.c.outcome == Outcome.IN,
    _verdict.c.seated_ref == "",
    _booking.c.state == State.CONFIRMED,
)
"""Who is in, has no place yet, and has not given their time at the audition back."""

log = structlog.get_logger()


@retried
def decide(*, audition_id: int, ref: str, outcome: Outcome, by_id: int, at: datetime) -> None:
    """Decide about one who auditioned, as often as one likes until the results are out.

    Raises `Refused`: NOT_THERE, OWN for oneself, SENT.
    """
    with writing() as session:
        here = session.connection()
        audition = auditions.locked(here, audition_id)
        candidate = marking.candidate_of(here, audition.activity_id, ref)
        if candidate.person_id == by_id:
            raise Refused(Why.OWN)
        if audition.sent_at is not None:
            raise Refused(Why.SENT)
        said = {"outcome": outcome, "by_id": by_id, "at": at}
        this = update(_verdict).where(_verdict.c.booking_id == candidate.id).values(said)
        if not touched(here.execute(this)):
            here.execute(insert(_verdict), {"booking_id": candidate.id, **said})
        trail.note(
            here,
            What.TROUPE_DECIDED,
            at=at,
            by_id=by_id,
            thing=auditions.thing_of(here, audition.activity_id),
            person_id=candidate.person_id,
            booking_ref=ref,
            became=outcome,
        )


def send(*, audition_id: int, by_id: int, at: datetime) -> bool:
    """Tell everybody their result, once, and give the accepted their places; answers whether it was this time.

    Raises `Refused`: NOT_THERE, NOBODY when nobody auditioned, UNDECIDED while somebody's result is open.
    """
    is_first = _publish(audition_id=audition_id, by_id=by_id, at=at)
    seat(audition_id=audition_id, at=at)
    return is_first


@retried
def _publish(*, audition_id: int, by_id: int, at: datetime) -> bool:
    with writing() as session:
        here = session.connection()
        first = here.execute(
            update(_audition)
            .where(_audition.c.id == audition_id, _audition.c.sent_at.is_(None))
            .values(sent_at=at, sent_by_id=by_id)
            .returning(_audition.c.activity_id)
        ).one_or_none()
        if first is None:
            session.rollback()
            if db.session.get(Audition, audition_id) is None:
                raise Refused(Why.NOT_THERE)
            return False
        candidates = _candidates(here, first.activity_id)
        if not candidates:
            raise Refused(Why.NOBODY)
        if any(one.outcome is None for one in candidates):
            raise Refused(Why.UNDECIDED)
        letters = [
            Addressed(f"troupe-result-{one.id}", one.person_id, at, {"booking": one.id}) for one in candidates
        ]
        outbox.put_all(here, "troupe_result", letters, at=at)
        thing = auditions.thing_of(here, first.activity_id)
        trail.note(here, What.TROUPE_SENT, at=at, by_id=by_id, thing=thing, count=len(candidates))
        return True


def seat(*, audition_id: int, at: datetime) -> int:
    """Give the accepted of an audition whose results are out their places in the sections, who have none yet; answers
    how many got one. Each decision stands behind its own place: it is given by whoever decided."""
    given = 0
    for one in _to_be_seated(audition_id):
        try:
            ticket = by_hand.add(
                slot_id=one.slot_id,
                phone=one.phone,
                name=one.name,
                party=1,
                nonce=f"audition-{one.booking_id}",
                by_id=one.by_id,
                at=at,
                because=ACCEPTED,
                beyond=True,
            )
            if ticket.state in by_hand.PROMOTABLE:
                ticket = by_hand.promote(
                    ref=ticket.ref, by_id=one.by_id, because=ACCEPTED, at=at, beyond=True
                )
        except (CoreRefused, LookupError):
            log.warning("troupe_not_seated", booking=one.booking_id, exc_info=True)
            continue
        with writing() as session:
            mine = _verdict.c.booking_id == one.booking_id
            session.execute(update(_verdict).where(mine).values(seated_ref=ticket.ref))
        given += 1
    return given


def seat_all(at: datetime) -> int:
    """Background work: the places of every audition whose results are out."""
    sent = select(_audition.c.id).where(_audition.c.sent_at.is_not(None), _audition.c.sent_at <= at)
    waiting = (
        sent.join(_time, _time.c.audition_id == _audition.c.id)
        .join(_booking, _booking.c.slot_id == _time.c.slot_id)
        .join(_verdict, _verdict.c.booking_id == _booking.c.id)
        .where(*_WAITS_FOR_A_PLACE)
        .distinct()
    )
    ids = list(db.session.scalars(waiting))
    db.session.commit()
    return sum(seat(audition_id=audition_id, at=at) for audition_id in ids)


def _candidates(here: Connection, activity_id: int) -> list[Facts]:
    return list(
        here.execute(
            select(_booking.c.id, _booking.c.person_id, _verdict.c.outcome)
            .join(_slot, _slot.c.id == _booking.c.slot_id)
            .outerjoin(_verdict, _verdict.c.booking_id == _booking.c.id)
            .where(_slot.c.activity_id == activity_id, _booking.c.state == State.CONFIRMED)
            .order_by(_booking.c.id)
        )
    )


def _to_be_seated(audition_id: int) -> list[Facts]:
    rows = list(
        db.session.execute(
            select(
                _verdict.c.booking_id, _verdict.c.by_id, _section.c.slot_id, _person.c.phone, _person.c.name
            )
            .join(_booking, _booking.c.id == _verdict.c.booking_id)
            .join(_time, _time.c.slot_id == _booking.c.slot_id)
            .join(_audition, _audition.c.id == _time.c.audition_id)
            .join(_section, _section.c.id == _time.c.section_id)
            .join(_person, _person.c.id == _booking.c.person_id)
            .where(
                _audition.c.id == audition_id,
                _audition.c.sent_at.is_not(None),
                *_WAITS_FOR_A_PLACE,
            )
            .order_by(_verdict.c.booking_id)
        )
    )
    db.session.commit()
    return rows
