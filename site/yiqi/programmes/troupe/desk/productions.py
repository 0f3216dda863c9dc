"""The desk's pages of productions: beginning one, its casting board and shows, and what people wear."""

import secrets
from collections.abc import Callable
from itertools import groupby
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.files.download import download
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.programmes.troupe import casting, costumes, productions, rehearsals, sections
from yiqi.programmes.troupe.desk.blueprint import blueprint
from yiqi.programmes.troupe.forms.planning import PartForm, ProductionForm
from yiqi.programmes.troupe.models import Casting
from yiqi.programmes.troupe.productions import Role
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.wording import CASTINGS, REFUSALS
from yiqi.sheets import writing
from yiqi.web.formats import said
from yiqi.web.texts import identifier


@blueprint.get("/seasons/<id:season_id>/productions/new")
def new_production(season_id: int) -> ResponseReturnValue:
    """The form for a production."""
    return _form(season_id, ProductionForm(data={"nonce": secrets.token_urlsafe(16)}))


@blueprint.post("/seasons/<id:season_id>/productions")
def begin_production(season_id: int) -> ResponseReturnValue:
    """Begin it. Sent again, it shows the first one."""
    form = ProductionForm(request.form)
    if not form.validate():
        return _form(season_id, form, 422)
    production_id = productions.begin(
        season_id=season_id,
        name=form.name.data or "",
        name_en=form.name_en.data or "",
        about=form.about.data or "",
        by_id=current_user.id,
        nonce=form.nonce.data or "",
        at=clock.now(),
    )
    return redirect(url_for("troupe_desk.production", production_id=production_id), 303)


@blueprint.get("/productions/<id:production_id>")
def production(production_id: int) -> ResponseReturnValue:
    """The casting board: a row for each part, with its A and B casting to choose."""
    return _page(production_id)


@blueprint.post("/productions/<id:production_id>/parts")
def add_part(production_id: int) -> ResponseReturnValue:
    """Add a part. Sent again, it changes nothing."""
    form = PartForm(request.form, known=_known(production_id))
    if not form.validate():
        return _page(production_id, form=form, status=422)
    role = Role(
        form.piece.data or "",
        form.name.data or "",
        int(form.section.data),
        form.piece_en.data or "",
        form.name_en.data or "",
    )
    return _do(
        production_id,
        lambda: productions.add_part(
            production_id=production_id,
            role=role,
            by_id=current_user.id,
            nonce=form.nonce.data or "",
            at=clock.now(),
        ),
        "parts",
    )


@blueprint.post("/productions/<id:production_id>/parts/<id:part_id>")
def cast(production_id: int, part_id: int) -> ResponseReturnValue:
    """Cast a part: `first` and `second`, a person each or nobody."""
    _part(production_id, part_id)
    typed = {name: request.form.get(name, "") for name in ("first", "second")}
    chosen = {name: identifier(value) for name, value in typed.items()}
    if any(value and chosen[name] is None for name, value in typed.items()):
        return _page(production_id, problem=REFUSALS[Why.NOT_MEMBER], status=422)
    return _do(
        production_id,
        lambda: productions.cast(
            part_id=part_id,
            first_id=chosen["first"],
            second_id=chosen["second"],
            by_id=current_user.id,
            at=clock.now(),
        ),
        f"part-{part_id}",
    )


@blueprint.post("/productions/<id:production_id>/parts/<id:part_id>/delete")
def take_part_out(production_id: int, part_id: int) -> ResponseReturnValue:
    """Take a part out."""
    _part(production_id, part_id)
    return _do(
        production_id,
        lambda: productions.take_part_out(part_id=part_id, by_id=current_user.id, at=clock.now()),
        "parts",
    )


@blueprint.post("/productions/<id:production_id>/shows")
def link_show(production_id: int) -> ResponseReturnValue:
    """Say which activity is a show (`activity`), and which casting plays (`casting`)."""
    activity_id, plays = identifier(request.form.get("activity", "")), request.form.get("casting", "")
    known = {one.id for one in casting.linkable(permit().held)}
    known |= {one.activity_id for one in casting.shows(production_id)}
    if activity_id not in known or activity_id is None or plays not in set(Casting):
        return _page(production_id, problem=_("从列出的活动里选一个"), status=422)
    return _do(
        production_id,
        lambda: productions.link_show(
            production_id=production_id,
            activity_id=activity_id,
            casting=Casting(plays),
            by_id=current_user.id,
            at=clock.now(),
        ),
        "shows",
    )


@blueprint.get("/productions/<id:production_id>/costumes", endpoint="costumes")
def measured(production_id: int) -> ResponseReturnValue:
    """What those who play told for costumes, and who told nothing yet."""
    found = _found(production_id)
    return render_template(
        "troupe/desk/costumes.html", production=found, lines=costumes.of(production_id), head=costumes.head()
    )


@blueprint.post("/productions/<id:production_id>/costumes")
def costumes_file(production_id: int) -> ResponseReturnValue:
    """The same as a file; the trail says who took it."""
    found = _found(production_id)
    lines = costumes.taken(production_id=production_id, by_id=current_user.id, at=clock.now())
    title = _("%(name)s服装尺码", name=said(found, "name"))
    content = writing.xlsx(title, costumes.head(), [one.cells for one in lines])
    return download(content, name=f"{title}.xlsx", plain="costumes.xlsx", kind=writing.XLSX)


def _found(production_id: int) -> Any:
    found = casting.one(production_id)
    if found is None:
        abort(404)
    return found


def _part(production_id: int, part_id: int) -> None:
    """A part of another production is not here."""
    if not any(one.part.id == part_id for one in casting.parts(production_id)):
        abort(404)


def _do(production_id: int, verb: Callable[[], object], anchor: str) -> ResponseReturnValue:
    try:
        verb()
    except Refused as refused:
        if refused.why is Why.NOT_THERE:
            abort(404)
        return _page(production_id, problem=REFUSALS[refused.why], status=409)
    return redirect(url_for("troupe_desk.production", production_id=production_id, _anchor=anchor), 303)


def _page(
    production_id: int, *, form: PartForm | None = None, problem: object = "", status: int = 200
) -> ResponseReturnValue:
    found, now = _found(production_id), clock.now()
    groups = sections.of_season(found.season_id)
    people = sections.members([one.id for one in groups])
    blank = {"nonce": secrets.token_urlsafe(16)}
    page = render_template(
        "troupe/desk/production.html",
        production=found,
        pieces=[
            list(group)
            for _piece, group in groupby(casting.parts(production_id), key=lambda one: one.part.piece)
        ],
        sections=groups,
        people={one.id: [it for it in people if it.section_id == one.id] for one in groups},
        rates=rehearsals.rates([one.id for one in groups], found.season_id, now),
        shows=casting.shows(production_id),
        linkable=casting.linkable(permit().held),
        castings=CASTINGS,
        form=form or PartForm(data=blank, known=_known(production_id)),
        problem=problem,
        now=now,
    )
    return page, status


def _known(production_id: int) -> list[tuple[str, str]]:
    groups = sections.of_season(_found(production_id).season_id)
    return [(str(one.id), said(one, "label")) for one in groups]


def _form(season_id: int, form: ProductionForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("troupe/desk/new_production.html", season=sections.season(season_id), form=form)
    return page, status
