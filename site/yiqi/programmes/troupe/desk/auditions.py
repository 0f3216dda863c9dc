"""The desk's pages of auditions: announcing one, who marks, what was marked, deciding, and sending the results."""

import secrets
from collections.abc import Callable

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import whole
from yiqi.i18n import gettext as _
from yiqi.people import persons
from yiqi.programmes.troupe import auditions, candidates, results, sections
from yiqi.programmes.troupe.desk.blueprint import blueprint
from yiqi.programmes.troupe.forms.planning import AuditionForm, JurorForm
from yiqi.programmes.troupe.models import Outcome
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.wording import OUTCOMES, REFUSALS
from yiqi.web.formats import said


@blueprint.get("/seasons/<id:season_id>/auditions/new")
def new_audition(season_id: int) -> ResponseReturnValue:
    """The form for an audition."""
    blank = {"nonce": secrets.token_urlsafe(16), "minutes": "10", "most": "10", "starts": "18:00"}
    blank |= {"ends": "20:00", "criteria": "\n".join((_("音准"), _("节奏"), _("表现力")))}
    return _form(season_id, AuditionForm(data=blank, known=_known(season_id), today=clock.today()))


@blueprint.post("/seasons/<id:season_id>/auditions")
def announce(season_id: int) -> ResponseReturnValue:
    """Announce it. Sent again, it shows the first one."""
    form = AuditionForm(request.form, known=_known(season_id), today=clock.today())
    if not form.validate() or form.day is None:
        return _form(season_id, form, 422)
    try:
        audition_id = auditions.announce(
            season_id=season_id,
            day=form.day,
            by_id=current_user.id,
            nonce=form.nonce.data or "",
            at=clock.now(),
        )
    except Refused:
        abort(404)
    return redirect(url_for("troupe_desk.audition", audition_id=audition_id), 303)


@blueprint.get("/auditions/<id:audition_id>")
def audition(audition_id: int) -> ResponseReturnValue:
    """Everybody who auditions with what the jurors gave and how far they are apart, and what was decided."""
    return _page(audition_id)


@blueprint.post("/auditions/<id:audition_id>/jurors")
def choose_juror(audition_id: int) -> ResponseReturnValue:
    """Let somebody mark who has signed in with a phone number before."""
    form = JurorForm(request.form)
    person = persons.person_by_phone(form.e164) if form.validate() else None
    if not form.errors and person is None:
        form.phone.errors = [_("这个号码还没登录过亦起，请对方先登录一次")]
    if person is None:
        return _page(audition_id, form=form, status=422)
    juror_id = person.merged_into_id or person.id
    return _do(
        audition_id,
        lambda: auditions.choose_juror(
            audition_id=audition_id, person_id=juror_id, by_id=current_user.id, at=clock.now()
        ),
    )


@blueprint.post("/auditions/<id:audition_id>/jurors/<id:person_id>/dismiss")
def dismiss_juror(audition_id: int, person_id: int) -> ResponseReturnValue:
    """Let somebody mark no longer."""
    return _do(
        audition_id,
        lambda: auditions.dismiss_juror(
            audition_id=audition_id, person_id=person_id, by_id=current_user.id, at=clock.now()
        ),
    )


@blueprint.post("/auditions/<id:audition_id>/candidates/<ref:ref>")
def decide(audition_id: int, ref: str) -> ResponseReturnValue:
    """Decide about one: `outcome` in, waiting or no."""
    if not any(one.facts.ref == ref for one in candidates.for_organizer(audition_id, current_user.id)):
        abort(404)
    outcome = request.form.get("outcome", "")
    if outcome not in set(Outcome):
        return _page(audition_id, problem=_("选一个结果"), status=422)
    return _do(
        audition_id,
        lambda: results.decide(
            audition_id=audition_id,
            ref=ref,
            outcome=Outcome(outcome),
            by_id=current_user.id,
            at=clock.now(),
        ),
        anchor=f"c-{ref}",
    )


@blueprint.post("/auditions/<id:audition_id>/send")
def send(audition_id: int) -> ResponseReturnValue:
    """Send the results, once, and give the accepted their places."""
    return _do(
        audition_id,
        lambda: results.send(audition_id=audition_id, by_id=current_user.id, at=clock.now()),
    )


def _do(audition_id: int, verb: Callable[[], object], *, anchor: str = "") -> ResponseReturnValue:
    try:
        verb()
    except Refused as refused:
        if refused.why is Why.NOT_THERE:
            abort(404)
        return _page(audition_id, problem=REFUSALS[refused.why], status=409)
    return redirect(url_for("troupe_desk.audition", audition_id=audition_id, _anchor=anchor or None), 303)


def _page(
    audition_id: int, *, form: JurorForm | None = None, problem: object = "", status: int = 200
) -> ResponseReturnValue:
    found = candidates.one(audition_id)
    if found is None:
        abort(404)
    people = candidates.for_organizer(audition_id, current_user.id)
    page = render_template(
        "troupe/desk/audition.html",
        audition=found,
        whole=whole.of(found.activity_id, clock.now()),
        candidates=people,
        many=len(candidates.times(audition_id)),
        jurors=candidates.jurors(audition_id),
        outcomes=OUTCOMES,
        undecided=sum(one.facts.outcome is None for one in people),
        best=found.most * len(found.criteria),
        form=form or JurorForm(),
        problem=problem,
    )
    return page, status


def _known(season_id: int) -> list[tuple[str, str]]:
    return [(str(one.id), said(one, "label")) for one in sections.of_season(season_id)]


def _form(season_id: int, form: AuditionForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("troupe/desk/new_audition.html", season=sections.season(season_id), form=form)
    return page, status
