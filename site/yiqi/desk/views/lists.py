"""Importing lists: a union's roll, and people to be signed up for an activity. Tried out first, taken over once."""

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from yiqi import clock
from yiqi.desk.files import list_page, list_words, lists
from yiqi.desk.files.download import download
from yiqi.desk.files.list_forms import ALL, GOOD, UploadForm
from yiqi.desk.files.list_page import Where
from yiqi.desk.files.lists import NotAllGood
from yiqi.desk.gate import permit
from yiqi.desk.models import UploadedList
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.sheets import writing
from yiqi.sheets.reading import MOST_BYTES
from yiqi.web.guards import takes_files

MOST_BODY = MOST_BYTES + 64 * 1024
"""Bytes of a form with one file."""


@blueprint.get("/unions/<id:union_id>/roll")
def roll(union_id: int) -> ResponseReturnValue:
    """The form for a union's roll."""
    return _form(list_page.of_union(union_id), UploadForm())


@blueprint.post("/unions/<id:union_id>/roll")
@takes_files(MOST_BODY)
def upload_roll(union_id: int) -> ResponseReturnValue:
    """Read a roll and show what would become of each line."""
    return _upload(list_page.of_union(union_id))


@blueprint.get("/unions/<id:union_id>/roll/<id:list_id>")
def roll_list(union_id: int, list_id: int) -> ResponseReturnValue:
    """The verdicts on a roll. `?show=`, `?sort=`, `?page=`."""
    return _verdicts(list_page.of_union(union_id), list_id)


@blueprint.post("/unions/<id:union_id>/roll/<id:list_id>")
def take_roll(union_id: int, list_id: int) -> ResponseReturnValue:
    """Take a roll over."""
    return _take_over(list_page.of_union(union_id), list_id)


@blueprint.get("/unions/<id:union_id>/roll/<id:list_id>/file")
def roll_list_file(union_id: int, list_id: int) -> ResponseReturnValue:
    """The verdicts on a roll as a file; `?show=bad` leaves out what is good."""
    return _file(list_page.of_union(union_id), list_id)


@blueprint.get("/activities/<id:activity_id>/import")
def import_bookings(activity_id: int) -> ResponseReturnValue:
    """The form for a list of people to be signed up."""
    return _form(list_page.of_activity(activity_id, clock.now()), UploadForm())


@blueprint.post("/activities/<id:activity_id>/import")
@takes_files(MOST_BODY)
def upload_bookings(activity_id: int) -> ResponseReturnValue:
    """Read a list and show what would become of each line."""
    return _upload(list_page.of_activity(activity_id, clock.now()))


@blueprint.get("/activities/<id:activity_id>/import/<id:list_id>")
def import_list(activity_id: int, list_id: int) -> ResponseReturnValue:
    """The verdicts on a list. `?show=`, `?sort=`, `?page=`."""
    return _verdicts(list_page.of_activity(activity_id, clock.now()), list_id)


@blueprint.post("/activities/<id:activity_id>/import/<id:list_id>")
def take_bookings(activity_id: int, list_id: int) -> ResponseReturnValue:
    """Sign up everybody on a list."""
    return _take_over(list_page.of_activity(activity_id, clock.now()), list_id)


@blueprint.get("/activities/<id:activity_id>/import/<id:list_id>/file")
def import_list_file(activity_id: int, list_id: int) -> ResponseReturnValue:
    """The verdicts on a list as a file; `?show=bad` leaves out what is good."""
    return _file(list_page.of_activity(activity_id, clock.now()), list_id)


def _form(where: Where, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return render_template("desk/list_upload.html", where=where, form=form), status


def _upload(where: Where) -> ResponseReturnValue:
    form = UploadForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _form(where, form, 422)
    file = {"data": form.content, "name": form.filename, "by_id": current_user.id, "at": clock.now()}
    try:
        if where.is_roll:
            made = lists.upload_roll(union_id=where.id, **file)
        else:
            made = lists.upload_bookings(activity_id=where.id, **file)
    except list_words.UNUSABLE as error:
        form.file.errors = [list_words.unusable(error, most_lines=where.most_lines)]
        return _form(where, form, 422)
    return redirect(where.address("list", made), 303)


def _verdicts(where: Where, list_id: int, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    uploaded = _found(where, list_id)
    page = list_page.page(uploaded, request.args, clock.today())
    return (
        render_template(
            "desk/list_verdicts.html", where=where, uploaded=uploaded, page=page, problem=problem
        ),
        status,
    )


def _take_over(where: Where, list_id: int) -> ResponseReturnValue:
    _found(where, list_id)
    which, thing = request.form.get("which"), permit().thing
    if which not in (ALL, GOOD) or thing is None:
        return _verdicts(where, list_id, problem=_("从下面的按钮里选一个"), status=422)
    try:
        lists.take_over(
            list_id=list_id, thing=thing, by_id=current_user.id, at=clock.now(), only_good=which == GOOD
        )
    except NotAllGood:
        problem = _("有几行现在不能导入了，什么都还没有写入。看看下面标出来的行")
        return _verdicts(where, list_id, problem=problem, status=409)
    except LookupError:
        abort(404)
    return redirect(where.address("list", list_id), 303)


def _file(where: Where, list_id: int) -> ResponseReturnValue:
    uploaded = _found(where, list_id)
    told, bad_only = lists.lines(uploaded), request.args.get("show") == list_page.BAD
    more = _("工号") if where.is_roll else _("岗位和人数")
    header = [_("行号"), _("姓名"), _("手机号"), more, _("能否导入"), _("结果")]
    rows = [
        [
            str(line.row),
            line.name,
            line.phone,
            line.more,
            _("能") if line.is_good else _("不能"),
            line.verdict,
        ]
        for line in list_page.lines(uploaded, told)
        if not (bad_only and line.is_good)
    ]
    name = _("%(title)s导入核对", title=where.title)
    return download(
        writing.separated(header, rows), name=f"{name}.csv", plain=f"list-{list_id}.csv", kind=writing.CSV
    )


def _found(where: Where, list_id: int) -> UploadedList:
    found = where.found(list_id, current_user.id)
    if found is None:
        abort(404)
    return found
