"""What is on, the honour list and the notice of new star volunteers: for everybody."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import mine, sight
from yiqi.hours import accounts
from yiqi.programmes.volunteering import consents, honours, squads, staffing
from yiqi.programmes.volunteering.models import Purpose
from yiqi.programmes.volunteering.views.blueprint import blueprint
from yiqi.web.texts import whole

FIRST_YEAR, SHOWN = 2020, 24


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What is on: posts short of people first; and what is mine."""
    now = clock.now()
    person_id = current_user.id if current_user.is_authenticated else None
    posts = staffing.coming(now, sight.seen_by(person_id, now))
    slots = [one.facts.slot_id for one in posts]
    return render_template(
        "volunteering/home.html",
        short=[one for one in posts if one.missing],
        others=[one for one in posts if not one.missing][:SHOWN],
        tags=mine.tags(person_id, slots, now) if person_id else {},
        account=accounts.of(person_id, now) if person_id else None,
        squads=squads.led_by(person_id, now) if person_id else [],
        now=now,
    )


@blueprint.get("/honour")
def honour() -> ResponseReturnValue:
    """The honour list of a year (`?year=`), of those who agree to stand on it; and new star volunteers."""
    now = clock.now()
    this_year = clock.beijing(now).year
    year = whole(request.args.get("year", ""), least=FIRST_YEAR, most=this_year) or this_year
    is_on_it = current_user.is_authenticated and Purpose.HONOUR in consents.of(current_user.id)
    return render_template(
        "volunteering/honour.html",
        year=year,
        years=range(this_year, this_year - 3, -1),
        honoured=honours.year(year, now),
        new_stars=honours.new_stars(now) if year == this_year else [],
        is_on_it=is_on_it,
    )
