"""Dates that stand in calendars without a booking: games, parts in a show, a shift that somebody leads. The programmes say
which; `calendars` writes them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from yiqi.activities.models import Activity, Occurrence, Status
from yiqi.db import db
from yiqi.web.formats import said


class Dated(Struct, frozen=True):
    """One date. Instants are aware UTC; texts come in the present language; `url` is a path of this site.

    `key` is never another one's; `sequence` rises with every change of what is shown. `activity_id` names the activity whose
    date it stands for in a calendar for everybody, `occurrence_id` the occurrence at which it is.
    """

    key: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    is_off: bool = False
    where: str = ""
    about: str = ""
    url: str = ""
    activity_id: int | None = None
    occurrence_id: int | None = None


class Duty(Struct, frozen=True):
    """What somebody does at an occurrence: the key without the occurrence, the words, where there is more."""

    occurrence_id: int
    key: str
    title: str
    url: str
    about: str = ""


def at_occurrences(duties: Sequence[Duty], since: datetime) -> list[Dated]:
    """The dates of duties at occurrences that end after an instant; what is called off says so. One query."""
    found = {
        row.id: row
        for row in db.session.execute(
            select(
                Occurrence.id,
                Occurrence.starts_at,
                Occurrence.ends_at,
                Occurrence.venue,
                Occurrence.venue_en,
                Occurrence.called_off_at,
                Activity.status,
                Activity.opens_at,
                (Occurrence.revision + Activity.revision).label("revision"),
            )
            .join(Activity, Activity.id == Occurrence.activity_id)
            .where(
                Occurrence.id.in_({one.occurrence_id for one in duties}),
                Occurrence.ends_at > since,
                Activity.status != Status.DRAFT,
            )
        )
    }
    return [
        Dated(
            key=f"{one.key}-{row.id}",
            sequence=row.revision,
            changed_at=row.opens_at,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            title=one.title,
            is_off=row.called_off_at is not None or row.status == Status.CALLED_OFF,
            where=said(row, "venue"),
            about=one.about,
            url=one.url,
            occurrence_id=row.id,
        )
        for one in duties
        if (row := found.get(one.occurrence_id)) is not None
    ]
