"""Book rooms: the list by area, and one of them."""

from datetime import timedelta

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.programmes.reading import room_lists, trails
from yiqi.programmes.reading.views.blueprint import blueprint
from yiqi.web.formats import printable
from yiqi.web.texts import whole

MOST = 40
"""Characters that are searched for."""
DAYS = 7


@blueprint.get("/rooms")
def rooms() -> ResponseReturnValue:
    """`?area=` one area, `?open=1` those that are open now, `?q=` by name or address, `?page=` from 1."""
    now = clock.now()
    areas = room_lists.areas()
    wanted = request.args.get("area", "")
    area = wanted if wanted in {one for one, _en, _count in areas} else ""
    q = printable(" ".join(request.args.get("q", "").split()))[:MOST]
    open_now = request.args.get("open") == "1"
    found = room_lists.all_of(now, area=area, q=q, open_now=open_now)
    last = max(1, -(-len(found) // room_lists.MOST))
    number = whole(request.args.get("page", "1"), least=1, most=last) or 1
    return render_template(
        "reading/rooms.html",
        rooms=found[(number - 1) * room_lists.MOST : number * room_lists.MOST],
        many=len(found),
        page=number,
        last=last,
        areas=areas,
        area=area,
        q=q,
        open_now=open_now,
        today=clock.today(),
    )


@blueprint.get("/rooms/<id:room_id>")
def room(room_id: int) -> ResponseReturnValue:
    """A room: its week with the days that differ, and the books that stand in it."""
    now, today = clock.now(), clock.today()
    found = room_lists.one(room_id, now)
    if found is None:
        abort(404)
    days = [today + timedelta(days=n) for n in range(DAYS)]
    told = {day: found.room.exceptions.get(day.isoformat(), {}).get("because", "") for day in days}
    later = sorted(day for day in found.hours.exceptions if day > days[-1])
    return render_template(
        "reading/room.html",
        found=found,
        room=found.room,
        days=[(day, found.on(day), day in found.hours.exceptions, told[day]) for day in days],
        later=[
            (day, found.on(day), found.room.exceptions[day.isoformat()].get("because", "")) for day in later
        ],
        books=trails.drifting(room_id=room_id)[0],
        today=today,
    )
