"""我的工会: where one is a member, and asking a union to confirm it, to correct it, or to let one go."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.unions import belonging, membership, requests
from yiqi.unions.forms import KINDS, JoinForm, SayForm
from yiqi.unions.models import RequestKind
from yiqi.unions.requests import IsAMember, NotAMember
from yiqi.unions.tree import Ended
from yiqi.web.errors import Problem, problem_page
from yiqi.web.formats import printable, said
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect

MOST = 40
"""Characters of a name that is searched for."""

blueprint = Blueprint("unions", __name__)


@blueprint.get("/me/union")
@signed_in_only
def page() -> ResponseReturnValue:
    """The unions one is a member of, and what was asked; `?q=` finds the union that is to confirm one."""
    return _page()


@blueprint.post("/me/union")
@signed_in_only
def join() -> ResponseReturnValue:
    """Ask a union to confirm that one is a member."""
    form = JoinForm(request.form)
    if not form.validate() or form.union_id is None:
        return _page(joining=form)
    return _asked(form.union_id, RequestKind.JOIN, form.said.data or "")


@blueprint.post("/me/union/<id:union_id>/correct")
@signed_in_only
def correct(union_id: int) -> ResponseReturnValue:
    """Say what is wrong on a union's list."""
    form = SayForm(request.form)
    if not form.validate():
        return _page(correcting=form, at_union=union_id)
    return _asked(union_id, RequestKind.CORRECT, form.said.data or "")


@blueprint.post("/me/union/<id:union_id>/leave")
@signed_in_only
def leave(union_id: int) -> ResponseReturnValue:
    """Say that one has left."""
    return _asked(union_id, RequestKind.LEAVE, "")


@blueprint.post("/me/union/requests/<id:request_id>/withdraw")
@signed_in_only
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take a request back."""
    try:
        requests.withdraw(request_id=request_id, person_id=current_user.id, at=clock.now())
    except LookupError:
        abort(404)
    return safe_redirect(url_for("unions.page"))


def _asked(union_id: int, kind: RequestKind, words: str) -> ResponseReturnValue:
    try:
        requests.ask(person_id=current_user.id, union_id=union_id, kind=kind, said=words, at=clock.now())
    except LookupError:
        abort(404)
    except IsAMember:
        return problem_page(Problem(409, _("你已经是这里的会员"), _("不用再确认，在“我的工会”里看得到。")))
    except NotAMember:
        abort(404)
    except Ended:
        return problem_page(Problem(409, _("这个工会已经停用"), _("搜一下你现在的单位。")))
    return safe_redirect(url_for("unions.page"))


def _page(
    *, joining: JoinForm | None = None, correcting: SayForm | None = None, at_union: int | None = None
) -> ResponseReturnValue:
    q = printable(" ".join(request.values.get("q", "").split()))[:MOST]
    on = clock.today()
    mine = [one for one in membership.of_person(current_user.id) if membership.counts(one, on)]
    if at_union is not None and at_union not in [one.union_id for one in mine]:
        abort(404)
    found = belonging.called(q) if q else []
    form = joining or JoinForm()
    form.union.choices = [(str(one.id), said(one, "name")) for one in found]
    asked = requests.of_person(current_user.id)
    page = render_template(
        "unions/mine.html",
        mine=mine,
        asked=asked,
        open_ones={(one.union_id, one.kind) for one in asked if one.answered_at is None},
        q=q,
        form=form,
        correcting=correcting or SayForm(),
        at_union=at_union,
        kinds=KINDS,
    )
    return page, 422 if joining or correcting else 200
