"""Reading groups at the desk: their words and host, and which activities are their meetings."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.models import Activity, Programme
from yiqi.desk import reach
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.people.persons import person_by_phone
from yiqi.people.rules import national
from yiqi.programmes.reading import groups, meetings
from yiqi.programmes.reading.desk.blueprint import blueprint, makers
from yiqi.programmes.reading.forms.keeping import GroupForm
from yiqi.programmes.reading.models import ReadingGroup
from yiqi.programmes.reading.reaching import within
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Action
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/groups", endpoint="groups")
def listed() -> ResponseReturnValue:
    """The groups within reach, and the form for a new one."""
    return _list(GroupForm.blank_of(makers()))


@blueprint.post("/groups")
def add_group() -> ResponseReturnValue:
    """Keep a new one."""
    form = GroupForm(request.form, unions=makers())
    if not form.validate() or not _finds_host(form):
        return _list(form, 422)
    made = groups.add(
        union_id=form.union_id, fields=_fields(form), at=clock.now(), by_id=current_user.id, nonce=form.once
    )
    return safe_redirect(url_for("reading_desk.group", group_id=made))


@blueprint.get("/groups/<id:group_id>")
def group(group_id: int) -> ResponseReturnValue:
    """One group with its forms."""
    return _group(group_id)


@blueprint.post("/groups/<id:group_id>")
def change_group(group_id: int) -> ResponseReturnValue:
    """Change what is known of it."""
    form = GroupForm(request.form)
    if not form.validate() or not _finds_host(form):
        return _group(group_id, form)
    groups.change(
        group_id=group_id,
        fields=_fields(form),
        is_over=bool(form.is_over.data),
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("reading_desk.group", group_id=group_id))


@blueprint.post("/groups/<id:group_id>/activities")
def link(group_id: int) -> ResponseReturnValue:
    """`activity` becomes one of its meetings; with `undo` no longer."""
    activity_id = identifier(request.form.get("activity", ""))
    if request.form.get("undo") and activity_id is not None:
        groups.meets_no_more_at(group_id=group_id, activity_id=activity_id)
        return safe_redirect(url_for("reading_desk.group", group_id=group_id))
    thing = holding.activity(activity_id) if activity_id is not None else None
    if activity_id is None or thing is None or not permit().may(Action.EDIT, thing):
        return _group(group_id, problem=_("从列出的里面选一个"))
    try:
        groups.meets_at(group_id=group_id, activity_id=activity_id, at=clock.now(), by_id=current_user.id)
    except groups.NotTheirs:
        return _group(group_id, problem=_("这个活动已经属于别的小组，或不是读书活动"))
    return safe_redirect(url_for("reading_desk.group", group_id=group_id))


def _finds_host(form: GroupForm) -> bool:
    if form.host_e164 and person_by_phone(form.host_e164) is None:
        form.host.errors = [_("没有这个号码的人。请对方先登录一次")]
        return False
    return True


def _fields(form: GroupForm) -> dict[str, object]:
    host = person_by_phone(form.host_e164) if form.host_e164 else None
    return {**form.fields, "host_id": host.id if host else None}


def _list(form: GroupForm, status: int = 200) -> ResponseReturnValue:
    found = meetings.of_unions(within(permit().held, ReadingGroup.union_id))
    return render_template("reading/desk/groups.html", groups=found, form=form), status


def _group(group_id: int, form: GroupForm | None = None, problem: str = "") -> ResponseReturnValue:
    found = meetings.one(group_id, current_user.id, clock.now())
    if found is None:
        abort(404)
    kept = found.group
    mine = reach.activities(permit().held, Action.EDIT) & (Activity.programme == Programme.READING)
    page = render_template(
        "reading/desk/group.html",
        found=found,
        group=kept,
        form=form or _kept(kept),
        free=meetings.free_activities(mine),
        problem=problem,
    )
    return page, 422 if form or problem else 200


def _kept(group: ReadingGroup) -> GroupForm:
    """The form of a group that is there. A group has a `host` too, who is a person and not a number."""
    form = GroupForm(obj=group, data={"is_over": group.ended_at is not None})
    form.host.data = national(group.host.phone) if group.host else ""
    return form
