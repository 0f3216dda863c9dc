"""Taking lists away: a roster as xlsx or CSV, a sheet to sign on paper, the members of a union."""

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import whole
from yiqi.booking.whole import Whole
from yiqi.desk.files import export_words, exports, sign_in_sheets
from yiqi.desk.files.download import download
from yiqi.desk.files.exports import Column, Group, Seen, Taken, TooManyExports
from yiqi.desk.files.list_forms import ExportForm
from yiqi.desk.gate import permit
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.roles.rules.permissions import Action
from yiqi.sheets import printing, writing
from yiqi.unions import belonging
from yiqi.web.formats import said

USUAL = [
    Column.NAME,
    Column.PHONE,
    Column.UNION,
    Column.SLOT,
    Column.STARTS,
    Column.PARTY,
    Column.STATE,
    Column.ANSWERS,
]


@blueprint.get("/activities/<id:activity_id>/export")
def export(activity_id: int) -> ResponseReturnValue:
    """What the list shall hold, with hidden numbers."""
    return _page(_activity(activity_id), _form(full=False, fresh=True))


@blueprint.post("/activities/<id:activity_id>/export")
def take_export(activity_id: int) -> ResponseReturnValue:
    """The list as a file, with hidden numbers."""
    return _take(_activity(activity_id), full=False)


@blueprint.get("/activities/<id:activity_id>/export/phones")
def export_phones(activity_id: int) -> ResponseReturnValue:
    """What the list shall hold, with full numbers, and what for."""
    return _page(_activity(activity_id), _form(full=True, fresh=True))


@blueprint.post("/activities/<id:activity_id>/export/phones")
def take_phones(activity_id: int) -> ResponseReturnValue:
    """The list as a file, with full numbers."""
    return _take(_activity(activity_id), full=True)


@blueprint.get("/activities/<id:activity_id>/sign-in-sheet")
def sign_in_sheet(activity_id: int) -> ResponseReturnValue:
    """Who is confirmed, to be printed and signed."""
    found = _activity(activity_id)
    face = printing.font(current_app.config["YIQI"].font)
    pages = sign_in_sheets.pages(found, _seen(full=False))
    return render_template(
        "desk/sign_in_sheet.html",
        of=found,
        pages=pages,
        header=sign_in_sheets.header(),
        can_pdf=face is not None,
    )


@blueprint.post("/activities/<id:activity_id>/sign-in-sheet")
def sign_in_pdf(activity_id: int) -> ResponseReturnValue:
    """The same as PDF, where there is a font for it."""
    found = _activity(activity_id)
    face = printing.font(current_app.config["YIQI"].font)
    if face is None:
        abort(404)
    pages = sign_in_sheets.pages(found, _seen(full=False))
    try:
        _note(sum(len(page.rows) for page in pages), full=False, kind="pdf")
    except TooManyExports:
        abort(429)
    made = sign_in_sheets.pdf(found, pages, face)
    name = _("%(title)s签到表", title=said(found.activity, "title"))
    return download(made, name=f"{name}.pdf", plain=f"sign-in-{activity_id}.pdf", kind="application/pdf")


@blueprint.post("/unions/<id:union_id>/export")
def export_members(union_id: int) -> ResponseReturnValue:
    """The members of a union as a file, with hidden numbers."""
    taken = exports.members(union_id, export_words.member_columns(), clock.now())
    kind = "csv" if request.form.get("kind") == "csv" else "xlsx"
    try:
        _note(len(taken.rows), full=False, kind=kind, of="members")
    except TooManyExports:
        abort(429)
    (union,) = belonging.named([union_id])
    return _file(taken, kind, _("%(title)s名册", title=said(union, "name")), f"members-{union_id}")


def _activity(activity_id: int) -> Whole:
    found = whole.of(activity_id, clock.now())
    if found is None:
        abort(404)
    return found


def _seen(*, full: bool) -> Seen:
    roster = permit().may(Action.SEE_ROSTER)
    return Seen(names=roster is not None and not roster.masked, phones=full)


def _form(*, full: bool, fresh: bool = False) -> ExportForm:
    sees_names = _seen(full=full).names
    usual = {"columns": [*USUAL], "states": [Group.CONFIRMED]}
    return ExportForm(
        None if fresh else request.form,
        columns=[
            (str(column), word)
            for column, word in export_words.columns().items()
            if sees_names or column not in exports.TOLD
        ],
        states=[(str(group), word) for group, word in export_words.groups().items()],
        asks_why=full,
        data=usual,
    )


def _page(of: Whole, form: ExportForm, status: int = 200) -> ResponseReturnValue:
    may_phones = permit().may(Action.EXPORT_PHONES) is not None
    return render_template("desk/export.html", of=of, form=form, may_phones=may_phones), status


def _take(of: Whole, *, full: bool) -> ResponseReturnValue:
    form = _form(full=full)
    if not form.validate():
        return _page(of, form, 422)
    say = export_words.all_words()
    taken = exports.bookings(
        of.activity.id,
        [Column(one) for one in form.columns.data or ()],
        [Group(one) for one in form.states.data or ()],
        _seen(full=full),
        say,
    )
    try:
        _note(len(taken.rows), full=full, kind=form.kind.data, because=form.because.data or "")
    except TooManyExports:
        form.form_errors = [_("一小时里已经导出 20 次，过一会儿再来")]
        return _page(of, form, 429)
    name = _("%(title)s名单", title=said(of.activity, "title"))
    return _file(taken, form.kind.data, name, f"roster-{of.activity.id}")


def _note(count: int, *, full: bool, kind: str, because: str = "", of: str = "bookings") -> None:
    thing = permit().thing
    if thing is None:
        abort(404)
    exports.note(
        thing=thing,
        by_id=current_user.id,
        at=clock.now(),
        count=count,
        full=full,
        kind=kind,
        because=because,
        of=of,
    )


def _file(taken: Taken, kind: str, name: str, plain: str) -> ResponseReturnValue:
    if kind == "csv":
        content = writing.separated(taken.header, taken.rows)
        return download(content, name=f"{name}.csv", plain=f"{plain}.csv", kind=writing.CSV)
    content = writing.xlsx(name, taken.header, taken.rows)
    return download(content, name=f"{name}.xlsx", plain=f"{plain}.xlsx", kind=writing.XLSX)
