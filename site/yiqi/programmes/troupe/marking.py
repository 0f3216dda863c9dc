"""The verbs of jurors: marking one who auditioned, and being finished.

Jurors mark independently: nobody reads another's marks before they are finished themselves (`candidates`), and who is
finished changes nothing more. Nobody marks themself, and nobody anything once the results are out.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from yiqi.activities.models import Slot
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import Facts, retried, table, writing
from yiqi.programmes.troupe import auditions
from yiqi.programmes.troupe.models import Juror, Sheet
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.rules.marking import is_whole

_juror, _sheet, _booking, _slot = table(Juror), table(Sheet), table(Booking), table(Slot)


@retried
def mark(
    *, audition_id: int, ref: str, juror_id: int, points: Mapping[str, int], remark: str, at: datetime
) -> None:
    """Give one who auditioned a sheet, in the place of the one given before. `points` by the codes of all criteria.

    Raises `Refused`: NOT_THERE for no juror or nobody who auditions, SENT, FINISHED, OWN, MARKS for a sheet that is
    not whole.
    """
    with writing() as session:
        here = session.connection()
        audition = auditions.locked(here, audition_id)
        juror = _chair(here, audition_id, juror_id)
        candidate = candidate_of(here, audition.activity_id, ref)
        if candidate.person_id == juror_id:
            raise Refused(Why.OWN)
        if audition.sent_at is not None:
            raise Refused(Why.SENT)
        if juror.finished_at is not None:
            raise Refused(Why.FINISHED)
        if not is_whole(points, [one["code"] for one in audition.criteria], audition.most):
            raise Refused(Why.MARKS)
        this = (_sheet.c.booking_id == candidate.id, _sheet.c.juror_id == juror_id)
        here.execute(delete(_sheet).where(*this))
        row = {"booking_id": candidate.id, "juror_id": juror_id, "points": dict(points)}
        here.execute(insert(_sheet), row | {"remark": remark, "given_at": at})


@retried
def finish(*, audition_id: int, juror_id: int, at: datetime) -> None:
    """Be finished with marking: from now on nothing changes, and the others' marks can be read. Once more changes
    nothing. Raises `Refused`: NOT_THERE for no juror, SENT, NOBODY before anybody was marked."""
    with writing() as session:
        here = session.connection()
        audition = auditions.locked(here, audition_id)
        juror = _chair(here, audition_id, juror_id)
        if juror.finished_at is not None:
            session.rollback()
            return
        if audition.sent_at is not None:
            raise Refused(Why.SENT)
        if not auditions.has_marked(here, audition.activity_id, juror_id):
            raise Refused(Why.NOBODY)
        theirs = (_juror.c.audition_id == audition_id, _juror.c.person_id == juror_id)
        here.execute(update(_juror).where(*theirs).values(finished_at=at))


def candidate_of(here: Connection, activity_id: int, ref: str) -> Facts:
    """Somebody who auditions: a confirmed booking of the audition's activity. Raises `Refused`."""
    found = here.execute(
        select(_booking.c.id, _booking.c.person_id, _booking.c.slot_id)
        .join(_slot, _slot.c.id == _booking.c.slot_id)
        .where(_booking.c.ref == ref, _slot.c.activity_id == activity_id, _booking.c.state == State.CONFIRMED)
    ).one_or_none()
    if found is None:
        raise Refused(Why.NOT_THERE)
    return found


def _chair(here: Connection, audition_id: int, juror_id: int) -> Facts:
    theirs = (_juror.c.audition_id == audition_id, _juror.c.person_id == juror_id)
    found = here.execute(select(_juror.c.finished_at).where(*theirs)).one_or_none()
    if found is None:
        raise Refused(Why.NOT_THERE)
    return found
