"""The blueprint of the year's part of the desk, what each of its addresses needs, and the year that they ask for."""

from datetime import datetime

from flask import request

from yiqi.desk.permits import Needs, On
from yiqi.desk.views.blueprint import Desk
from yiqi.roles.rules.permissions import Action
from yiqi.web.texts import whole
from yiqi.years.rules import calendar
from yiqi.years.rules.calendar import Year

NEEDS: dict[str, Needs] = {
    "years_desk.weeks": Needs(Action.SEE_STATISTICS),
    "years_desk.themes": Needs(Action.KEEP_THEMES),
    "years_desk.keep_theme": Needs(Action.KEEP_THEMES),
    "years_desk.record": Needs(Action.SEE_YEARS, On.UNION),
    "years_desk.person": Needs(Action.SEE_YEARS, On.UNION),
    "years_desk.row": Needs(Action.SEE_YEARS, On.UNION),
    "years_desk.take": Needs(Action.SEE_YEARS, On.UNION),
    "years_desk.publish": Needs(Action.COMMEND, On.UNION),
    "years_desk.correct": Needs(Action.COMMEND, On.UNION),
}
YEARS_BACK = 3

blueprint = Desk("years_desk", __name__, url_prefix="/desk/years", needs=NEEDS)


def asked_year(at: datetime, ahead: int = 0) -> Year:
    """The year that the address or the form names; the present one where it names none, or one that is not shown.
    `ahead`: how many years after the present one may be asked for."""
    this = calendar.of(at).number
    typed = request.values.get("year", "")
    return Year(whole(typed, least=calendar.FIRST, most=this + ahead) or this)


def years(at: datetime) -> range:
    """The years to choose from, the present one first."""
    this = calendar.of(at).number
    return range(this, max(calendar.FIRST, this - YEARS_BACK) - 1, -1)
