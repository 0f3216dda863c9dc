"""A phone number that nobody used for long may have a new owner (二次放号): who comes in with it says whose it was, by surname
and enterprise, before anything of the record is shown; else the number begins an empty record, and the old one is nobody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from yiqi.db import Facts, retried, table, writing
from yiqi.people import agreeing
from yiqi.people.merging import no_phone
from yiqi.people.models import BrowserSession, KnownDevice, Person
from yiqi.people.sessions import NewSession, forget, new_session
from yiqi.privacy.rules import CLAIM_LIFE, CLAIM_TRIES, is_of_union, is_surname
from yiqi.unions.models import Membership, Union

_session, _person = table(BrowserSession), table(Person)


class NotClaiming(Exception):
    """This browser has no number to confirm, or not any more: sign in again."""


@dataclass(frozen=True)
class NotThem(Exception):
    """The answers do not fit. `left`: how often one may try again; with 0 the number has begun an empty record."""

    left: int


@retried
def confirm(*, browser_id: int, surname: str, union: str, at: datetime, device: str = "") -> NewSession:
    """Show that the record is one's own. The try is counted before it is looked at. Raises `NotThem`, `NotClaiming`."""
    with writing() as session:
        here = session.connection()
        claim = _tried(here, browser_id, at)
        person = _held(here, claim.claims_id)
        fits = is_surname(surname, person.name) and any(
            is_of_union(union, name) for name in _unions(here, person.id)
        )
        if fits:
            here.execute(update(_person).where(_person.c.id == person.id).values(signed_in_at=at))
            if person.agreed < agreeing.NOTICE:
                agreeing.write(here, person.id, at)
            forget(session, browser_id)
            return new_session(session, person.id, at, device, claim.device)
    raise NotThem(left=max(0, CLAIM_TRIES - claim.claim_tries))


@retried
def begin_anew(*, browser_id: int, at: datetime, device: str = "", lang: str | None = None) -> NewSession:
    """The number is somebody else's now: it begins an empty record, with the language that was chosen on their phone. The
    old one keeps what it has, and nobody signs in with it. Raises `NotClaiming`, also when another browser has shown meanwhile that the record is theirs."""
    with writing() as session:
        here = session.connection()
        claim = _claim(here, browser_id, at)
        old = _held(here, claim.claims_id)
        if old.signed_in_at is not None and old.signed_in_at >= claim.created_at:
            raise NotClaiming
        for opened in (BrowserSession, KnownDevice):
            here.execute(delete(table(opened)).where(table(opened).c.person_id == old.id))
        closed = {"phone": no_phone(old.id), "merged_into_id": old.id}
        here.execute(update(_person).where(_person.c.id == old.id).values(**closed))
        row = {"phone": old.phone, "name": "", "pinyin": "", "lang": lang or "zh-CN"}
        began = {"created_at": at, "signed_in_at": at, "agreed": 0, "turn": 0}
        made: int = here.execute(insert(_person).returning(_person.c.id), row | began).scalar_one()
        agreeing.write(here, made, at)
        forget(session, browser_id)
        return new_session(session, made, at, device, claim.device)


def _tried(here: Connection, browser_id: int, at: datetime) -> Facts:
    this = (_session.c.id == browser_id, _session.c.claim_tries < CLAIM_TRIES)
    here.execute(update(_session).where(*this).values(claim_tries=_session.c.claim_tries + 1))
    return _claim(here, browser_id, at)


def _claim(here: Connection, browser_id: int, at: datetime) -> Facts:
    columns = (_session.c.claims_id, _session.c.claim_tries, _session.c.device, _session.c.created_at)
    found = here.execute(select(*columns).where(_session.c.id == browser_id).with_for_update()).one_or_none()
    if found is None or found.claims_id is None or not timedelta(0) <= at - found.created_at < CLAIM_LIFE:
        raise NotClaiming
    return found


def _held(here: Connection, person_id: int) -> Facts:
    columns = (
        _person.c.id,
        _person.c.phone,
        _person.c.name,
        _person.c.agreed,
        _person.c.signed_in_at,
    )
    open_record = (_person.c.id == person_id, _person.c.merged_into_id.is_(None))
    found = here.execute(select(*columns).where(*open_record).with_for_update()).one_or_none()
    if found is None:
        raise NotClaiming
    return found


def _unions(here: Connection, person_id: int) -> list[str]:
    names = select(Union.name, Union.name_en).join(Membership, Membership.union_id == Union.id)
    found = here.execute(names.where(Membership.person_id == person_id)).all()
    return [name for row in found for name in row if name]
