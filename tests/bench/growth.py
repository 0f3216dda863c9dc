"""What the same operation costs as the database grows: pages and a sign-up over ever more bookings."""

from functools import partial

from tests.bench.measuring import Figures, figures, must, spending
from tests.bench.people import Phone, Street, by_clients, street
from tests.bench.reading import looked_at
from tests.bench.stage import Stage
from tests.servers import flask

SIZES = (10_000, 100_000, 1_000_000)
PAGES, SIGN_UPS, ROSTER = 240, 120, 60


async def growth(stage: Stage) -> list[Figures]:
    """Over the demo's own three thousand bookings, then 10⁴ and 10⁵ of them (`full=1`: 10⁶); each size is the one
    before with more rows, and what is looked at stays the same."""
    made = stage.activity(places=200)
    crowd = stage.people(ROSTER)
    stage.booked(made, crowd)
    desk = stage.ground.organizer()
    pages = (
        ("home", "/", crowd),
        ("activity", f"/activities/{made.activity_id}", crowd),
        ("my bookings", "/me", crowd),
        ("roster", f"/desk/activities/{made.activity_id}", [desk]),
    )
    done: list[Figures] = []
    first: dict[str, float] = {}
    for size in (0, *(one for one in SIZES if one <= stage.options.most)):
        if size:
            stage.is_grown = True
            flask(stage.url, "demo", "load", f"--bookings={size}", f"--people={max(1000, size // 100)}")
            stage.tidied_up()
        (bookings,) = stage.ground.found("SELECT count(*) FROM booking")
        must(bookings >= size, f"{bookings} bookings were made of {size}")
        async with street(stage.base) as here:
            many = stage.options.many(PAGES)
            at_size = [
                await looked_at(stage, here, "growth", f"{what}, {bookings:,} bookings", path, who, many)
                for what, path, who in pages
            ]
            at_size.append(await _sign_up(stage, here, bookings))
        for one in at_size:
            what = one.case.partition(",")[0]
            cost = (one.cpu_ms or 0) + (one.database_cpu_ms or 0)
            one.more = {"times_first": round(cost / first.setdefault(what, cost or 1.0), 2)}
        done += at_size
    return done


async def _sign_up(stage: Stage, here: Street, bookings: int) -> Figures:
    many = stage.options.many(SIGN_UPS)
    made = stage.activity(places=many)
    deeds = [partial(Phone(one, here).sign_up, made.activity_id, made.slot_id) for one in stage.people(many)]
    with spending(stage.site, stage.below) as spent:
        pairs = await by_clients(8, deeds)
    must(stage.ground.states(made.slot_id) == ["confirmed"] * many, "not everybody was confirmed")
    return figures(
        "growth",
        f"sign-up, {bookings:,} bookings",
        stage.database,
        operations=many,
        spent=spent,
        answers=[answer for pair in pairs for answer in pair],
        seconds=[page.seconds + press.seconds for page, press in pairs],
        right=f"{many} confirmed",
    )
