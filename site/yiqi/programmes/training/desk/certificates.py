"""Certificates at the desk: who is to have one, giving them to everybody at once, and taking one back."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk import doors
from yiqi.i18n import gettext as _
from yiqi.programmes.training import evenings, passes, taught, wording
from yiqi.programmes.training.desk.blueprint import blueprint
from yiqi.programmes.training.desk.courses import of_training
from yiqi.programmes.training.forms.results import RevokeForm
from yiqi.programmes.training.passes import Moved, OwnPass
from yiqi.programmes.training.rules.certified import digest
from yiqi.programmes.training.rules.passing import Verdict
from yiqi.web.htmx import safe_redirect


@blueprint.get("/courses/<id:activity_id>/certificates")
def certificates(activity_id: int) -> ResponseReturnValue:
    """Who passed and has none yet, who has one, and who has not passed. `?given=` comes from giving some."""
    return _page(activity_id)


@blueprint.post("/courses/<id:activity_id>/certificates")
def issue(activity_id: int) -> ResponseReturnValue:
    """Give everybody who was looked at (`seen`) theirs."""
    of_training(activity_id)
    seen = request.form.get("seen", "")[:64]
    try:
        given = passes.issue(activity_id=activity_id, seen=seen, by_id=current_user.id, at=clock.now())
    except Moved:
        problem = _("合格的人和你刚才看到的不一样了，下面是现在的，核对后再发")
        return _page(activity_id, problem=problem, status=409)
    except LookupError:
        abort(404)
    return safe_redirect(
        url_for("training_desk.certificates", activity_id=activity_id, given=len(given) or None)
    )


@blueprint.post("/courses/<id:activity_id>/certificates/<id:pass_id>/revoke")
def revoke(activity_id: int, pass_id: int) -> ResponseReturnValue:
    """Take one back, with the reason that its person and whoever checks it read."""
    of_training(activity_id)
    if not any(one.id == pass_id for one in passes.of_course(activity_id)):
        abort(404)
    form = RevokeForm(request.form)
    if not form.validate():
        return _page(activity_id, revoking=pass_id, form=form, status=422)
    try:
        passes.revoke(
            activity_id=activity_id,
            pass_id=pass_id,
            because=form.because.data or "",
            by_id=current_user.id,
            at=clock.now(),
        )
    except OwnPass:
        problem = _("自己的证书请别的组织者处理")
        return _page(activity_id, revoking=pass_id, form=form, problem=problem, status=409)
    except LookupError:
        abort(404)
    return safe_redirect(
        url_for("training_desk.certificates", activity_id=activity_id, _anchor=f"pass-{pass_id}")
    )


def _page(
    activity_id: int,
    *,
    revoking: int | None = None,
    form: RevokeForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    found = of_training(activity_id)
    told = taught.of(activity_id)
    waiting = passes.waiting(activity_id, current_user.id, found.at)
    given = passes.of_course(activity_id)
    has = {one.person_id for one in given if one.revoked_at is None}
    rule = evenings.rule_of(told.facts) if told else None
    people = evenings.trainees(activity_id, found.at)
    standing = {one.person_id: one.stands(rule) for one in people} if rule else {}
    shown = render_template(
        "training/desk/certificates.html",
        whole=found,
        taught=told,
        rule=rule,
        waiting=waiting,
        seen=digest(passes.as_passed(waiting)),
        given=given,
        others=[
            (one, standing[one.person_id])
            for one in people
            if one.person_id in standing
            and one.person_id not in has
            and standing[one.person_id] is not Verdict.PASSED
        ],
        doubtful={one for one in has if standing.get(one) in (Verdict.FAILED_EXAM, Verdict.TOO_FEW)},
        own_waits=standing.get(current_user.id) is Verdict.PASSED and current_user.id not in has,
        just_given=request.args.get("given", "") if status == 200 else "",
        revoking=revoking,
        form=form or RevokeForm(),
        problem=problem,
        words=wording,
        doors=doors.of,
    )
    return shown, status
