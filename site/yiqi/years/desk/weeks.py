"""The weeks of a year: where something was on, and where nothing was."""

from flask import render_template
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.activities.names import PROGRAMMES
from yiqi.desk.gate import permit
from yiqi.roles.rules.permissions import Action
from yiqi.years import commending, coverage, words
from yiqi.years.desk.blueprint import asked_year, blueprint, years


@blueprint.get("/")
def weeks() -> ResponseReturnValue:
    """`?year=`: its weeks by programme and by enterprise's union within reach, and the ways on."""
    now, held = clock.now(), permit().held
    year = asked_year(now)
    together, each = coverage.of_programmes(held, year, now)
    sees = permit().may_anywhere(Action.SEE_YEARS) is not None
    records = coverage.records(held) if sees else []
    return render_template(
        "years/desk/weeks.html",
        year=year,
        years=years(now),
        together=together,
        each=each,
        unions=coverage.of_unions(held, year, now),
        records=records,
        published=commending.publishers(year.number, [one.id for one in records]),
        programmes=PROGRAMMES,
        week_of=words.week,
    )
