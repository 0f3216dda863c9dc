"""A queue of a hundred thousand: what it costs to tell somebody their place in it, and to move it on."""

from functools import partial

from sqlalchemy import func, insert, select

from tests.bench.measuring import Figures, figures, must, spending
from tests.bench.people import Phone, Street, by_clients, street
from tests.bench.reading import looked_at
from tests.bench.stage import Stage
from tests.builders import Made
from tests.concurrency.crowd import Browser
from yiqi import clock
from yiqi.db import table, writing
from yiqi.people.models import Person

WAITING, PAGES, HOLDERS = 100_000, 400, 40


async def line(stage: Stage) -> list[Figures]:
    """The activity's page for the first in line, for one in the middle and for the last: what the last one's costs more
    than the first one's is their place's. Then those who have places give them back, and as many move up."""
    many = stage.options.many(WAITING)
    held = min(HOLDERS, many // 2)
    made = stage.activity(places=held)
    first, middle, last, *holders = stage.people(held + 3)
    refs = stage.booked(made, holders)
    _queued(stage, made, {1: first, many // 2: middle, many: last}, many)
    stage.tidied_up()
    done: list[Figures] = []
    async with street(stage.base) as here:
        for who, place in ((first, 1), (middle, many // 2), (last, many)):
            path = f"/activities/{made.activity_id}"
            page = await here.ask("GET", path, who.cookie)
            must(f'data-place="{place}"' in page.text, f"the page does not tell place {place}")
            case = f"place {place:,} of {many:,}"
            done.append(await looked_at(stage, here, "line", case, path, [who], PAGES))
        for one in done:
            one.more["place_ms"] = round(_cost(one) - _cost(done[0]), 2)
        done.append(await _given_back(stage, here, made, dict(zip(refs, holders, strict=True)), many))
    return done


def _cost(one: Figures) -> float:
    return (one.cpu_ms or 0.0) + (one.database_cpu_ms or 0.0)


async def _given_back(
    stage: Stage, here: Street, made: Made, holders: dict[str, Browser], many: int
) -> Figures:
    deeds = [partial(Phone(who, here).press, f"/bookings/{ref}/cancel") for ref, who in holders.items()]
    with spending(stage.site, stage.below) as spent:
        answers = await by_clients(1, deeds)
    must({answer.status for answer in answers} == {200}, "somebody could not give their place back")
    up = stage.ground.found(
        "SELECT count(*), max(seq) FROM booking WHERE slot_id = :slot AND state = 'confirmed'",
        slot=made.slot_id,
    )
    held = len(holders)
    must(tuple(up) == (held, 2 * held), f"not the first {held} moved up: {tuple(up)}")
    return figures(
        "line",
        f"give back, {many:,} wait",
        stage.database,
        operations=held,
        spent=spent,
        answers=answers,
        right=f"the first {held} moved up",
    )


def _queued(stage: Stage, made: Made, known: dict[int, Browser], many: int) -> None:
    """Let so many stand in line; who is known stands at a place."""
    with stage.ground.app.app_context(), writing() as session:
        here, at = session.connection(), clock.now()
        (newest,) = here.execute(select(func.max(table(Person).c.id))).one()
        people = [
            {"id": newest + place, "name": "王伟", "phone": f"+86191{place:08d}", "created_at": at}
            for place in range(1, many + 1)
        ]
        here.execute(insert(table(Person)), people)
    stage.queued(
        made,
        [known[place].person_id if place in known else newest + place for place in range(1, many + 1)],
    )
