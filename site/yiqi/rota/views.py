"""我的倒班: saving a shift pattern in three taps, or one's own days, and no longer using it."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.rota import rotas, showing
from yiqi.rota.forms import USUAL_LENGTH, KnownForm, OwnForm, known_pattern, typed
from yiqi.rota.rules import patterns
from yiqi.rota.rules.patterns import Pattern
from yiqi.rota.rules.shifts import LONGEST_CYCLE, Days
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import local_path, safe_redirect
from yiqi.web.texts import whole

blueprint = Blueprint("rota", __name__)


@blueprint.get("/me/rota")
@signed_in_only
def page() -> ResponseReturnValue:
    """The saved rota; without one, or with `?change=1` or `?pattern=`, the choice: `?pattern= &number= &next=`."""
    today, goes_to = clock.today(), local_path(request.args.get("next"), "")
    kept = rotas.of_person(current_user.id)
    pattern = known_pattern(request.args.get("pattern", ""))
    if kept and pattern is None and request.args.get("change") != "1":
        return render_template(
            "rota/kept.html",
            kept=showing.Offered(kept.pattern),
            strip=showing.strip(kept.cycle, today),
            today=today,
        )
    form = KnownForm(
        data={"pattern": pattern, "number": request.args.get("number"), "day": str(today), "next": goes_to},
        today=today,
    )
    return _choice(form, has_one=kept is not None)


@blueprint.post("/me/rota")
@signed_in_only
def keep() -> ResponseReturnValue:
    """Keep a known pattern and go on."""
    form = KnownForm(request.form, today=clock.today())
    if not form.validate() or form.cycle is None:
        return _choice(form, has_one=rotas.of_person(current_user.id) is not None), 422
    rotas.keep(person_id=current_user.id, pattern=Pattern(form.pattern.data or ""), cycle=form.cycle)
    return safe_redirect(form.next.data, url_for("rota.page"))


@blueprint.get("/me/rota/own")
@signed_in_only
def own() -> ResponseReturnValue:
    """The form for one's own days, `?length=` of them from today, filled in with the pattern asked for or the rota one has."""
    today = clock.today()
    days = _days_to_begin_with(today)
    length = whole(request.args.get("length", ""), least=1, most=LONGEST_CYCLE) or len(days) or USUAL_LENGTH
    goes_to = local_path(request.args.get("next"), "")
    form = OwnForm(
        data={"length": length, "day": str(today), "next": goes_to, **typed(days[:length])},
        today=today,
        length=length,
    )
    return _own(form)


@blueprint.post("/me/rota/own")
@signed_in_only
def keep_own() -> ResponseReturnValue:
    """Keep one's own days and go on."""
    length = whole(request.form.get("length", ""), least=1, most=LONGEST_CYCLE) or USUAL_LENGTH
    form = OwnForm(request.form, today=clock.today(), length=length)
    if not form.validate() or form.cycle is None:
        return _own(form), 422
    rotas.keep(person_id=current_user.id, pattern=Pattern.CUSTOM, cycle=form.cycle)
    return safe_redirect(form.next.data, url_for("rota.page"))


@blueprint.post("/me/rota/stop")
@signed_in_only
def stop() -> ResponseReturnValue:
    """Forget the rota."""
    rotas.stop(person_id=current_user.id)
    return redirect(url_for("rota.page"), 303)


def _choice(form: KnownForm, *, has_one: bool) -> str:
    """The three steps on one page: the pattern, which of its days today is, and two weeks to look at before saving."""
    pattern = known_pattern(form.pattern.data or "")
    possible = showing.possible(pattern, form.today) if pattern else []
    number = whole(form.number.data or "", least=1, most=LONGEST_CYCLE)
    if len(possible) == 1:
        number = possible[0].choice.number
    cycle = patterns.cycle(pattern, number, form.today) if pattern and number else None
    return render_template(
        "rota/choose.html",
        form=form,
        offered=showing.offered(),
        chosen=showing.Offered(pattern) if pattern else None,
        possible=possible,
        number=number if cycle else None,
        strip=showing.strip(cycle, form.today) if cycle else [],
        today=form.today,
        goes_to=local_path(form.next.data, ""),
        has_one=has_one,
    )


def _own(form: OwnForm) -> str:
    return render_template(
        "rota/own.html",
        form=form,
        lengths=range(2, LONGEST_CYCLE + 1),
        today=form.today,
        goes_to=local_path(form.next.data, ""),
    )


def _days_to_begin_with(today: date) -> Days:
    """The days from today of the pattern in the address, else of the rota one has; none without either."""
    pattern = known_pattern(request.args.get("pattern", ""))
    number = whole(request.args.get("number", ""), least=1, most=LONGEST_CYCLE)
    cycle = patterns.cycle(pattern, number, today) if pattern and number else None
    if cycle is None:
        kept = rotas.of_person(current_user.id)
        cycle = kept.cycle if kept else None
    if cycle is None:
        return ()
    ahead = (today - cycle.anchor).days % len(cycle.days)
    return cycle.days[ahead:] + cycle.days[:ahead]
