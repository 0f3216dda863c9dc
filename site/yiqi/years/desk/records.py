"""The record of a union's year, with the evidence of each person, as a page and as files."""

from datetime import timedelta

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.figures.taking_part import FEW
from yiqi.desk.files import exports
from yiqi.desk.files.download import download
from yiqi.desk.files.exports import TooManyExports
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.people.rules import starred
from yiqi.roles.rules.permissions import Action
from yiqi.sheets import writing
from yiqi.unions import belonging
from yiqi.web.formats import said
from yiqi.years import commending, records, words
from yiqi.years.desk import listed, sheets
from yiqi.years.desk.blueprint import asked_year, blueprint, years
from yiqi.years.desk.listed import Group
from yiqi.years.forms import CorrectionForm
from yiqi.years.records import Record
from yiqi.years.rules import awards

SHOWN = 100
"""People on the page; the file has them all."""
KEPT_FOR = timedelta(days=365)


@blueprint.get("/unions/<id:union_id>")
def record(union_id: int) -> ResponseReturnValue:
    """What the members of a union did in a year (`?year=`), whom it commends, and the list that was published."""
    return record_page(union_id)


@blueprint.get("/unions/<id:union_id>/people/<id:person_id>")
def person(union_id: int, person_id: int) -> ResponseReturnValue:
    """The evidence of one of them."""
    now = clock.now()
    year, known = asked_year(now), words.known(now)
    name = records.member_of(union_id, person_id, year, now)
    if not name:
        abort(404)
    (union,) = belonging.named([union_id])
    told = words.told(records.evidence([person_id], year, now)[person_id], known)
    return render_template(
        "years/desk/evidence.html",
        union=union,
        year=year,
        name=shown(name),
        told=told,
        lacking=[],
        award="",
        kept_at=None,
    )


@blueprint.post("/unions/<id:union_id>/export")
def take(union_id: int) -> ResponseReturnValue:
    """The record as a file: a workbook of everything, or one list as CSV (`what`: commended, people, unions)."""
    now = clock.now()
    year, known, thing = asked_year(now), words.known(now), permit().thing
    if thing is None:
        abort(404)
    found = records.of(union_id, year, now)
    groups = _groups(found, commending.of_union(union_id, year.number), known)
    made = sheets.of(found, groups, known, shown, _hides(found))
    is_csv = request.form.get("kind") == "csv"
    chosen = made.get(request.form.get("what", ""), made["commended"])
    taken = [chosen] if is_csv else list(made.values())
    try:
        exports.note(
            thing=thing,
            by_id=current_user.id,
            at=now,
            count=len(found.people),
            full=False,
            kind="csv" if is_csv else "xlsx",
            of="year",
        )
    except TooManyExports:
        abort(429)
    title = _("%(union)s %(year)s 年度记录", union=said(found.union, "name"), year=year.number)
    plain = f"year-{year.number}-{union_id}"
    if is_csv:
        content = writing.separated(chosen.header, chosen.rows)
        return download(content, name=f"{title}.csv", plain=f"{plain}.csv", kind=writing.CSV)
    content = writing.workbook(taken)
    return download(content, name=f"{title}.xlsx", plain=f"{plain}.xlsx", kind=writing.XLSX)


def record_page(
    union_id: int,
    status: int = 200,
    refused: commending.Why | None = None,
    form: CorrectionForm | None = None,
) -> ResponseReturnValue:
    """The page, perhaps with why something was refused or a form that was sent with a mistake."""
    now = clock.now()
    year, known = asked_year(now), words.known(now)
    found = records.of(union_id, year, now)
    frozen = commending.of_union(union_id, year.number)
    page = render_template(
        "years/desk/record.html",
        found=found,
        year=year,
        years=years(now),
        unions=found.unions(),
        known=known,
        word=words.word,
        amount=words.amount,
        columns=words.summed(known),
        name_of=shown,
        people=found.people[:SHOWN],
        hides=_hides(found),
        few=FEW,
        groups=_groups(found, frozen, known),
        seen=commending.digest(found),
        frozen=frozen,
        corrections=commending.corrections(frozen.id) if frozen is not None else [],
        may_commend=permit().may(Action.COMMEND) is not None,
        may_publish=clock.beijing(now).date() >= commending.opens_on(year),
        opens_on=commending.opens_on(year),
        forgets_from=year.starts_at + KEPT_FOR,
        refused=words.REFUSALS[refused] if refused is not None else "",
        form=form or CorrectionForm(),
        here=url_for("years_desk.record", union_id=union_id, year=year.number),
    )
    return page, status


def shown(name: str) -> str:
    """A name as whoever asks may read it."""
    return starred(name) if permit().allowed.masked else name


def _hides(found: Record) -> set[int]:
    """The unions of whose members so few took part that their figures are nearly names: not for who sees names in part."""
    if not permit().allowed.masked:
        return set()
    return {one.union.id for one in found.branches if one.figures[awards.PEOPLE] < FEW}


def _groups(found: Record, frozen: commending.ListFacts | None, known: words.Known) -> list[Group]:
    """The list of the year: as it was published, else as the facts have it now."""
    if frozen is None:
        return listed.computed(found, known, shown)
    rows = commending.rows(frozen.id)
    return listed.published(frozen, rows, known, sees_names=not permit().allowed.masked)
