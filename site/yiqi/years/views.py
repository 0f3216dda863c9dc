"""The year for everybody: a month with its theme, the lists that were published; and one's own year."""

from itertools import accumulate, groupby

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities import calendar as on
from yiqi.booking import mine, showing, sight
from yiqi.people.rules import starred
from yiqi.unions import belonging
from yiqi.web.formats import printable
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import whole
from yiqi.years import commending, records, themes, words
from yiqi.years.rules import awards, calendar
from yiqi.years.rules.calendar import Year

FULL = 40
"""Tickets after which a month's page goes on with no further day: the front page has the rest by weeks."""
YEARS_BACK = 3
A_PAGE = 100
"""Rows of one award on a page of a published list."""
SEARCH_LENGTH = 50

blueprint = Blueprint("years", __name__)


@blueprint.get("/months/<month>")
def month(month: str) -> ResponseReturnValue:
    """A month with its theme and what is on: what the theme puts forward, or all of it (`?all=1`). Of the present month
    what is over is left out."""
    first = calendar.month_of(month)
    if first is None:
        abort(404)
    now = clock.now()
    theme = themes.of(first)
    lifts = theme.lifts if theme is not None else []
    viewer = current_user.id if current_user.is_authenticated else None
    last = calendar.last_of(first)
    found = sight.shown(first, last, viewer, now)
    if clock.beijing(now).date() <= last:
        found = [one for one in found if one.facts.ends_at > now]
    lifted = [one for one in found if any(on.is_about(one, name) for name in lifts)]
    shows_all = not lifts or request.args.get("all") == "1"
    chosen = found if shows_all else lifted
    days = [(day, list(group)) for day, group in groupby(chosen, key=lambda one: one.day)]
    fit = sum(1 for many in accumulate(len(group) for _day, group in days) if many <= FULL)
    shown = days[: max(1, fit)]
    tickets = [one for _day, group in shown for one in group]
    slots = {slot.slot_id: slot for one in tickets for slot in one.slots if slot.slot_ends_at > now}
    return render_template(
        "years/month.html",
        first=first,
        monthly=theme,
        before=calendar.month_before(first),
        after=calendar.month_after(first),
        days=shown,
        rest=days[len(shown)][0] if len(shown) < len(days) else None,
        many=len(chosen),
        all_of=len(found),
        shows_all=shows_all,
        tags=mine.tags(viewer, list(slots), now) if viewer is not None else {},
        poll=showing.list_poll(showing.watched(slots.values(), now)),
        now=now,
        today=clock.beijing(now).date(),
    )


@blueprint.get("/honours")
def honours() -> ResponseReturnValue:
    """The lists of commendation that were published of a year (`?year=`, the newest), of unions called so (`?q=`)."""
    years = commending.years()
    asked = whole(request.args.get("year", ""), least=calendar.FIRST, most=calendar.LAST)
    year = asked if asked in years else next(iter(years), None)
    q = printable(request.args.get("q", ""))[:SEARCH_LENGTH]
    lists, more = commending.of_year(year, q) if year is not None else ([], False)
    return render_template("years/honours.html", years=years, year=year, lists=lists, more=more, q=q)


@blueprint.get("/honours/<id:list_id>")
def honour_list(list_id: int) -> ResponseReturnValue:
    """One of them, as it was published: in full only the names of those who agree to be named. Of a long award a part
    (`?award=`, `?page=`)."""
    found = commending.published(list_id)
    if found is None:
        abort(404)
    rows = commending.rows(list_id)
    own = [one.id for one in rows if current_user.is_authenticated and one.person_id == current_user.id]
    award = request.args.get("award", "")
    page = whole(request.args.get("page", ""), least=1, most=len(rows) // A_PAGE + 1) or 1
    groups = []
    for one in awards.from_kept(found.criteria):
        mine = [row for row in rows if row.award == one.award]
        first = A_PAGE * (page - 1) if one.award == award else 0
        if award in ("", one.award):
            groups.append((one, mine[first : first + A_PAGE], first, len(mine)))
    shown = [row for _one, part, _first, _many in groups for row in part]
    named = commending.naming({one.person_id for one in shown if one.person_id is not None})
    known = words.known(clock.now())
    unions = {one.id: one for one in belonging.named({one.union_id for one in shown if one.union_id})}
    return render_template(
        "years/honour_list.html",
        found=found,
        groups=[(one, words.AWARDS[one.award], words.asks(one, known), *rest) for one, *rest in groups],
        page=page,
        a_page=A_PAGE,
        names={one.id: words.name_of(one, one.person_id in named) for one in shown},
        unions=unions,
        reached=lambda one, row: words.reached(one, row.figures, known),
        corrections=commending.corrections(list_id),
        own=own,
    )


@blueprint.get("/me/year")
@signed_in_only
def own() -> ResponseReturnValue:
    """What I did in a year (`?year=`), with the evidence; where I am commended; whether I am named."""
    now = clock.now()
    this = calendar.of(now).number
    number = whole(request.args.get("year", ""), least=calendar.FIRST, most=this) or this
    year, known = Year(number), words.known(now)
    told = words.told(records.evidence([current_user.id], year, now)[current_user.id], known)
    return render_template(
        "years/own.html",
        year=year,
        years=range(this, max(calendar.FIRST, this - YEARS_BACK) - 1, -1),
        is_over=year.is_over(now),
        told=told,
        commended=commending.of_person(current_user.id),
        AWARDS=words.AWARDS,
        is_named=commending.is_named(current_user.id),
        as_starred=starred(current_user.name),
        union=belonging.union_of(current_user.id, year.day(now)),
        now=now,
    )


@blueprint.post("/me/year/naming")
@signed_in_only
def naming() -> ResponseReturnValue:
    """Agree to be named on published lists (`given=1`), or take it back."""
    is_given = request.form.get("given") == "1"
    commending.be_named(person_id=current_user.id, is_given=is_given, at=clock.now())
    return safe_redirect(url_for("years.own", _anchor="naming"))
