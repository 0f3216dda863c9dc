"""What happens in the tests of draws, in few words."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.booking.steps import HOUR, NOON, asks
from tests.builders import Made, an_activity, workers
from yiqi.activities.models import Allocation
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.draws import lottery
from yiqi.draws.models import Draw, DrawEntry
from yiqi.people.models import Person

SOURCE = "中国福利彩票双色球第 2026135 期，按开出的先后写"
SOURCE_EN = "China Welfare Lottery, Double Colour Ball no. 2026135, in the order drawn"
NUMBER = "03 07 12 22 28 33 + 09"
CLOSES, DRAWS = NOON + 24 * HOUR, NOON + 30 * HOUR


def a_draw(*, announced: bool = True, **more: Any) -> Made:
    """An activity whose places are drawn: sign-up closes tomorrow at noon, the draw is six hours later."""
    made = an_activity(
        **{
            "places": 2,
            "allocation": Allocation.DRAW,
            "closes_in": timedelta(hours=24),
            "draw_at": more.get("now", NOON) + timedelta(hours=30),
            "now": NOON,
            "title": "博大杯决赛观赛",
            **more,
        }
    )
    if announced:
        announces(made)
    return made


def announces(made: Made, source: str = SOURCE, at: datetime = NOON) -> None:
    lottery.announce(activity_id=made.activity_id, source=source, source_en=SOURCE_EN, at=at)


def freezes(made: Made, at: datetime = CLOSES) -> str:
    return lottery.freeze(activity_id=made.activity_id, at=at)


def draws(made: Made, number: str = NUMBER, at: datetime = DRAWS, by_id: int | None = None) -> None:
    lottery.draw(activity_id=made.activity_id, number=number, at=at, by_id=by_id)


def held(made: Made, number: str = NUMBER) -> None:
    """Frozen and drawn at their times."""
    freezes(made)
    draws(made, number)


def enter(made: Made | int, many: int, party: int = 1) -> tuple[list[Person], list[Ticket]]:
    """So many workers, each entered."""
    people = workers(many)
    return people, [asks(person, made, party=party) for person in people]


def the_draw(made: Made) -> Draw:
    """The draw as it stands now."""
    db.session.rollback()
    found = select(Draw).where(Draw.activity_id == made.activity_id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def lines(made: Made) -> dict[str, tuple[DrawEntry, Booking]]:
    """Every line with its booking as they stand now, by code in the order of the draw."""
    db.session.rollback()
    query = (
        select(DrawEntry, Booking)
        .join(Booking, Booking.id == DrawEntry.booking_id)
        .join(Draw, Draw.id == DrawEntry.draw_id)
        .where(Draw.activity_id == made.activity_id)
        .order_by(DrawEntry.rank, DrawEntry.code)
        .execution_options(populate_existing=True)
    )
    return {entry.code: (entry, booking) for entry, booking in db.session.execute(query)}
