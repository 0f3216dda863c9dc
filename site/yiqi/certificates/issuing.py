"""Issuing and revoking certificates, inside whatever is being done; and reading them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from yiqi import clock
from yiqi.certificates.models import Certificate, CertificateSeries
from yiqi.certificates.rules.numbers import ALPHABET, TAIL, numbered
from yiqi.certificates.rules.stated import Stated
from yiqi.db import Facts, db, table, touched
from yiqi.people.models import Person

_certificate, _series = table(Certificate), table(CertificateSeries)


def issue(
    here: Connection,
    *,
    series: str,
    key: str,
    person_id: int,
    title: str,
    issuer: str,
    lines: Sequence[Stated],
    at: datetime,
    by_id: int | None,
    title_en: str = "",
    issuer_en: str = "",
) -> str:
    """Write a certificate in the caller's transaction; answers its number. The same `key` answers the number it has.

    Who issues one of a series waits for whoever does so already. Raises `LookupError` for nobody.
    """
    year = clock.beijing(at).year
    last = _hold(here, series, year)
    issued: str | None = here.scalar(select(_certificate.c.number).where(_certificate.c.key == key))
    if issued is not None:
        return issued
    name = here.scalar(select(Person.name).where(Person.id == person_id))
    if name is None:
        raise LookupError(person_id)
    running = last + 1
    number = numbered(series, year, running, "".join(secrets.choice(ALPHABET) for _ in range(TAIL)))
    row = {
        "number": number,
        "series": series,
        "year": year,
        "running": running,
        "key": key,
        "person_id": person_id,
        "name": name,
        "title": title,
        "title_en": title_en,
        "issuer": issuer,
        "issuer_en": issuer_en,
        "lines": [asdict(one) for one in lines],
        "issued_at": at,
        "issued_by_id": by_id,
    }
    here.execute(insert(_certificate), row)
    counted = update(_series).where(_series.c.letters == series, _series.c.year == year)
    here.execute(counted.values(last=running))
    return number


def revoke(here: Connection, *, number: str, because: str, at: datetime) -> bool:
    """Say, in the caller's transaction, that a certificate holds no more; answers whether it held before."""
    held = (_certificate.c.number == number, _certificate.c.revoked_at.is_(None))
    ended = update(_certificate).where(*held).values(revoked_at=at, revoked_because=because)
    return touched(here.execute(ended)) == 1


def numbered_as(number: str) -> Certificate | None:
    """A certificate, for who checks it or prints it."""
    return db.session.scalar(select(Certificate).where(Certificate.number == number))


def with_keys(keys: Sequence[str]) -> dict[str, Facts]:
    """Of what is certified already: number, issued_at and revoked_at, by key."""
    columns = [_certificate.c[name] for name in ("key", "number", "issued_at", "revoked_at")]
    rows = db.session.execute(select(*columns).where(_certificate.c.key.in_(keys)))
    return {row.key: row for row in rows}


def of_person(person_id: int) -> list[Certificate]:
    """The certificates of a person, the newest first."""
    query = select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id.desc())
    return list(db.session.scalars(query))


def carry(here: Connection, *, kept_id: int, gone_id: int) -> None:
    """Give the certificates of one record to another, in the caller's transaction."""
    here.execute(update(_certificate).where(_certificate.c.person_id == gone_id).values(person_id=kept_id))


def _hold(here: Connection, letters: str, year: int) -> int:
    """Lock the numbers of a series, begun where there are none yet; answers the last one given."""
    dialect: Any = postgresql if here.dialect.name == "postgresql" else sqlite
    begun = dialect.insert(_series).values(letters=letters, year=year, last=0)
    key = [_series.c.letters, _series.c.year]
    held = begun.on_conflict_do_update(index_elements=key, set_={"last": _series.c.last})
    last: int = here.execute(held.returning(_series.c.last)).scalar_one()
    return last
