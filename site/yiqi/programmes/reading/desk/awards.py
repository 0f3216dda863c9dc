"""The awards of a year at the desk: the lists, and a file of them."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk.files.download import download
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.programmes.reading import yearly
from yiqi.programmes.reading.desk.blueprint import blueprint
from yiqi.programmes.reading.wording import PRIZES
from yiqi.programmes.reading.yearly import Winner, Year
from yiqi.sheets import writing
from yiqi.web.texts import whole


@blueprint.get("/awards", endpoint="awards")
def page() -> ResponseReturnValue:
    """`?year=`, else this one. Names as everybody reads them."""
    found, years = _year()
    return render_template("reading/desk/awards.html", found=found, years=years, prizes=PRIZES)


@blueprint.get("/awards.xlsx")
def awards_file() -> ResponseReturnValue:
    """The lists of a year as a workbook; whole names where whoever asks may see them."""
    found, _years = _year()
    header = [_("奖项"), _("名次"), _("并列"), _("谁或哪本书"), _("数量"), _("地点")]
    rows = [
        [
            str(PRIZES[prize]),
            str(one.placed.rank),
            _("%(n)s 个并列", n=one.placed.tied) if one.placed.tied > 1 else "",
            _called(one),
            str(one.placed.count),
            str(one.placed.second) if one.copy_id is not None else "",
        ]
        for prize, winners in found.lists
        for one in winners
    ]
    title = _("图书漂流 %(year)s 年度榜单", year=found.year)
    content = writing.xlsx(title, header, rows)
    return download(content, name=f"{title}.xlsx", plain=f"drift-{found.year}.xlsx", kind=writing.XLSX)


def _called(one: Winner) -> str:
    if one.copy_id is not None:
        return _("《%(title)s》第 %(n)s 本", title=one.name, n=one.number)
    return one.name if permit().allowed.masked else one.full_name


def _year() -> tuple[Year, list[int]]:
    years = yearly.years(clock.now())
    year = whole(request.args.get("year", str(years[0])), least=2000, most=2200)
    found = yearly.of(year) if year in years else None
    if found is None:
        abort(404)
    return found, years
