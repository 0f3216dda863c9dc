"""今晚谁能顶上: finding who can play a part at a date, and asking them."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.programmes.troupe import casting, sections, stand_ins, step_ins
from yiqi.programmes.troupe.desk.blueprint import blueprint
from yiqi.programmes.troupe.models import Casting
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.wording import ANSWERS, CASTINGS, REASONS, REFUSALS
from yiqi.web.texts import identifier


@blueprint.get("/productions/<id:production_id>/step-in")
def step_in(production_id: int) -> ResponseReturnValue:
    """Candidates for `?part=` at `?date=`, the likeliest first."""
    part_id, date_id = (identifier(request.args.get(name, "")) for name in ("part", "date"))
    return _page(production_id, part_id, date_id)


@blueprint.post("/productions/<id:production_id>/step-in")
def ask(production_id: int) -> ResponseReturnValue:
    """Ask `person` to play `part` at `date`; once more changes nothing."""
    part_id, date_id, person_id = (
        identifier(request.form.get(name, "")) for name in ("part", "date", "person")
    )
    thing = permit().thing
    if part_id is None or date_id is None or person_id is None or thing is None:
        return _page(production_id, part_id, date_id, problem=REFUSALS[Why.NOT_THERE], status=422)
    if not any(one.part.id == part_id for one in casting.parts(production_id)):
        abort(404)
    try:
        step_ins.ask(
            part_id=part_id,
            occurrence_id=date_id,
            person_id=person_id,
            thing=thing,
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as refused:
        return _page(production_id, part_id, date_id, problem=REFUSALS[refused.why], status=409)
    return redirect(
        url_for(
            "troupe_desk.step_in",
            production_id=production_id,
            part=part_id,
            date=date_id,
            _anchor=f"person-{person_id}",
        ),
        303,
    )


def _page(
    production_id: int, part_id: int | None, date_id: int | None, *, problem: object = "", status: int = 200
) -> ResponseReturnValue:
    found, now = casting.one(production_id), clock.now()
    if found is None:
        abort(404)
    parts = casting.parts(production_id)
    chosen = next((one for one in parts if one.part.id == part_id), parts[0] if parts else None)
    groups = {one.id: one for one in sections.of_season(found.season_id)}
    dates = stand_ins.dates(production_id, groups[chosen.part.section_id].slot_id, now) if chosen else []
    date = next((one for one in dates if one.id == date_id), dates[0] if dates else None)
    shows = {one.occurrence_id: Casting(one.casting) for one in casting.shows(production_id)}
    plays = shows.get(date.id, Casting.FIRST) if date else Casting.FIRST
    page = render_template(
        "troupe/desk/step_in.html",
        production=found,
        parts=parts,
        chosen=chosen,
        dates=dates,
        date=date,
        plays=plays,
        due=chosen.player(plays) if chosen else None,
        found=stand_ins.find(found, chosen, date, plays, now) if chosen and date else None,
        castings=CASTINGS,
        reasons=REASONS,
        answers=ANSWERS,
        problem=problem,
        me=current_user.id,
    )
    return page, status
