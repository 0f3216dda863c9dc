"""What volunteering keeps of one record, given to the other when two become one."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from yiqi.db import Base, table
from yiqi.hours import ledger
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.credit import Credit
from yiqi.programmes.volunteering import proving
from yiqi.programmes.volunteering.models import TWICE, Consent, Proof, Squad, Volunteer

_service, _entry, _consent = table(Service), table(Entry), table(Consent)
_volunteer = table(Volunteer)


def carry(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """Hours, certificates' periods, squads and consents go over. Of hours that both have at the same time those of the
    record that goes wait for an organizer again, and its certificates that stand for them end; what the person who stays
    has withdrawn stays so."""
    theirs = list(here.scalars(select(_service.c.id).where(_service.c.person_id == gone_id)))
    _give(here, Service, "person_id", kept_id, gone_id)
    counting = ledger.heads().where(_service.c.id.in_(theirs), _entry.c.minutes > 0)
    for line in here.execute(counting).all():
        if ledger.overlapping(here, line, Credit(line.starts_at, line.ends_at, 0)):
            ledger.reopen(here, line, TWICE, at)
            proving.revoke(here, person_id=gone_id, served_at=line.starts_at, at=at)
    _give(here, Proof, "person_id", kept_id, gone_id)
    _give(here, Squad, "leader_id", kept_id, gone_id)
    _consents(here, kept_id, gone_id, at)
    _number(here, kept_id, gone_id)


def _give(here: Connection, rows: type[Base], column: str, kept_id: int, gone_id: int) -> None:
    owned = table(rows)
    here.execute(update(owned).where(owned.c[column] == gone_id).values({column: kept_id}))


def _consents(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    answered = select(_consent.c.purpose).where(_consent.c.person_id == kept_id)
    doubled = (
        _consent.c.person_id == gone_id,
        _consent.c.withdrawn_at.is_(None),
        _consent.c.purpose.in_(list(here.scalars(answered))),
    )
    here.execute(update(_consent).where(*doubled).values(withdrawn_at=at))
    here.execute(update(_consent).where(_consent.c.person_id == gone_id).values(person_id=kept_id))


def _number(here: Connection, kept_id: int, gone_id: int) -> None:
    known = here.scalar(select(_volunteer.c.person_id).where(_volunteer.c.person_id == kept_id))
    own = _volunteer.c.person_id == gone_id
    if known is None:
        here.execute(update(_volunteer).where(own).values(person_id=kept_id))
    else:
        here.execute(delete(_volunteer).where(own))
