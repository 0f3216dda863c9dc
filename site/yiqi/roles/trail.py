"""The audit trail: writing to it inside whatever is being done, and reading it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, insert, or_, select, true

from yiqi.activities.models import Activity
from yiqi.db import Facts, db, table
from yiqi.people.persons import name_behind, records_called
from yiqi.people.rules import without_numbers
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held, Thing
from yiqi.unions.models import Union

PAGE = 50


def note(
    here: Connection,
    what: What,
    *,
    at: datetime,
    by_id: int | None,
    thing: Thing | None = None,
    person_id: int | None = None,
    booking_ref: str = "",
    because: str = "",
    **facts: Any,
) -> None:
    """Write, in the caller's transaction, what somebody did to what and whom, and why; with the middle of every phone number
    hidden that somebody typed into it."""
    row = {
        "at": at,
        "by_id": by_id,
        "what": what,
        "union_id": thing.union_id if thing else None,
        "activity_id": thing.activity_id if thing else None,
        "booking_ref": booking_ref,
        "person_id": person_id,
        "because": without_numbers(because),
        "facts": _hidden(facts),
    }
    here.execute(insert(table(Deed)), row)


def _hidden(fact: Any) -> Any:
    """A fact with every phone number in it hidden."""
    if isinstance(fact, str):
        return without_numbers(fact)
    if isinstance(fact, dict):
        return {name: _hidden(one) for name, one in fact.items()}
    if isinstance(fact, list | tuple):
        return [_hidden(one) for one in fact]
    return fact


def deeds(
    held: Sequence[Held],
    *,
    activity_id: int | None = None,
    what: What | None = None,
    who: str = "",
    whole_names: bool = False,
    before: int | None = None,
) -> tuple[list[Facts], bool]:
    """What was done within reach, the newest first, a page of it before the id of one; and whether there is more.

    `who`: part of the name, or the end of the phone number, of who did it or of whom it concerned; with `whole_names`
    whom it concerned is found by all of their name only. One query.
    """
    found = (
        select(
            Deed.id,
            Deed.at,
            Deed.what,
            Deed.union_id,
            Deed.activity_id,
            Deed.booking_ref,
            Deed.because,
            Deed.facts,
            Deed.by_id,
            name_behind(Deed.by_id).label("actor"),
            Deed.person_id,
            name_behind(Deed.person_id).label("person"),
            Union.name.label("union"),
            Union.name_en.label("union_en"),
            Activity.title,
            Activity.title_en,
            Activity.programme,
        )
        .outerjoin(Union, Union.id == Deed.union_id)
        .outerjoin(Activity, Activity.id == Deed.activity_id)
        .where(_within(held))
        .order_by(Deed.id.desc())
        .limit(PAGE + 1)
    )
    if activity_id is not None:
        found = found.where(Deed.activity_id == activity_id)
    if what is not None:
        found = found.where(Deed.what == what)
    if who:
        concerned = Deed.person_id.in_(records_called(who, whole_names=whole_names))
        found = found.where(or_(Deed.by_id.in_(records_called(who)), concerned))
    if before is not None:
        found = found.where(Deed.id < before)
    rows = list(db.session.execute(found))
    return rows[:PAGE], len(rows) > PAGE


def kinds(held: Sequence[Held], activity_id: int) -> set[What]:
    """What was done with an activity, each kind of deed once."""
    found = select(Deed.what).outerjoin(Activity, Activity.id == Deed.activity_id).distinct()
    return set(db.session.scalars(found.where(Deed.activity_id == activity_id, _within(held))))


def _within(held: Sequence[Held]) -> ColumnElement[bool]:
    within: list[ColumnElement[bool]] = [false()]
    for one in held:
        if one.role not in TABLE[Action.READ_AUDIT]:
            continue
        if one.role in EVERYWHERE:
            return true()
        if one.activity_id is not None:
            within.append(Deed.activity_id == one.activity_id)
        elif one.programme is not None:
            mine = (Activity.owner_id.in_(one.unions), Activity.programme == one.programme)
            within.append(Deed.activity_id.in_(select(Activity.id).where(*mine)))
        else:
            within.append(Deed.union_id.in_(one.unions))
    return or_(*within)
