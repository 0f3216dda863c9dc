"""The demo's themes of months, and last year's lists of commendation, as they were published in January."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from yiqi import clock
from yiqi.cli.demo_content.months import THEMES
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_people import Cast
from yiqi.db import db
from yiqi.years import commending, records, themes
from yiqi.years.models import Commended
from yiqi.years.rules.calendar import Year, month_after

ADMIN = 1
MONTHS = 3
"""The present month and those after it that have a theme."""
DAY = timedelta(days=1)


def furnish(cast: Cast, at: datetime) -> None:
    """Themes from this month on; last year's list of the federation and of the union that had most people on it."""
    admin = cast.accounts[ADMIN]
    month = clock.beijing(at).date().replace(day=1)
    for _each in range(MONTHS):
        one = THEMES[month.month]
        themes.keep(
            month=month,
            title=one.title,
            title_en=one.title_en,
            line=one.line,
            line_en=one.line_en,
            lifts=one.lifts,
            by_id=admin,
            at=at - 20 * DAY,
        )
        month = month_after(month)
    year = Year(clock.beijing(at).year - 1)
    published_at = clock.at(date(year.number + 1, 1, 8), 10)
    if published_at > at:
        return
    listed = _publish(cast.unions[FEDERATION[0]], year, admin, published_at)
    named = select(Commended).where(Commended.list_id == listed, Commended.person_id.is_not(None))
    rows = db.session.scalars(named.order_by(Commended.id)).all()
    for row in rows[::2]:
        commending.be_named(person_id=row.person_id or 0, is_given=True, at=published_at)
    homes = [row.union_id for row in rows if row.union_id is not None]
    if homes:
        _publish(max(homes, key=homes.count), year, admin, published_at + DAY)


def _publish(union_id: int, year: Year, by_id: int, at: datetime) -> int | None:
    """The list as the facts make it; None where they commend nobody."""
    db.session.rollback()
    found = records.of(union_id, year, at)
    if not any(reached for _one, reached in found.commended):
        return None
    seen = commending.digest(found)
    return commending.publish(union_id=union_id, year=year, seen=seen, by_id=by_id, at=at)
