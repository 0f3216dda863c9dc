"""What workers ask of the unions within reach, the oldest first, and the answers."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.desk.membership import union_lists
from yiqi.desk.membership.union_forms import AnswerForm
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.roles import member_keeping
from yiqi.unions import membership, tree
from yiqi.unions import requests as asked
from yiqi.web.errors import Problem, problem_page
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/requests")
def requests() -> ResponseReturnValue:
    """Open requests, a page behind one (`?after=`)."""
    return _page(None, AnswerForm())


@blueprint.post("/unions/<id:union_id>/requests/<id:request_id>")
def answer_request(union_id: int, request_id: int) -> ResponseReturnValue:
    """Answer one: `granted` 1 or 0. Who comes second is told so."""
    found = asked.one(request_id)
    if found is None or found.union_id != union_id:
        abort(404)
    form = AnswerForm(request.form, granted=request.form.get("granted") == "1")
    if not form.validate():
        return _page(request_id, form, 422)
    try:
        was_first = member_keeping.answer(
            request_id=request_id,
            granted=form.granted,
            because=form.because.data or "",
            at=clock.now(),
            by_id=current_user.id,
        )
    except tree.Ended:
        return problem_page(Problem(409, _("这个工会已经停用"), _("不再加会员，可以不通过并写明去哪里。")))
    if not was_first:
        return problem_page(
            Problem(409, _("这条申请已经答复过了"), _("别的组织者先答复了，回列表看下一条。"))
        )
    return safe_redirect(url_for("desk.requests"))


def _page(wrong_id: int | None, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    within = union_lists.kept(permit().held)
    rows, more = asked.open_in(within, after=identifier(request.args.get("after", "")))
    on, belonging = clock.today(), membership.of_people([one.person_id for one in rows])
    page = render_template(
        "desk/requests.html",
        requests=rows,
        more=more,
        wrong_id=wrong_id,
        form=form,
        belongs={
            one.id: [it for it in belonging[one.person_id] if membership.counts(it, on)] for one in rows
        },
    )
    return page, status
