"""Series as tests need them: some weeks of evenings from a day after now."""

from datetime import datetime, time, timedelta

from tests.builders import a_union
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.planning import Plan, Pool, Venue
from yiqi.activities.rules.recurrence import Weekly
from yiqi.activities.series import PublishedSeries, publish_series
from yiqi.db import db


def a_drop_in_series(
    now: datetime,
    *pools: Pool,
    places: int = 2,
    weeks: int = 4,
    in_days: int = 7,
    title: str = "晨间太极",
    skips_days_off: bool = False,
) -> PublishedSeries:
    """Evenings from seven to half past eight, so many weeks from the Beijing day `in_days` after `now`, each with
    places of its own. Sign-up has been open for an hour."""
    first = clock.beijing(now).date() + timedelta(days=in_days)
    rule = Weekly(
        frozenset({first.weekday()}),
        time(19, 0),
        90,
        first,
        first + timedelta(weeks=weeks - 1),
        skips_days_off=skips_days_off,
    )
    plan = Plan(
        programme=Programme.TROUPE,
        title=title,
        owner_id=a_union().id,
        meetings=(),
        pools=pools or [Pool(places)],
        opens_at=now - timedelta(hours=1),
        closes_at=clock.at(rule.last_on, 19),
    )
    made = publish_series(plan, rule, drop_in=True, venue=Venue("博大公园", "Boda Park"))
    db.session.rollback()
    return made
