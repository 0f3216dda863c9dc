"""What is a member's own in the troupe: rehearsals and absences, stepping in, measures, the name on programmes; and the
list of a section for whoever leads it."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.programmes.troupe import (
    candidates,
    casting,
    own_word,
    rehearsals,
    seasons,
    sections,
    stand_ins,
    step_ins,
)
from yiqi.programmes.troupe.forms import RANGES, AbsenceForm, MeasuresForm, VoiceForm
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.views.blueprint import blueprint
from yiqi.programmes.troupe.wording import CASTINGS, OUTCOMES, REFUSALS
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect

SHOWN = 8
"""Dates that are shown ahead."""


@blueprint.get("/mine")
@signed_in_only
def mine() -> ResponseReturnValue:
    """My sections with how I come, my parts, my next dates with absences, and what waits for my answer."""
    return _mine()


@blueprint.post("/dates/<id:occurrence_id>/absence")
@signed_in_only
def announce_absence(occurrence_id: int) -> ResponseReturnValue:
    """Say that one cannot come, with a reason; with `back` that one comes after all."""
    if "back" in request.form:
        return _done(
            lambda: own_word.take_back_absence(
                person_id=current_user.id, occurrence_id=occurrence_id, at=clock.now()
            )
        )
    form = AbsenceForm(request.form)
    if not form.validate():
        return _mine(wrong=(occurrence_id, form), status=422)
    return _done(
        lambda: own_word.announce_absence(
            person_id=current_user.id,
            occurrence_id=occurrence_id,
            reason=form.reason.data or "",
            at=clock.now(),
        )
    )


@blueprint.post("/step-ins/<id:step_in_id>")
@signed_in_only
def answer(step_in_id: int) -> ResponseReturnValue:
    """Say whether one steps in: `accepts` 1 or 0."""
    said = request.form.get("accepts", "")
    if said not in ("0", "1"):
        return _mine(problem=REFUSALS[Why.NOT_THERE], status=422)
    return _done(
        lambda: step_ins.answer(
            step_in_id=step_in_id, person_id=current_user.id, accepts=said == "1", at=clock.now()
        )
    )


@blueprint.post("/name")
@signed_in_only
def name() -> ResponseReturnValue:
    """Agree that one's name stands on programmes (`agrees` 1), or withdraw it (0)."""
    own_word.consent(person_id=current_user.id, agrees=request.form.get("agrees") == "1", at=clock.now())
    return safe_redirect(url_for("troupe.mine") + "#name")


@blueprint.get("/sizes")
@signed_in_only
def sizes() -> ResponseReturnValue:
    """My measures for costumes."""
    kept = casting.measures_of([current_user.id]).get(current_user.id)
    names = (*RANGES, "shirt") if kept else ()
    typed = {name: str(value) for name in names if (value := getattr(kept, name))}
    return render_template("troupe/sizes.html", form=MeasuresForm(data=typed), kept=kept)


@blueprint.post("/sizes")
@signed_in_only
def tell_sizes() -> ResponseReturnValue:
    """Keep them."""
    form = MeasuresForm(request.form)
    if not form.validate():
        kept = casting.measures_of([current_user.id]).get(current_user.id)
        return render_template("troupe/sizes.html", form=form, kept=kept), 422
    own_word.tell_measures(person_id=current_user.id, measures=form.measures, at=clock.now())
    return redirect(url_for("troupe.sizes"), 303)


@blueprint.post("/sizes/delete")
@signed_in_only
def delete_sizes() -> ResponseReturnValue:
    """Delete them."""
    own_word.forget_measures(person_id=current_user.id)
    return redirect(url_for("troupe.sizes"), 303)


@blueprint.get("/sections/<id:section_id>/members")
@signed_in_only
def members(section_id: int) -> ResponseReturnValue:
    """The list of a section, for whoever leads it: who comes how often, who will be missing next, their measures."""
    return _members(section_id)


@blueprint.post("/sections/<id:section_id>/members/<id:person_id>")
@signed_in_only
def note_voice(section_id: int, person_id: int) -> ResponseReturnValue:
    """The leader notes what a member sings or plays."""
    _led(section_id)
    form = VoiceForm(request.form)
    if not form.validate():
        return _members(section_id, problem=str(form.plays.errors[0]), status=422)
    try:
        seasons.note_voice(section_id=section_id, person_id=person_id, plays=form.plays.data or "")
    except Refused:
        abort(404)
    return redirect(url_for("troupe.members", section_id=section_id, _anchor=f"member-{person_id}"), 303)


def _led(section_id: int) -> Any:
    """A section that whoever asks leads; to anybody else there is none."""
    found = next((one for one in sections.led_by(current_user.id, clock.now()) if one.id == section_id), None)
    if found is None:
        abort(404)
    return found


def _members(section_id: int, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found, now = _led(section_id), clock.now()
    roll = rehearsals.rolls([found], now)[0]
    page = render_template(
        "troupe/members.html",
        section=found,
        roll=roll,
        measures=casting.measures_of([one.facts.person_id for one in roll.members]),
        problem=problem,
        now=now,
    )
    return page, status


def _mine(
    *, wrong: tuple[int, AbsenceForm] | None = None, problem: object = "", status: int = 200
) -> ResponseReturnValue:
    now, me = clock.now(), current_user.id
    own = sections.own(me, now)
    rolls = {one.section.id: one for one in rehearsals.rolls(own, now)}
    taking_part = casting.parts_of(me, now)
    dates = [(one, None) for one in sections.rehearsals([one.slot_id for one in own]) if one.ends_at > now]
    shows = [
        (show, show)
        for production_id in dict.fromkeys(one.production_id for one in taking_part)
        for show in casting.shows(production_id, now)
    ]
    coming = sorted(
        {
            getattr(one, "occurrence_id", None) or one.id: (one, show) for one, show in (*dates, *shows)
        }.items(),
        key=lambda item: (item[1][0].starts_at, item[0]),
    )[:SHOWN]
    told = rehearsals.absences([me], [occurrence_id for occurrence_id, _date in coming])
    if wrong is not None and wrong[0] not in [one for one, _date in coming]:
        abort(404)
    page = render_template(
        "troupe/mine.html",
        sections=own,
        tallies={
            one.id: next((it.tally for it in rolls[one.id].members if it.facts.person_id == me), None)
            for one in own
        },
        led=sections.led_by(me, now),
        parts=taking_part,
        castings=CASTINGS,
        coming=coming,
        absences={occurrence_id: one for (_person, occurrence_id), one in told.items()},
        wrong=wrong,
        problem=problem,
        questions=stand_ins.waiting_for(me, now),
        stepping_in=stand_ins.accepted_by(me, now),
        results=candidates.lately_told(me),
        outcomes=OUTCOMES,
        judging=candidates.judged_by(me),
        agrees=casting.agrees(me),
        now=now,
    )
    return page, status


def _done(verb: Callable[[], object]) -> ResponseReturnValue:
    try:
        verb()
    except Refused as refused:
        if refused.why is Why.NOT_THERE:
            abort(404)
        return _mine(problem=REFUSALS[refused.why], status=409)
    return safe_redirect(url_for("troupe.mine"))
