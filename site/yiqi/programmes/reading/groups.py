"""The verbs of reading groups: keeping them, and which activities are their meetings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from yiqi import once
from yiqi.activities.models import Activity, Programme
from yiqi.db import retried, table, writing
from yiqi.programmes.reading.models import ReadingGroup, group_activity
from yiqi.programmes.reading.reaching import thing
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_group, _activity = table(ReadingGroup), table(Activity)


class NotTheirs(Exception):
    """The activity is no reading activity, or belongs to another group."""


@retried
def add(*, union_id: int, fields: Mapping[str, Any], at: datetime, by_id: int, nonce: str) -> int:
    """Keep a new group; answers its id; the same form again answers the same one."""
    with writing() as session:
        here = session.connection()
        done = once.before(here, _group, nonce=nonce, made_by_id=by_id)
        if done is not None:
            return done
        row = {**fields, "union_id": union_id, "made_at": at, "made_by_id": by_id, "nonce": nonce}
        made = once.make(here, _group, row)
        _note(here, union_id, fields["name"], at, by_id)
        return made


@retried
def change(*, group_id: int, fields: Mapping[str, Any], is_over: bool, at: datetime, by_id: int) -> None:
    """Change what is known of a group, and whether it still meets. Raises `LookupError`."""
    with writing() as session:
        here = session.connection()
        group = here.execute(
            select(_group.c.union_id, _group.c.ended_at).where(_group.c.id == group_id).with_for_update()
        ).one_or_none()
        if group is None:
            raise LookupError(group_id)
        ended_at = (group.ended_at or at) if is_over else None
        here.execute(update(_group).where(_group.c.id == group_id).values(**fields, ended_at=ended_at))
        _note(here, group.union_id, fields["name"], at, by_id)


@retried
def meets_at(*, group_id: int, activity_id: int, at: datetime, by_id: int) -> None:
    """The occurrences of an activity are meetings of the group; twice is once. Raises `NotTheirs`."""
    with writing() as session:
        here = session.connection()
        group = here.execute(
            select(_group.c.union_id, _group.c.name).where(_group.c.id == group_id).with_for_update()
        ).one()
        activity = here.execute(
            select(_activity.c.programme, _activity.c.title)
            .where(_activity.c.id == activity_id)
            .with_for_update()
        ).one_or_none()
        of = here.scalar(select(group_activity.c.group_id).where(group_activity.c.activity_id == activity_id))
        if activity is None or activity.programme != Programme.READING or of not in (None, group_id):
            raise NotTheirs(activity_id)
        if of is None:
            here.execute(insert(group_activity), {"group_id": group_id, "activity_id": activity_id})
            trail.note(
                here,
                What.READING_KEPT,
                at=at,
                by_id=by_id,
                thing=thing(group.union_id),
                kind="reading_group",
                name=group.name,
                title=activity.title,
            )


@retried
def meets_no_more_at(*, group_id: int, activity_id: int) -> None:
    """The occurrences of an activity are no meetings of the group; twice is once. Notes stay, and show no more."""
    with writing() as session:
        own = (group_activity.c.group_id == group_id, group_activity.c.activity_id == activity_id)
        session.connection().execute(delete(group_activity).where(*own))


def _note(here: Connection, union_id: int, name: str, at: datetime, by_id: int) -> None:
    trail.note(
        here, What.READING_KEPT, at=at, by_id=by_id, thing=thing(union_id), kind="reading_group", name=name
    )
