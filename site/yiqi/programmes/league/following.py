"""What becomes of a game's spectators when it is moved or not played: their activity follows it, in the same transaction, by
the core's own changes. So everybody with a place there hears of it, and queues move as they should."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from yiqi.activities.models import Activity, Occurrence, Status
from yiqi.booking import rearranging
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.changes import CallOffActivity, CallOffOccurrence, Change, MoveOccurrence
from yiqi.db import Again, Facts, table
from yiqi.programmes.league.models import Court, Game

_activity, _occurrence = table(Activity), table(Occurrence)
_court, _game = table(Court), table(Game)


def moved(
    here: Connection, game: Facts, starts_at: datetime, court_id: int, at: datetime, by_id: int | None
) -> None:
    """Move the spectators with their game, by as much and to the other court; `game` is it as it was, locked.

    Where their activity is called off or over already, the game is played without it: new places may be opened.
    """
    if game.activity_id is None:
        return
    dates = _coming(here, game.activity_id, at)
    if not dates:
        here.execute(update(_game).where(_game.c.id == game.id).values(activity_id=None))
        return
    date = _of_game(dates, game)
    if date is None or starts_at <= at:
        return
    later = starts_at - game.starts_at
    begins, ends = date.starts_at + later, date.ends_at + later
    venue = _venue(here, date, game.court_id, court_id)
    if begins > at and (later or venue):
        _carry_out(here, MoveOccurrence(date.id, begins, ends, venue), at, by_id)


def off(
    here: Connection, game: Facts, at: datetime, by_id: int | None, because: str, because_en: str = ""
) -> None:
    """Call off what the spectators signed up for: all of their activity, or the date of the game where it has others."""
    if game.activity_id is None:
        return
    dates = _coming(here, game.activity_id, at)
    date = _of_game(dates, game)
    if date is None:
        return
    change: Change = CallOffOccurrence(date.id, because, because_en)
    if _dates(here, game.activity_id) == 1:
        change = CallOffActivity(game.activity_id, because, because_en)
    _carry_out(here, change, at, by_id)


def _carry_out(here: Connection, change: Change, at: datetime, by_id: int | None) -> None:
    """What stood there a moment ago may have ended under another's lock: then all is looked at again."""
    try:
        rearranging.carry_out(here, change, at, by_id)
    except Refused as gone:
        raise Again from gone


def _coming(here: Connection, activity_id: int, at: datetime) -> list[Facts]:
    """The dates of an activity that go on and have not begun."""
    return list(
        here.execute(
            select(_occurrence)
            .join(_activity, _activity.c.id == _occurrence.c.activity_id)
            .where(
                _activity.c.id == activity_id,
                _activity.c.status == Status.PUBLISHED,
                _occurrence.c.called_off_at.is_(None),
                _occurrence.c.starts_at > at,
            )
            .order_by(_occurrence.c.starts_at)
        )
    )


def _of_game(dates: list[Facts], game: Facts) -> Facts | None:
    """The date that is the game's: the one around its start, or the only one."""
    around = [one for one in dates if game.starts_at and one.starts_at <= game.starts_at < one.ends_at]
    if around or game.starts_at is None:
        return around[0] if around else None
    return dates[0] if len(dates) == 1 else None


def _dates(here: Connection, activity_id: int) -> int:
    """How many dates an activity has that are not called off."""
    own = (_occurrence.c.activity_id == activity_id, _occurrence.c.called_off_at.is_(None))
    return here.execute(select(func.count()).select_from(_occurrence).where(*own)).scalar_one()


def _venue(here: Connection, date: Facts, was_id: int | None, court_id: int) -> dict[str, str]:
    """The venue with the name of the other court in it, where that of the first one stood there."""
    if was_id is None or was_id == court_id:
        return {}
    names = select(_court.c.id, _court.c.name, _court.c.name_en).where(_court.c.id.in_((was_id, court_id)))
    courts = {row.id: row for row in here.execute(names)}
    was, became = courts[was_id], courts[court_id]
    if was.name not in date.venue:
        return {}
    venue = {"venue": date.venue.replace(was.name, became.name)}
    if date.venue_en:
        known = was.name_en and became.name_en
        venue["venue_en"] = date.venue_en.replace(was.name_en, became.name_en) if known else ""
    return venue
