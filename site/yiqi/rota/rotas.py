"""A worker's own rota: keeping it, changing it, no longer using it, reading it."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from yiqi.db import Again, Facts, db, retried, table, touched, writing
from yiqi.rota.models import Rota
from yiqi.rota.rules import shifts
from yiqi.rota.rules.patterns import Pattern
from yiqi.rota.rules.shifts import Cycle

_rota = table(Rota)
_OF_PEOPLE = select(_rota.c.person_id, _rota.c.pattern, _rota.c.anchor, _rota.c.cycle).where(
    _rota.c.person_id.in_(bindparam("people", expanding=True))
)


class Kept(Struct, frozen=True):
    """The rota somebody saved: the pattern it goes by and its days."""

    pattern: Pattern
    cycle: Cycle


@retried
def keep(*, person_id: int, pattern: Pattern, cycle: Cycle) -> None:
    """Keep a person's rota in place of the one they had."""
    facts = {"pattern": str(pattern), "anchor": cycle.anchor, "cycle": shifts.kept(cycle.days)}
    with writing() as session:
        here = session.connection()
        if touched(here.execute(update(_rota).where(_rota.c.person_id == person_id).values(facts))):
            return
        try:
            here.execute(insert(_rota), {"person_id": person_id, **facts})
        except IntegrityError as error:
            raise Again from error


def carry(here: Connection, *, kept_id: int, gone_id: int) -> None:
    """In the caller's transaction: a rota becomes another record's of the same person, who has none; else it is forgotten."""
    if here.execute(select(_rota.c.person_id).where(_rota.c.person_id == kept_id)).first() is None:
        here.execute(update(_rota).where(_rota.c.person_id == gone_id).values(person_id=kept_id))
    here.execute(delete(_rota).where(_rota.c.person_id == gone_id))


@retried
def stop(*, person_id: int) -> None:
    """Forget a person's rota; a second time changes nothing."""
    with writing() as session:
        session.execute(delete(_rota).where(_rota.c.person_id == person_id))


def of_person(person_id: int) -> Kept | None:
    """The rota of a person, or None. One query."""
    return of_people([person_id]).get(person_id)


def of_people(person_ids: Collection[int]) -> dict[int, Kept]:
    """The rotas of some people, by person; who keeps none is left out. One query."""
    rows = db.session.execute(_OF_PEOPLE, {"people": list(person_ids)})
    return {row.person_id: read(row) for row in rows}


def read(row: Facts) -> Kept:
    """The rota in a row of its table (pattern, anchor, cycle), which a page has read beside something else."""
    return Kept(Pattern(row.pattern), Cycle(row.anchor, shifts.read(row.cycle)))
