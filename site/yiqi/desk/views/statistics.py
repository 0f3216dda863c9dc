"""Statistics of what is within reach: the page with its charts, and each table as a file."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.names import PROGRAMMES
from yiqi.desk.figures import statistics, statistics_words
from yiqi.desk.figures.statistics import Scope
from yiqi.desk.files.download import download
from yiqi.desk.gate import permit
from yiqi.desk.rules import period
from yiqi.desk.rules.period import Period, Span
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.sheets import writing
from yiqi.unions import belonging
from yiqi.web.formats import month_day, printable
from yiqi.web.texts import identifier


class Asked(Struct, frozen=True):
    """What the address asks for: `first` and `last` as they were typed; `is_wrong` when they are no period."""

    span: Span
    period: Period
    union_id: int | None
    programme: Programme | None
    first: str = ""
    last: str = ""
    is_wrong: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """As the address says it."""
        is_own = self.span is Span.OWN
        return {
            "span": str(self.span),
            "first": self.first if is_own else None,
            "last": self.last if is_own else None,
            "union": self.union_id,
            "programme": self.programme,
        }


@blueprint.get("/statistics", endpoint="statistics")
def page() -> ResponseReturnValue:
    """`?span=` month, quarter, year or own (`first`, `last`), `?union=` and `?programme=` say what is counted."""
    asked = _asked()
    scope = _scope(asked)
    tables = [] if asked.is_wrong else [make(scope) for make in statistics_words.TABLES.values()]
    shown = render_template(
        "desk/statistics.html",
        asked=asked,
        tables=tables,
        spans=[(Span.MONTH, _("本月")), (Span.QUARTER, _("本季度")), (Span.YEAR, _("今年"))],
        owners=statistics.owners(permit().held),
        programmes=PROGRAMMES,
        most=statistics_words.SHOWN,
        longest=period.LONGEST,
        days=_days(asked.period),
        file_of=lambda key: url_for("desk.statistics_file", table=key, **asked.fields),
    )
    return shown, 422 if asked.is_wrong else 200


@blueprint.get("/statistics/<table>.csv")
def statistics_file(table: str) -> ResponseReturnValue:
    """One table, whole, as CSV."""
    make, asked = statistics_words.TABLES.get(table), _asked()
    if make is None or asked.is_wrong:
        abort(404)
    made = make(_scope(asked))
    days = f"{asked.period.first} {asked.period.last}"
    content = writing.separated(made.header, made.rows)
    return download(content, name=f"{made.title} {days}.csv", plain=f"{table}.csv", kind=writing.CSV)


def _days(of: Period) -> str:
    """The first and the last day, with the year."""
    years = {of.first.year, of.last.year}
    if len(years) == 1:
        return _(
            "%(year)s 年 %(first)s–%(last)s",
            year=of.first.year,
            first=month_day(of.first),
            last=month_day(of.last),
        )
    return f"{of.first.isoformat()}–{of.last.isoformat()}"


def _asked() -> Asked:
    named = request.args.get("span", "")
    span = Span(named) if named in list(Span) else Span.MONTH
    programme = request.args.get("programme", "")
    first = printable(request.args.get("first", ""))[:10]
    last = printable(request.args.get("last", ""))[:10]
    own = period.between(first, last) if span is Span.OWN else None
    return Asked(
        span,
        own or period.of(span, clock.today()),
        identifier(request.args.get("union", "")),
        Programme(programme) if programme in list(Programme) else None,
        first,
        last,
        is_wrong=span is Span.OWN and own is None,
    )


def _scope(asked: Asked) -> Scope:
    unions = None
    if asked.union_id is not None:
        unions = belonging.under([asked.union_id]).get(asked.union_id, frozenset())
    return Scope(permit().held, asked.period, clock.now(), unions, asked.programme)
