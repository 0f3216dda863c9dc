"""An audition as who auditions sees it, and as a juror does."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.programmes.troupe import candidates, marking
from yiqi.programmes.troupe.candidates import Candidate
from yiqi.programmes.troupe.forms import SheetForm, sheet_form
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.views.blueprint import blueprint
from yiqi.programmes.troupe.wording import OUTCOMES, REFUSALS
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/auditions/<id:audition_id>")
def audition(audition_id: int) -> ResponseReturnValue:
    """When and where, what is looked at, the times that are free, my own time, and my result once it is out."""
    now = clock.now()
    me = current_user.id if current_user.is_authenticated else None
    found = candidates.seen(audition_id, me, now)
    if found is None:
        abort(404)
    times = candidates.times(audition_id)
    by_section: dict[int, list[Any]] = {}
    for one in times:
        by_section.setdefault(one.section_id, []).append(one)
    chairs = candidates.jurors(audition_id)
    return render_template(
        "troupe/audition.html",
        audition=found,
        groups=list(by_section.values()),
        first=times[0] if times else None,
        last=times[-1] if times else None,
        own=candidates.own(audition_id, me) if me else [],
        is_juror=any(one.person_id == me for one in chairs),
        outcomes=OUTCOMES,
        is_open=found.opens_at <= now < found.closes_at and found.status == "published",
        now=now,
    )


@blueprint.get("/auditions/<id:audition_id>/jury")
@signed_in_only
def jury(audition_id: int) -> ResponseReturnValue:
    """Whom I mark, with my marks; once I am finished, with the marks of the others who are."""
    return _jury(audition_id)


@blueprint.post("/auditions/<id:audition_id>/jury/<ref:ref>")
@signed_in_only
def mark(audition_id: int, ref: str) -> ResponseReturnValue:
    """Keep my marks for one person."""
    found, people = _chair(audition_id)
    if not any(one.facts.ref == ref for one in people):
        abort(404)
    form = sheet_form(found.criteria, found.most, request.form, prefix_id=ref)
    if not form.validate():
        return _jury(audition_id, wrong=(ref, form), status=422)
    try:
        marking.mark(
            audition_id=audition_id,
            ref=ref,
            juror_id=current_user.id,
            points=form.points,
            remark=form.remark.data or "",
            at=clock.now(),
        )
    except Refused as refused:
        return _no(audition_id, refused)
    return safe_redirect(url_for("troupe.jury", audition_id=audition_id) + f"#c-{ref}")


@blueprint.post("/auditions/<id:audition_id>/jury/finish")
@signed_in_only
def finish(audition_id: int) -> ResponseReturnValue:
    """I am finished: nothing of mine changes any more."""
    _chair(audition_id)
    try:
        marking.finish(audition_id=audition_id, juror_id=current_user.id, at=clock.now())
    except Refused as refused:
        return _no(audition_id, refused)
    return safe_redirect(url_for("troupe.jury", audition_id=audition_id))


def _chair(audition_id: int) -> tuple[Any, list[Candidate]]:
    """An audition that whoever asks marks, and whom; to anybody else there is none."""
    found = candidates.one(audition_id)
    if found is None or not any(one.person_id == current_user.id for one in candidates.jurors(audition_id)):
        abort(404)
    return found, candidates.for_juror(audition_id, current_user.id)


def _no(audition_id: int, refused: Refused) -> ResponseReturnValue:
    if refused.why is Why.NOT_THERE:
        abort(404)
    return _jury(audition_id, problem=REFUSALS[refused.why], status=409)


def _jury(
    audition_id: int,
    *,
    wrong: tuple[str, SheetForm] | None = None,
    problem: object = "",
    status: int = 200,
) -> ResponseReturnValue:
    found, people = _chair(audition_id)
    me = next(one for one in candidates.jurors(audition_id) if one.person_id == current_user.id)
    page = render_template(
        "troupe/jury.html",
        audition=found,
        candidates=people,
        forms={one.facts.ref: _form(found, one, wrong) for one in people},
        wrong_ref=wrong[0] if wrong else "",
        me=me,
        todo=sum(current_user.id not in one.sheets for one in people),
        problem=problem,
        best=found.most * len(found.criteria),
    )
    return page, status


def _form(found: Any, one: Candidate, wrong: tuple[str, SheetForm] | None) -> SheetForm:
    """The form for one person: as it was sent when something is wrong in it, else with the marks that are kept."""
    if wrong is not None and wrong[0] == one.facts.ref:
        return wrong[1]
    mine = one.sheets.get(current_user.id)
    typed = {f"points_{code}": str(points) for code, points in mine.points.items()} if mine else {}
    data = {**typed, "remark": mine.remark if mine else ""}
    return sheet_form(found.criteria, found.most, data=data, prefix_id=one.facts.ref)
