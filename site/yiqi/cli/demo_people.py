"""The unions and people of the demo, written straight into their tables: there is nobody yet to do it at the desk."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from yiqi import clock
from yiqi.booking.rules.eligibility import Held, Whom
from yiqi.cli.demo_content import names
from yiqi.cli.demo_content.names import ACCOUNTS, Account
from yiqi.cli.demo_content.offer import WOMEN
from yiqi.cli.demo_content.unions import ENTERPRISES, FEDERATION
from yiqi.cli.demo_crowd import Somebody
from yiqi.db import db, writing
from yiqi.people.models import Credential, Person, PersonTag
from yiqi.people.spelling import pinyin
from yiqi.roles import granting
from yiqi.roles.rules.permissions import EVERYWHERE, Role
from yiqi.rota import rotas
from yiqi.rota.rules.patterns import Pattern, choices, cycle
from yiqi.unions.models import Membership, Union

NEIGHBOURS_FROM = 13800001000
"""The phones of the default crowd; those of the accounts end in 01 to 20."""
EXTRAS_FROM, EXTRAS_TO = 13600000000, 13699999999
"""The phones of everybody made in bulk."""
CHUNK = 10_000


class Cast(Struct, frozen=True):
    """The people of the demo: the federation's and the enterprises' unions, the crowd, the accounts by number."""

    unions: dict[str, int]
    crowd: tuple[Somebody, ...]
    accounts: dict[int, int]


def unions(session: Session) -> dict[str, int]:
    """The ids of the demo's unions by name, made where they are missing. The federation is the first."""
    known = {union.name: union.id for union in session.execute(select(Union.name, Union.id))}
    for name, name_en in (FEDERATION, *ENTERPRISES):
        if name not in known:
            row = {"name": name, "name_en": name_en, "parent_id": known.get(FEDERATION[0])}
            known[name] = session.execute(insert(Union).returning(Union.id), row).scalar_one()
    return {name: known[name] for name, _name_en in (FEDERATION, *ENTERPRISES)}


def settle(rng: Random, people: int, at: datetime) -> Cast:
    """Make the unions, the accounts and the crowd: `people` in all. The federation admin is left without a union."""
    today = clock.beijing(at).date()
    with writing() as session:
        ids = unions(session)
        crowd = zip(range(people - len(ACCOUNTS)), named(rng), strict=False)
        known = [_account(rng, account, at) for account in ACCOUNTS]
        known += [_neighbour(rng, number, *each, list(ids)[1:], at) for number, each in crowd]
        everybody = list(zip(reserve(session, "person", len(known)), known, strict=True))
        here = session.connection()
        here.execute(insert(Person), [{"id": one, **each.row} for one, each in everybody])
        here.execute(
            insert(Membership),
            [
                {**_member(rng, one, ids[each.union], at), "in_good_standing": each.in_good_standing}
                for one, each in everybody[1:]
            ],
        )
        here.execute(
            insert(PersonTag),
            [{"person_id": one, "tag": tag} for one, each in everybody for tag in each.tags],
        )
        here.execute(
            insert(Credential),
            [
                {"person_id": one, "code": held.code, "since": held.since, "until": held.until}
                for one, each in everybody
                for held in each.holds
            ],
        )
    accounts = {account.number: one for account, (one, _each) in zip(ACCOUNTS, everybody, strict=False)}
    home = ids[FEDERATION[0]]
    for account in ACCOUNTS:
        if account.works is not None:
            _keep_rota(accounts[account.number], account.works, today)
        holder = accounts[account.number]
        if account.grants is not None:
            on = None if account.grants in EVERYWHERE else ids[account.union or FEDERATION[0]]
            granting.grant(person_id=holder, role=account.grants, union_id=on, at=at, by_id=None)
        if account.minds is not None:
            granting.grant(
                person_id=holder,
                role=Role.UNION_ORGANIZER,
                union_id=home,
                programme=account.minds,
                at=at,
                by_id=None,
            )
    somebodies = [Somebody(one, each.union, each.whom(ids[each.union], home)) for one, each in everybody]
    return Cast(ids, tuple(somebodies[len(ACCOUNTS) :]), accounts)


def is_settling() -> bool:
    """Whether a load has begun: the federation admin is there."""
    return db.session.scalar(select(Person.id).where(Person.phone == ACCOUNTS[0].phone)) is not None


def is_settled() -> bool:
    """Whether a load has come to its end: the federation admin joined a union."""
    admin = select(Membership.id).join(Person, Person.id == Membership.person_id)
    return db.session.scalar(admin.where(Person.phone == ACCOUNTS[0].phone)) is not None


def finish(cast: Cast, at: datetime) -> None:
    """The last row of a load: the federation admin joins the federation."""
    with writing() as session:
        row = {"person_id": cast.accounts[1], "union_id": cast.unions[FEDERATION[0]]}
        session.execute(insert(Membership), row | {"since": clock.beijing(at).date() - timedelta(days=900)})


def add_extras(count: int, at: datetime) -> None:
    """Make `count` more people, each in an enterprise's union, in chunks of a transaction each."""
    while count > 0:
        with writing() as session:
            enterprises = list(unions(session).values())[1:]
            newest = select(func.max(Person.phone)).where(Person.phone.between(*_phones()))
            first = int((session.scalar(newest) or f"+86{EXTRAS_FROM - 1}")[3:]) + 1
            batch = min(CHUNK, count)
            if first + batch > EXTRAS_TO:
                raise ValueError("no phone numbers are left for more demo people")
            rng = Random(first)  # noqa: S311
            numbers = reserve(session, "person", batch)
            people: list[dict[str, Any]] = []
            for one, phone, (name, _is_woman) in zip(
                numbers, range(first, first + batch), named(rng), strict=False
            ):
                people.append({"id": one, **_person(f"+86{phone}", name, at)})
            connection = session.connection()
            connection.execute(insert(Person), people)
            connection.execute(
                insert(Membership), [_member(rng, one, rng.choice(enterprises), at) for one in numbers]
            )
        count -= batch


def extras() -> list[int]:
    """The ids of everybody made in bulk, in the order of their phones."""
    return list(
        db.session.scalars(select(Person.id).where(Person.phone.between(*_phones())).order_by(Person.phone))
    )


def reserve(session: Session, table: str, count: int) -> Sequence[int]:
    """Ids for `count` new rows of a table that nobody else will be given. Call it inside `writing()`."""
    if count == 0:
        return ()
    if session.get_bind().dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(session.scalars(drawn, {"name": table, "count": count}))
    first = (session.scalar(text(f"SELECT max(id) FROM {table}")) or 0) + 1  # noqa: S608
    return range(first, first + count)


def named(rng: Random) -> Iterator[tuple[str, bool]]:
    """Names without end, and whether a woman bears each."""
    while True:
        is_woman = rng.random() < 0.45
        surname = rng.choice(names.COMPOUND_SURNAMES) if rng.random() < 0.008 else rng.choice(names.SURNAMES)
        yield surname + rng.choice(names.WOMEN if is_woman else names.MEN), is_woman


def _phones() -> tuple[str, str]:
    return f"+86{EXTRAS_FROM}", f"+86{EXTRAS_TO}"


class _Known(Struct, frozen=True):
    """A person before they are written, with what conditions and quotas look at."""

    row: dict[str, Any]
    union: str
    tags: tuple[str, ...]
    holds: tuple[Held, ...]
    in_good_standing: bool = True

    def whom(self, union_id: int, federation_id: int) -> Whom:
        """As the rules of eligibility see them."""
        return Whom(
            frozenset({union_id, federation_id}),
            True,
            self.in_good_standing,
            frozenset(self.tags),
            self.row["born_on"],
            self.holds,
        )


def _account(rng: Random, account: Account, at: datetime) -> _Known:
    today = clock.beijing(at).date()
    born_on = _years_ago(today, account.age) - timedelta(days=rng.randint(10, 300)) if account.age else None
    return _Known(
        _person(account.phone, account.name, _some_days_ago(rng, at), account.lang, born_on, at - _SEEN),
        account.union or FEDERATION[0],
        (WOMEN["tag"],) if account.is_woman else (),
        tuple(Held(code, _years_ago(today, years) - timedelta(days=40)) for code, years in account.holds),
        account.in_good_standing,
    )


def _neighbour(
    rng: Random, number: int, name: str, is_woman: bool, enterprises: Sequence[str], at: datetime
) -> _Known:
    today = clock.beijing(at).date()
    born_on = _years_ago(today, rng.choice((22, 25, 27, 29, 31, 33, 38, 44, 50))) - _days(rng, 1, 360)
    luck, holds = rng.random(), []
    if luck < 0.45:
        holds.append(Held("electrician-5", today - _days(rng, 800, 4000)))
    if luck < 0.2:
        holds.append(Held("electrician-4", today - _days(rng, 750, 790)))
    return _Known(
        _person(
            f"+86{NEIGHBOURS_FROM + number}",
            name,
            _some_days_ago(rng, at),
            born_on=born_on,
            signed_in_at=at - _SEEN,
        ),
        rng.choice(enterprises),
        (WOMEN["tag"],) if is_woman else (),
        tuple(holds),
    )


def _keep_rota(person_id: int, pattern: Pattern, today: date) -> None:
    """Save a rota; which of its days is today depends on the day alone."""
    days = choices(pattern, today)
    shifts = cycle(pattern, days[today.toordinal() % len(days)].number, today)
    if shifts is not None:
        rotas.keep(person_id=person_id, pattern=pattern, cycle=shifts)


_SEEN = timedelta(days=1)
"""They were in yesterday: a number that nobody used for half a year is asked whose it is."""


def _person(
    phone: str,
    name: str,
    at: datetime,
    lang: str = "zh-CN",
    born_on: date | None = None,
    signed_in_at: datetime | None = None,
) -> dict[str, Any]:
    facts = {"phone": phone, "name": name, "pinyin": pinyin(name), "lang": lang, "born_on": born_on}
    return facts | {"created_at": at, "signed_in_at": signed_in_at, "turn": 0}


def _member(rng: Random, person_id: int, union_id: int, at: datetime) -> dict[str, Any]:
    since = clock.beijing(at).date() - _days(rng, 90, 4000)
    return {"person_id": person_id, "union_id": union_id, "since": since, "until": None}


def _some_days_ago(rng: Random, at: datetime) -> datetime:
    return at.replace(microsecond=0) - timedelta(seconds=rng.randint(90 * 86400, 260 * 86400))


def _days(rng: Random, least: int, most: int) -> timedelta:
    return timedelta(days=rng.randint(least, most))


def _years_ago(day: date, years: int) -> date:
    return day - timedelta(days=round(365.25 * years))
