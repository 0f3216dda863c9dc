"""Lectures that travel, at the desk: the list, asking for one, and the federation's answer."""

import secrets

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk import reach
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.programmes.training import lectured, lectures, wording
from yiqi.programmes.training.desk.blueprint import blueprint
from yiqi.programmes.training.forms.lecture import AgreeForm, AskForm, LectureForm
from yiqi.programmes.training.lectured import Asked
from yiqi.programmes.training.lectures import PROGRAMME, Refused, Why
from yiqi.roles.rules.permissions import Action, Thing
from yiqi.unions.models import Union
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/lectures", endpoint="lectures")
def page() -> ResponseReturnValue:
    """What unions within reach asked for; the list, to ask for one; `?lecture=` chooses it."""
    return _page()


@blueprint.post("/lectures")
def add_lecture() -> ResponseReturnValue:
    """Put a lecture on the list."""
    form = LectureForm(request.form)
    if not form.validate():
        return _page(adding=form, status=422)
    lectures.add(row=form.row, by_id=current_user.id, at=clock.now())
    return safe_redirect(url_for("training_desk.lectures", _anchor="list"))


@blueprint.post("/lectures/<id:lecture_id>/retire")
def retire_lecture(lecture_id: int) -> ResponseReturnValue:
    """Take a lecture off the list."""
    lectures.retire(lecture_id=lecture_id, by_id=current_user.id, at=clock.now())
    return safe_redirect(url_for("training_desk.lectures", _anchor="list"))


@blueprint.post("/lectures/requests")
def ask_lecture() -> ResponseReturnValue:
    """Ask for one, for a union within reach."""
    form = _ask_form(request.form)
    lecture_id, union_id = identifier(form.lecture.data or ""), identifier(form.union.data or "")
    if not form.validate() or lecture_id is None or union_id is None:
        return _page(asking=form, status=422)
    try:
        made = lectures.ask(
            lecture_id=lecture_id,
            union_id=union_id,
            wishes=form.wishes,
            venue=form.venue.data or "",
            people=int(form.people.data or 0),
            said=form.said.data or "",
            nonce=form.nonce.data or "",
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as refused:
        return _page(asking=form, problem=_problem(refused.why), status=409)
    return safe_redirect(url_for("training_desk.lecture_request", request_id=made))


@blueprint.get("/lectures/requests/<id:request_id>")
def lecture_request(request_id: int) -> ResponseReturnValue:
    """One request: for whoever asked, and for the federation, which answers it."""
    return _request_page(_found(request_id))


@blueprint.post("/lectures/requests/<id:request_id>/withdraw")
def withdraw_lecture(request_id: int) -> ResponseReturnValue:
    """Take it back before it is answered."""
    found = _found(request_id)
    try:
        lectures.withdraw(request_id=request_id, by_id=current_user.id, at=clock.now())
    except Refused as refused:
        return _request_page(found, problem=_problem(refused.why), status=409)
    return safe_redirect(url_for("training_desk.lecture_request", request_id=request_id))


@blueprint.post("/lectures/requests/<id:request_id>/answer")
def answer_lecture(request_id: int) -> ResponseReturnValue:
    """Say when it takes place (`answer` agree), or why it does not (refuse)."""
    found = _found(request_id)
    agrees = request.form.get("answer") == "agree"
    form = AgreeForm(request.form)
    if not form.validate_on(agrees=agrees):
        return _request_page(found, form=form, refusing=not agrees, status=422)
    who = {"request_id": request_id, "by_id": current_user.id, "at": clock.now()}
    try:
        if agrees and form.starts_at is not None:
            lectures.agree(starts_at=form.starts_at, **who)
        else:
            lectures.refuse(because=form.because.data or "", **who)
    except Refused as refused:
        problem = _problem(refused.why)
        return _request_page(_found(request_id), form=form, refusing=not agrees, problem=problem, status=409)
    return safe_redirect(url_for("training_desk.lecture_request", request_id=request_id))


def _problem(why: Why) -> str:
    match why:
        case Why.NO_SUCH_LECTURE:
            return _("这一场已经不在目录里了，换一场")
        case Why.TOO_LATE:
            return _("时间已经过了，填以后的时间")
        case Why.OWN:
            return _("自己提的申请请别的同事答复")
        case Why.NEEDS_REASON:
            return _("写一句为什么，申请的人会看到")
        case Why.ANSWERED:
            return _("这个申请已经答复过了")


def _unions() -> list[Union]:
    """The unions for which whoever asks may ask."""
    return [
        one
        for one in reach.unions(permit().held)
        if permit().may(Action.EDIT, Thing(one.id, None, PROGRAMME)) is not None
    ]


def _ask_form(typed: object = None) -> AskForm:
    known = {"lecture": request.args.get("lecture", ""), "nonce": secrets.token_urlsafe(12)}
    return AskForm(typed, data=known, lectures=lectured.travelling(), unions=_unions())


def _found(request_id: int) -> Asked:
    found = lectured.one(request_id)
    if found is None:
        abort(404)
    return found


def _page(
    *,
    asking: AskForm | None = None,
    adding: LectureForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    shown = render_template(
        "training/desk/lectures.html",
        requests=lectured.asked(permit().held),
        starts=lectured.starts,
        travelling=lectured.travelling(),
        asking=asking or _ask_form(),
        adding=adding or LectureForm(),
        may_add=permit().may_anywhere(Action.KEEP_UNIONS) is not None,
        problem=problem,
        words=wording,
    )
    return shown, status


def _request_page(
    found: Asked,
    *,
    form: AgreeForm | None = None,
    refusing: bool = False,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    wished = lectured.starts(found)
    first = clock.beijing(wished[0])
    shown = render_template(
        "training/desk/lecture.html",
        one=found,
        wishes=wished,
        form=form or AgreeForm(data={"day": first.date().isoformat(), "time": f"{first:%H:%M}"}),
        refusing=refusing,
        may_answer=permit().may(Action.KEEP_UNIONS) is not None,
        is_own=found.by_id == current_user.id,
        problem=problem,
        words=wording,
    )
    return shown, status
