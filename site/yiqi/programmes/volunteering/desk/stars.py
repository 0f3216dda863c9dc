"""Stars and hours of the members within reach, for commendations."""

from collections.abc import Sequence
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.desk.gate import permit
from yiqi.people.rules import starred
from yiqi.programmes.volunteering import honours
from yiqi.programmes.volunteering.desk.blueprint import blueprint
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held


@blueprint.get("/stars")
def stars() -> ResponseReturnValue:
    """How many have how many stars, and who served most this year."""
    now = clock.now()
    year = clock.beijing(now).year
    held = [one for one in permit().held if one.programme in (None, Programme.VOLUNTEERING)]
    cells = TABLE[Action.SEE_ROSTER]
    sees_names = any(one.role in cells and not cells[one.role].masked for one in held)
    unions = _unions(held)
    first, until = clock.at(date(year, 1, 1)), clock.at(date(year + 1, 1, 1))
    most = [
        (name if sees_names else starred(name), union, minutes, agrees)
        for name, union, minutes, agrees in honours.most_served(unions, first, until, now)
    ]
    return render_template(
        "volunteering/desk/stars.html",
        year=year,
        stars=honours.stars(unions, now),
        most=most,
        new_stars=honours.new_stars(now),
    )


def _unions(held: Sequence[Held]) -> list[int] | None:
    """The unions whose members are within reach of these roles; None is everybody."""
    counting = [one for one in held if one.role in TABLE[Action.SEE_STATISTICS]]
    if any(one.role in EVERYWHERE for one in counting):
        return None
    return sorted(frozenset[int]().union(*(one.unions for one in counting)))
