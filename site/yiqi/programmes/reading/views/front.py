"""What to read now, and the awards of a year."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.programmes.reading import essay_lists, meetings, room_lists, trails, yearly
from yiqi.programmes.reading.views.blueprint import blueprint, reader
from yiqi.programmes.reading.wording import PHASES, PRIZES
from yiqi.web.texts import whole

ROOMS, BOOKS, WORDS = 4, 4, 3
"""How many of each stand on the front page."""


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Next meetings, books that are free, rooms that are open now, calls for essays."""
    now, who = clock.now(), reader()
    rooms = room_lists.all_of(now)
    return render_template(
        "reading/home.html",
        held=trails.in_hand(who, now) if who is not None else None,
        groups=meetings.next_of_all(who, now),
        books=trails.drifting(free=True)[0][:BOOKS],
        words=trails.fresh_words(WORDS),
        counts=trails.counts(),
        rooms=rooms[:ROOMS],
        open_rooms=sum(room.is_open for room in rooms),
        all_rooms=len(rooms),
        calls=essay_lists.lately(now),
        phases=PHASES,
        today=clock.today(),
    )


@blueprint.get("/awards")
def awards() -> ResponseReturnValue:
    """The awards of a year: `?year=`, else this one."""
    now = clock.now()
    years = yearly.years(now)
    year = whole(request.args.get("year", str(years[0])), least=2000, most=2200)
    found = yearly.of(year) if year in years else None
    if found is None:
        abort(404)
    return render_template(
        "reading/awards.html", found=found, years=years, prizes=PRIZES, is_over=found.year < years[0]
    )
