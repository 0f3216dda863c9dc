"""What is the person's own, carried from one record of theirs to the other inside the caller's transaction."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from yiqi.db import Facts, table, touched
from yiqi.notices import reach
from yiqi.notices.models import Notice
from yiqi.people.models import (
    BrowserSession,
    CalendarFeed,
    Consent,
    Credential,
    KnownDevice,
    Person,
    PersonTag,
    RecoveryCode,
    SecondFactor,
    SignInCode,
)

_person, _tag, _credential = table(Person), table(PersonTag), table(Credential)
_notice, _code = table(Notice), table(SignInCode)


class Keeps(StrEnum):
    """Which of the two phone numbers goes on; the other one is free for whoever has it."""

    KEPT = "kept"
    GONE = "gone"


def hold(here: Connection, kept_id: int, gone_id: int) -> tuple[Facts, Facts]:
    """Both records as they are, under their locks. Raises `LookupError` when one is not there."""
    rows = here.execute(
        select(
            _person.c.id,
            _person.c.phone,
            _person.c.name,
            _person.c.pinyin,
            _person.c.born_on,
            _person.c.signed_in_at,
            _person.c.created_at,
            _person.c.merged_into_id,
        )
        .where(_person.c.id.in_([kept_id, gone_id]))
        .order_by(_person.c.id)
        .with_for_update()
    ).all()
    found = {row.id: row for row in rows}
    if found.keys() != {kept_id, gone_id}:
        raise LookupError(kept_id, gone_id)
    return found[kept_id], found[gone_id]


def carry(here: Connection, kept: Facts, gone: Facts, keeps: Keeps, at: datetime) -> None:
    """Leave nothing with the record that goes: it signs in no more, and its number is none any more.

    Sessions that were opened with the number that is given up end: numbers are recycled.
    """
    for owned in (BrowserSession, KnownDevice, SecondFactor, RecoveryCode, CalendarFeed):
        rows = table(owned)
        here.execute(delete(rows).where(rows.c.person_id == gone.id))
    if keeps is Keeps.GONE:  # whoever came in with the number that is given up may not be them any more
        for opened in (BrowserSession, KnownDevice):
            here.execute(delete(table(opened)).where(table(opened).c.person_id == kept.id))
        _renew_calendar(here, kept.id, at)
    phones = (kept.phone, gone.phone)
    here.execute(
        update(_code).where(_code.c.phone.in_(phones), _code.c.ended_at.is_(None)).values(ended_at=at)
    )
    _carry_rows(here, kept.id, gone.id)
    reach.carry(here, kept_id=kept.id, gone_id=gone.id)
    here.execute(update(_notice).where(_notice.c.person_id == gone.id).values(person_id=kept.id))
    _carry_consents(here, kept.id, gone.id, at)
    here.execute(update(_person).where(_person.c.merged_into_id == gone.id).values(merged_into_id=kept.id))
    here.execute(
        update(_person)
        .where(_person.c.id == gone.id)
        .values(phone=no_phone(gone.id), merged_into_id=kept.id, name="", pinyin="", born_on=None)
    )
    named = kept if kept.name else gone
    signed_in = [one for one in (kept.signed_in_at, gone.signed_in_at) if one is not None]
    here.execute(
        update(_person)
        .where(_person.c.id == kept.id)
        .values(
            phone=phones[keeps is Keeps.GONE],
            name=named.name,
            pinyin=named.pinyin,
            born_on=kept.born_on or gone.born_on,
            signed_in_at=max(signed_in, default=None),
            created_at=min(kept.created_at, gone.created_at),
        )
    )


def no_phone(person_id: int) -> str:
    """What stands in the place of a number that a record has no more: never one, and nobody else's."""
    return f"gone-{person_id}"


def _carry_consents(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """Of what both agreed to the word of the record that stays goes on, and the other one has ended."""
    consent = table(Consent)
    said = select(consent.c.purpose).where(consent.c.person_id == kept_id, consent.c.withdrawn_at.is_(None))
    doubled = (consent.c.person_id == gone_id, consent.c.withdrawn_at.is_(None))
    ended = update(consent).where(*doubled, consent.c.purpose.in_(list(here.scalars(said))))
    here.execute(ended.values(withdrawn_at=at))
    here.execute(update(consent).where(consent.c.person_id == gone_id).values(person_id=kept_id))


def _renew_calendar(here: Connection, person_id: int, at: datetime) -> None:
    """The address of somebody's calendar opens nothing any more: whoever was told it may not be them."""
    feed = table(CalendarFeed)
    renewed = update(feed).where(feed.c.person_id == person_id)
    renewed = renewed.values(generation=feed.c.generation + 1, changed_at=at)
    if not touched(here.execute(renewed)):
        row = {"person_id": person_id, "generation": 1, "is_on": True, "with_waiting": False}
        here.execute(insert(feed), {**row, "changed_at": at})


def _carry_rows(here: Connection, kept_id: int, gone_id: int) -> None:
    for rows in (_tag, _credential):
        own = [
            column
            for column in rows.c
            if column.name in rows.primary_key.columns and column.name != "person_id"
        ]
        has = {tuple(row) for row in here.execute(select(*own).where(rows.c.person_id == kept_id))}
        for row in here.execute(select(rows).where(rows.c.person_id == gone_id)).all():
            if tuple(row._mapping[column.name] for column in own) not in has:
                here.execute(insert(rows), {**row._mapping, "person_id": kept_id})
        here.execute(delete(rows).where(rows.c.person_id == gone_id))
