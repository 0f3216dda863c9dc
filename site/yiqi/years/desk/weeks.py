"""The weeks of a year: where something was on, and where nothing was."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.activities.names import PROGRAMMES
from yiqi.desk.gate import permit
from yiqi.roles.rules.permissions import Action
from yiqi.web.formats import printable
from yiqi.web.texts import whole
from yiqi.years import commending, coverage, words
from yiqi.years.desk.blueprint import asked_year, blueprint, years

A_PAGE = 30
"""Unions on a page: each is a picture of fifty weeks."""


@blueprint.get("/")
def weeks() -> ResponseReturnValue:
    """`?year=`: its weeks by programme and by enterprise's union within reach (`?q=` of those called so, `?page=`), and the
    ways on."""
    now, held = clock.now(), permit().held
    year = asked_year(now)
    together, each = coverage.of_programmes(held, year, now)
    sees = permit().may_anywhere(Action.SEE_YEARS) is not None
    records = coverage.records(held) if sees else []
    q = printable(request.args.get("q", "")).strip()[:50]
    unions = [one for one in coverage.of_unions(held, year, now) if one.is_called(q)]
    page = whole(request.args.get("page", ""), least=1, most=len(unions) // A_PAGE + 1) or 1
    return render_template(
        "years/desk/weeks.html",
        year=year,
        years=years(now),
        together=together,
        each=each,
        unions=unions[A_PAGE * (page - 1) : A_PAGE * page],
        q=q,
        page=page,
        is_last=len(unions) <= A_PAGE * page,
        records=records,
        sees_all=any(one.parent_id is None for one in records),
        published=commending.publishers(year.number, [one.id for one in records]),
        programmes=PROGRAMMES,
        week_of=words.week,
    )
