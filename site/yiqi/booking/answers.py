"""The verbs of answers: a worker changes theirs, an organizer puts a question another way."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select, update

from yiqi.activities.models import Allocation, Question, Quota, Slot
from yiqi.activities.planning import ask
from yiqi.activities.rules.questions import Asked, check
from yiqi.booking import locking, looking, questions, queue, quotas
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.booking.offers import timely
from yiqi.booking.queue import Dealing
from yiqi.booking.rules.answers import Current, choices, stale
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.quotas import Pool
from yiqi.booking.rules.states import HOLDING, LIVE, State
from yiqi.db import Facts, retried, table, writing

_booking, _question, _quota, _slot = table(Booking), table(Question), table(Quota), table(Slot)

_RECHECK = (
    update(_booking).where(_booking.c.id == bindparam("booking")).values(recheck_since=bindparam("since"))
)
_RETIRE = update(_question).where(_question.c.id == bindparam("question")).values(retired_at=bindparam("at"))
_VERSION = select(
    _question.c.activity_id,
    _question.c.key,
    _question.c.version,
    _question.c.position,
    _question.c.retired_at,
).where(_question.c.id == bindparam("question"))


@timely
@retried
def change_answers(*, ref: str, person_id: int, answers: Mapping[int, str], at: datetime) -> Ticket:
    """Answer the questions of a live booking anew: `answers` are cleaned values by question id.

    The place is kept, also where the organizer looks at the change again. A booking that has ended is answered as it
    is. Raises `Refused`: NOT_YOURS for a booking of somebody else or none, CLOSED once it has started, STALE_FORM for
    an answer to what is no longer asked, QUOTA_FULL when a place is held and the new choice has none left.
    """
    with writing() as session:
        here = session.connection()
        mine = looking.by_ref(here, ref)
        if mine is None or mine.person_id != person_id:
            raise Refused(Refusal.NOT_YOURS)
        slots = locking.lock_with_queues(here, {mine.slot_id}, {person_id}, at)
        slot, booking = slots[mine.slot_id], looking.by_ref(here, ref)
        if booking is None or booking.state not in LIVE:
            session.rollback()
            state = booking.state if booking else mine.state
            return Ticket(ref, state, slot.id, slot.activity_id, fresh=False)
        if at >= slot.starts_at:
            raise Refused(Refusal.CLOSED, closes_at=slot.starts_at, activity_id=slot.activity_id)
        asked = questions.current(here, slot.activity_id)
        if stale(asked, answers):
            raise Refused(Refusal.STALE_FORM, activity_id=slot.activity_id)
        activity = looking.policy(here, slot.activity_id)
        changed = _rewrite(here, booking, asked, answers)
        if booking.state in HOLDING and any(question.choices for question in changed):
            _move_consumption(here, Dealing(here, slot, activity, at), booking, choices(asked, answers))
        if (
            booking.state == State.CONFIRMED
            and activity.allocation == Allocation.APPROVAL
            and any(question.reapproves for question in changed)
        ):
            here.execute(_RECHECK, {"booking": booking.id, "since": at})
        queue.settle_all(here, slots, at)
        return Ticket(ref, booking.state, slot.id, slot.activity_id, fresh=bool(changed))


@timely
@retried
def revise(*, question_id: int, asked: Asked, at: datetime) -> int:
    """Put a question another way from now on; answers the id of its new version. Old answers stay beside the old one.

    Raises `LookupError` when it is not asked (any more), `ValueError` for one that cannot be answered, has another
    key, or misses a choice that a quota counts.
    """
    check([asked])
    with writing() as session:
        here = session.connection()
        found = here.execute(_VERSION, {"question": question_id}).one_or_none()
        if found is None:
            raise LookupError(question_id)
        slot_ids = here.execute(select(_slot.c.id).where(_slot.c.activity_id == found.activity_id)).scalars()
        locking.lock(here, list(slot_ids), [], at)
        old = here.execute(_VERSION, {"question": question_id}).one()
        if old.retired_at is not None:
            raise LookupError(question_id)
        if old.key != asked.key:
            raise ValueError("a question keeps its key")
        named = here.execute(select(_quota.c.choice).where(_quota.c.activity_id == old.activity_id)).scalars()
        counted = {choice for choice in named if choice.startswith(f"{old.key}=")}
        if not counted <= {f"{asked.key}={choice.code}" for choice in asked.choices}:
            raise ValueError("a quota counts a choice that would be gone")
        here.execute(_RETIRE, {"question": question_id, "at": at})
        return ask(here, old.activity_id, asked, position=old.position, version=old.version + 1)


def _rewrite(
    here: Connection, booking: Facts, asked: list[Current], answers: Mapping[int, str]
) -> list[Current]:
    """Write the answers over those to earlier versions too; answers the questions whose answer is another now."""
    keys = {question.key for question in asked}
    old = [answer for answer in questions.given(here, booking.id) if answer.key in keys]
    questions.replace(here, booking.id, old, answers)
    before = {answer.key: answer.value for answer in old}
    return [question for question in asked if before.get(question.key, "") != answers.get(question.id, "")]


def _move_consumption(here: Connection, dealing: Dealing, booking: Facts, chosen: frozenset[str]) -> None:
    """Count the seats of a booking in the quotas of what it chooses now. Raises `Refused(QUOTA_FULL)`.

    Quotas that look at nothing but the person stay as they were counted.
    """
    had = quotas.give_back(here, booking.id)
    shares = [
        replace(share, used=share.used - (booking.party if share.id in had else 0))
        for share in dealing.shares
    ]
    counted = dealing.matching([booking])[booking.id]
    by_choice = {share.id for share in shares if share.choice}
    have = frozenset(had - by_choice | counted & by_choice)
    free = dealing.pool.free
    pool = Pool.of(None if free is None else free + booking.party, shares, dealing.at)
    room, common = pool.left(have - had), pool.common(have)
    binding = pool.binding(have - had) if room is not None and room < booking.party else None
    if binding is None and common is not None and common < booking.party:
        binding = next((share for share in shares if share.least and share.id in had - have), None)
    if binding is not None:
        raise Refused(
            Refusal.QUOTA_FULL,
            quota=binding,
            free=common,
            party=booking.party,
            activity_id=dealing.activity.id,
        )
    quotas.take(here, booking.id, have, booking.party)
