"""Two records of one person become one: what the troupe keeps of the one that goes is the other one's."""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, exists, select, update

from yiqi.booking.models import Booking
from yiqi.db import table
from yiqi.programmes.troupe.models import (
    Absence,
    Answer,
    Cast,
    Consent,
    Juror,
    Measures,
    Section,
    Sheet,
    StepIn,
    Voice,
)

_booking, _sheet, _step_in, _section = table(Booking), table(Sheet), table(StepIn), table(Section)
_KEYED: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (table(Voice), "person_id", ("section_id",)),
    (table(Absence), "person_id", ("occurrence_id",)),
    (table(Juror), "person_id", ("audition_id",)),
    (table(Cast), "person_id", ("part_id",)),
    (table(StepIn), "person_id", ("part_id", "occurrence_id")),
    (table(Sheet), "juror_id", ("booking_id",)),
    (table(Measures), "person_id", ()),
    (table(Consent), "person_id", ()),
)
"""Tables with one row a person and thing: the column of the person, and the columns of the thing."""


def carry(here: Connection, kept_id: int, gone_id: int, _at: datetime) -> None:
    """In the caller's transaction. Where both have one, the kept record's stays, but for an accepted part, which does
    whoever accepted it. Marks that turn out to be for oneself go."""
    _prefer_accepted(here, kept_id, gone_id)
    for kept, whose, keys in _KEYED:
        twin = kept.alias("twin")
        same = exists().where(twin.c[whose] == kept_id, *(twin.c[key] == kept.c[key] for key in keys))
        here.execute(delete(kept).where(kept.c[whose] == gone_id, same))
        here.execute(update(kept).where(kept.c[whose] == gone_id).values({whose: kept_id}))
    here.execute(update(_section).where(_section.c.leader_id == gone_id).values(leader_id=kept_id))
    here.execute(update(_step_in).where(_step_in.c.asked_by_id == gone_id).values(asked_by_id=kept_id))
    own = select(_booking.c.id).where(_booking.c.person_id == kept_id)
    here.execute(delete(_sheet).where(_sheet.c.juror_id == kept_id, _sheet.c.booking_id.in_(own)))


def _prefer_accepted(here: Connection, kept_id: int, gone_id: int) -> None:
    """A question that the record which goes has accepted outlasts the same one to the record that stays."""
    twin = _step_in.alias("twin")
    accepted = exists().where(
        twin.c.person_id == gone_id,
        twin.c.answer == Answer.ACCEPTED,
        twin.c.part_id == _step_in.c.part_id,
        twin.c.occurrence_id == _step_in.c.occurrence_id,
    )
    here.execute(delete(_step_in).where(_step_in.c.person_id == kept_id, accepted))
