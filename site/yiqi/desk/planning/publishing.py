"""Publishing a draft: what the form came to becomes an activity, once."""

from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import update

from yiqi.activities import planning, series
from yiqi.activities.models import Allocation, Programme, Topic
from yiqi.activities.planning import Meeting, Plan, Pool, Share, Venue
from yiqi.db import retried, table, writing
from yiqi.desk.models import Draft
from yiqi.desk.planning import drafting
from yiqi.desk.rules.reading import OF_VENUE
from yiqi.desk.rules.sheet import Fields
from yiqi.desk.rules.wanted import Wanted
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing

_draft = table(Draft)


@retried
def publish(*, draft_id: int, edition: int, fields: Fields, wanted: Wanted, by_id: int, at: datetime) -> int:
    """Publish a draft as the form came to (`desk.rules.reading`); answers the activity's id. Again, it is the one that
    is there. Raises `drafting.Conflict` when somebody saved it meanwhile, `drafting.Finished` when it is no more."""
    with writing() as session:
        here = session.connection()
        row = drafting.locked(here, draft_id)
        if row.published_id is not None:
            session.rollback()
            return int(row.published_id)
        if row.edition != edition or row.is_template:
            raise drafting.Conflict
        plan, venue = plan_of(wanted, row.owner_id, row.programme, by_id), _venue(wanted)
        if wanted.dates.rule is not None:
            made = series.write_series(
                here, plan, wanted.dates.rule, drop_in=wanted.dates.drop_in, venue=venue
            ).activity_id
        else:
            made = planning.write(here, plan).activity_id
        drafting.keep(here, draft_id, fields, by_id=by_id, at=at)
        here.execute(update(_draft).where(_draft.c.id == draft_id).values(published_id=made))
        thing = Thing(row.owner_id, made, row.programme)
        trail.note(here, What.PUBLISHED, at=at, by_id=by_id, thing=thing, title=wanted.words["title"])
    return made


def plan_of(wanted: Wanted, owner_id: int, programme: Programme, by_id: int) -> Plan:
    """What the form came to, as the verbs of publishing take it."""
    venue, rule = _venue(wanted), wanted.dates.rule
    windows = wanted.windows
    numbers: dict[str, Any] = {name: number for name, number in wanted.numbers.items() if number is not None}
    return Plan(
        programme=programme,
        topic=Topic(wanted.topic) if wanted.topic else None,
        title=wanted.words["title"],
        owner_id=owner_id,
        meetings=()
        if rule
        else [
            Meeting(
                one.starts_at,
                one.ends_at,
                one.venue or venue.venue,
                one.venue_en or ("" if one.venue else venue.venue_en),
                "" if one.venue else venue.directions,
                "" if one.venue else venue.directions_en,
            )
            for one in wanted.dates.stretches
        ],
        pools=[Pool(**asdict(one)) for one in wanted.places],
        opens_at=windows.opens_at,
        closes_at=windows.closes_at,
        allocation=Allocation(windows.allocation),
        draw_at=windows.draw_at,
        penalties=wanted.penalties,
        conditions=wanted.conditions,
        questions=wanted.questions,
        quotas=[Share(**asdict(one)) for one in wanted.quotas],
        union_only=wanted.union_only,
        made_by_id=by_id,
        words={name: text for name, text in wanted.words.items() if name != "title" and name not in OF_VENUE},
        **numbers,
    )


def _venue(wanted: Wanted) -> Venue:
    return Venue(**{name: wanted.words[name] for name in OF_VENUE})
