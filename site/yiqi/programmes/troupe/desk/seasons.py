"""The desk's pages of seasons: what there is, beginning one, its sections with their leaders, and who rehearses."""

import secrets
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import whole
from yiqi.desk import reach
from yiqi.desk.gate import permit
from yiqi.programmes.troupe import candidates, casting, rehearsals, seasons, sections, stand_ins, things
from yiqi.programmes.troupe.desk.blueprint import blueprint
from yiqi.programmes.troupe.forms.planning import SeasonForm
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.wording import KINDS, REFUSALS
from yiqi.roles.rules.permissions import Action, Thing, may
from yiqi.web.formats import said
from yiqi.web.texts import identifier

LAST = 8
"""Rehearsals that the table of attendance shows, the latest ones."""


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The seasons within reach, with their auditions and productions where these may be opened."""
    held, now = permit().held, clock.now()
    seen, decided, kept = (
        things.within(held, action) for action in (Action.SEE_ROSTER, Action.BOOK_FOR_OTHERS, Action.EDIT)
    )
    return render_template(
        "troupe/desk/home.html",
        seasons=sections.seasons(seen),
        auditions=candidates.of_seasons(decided),
        productions=casting.of_seasons(kept),
        unanswered=stand_ins.unanswered(decided, now),
        may_begin=bool(_owners()),
        now=now,
    )


@blueprint.get("/seasons/new")
def new_season() -> ResponseReturnValue:
    """The form for a season."""
    blank = {"nonce": secrets.token_urlsafe(16), "first_on": str(clock.today())}
    return _form(SeasonForm(data=blank, owners=_owners()))


@blueprint.post("/seasons")
def begin_season() -> ResponseReturnValue:
    """Begin it for a union within reach. Sent again, it shows the first one."""
    form = SeasonForm(request.form, owners=_owners())
    if not form.validate() or form.outline is None:
        return _form(form, 422)
    try:
        season_id = seasons.begin(
            outline=form.outline, by_id=current_user.id, nonce=form.nonce.data or "", at=clock.now()
        )
    except ValueError:
        form.last_on.errors = [REFUSALS[Why.NOBODY]]
        return _form(form, 422)
    return redirect(url_for("troupe_desk.season", season_id=season_id), 303)


@blueprint.get("/seasons/<id:season_id>")
def season(season_id: int) -> ResponseReturnValue:
    """The sections with leaders, places, rates, and who was missed three times in a row."""
    return _season(season_id)


@blueprint.post("/seasons/<id:season_id>/sections/<id:section_id>/leader")
def lead(season_id: int, section_id: int) -> ResponseReturnValue:
    """Let a member lead a section (`person`), or nobody."""
    if not any(one.id == section_id for one in sections.of_season(season_id)):
        abort(404)
    typed = request.form.get("person", "")
    person_id = identifier(typed)
    if typed and person_id is None:
        return _season(season_id, problem=REFUSALS[Why.NOT_MEMBER], status=422)
    try:
        seasons.name_leader(section_id=section_id, person_id=person_id, by_id=current_user.id, at=clock.now())
    except Refused as refused:
        return _season(season_id, problem=REFUSALS[refused.why], status=409)
    return redirect(url_for("troupe_desk.season", season_id=season_id, _anchor=f"section-{section_id}"), 303)


@blueprint.get("/seasons/<id:season_id>/attendance")
def attendance(season_id: int) -> ResponseReturnValue:
    """Who came to the last rehearsals, section by section (`?section=`)."""
    found = sections.of_season(season_id)
    wanted = identifier(request.args.get("section", ""))
    chosen = next((one for one in found if one.id == wanted), found[0] if found else None)
    now = clock.now()
    return render_template(
        "troupe/desk/attendance.html",
        season=sections.season(season_id),
        whole=_whole(season_id),
        sections=found,
        chosen=chosen,
        roll=rehearsals.rolls([chosen], now)[0] if chosen else None,
        last=LAST,
        is_masked=is_masked(),
    )


def is_masked() -> bool:
    """Whether whoever asks sees names only in part."""
    cell = permit().may(Action.SEE_ROSTER)
    return cell is None or cell.masked


def _season(season_id: int, *, problem: object = "", status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    found = sections.of_season(season_id)
    decides, edits = (permit().may(one) is not None for one in (Action.BOOK_FOR_OTHERS, Action.EDIT))
    page = render_template(
        "troupe/desk/season.html",
        season=sections.season(season_id),
        whole=_whole(season_id),
        rolls=rehearsals.rolls(found, now),
        kinds=KINDS,
        auditions=candidates.of_seasons([season_id]) if decides else [],
        productions=casting.of_seasons([season_id]) if edits else [],
        may_edit=edits,
        is_masked=is_masked(),
        problem=problem,
        now=now,
    )
    return page, status


def _whole(season_id: int) -> Any:
    return whole.of(sections.season(season_id).activity_id, clock.now())


def _owners() -> list[tuple[str, str]]:
    """The unions for which whoever asks may begin a season."""
    held = permit().held
    return [
        (str(one.id), said(one, "name"))
        for one in reach.unions(held)
        if may(held, Action.EDIT, Thing(one.id, None, Programme.TROUPE)) is not None
    ]


def _form(form: SeasonForm, status: int = 200) -> ResponseReturnValue:
    return render_template("troupe/desk/new_season.html", form=form), status
