"""Who is a member of what: changed inside somebody else's transaction, and read page by page."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, tuple_, update

from yiqi.db import Again, Facts, db, table
from yiqi.notices import outbox
from yiqi.people import finding
from yiqi.people.models import Person
from yiqi.unions.models import Membership, Union
from yiqi.unions.tree import Ended
from yiqi.web.texts import folded

Member = Facts
"""A membership with its person and its union: what is selected, by its label."""
PAGE = 50
SHORTEST_TAIL = 4

_membership, _union, _person = table(Membership), table(Union), table(Person)

_COLUMNS = (
    Membership.id,
    Membership.person_id,
    Membership.union_id,
    Membership.since,
    Membership.until,
    Membership.in_good_standing,
    Membership.number,
    Person.name,
    Person.pinyin,
    Person.phone,
    Union.name.label("union"),
    Union.name_en.label("union_en"),
)


def current(on: date) -> ColumnElement[bool]:
    """The memberships that count on a Beijing day, as a condition on `Membership`."""
    return and_(Membership.since <= on, or_(Membership.until.is_(None), Membership.until > on))


def counts(one: Facts, on: date) -> bool:
    """The same of a membership that was read."""
    return bool(one.since <= on and (one.until is None or one.until > on))


def join(here: Connection, *, person_id: int, union_id: int, number: str, on: date) -> tuple[int, bool]:
    """Make somebody a member from a Beijing day on; answers the membership, and whether it is new.

    Who is one already stays one. Raises `Ended` for a union that is no more, `LookupError` for none, `Again` when the
    person was merged into another one meanwhile.
    """
    union = here.execute(
        select(_union.c.ended_on).where(_union.c.id == union_id).with_for_update()
    ).one_or_none()
    if union is None:
        raise LookupError(union_id)
    if union.ended_on is not None and union.ended_on <= on:
        raise Ended
    merged = select(_person.c.merged_into_id).where(_person.c.id == person_id).with_for_update(key_share=True)
    if here.execute(merged).scalar() is not None:
        raise Again
    known = here.execute(
        select(_membership.c.id).where(
            _membership.c.person_id == person_id, _membership.c.union_id == union_id, current(on)
        )
    ).scalar()
    if known is not None:
        return int(known), False
    row = {"person_id": person_id, "union_id": union_id, "since": on, "in_good_standing": True}
    made: int = here.execute(
        insert(_membership).returning(_membership.c.id), {**row, "number": number}
    ).scalar_one()
    return made, True


def end(here: Connection, *, membership_id: int, on: date, at: datetime) -> bool:
    """End a membership: `on` is the first Beijing day it no longer counts. Its person is told, with what of theirs is
    for members only. Answers whether it was still going on."""
    still = or_(_membership.c.until.is_(None), _membership.c.until > on)
    ended = here.execute(
        update(_membership)
        .where(_membership.c.id == membership_id, still)
        .values(until=on)
        .returning(_membership.c.person_id)
    ).scalar()
    if ended is None:
        return False
    key = f"membership-{membership_id}-{on.isoformat()}"
    outbox.put(here, "membership_ended", key=key, person_id=ended, at=at, membership=membership_id)
    return True


class KeptMeanwhile(Exception):
    """Somebody else changed what is about to be changed since it was shown."""


def keep(
    here: Connection, *, membership_id: int, new: Mapping[str, Any], shown: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep the standing and the number of a membership (`in_good_standing`, `number`), of which what was `shown` stays
    as it is by now; answers what was changed, by name: what was and what became. Raises `KeptMeanwhile` where another
    changed the same to something else."""
    was = here.execute(
        select(_membership.c.in_good_standing, _membership.c.number)
        .where(_membership.c.id == membership_id)
        .with_for_update()
    ).one()
    changed = {
        name: [was._mapping[name], value]
        for name, value in new.items()
        if value not in (shown[name], was._mapping[name])
    }
    if any(shown[name] != before for name, (before, _after) in changed.items()):
        raise KeptMeanwhile
    if changed:
        values = {name: after for name, (_before, after) in changed.items()}
        here.execute(update(_membership).where(_membership.c.id == membership_id).values(**values))
    return changed


def one(membership_id: int) -> Facts | None:
    """A membership with its person and its union; None when there is none."""
    return db.session.execute(_select(Membership.id == membership_id)).one_or_none()


def of_person(person_id: int) -> list[Facts]:
    """All memberships of somebody, the newest first."""
    mine = _select(Membership.person_id == person_id)
    return list(db.session.execute(mine.order_by(Membership.since.desc(), Membership.id.desc())))


def of_people(person_ids: Collection[int]) -> dict[int, list[Facts]]:
    """The same for several people, by their ids. One query; none for nobody."""
    found: dict[int, list[Facts]] = {one: [] for one in person_ids}
    if found:
        theirs = _select(Membership.person_id.in_(found))
        for row in db.session.execute(theirs.order_by(Membership.since.desc(), Membership.id.desc())):
            found[row.person_id].append(row)
    return found


def page(
    union_ids: Collection[int], *, on: date, q: str = "", past: bool = False, after: int | None = None
) -> tuple[list[Facts], bool]:
    """Members of some unions by the spelling of their names, a page of them behind a membership; and whether there
    are more. `past`: those who were. `q`: a name, its letters or initials, the end of a phone number, a 工号."""
    which = Membership.until <= on if past else current(on)
    keys = (Person.pinyin, Membership.id)
    found = _select(Membership.union_id.in_(union_ids), which, *_may_match(q)).order_by(*keys)
    if after is not None:
        behind = db.session.execute(
            select(*keys)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.id == after, Membership.union_id.in_(union_ids))
        ).one_or_none()
        if behind is not None:
            found = found.where(tuple_(*keys) > tuple_(behind.pinyin, behind.id))
    if not q:
        found = found.limit(PAGE + 1)
    rows = [row for row in db.session.execute(found) if not q or _matches(row, q)]
    return rows[:PAGE], len(rows) > PAGE


def _select(*which: ColumnElement[bool]) -> Any:
    return (
        select(*_COLUMNS)
        .join(Person, Person.id == Membership.person_id)
        .join(Union, Union.id == Membership.union_id)
        .where(*which)
    )


def _may_match(q: str) -> list[ColumnElement[bool]]:
    """What the database can leave out; `_matches` looks at the rest letter by letter."""
    if not q:
        return []
    latin, by_number = finding.letters(q), finding.by_number(q, least=SHORTEST_TAIL)
    ways: list[ColumnElement[bool]] = [
        Person.name.contains(folded(q), autoescape=True),
        Membership.number.icontains(q, autoescape=True),
    ]
    if latin:
        spread = "%".join(latin) + "%"
        ways += [Person.pinyin.like(spread), Person.pinyin.like(f"% {spread}")]
    if by_number is not None:
        ways.append(by_number)
    return [or_(*ways)]


def _matches(row: Facts, q: str) -> bool:
    latin = finding.letters(q)
    return (
        folded(q) in folded(row.name)
        or folded(q) in folded(row.number)
        or finding.has_number(row.phone, q, least=SHORTEST_TAIL)
        or (bool(latin) and finding.marked(row.pinyin, latin) is not None)
    )
