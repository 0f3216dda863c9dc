"""The tree of unions within reach, and the form that adds, renames, moves and ends one."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.desk.membership import union_lists
from yiqi.desk.membership.union_forms import MoveForm, UnionForm
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.roles import union_keeping
from yiqi.roles.rules.permissions import Action, Thing
from yiqi.unions import belonging, tree
from yiqi.web.errors import Problem, problem_page
from yiqi.web.formats import printable
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

MOST = 40
"""Characters of a name that is searched for."""


def searched() -> str:
    """What is searched for."""
    return printable(" ".join(request.args.get("q", "").split()))[:MOST]


def problem_of(error: Exception) -> str:
    """Why the tree cannot be so."""
    match error:
        case tree.NameTaken():
            return _("已经有工会叫这个名字，加上单位名区分")
        case tree.InARing():
            return _("不能放到自己下面")
        case tree.Ended():
            return _("这个工会已经停用，选另一个")
        case _:
            raise error


@blueprint.get("/unions")
def unions() -> ResponseReturnValue:
    """One level of the tree (`?under=`), or what a search finds (`?q=`), page by page (`?after=`)."""
    return _tree(UnionForm(prefix="new-"))


@blueprint.post("/unions")
def add_union() -> ResponseReturnValue:
    """A union at the top."""
    form = UnionForm(request.form, prefix="new-")
    made = _added(form, None)
    return _tree(form, 422) if made is None else safe_redirect(url_for("desk.union", union_id=made))


@blueprint.get("/unions/<id:union_id>/edit")
def edit_union(union_id: int) -> ResponseReturnValue:
    """Change a union, or add one under it."""
    return _edit(union_id)


@blueprint.post("/unions/<id:union_id>/groups")
def add_group(union_id: int) -> ResponseReturnValue:
    """A union under this one."""
    form = UnionForm(request.form, prefix="new-")
    made = _added(form, union_id)
    return _edit(union_id, new=form) if made is None else safe_redirect(url_for("desk.union", union_id=made))


@blueprint.post("/unions/<id:union_id>/edit")
def rename_union(union_id: int) -> ResponseReturnValue:
    """Give it other names."""
    _may_change(union_id)
    form = UnionForm(request.form)
    if not form.validate():
        return _edit(union_id, names=form)
    try:
        union_keeping.rename(
            union_id=union_id,
            name=form.name.data or "",
            name_en=form.name_en.data or "",
            at=clock.now(),
            by_id=current_user.id,
        )
    except tree.NameTaken as error:
        form.name.errors = [problem_of(error)]
        return _edit(union_id, names=form)
    return safe_redirect(url_for("desk.union", union_id=union_id))


@blueprint.post("/unions/<id:union_id>/move")
def move_union(union_id: int) -> ResponseReturnValue:
    """Put it under another one, by the name of that one."""
    _may_change(union_id)
    form = MoveForm(request.form)
    if not form.validate():
        return _edit(union_id, move=form)
    found = union_lists.by_name(union_lists.kept(permit().held, Action.KEEP_GROUPS), form.under.data or "")
    if not found or found[0].name != form.under.data:
        names = _("、").join(union.name for union in found)
        said = _("填全称，像这样的有：%(names)s", names=names) if found else _("在你管的范围里没有这个工会")
        form.under.errors = [said]
        return _edit(union_id, move=form)
    try:
        union_keeping.move(union_id=union_id, parent_id=found[0].id, at=clock.now(), by_id=current_user.id)
    except (tree.InARing, tree.Ended) as error:
        form.under.errors = [problem_of(error)]
        return _edit(union_id, move=form)
    return safe_redirect(url_for("desk.union", union_id=union_id))


@blueprint.post("/unions/<id:union_id>/end")
def end_union(union_id: int) -> ResponseReturnValue:
    """End it from today on."""
    _may_change(union_id)
    try:
        union_keeping.end(union_id=union_id, at=clock.now(), by_id=current_user.id)
    except tree.HasGroups:
        return problem_page(
            Problem(409, _("下面还有没停用的工会"), _("先停用下面的小组，或者把它们移到别处。"))
        )
    return safe_redirect(url_for("desk.union", union_id=union_id))


def may_change(union_id: int) -> bool:
    """Whether whoever asks may change a union: all for the federation, else what is under their own one."""
    if permit().may(Action.KEEP_UNIONS, Thing(union_id)):
        return True
    parents = [union.parent_id for union in belonging.named([union_id])]
    return bool(parents and parents[0] and permit().may(Action.KEEP_GROUPS, Thing(parents[0])))


def _may_change(union_id: int) -> None:
    if not may_change(union_id):
        abort(404)


def _added(form: UnionForm, parent_id: int | None) -> int | None:
    """The union that was made; None when the form says why not."""
    if not form.validate():
        return None
    try:
        return union_keeping.add(
            name=form.name.data or "",
            name_en=form.name_en.data or "",
            parent_id=parent_id,
            at=clock.now(),
            by_id=current_user.id,
        )
    except (tree.NameTaken, tree.Ended) as error:
        form.name.errors = [problem_of(error)]
        return None


def _tree(form: UnionForm, status: int = 200) -> ResponseReturnValue:
    within, q = union_lists.kept(permit().held), searched()
    under = identifier(request.args.get("under", ""))
    if under is not None and (not belonging.named([under]) or (within is not None and under not in within)):
        abort(404)
    rows, more = union_lists.level(
        within, under=under, q=q, after=identifier(request.args.get("after", "")), at=clock.now()
    )
    page = render_template(
        "desk/unions.html",
        rows=rows,
        more=more,
        q=q,
        under=belonging.named([under])[0] if under is not None else None,
        path=union_lists.path(under, within) if under is not None else [],
        new=form,
        may_add=permit().may_anywhere(Action.KEEP_UNIONS) is not None and under is None,
        may_merge=permit().may_anywhere(Action.MERGE_PEOPLE) is not None,
    )
    return page, status


def _edit(
    union_id: int,
    *,
    names: UnionForm | None = None,
    move: MoveForm | None = None,
    new: UnionForm | None = None,
) -> ResponseReturnValue:
    union = belonging.named([union_id])[0]
    within = union_lists.kept(permit().held)
    path = union_lists.path(union_id, within)
    above = {"under": path[-1].name} if path else {}
    page = render_template(
        "desk/union_edit.html",
        union=union,
        path=path,
        names=names or UnionForm(data={"name": union.name, "name_en": union.name_en}),
        move=move or MoveForm(data=above),
        new=new or UnionForm(prefix="new-"),
        may_change=may_change(union_id),
        today=clock.today(),
    )
    return page, 422 if names or move or new else 200
