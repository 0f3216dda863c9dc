"""What a person has beside a name: tags and certificates, changed inside somebody else's transaction."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from yiqi.db import Facts, db, table, touched
from yiqi.people.models import Credential, Person, PersonTag

_person, _tag, _credential = table(Person), table(PersonTag), table(Credential)


def put_tag(here: Connection, *, person_id: int, tag: str) -> bool:
    """Put a tag on somebody; answers whether they had it not."""
    _hold(here, person_id)
    known = select(_tag.c.tag).where(_tag.c.person_id == person_id, _tag.c.tag == tag)
    if here.execute(known).first() is not None:
        return False
    here.execute(insert(_tag), {"person_id": person_id, "tag": tag})
    return True


def take_tag(here: Connection, *, person_id: int, tag: str) -> bool:
    """Take a tag off somebody; answers whether they had it."""
    return touched(here.execute(delete(_tag).where(_tag.c.person_id == person_id, _tag.c.tag == tag))) > 0


def put_credential(here: Connection, *, person_id: int, code: str, since: date, until: date | None) -> bool:
    """Write a certificate down; one of the same code and day is there already, and keeps its end. Answers whether it is
    new."""
    _hold(here, person_id)
    same = (_credential.c.person_id == person_id, _credential.c.code == code, _credential.c.since == since)
    if here.execute(select(_credential.c.code).where(*same)).first() is not None:
        return False
    row = {"person_id": person_id, "code": code, "since": since, "until": until}
    here.execute(insert(_credential), row)
    return True


def take_credential(here: Connection, *, person_id: int, code: str, since: date) -> bool:
    """Strike a certificate out; answers whether it was there."""
    same = (_credential.c.person_id == person_id, _credential.c.code == code, _credential.c.since == since)
    return touched(here.execute(delete(_credential).where(*same))) > 0


def tags(person_id: int) -> list[str]:
    """The tags of somebody, in order."""
    return list(
        db.session.scalars(
            select(PersonTag.tag).where(PersonTag.person_id == person_id).order_by(PersonTag.tag)
        )
    )


def tags_of(person_ids: Collection[int]) -> dict[int, list[str]]:
    """The tags of several people, by their ids; who has none is left out."""
    found: dict[int, list[str]] = {}
    rows = select(PersonTag.person_id, PersonTag.tag).where(PersonTag.person_id.in_(person_ids))
    for person_id, tag in db.session.execute(rows.order_by(PersonTag.tag)):
        found.setdefault(person_id, []).append(tag)
    return found


def credentials(person_id: int) -> list[Facts]:
    """The certificates of somebody, by code: code, since, until."""
    return list(
        db.session.execute(
            select(Credential.code, Credential.since, Credential.until)
            .where(Credential.person_id == person_id)
            .order_by(Credential.code, Credential.since)
        )
    )


def _hold(here: Connection, person_id: int) -> None:
    here.execute(select(_person.c.id).where(_person.c.id == person_id).with_for_update(key_share=True))
