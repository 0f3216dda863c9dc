"""Publishing a list of commendation, the evidence that is kept with it, and correcting it."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.unions import belonging
from yiqi.web.htmx import safe_redirect
from yiqi.years import commending, words
from yiqi.years.desk.blueprint import asked_year, blueprint
from yiqi.years.desk.records import record_page
from yiqi.years.forms import CorrectionForm
from yiqi.years.rules.calendar import Year


@blueprint.post("/unions/<id:union_id>/publish")
def publish(union_id: int) -> ResponseReturnValue:
    """Publish the list as it was looked at (`seen`)."""
    now = clock.now()
    year = asked_year(now)
    try:
        commending.publish(
            union_id=union_id,
            year=year,
            seen=request.form.get("seen", "")[:16],
            by_id=current_user.id,
            at=now,
        )
    except commending.Refused as refused:
        return record_page(union_id, 409, refused.why)
    return safe_redirect(url_for("years_desk.record", union_id=union_id, year=year.number, _anchor="list"))


@blueprint.post("/unions/<id:union_id>/corrections")
def correct(union_id: int) -> ResponseReturnValue:
    """Say under the list of a year what is not right on it."""
    now = clock.now()
    year = asked_year(now)
    frozen = commending.of_union(union_id, year.number)
    if frozen is None:
        abort(404)
    form = CorrectionForm(request.form)
    if not form.validate():
        return record_page(union_id, 422, form=form)
    commending.correct(list_id=frozen.id, said=form.said.data or "", by_id=current_user.id, at=now)
    return safe_redirect(
        url_for("years_desk.record", union_id=union_id, year=year.number, _anchor="corrections")
    )


@blueprint.get("/unions/<id:union_id>/rows/<id:row_id>")
def row(union_id: int, row_id: int) -> ResponseReturnValue:
    """What a row of a published list stands on, as it was on that day."""
    found, frozen = commending.row_of_union(union_id, row_id)
    if found is None or frozen is None:
        abort(404)
    (union,) = belonging.named([union_id])
    return render_template(
        "years/desk/evidence.html",
        union=union,
        year=Year(frozen.year),
        name=words.name_of(found, not permit().allowed.masked),
        told=words.told(words.facts_of(found), words.known(clock.now())),
        lacking=[words.week(monday) for monday in words.lacking_of(found)],
        award=words.AWARDS[found.award],
        kept_at=frozen.published_at,
    )
