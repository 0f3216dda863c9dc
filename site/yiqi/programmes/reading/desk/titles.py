"""Titles and copies at the desk: putting copies adrift, their labels, and settling one that went astray."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.people.persons import person_by_phone
from yiqi.programmes.reading import drifting, room_lists, titles, trails
from yiqi.programmes.reading.desk.blueprint import blueprint, makers, refused
from yiqi.programmes.reading.forms.keeping import AdriftForm, CopyForm, TitleForm
from yiqi.programmes.reading.models import BookCopy, BookTitle
from yiqi.programmes.reading.reaching import within
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.wording import STATES
from yiqi.web import qr
from yiqi.web.formats import said
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

SHEET = 24
"""Labels on one A4 sheet: three in a row."""


@blueprint.get("/titles", endpoint="titles")
def listed() -> ResponseReturnValue:
    """The titles within reach, and the form for a new one."""
    return _list(TitleForm.blank_of(makers()))


@blueprint.post("/titles")
def add_title() -> ResponseReturnValue:
    """Keep a new one."""
    form = TitleForm(request.form, unions=makers())
    if not form.validate():
        return _list(form, 422)
    made = titles.add(
        union_id=form.union_id, fields=form.fields, at=clock.now(), by_id=current_user.id, nonce=form.once
    )
    return safe_redirect(url_for("reading_desk.title", title_id=made))


@blueprint.get("/titles/<id:title_id>")
def title(title_id: int) -> ResponseReturnValue:
    """One title with its copies."""
    return _title(title_id)


@blueprint.post("/titles/<id:title_id>")
def change_title(title_id: int) -> ResponseReturnValue:
    """Change what is known of it."""
    form = TitleForm(request.form)
    if not form.validate():
        return _title(title_id, form=form)
    titles.change(title_id=title_id, fields=form.fields, at=clock.now(), by_id=current_user.id)
    return safe_redirect(url_for("reading_desk.title", title_id=title_id))


@blueprint.post("/titles/<id:title_id>/copies")
def put_adrift(title_id: int) -> ResponseReturnValue:
    """Put copies adrift, and go on to their labels."""
    form = AdriftForm(request.form, rooms=room_lists.choices())
    if not form.validate():
        return _title(title_id, adrift=form)
    giver = person_by_phone(form.giver_e164) if form.giver_e164 else None
    if form.giver_e164 and giver is None:
        form.giver.errors = [_("没有这个号码的人。请对方先登录一次，或者空着")]
        return _title(title_id, adrift=form)
    try:
        titles.put_adrift(
            title_id=title_id,
            copies=form.many,
            room_id=form.room_id,
            giver_id=giver.id if giver else None,
            at=clock.now(),
            by_id=current_user.id,
            nonce=form.once,
        )
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading_desk.title", title_id=title_id, _anchor="shelf"))


@blueprint.get("/labels")
def labels() -> ResponseReturnValue:
    """A sheet of labels to print and stick into books: those of `?title=`, else of the newest copies within reach."""
    title_id = identifier(request.args.get("title", ""))
    mine = within(permit().held, BookCopy.union_id)
    found = trails.labelled(mine, title_id=title_id, limit=SHEET)
    return render_template(
        "reading/desk/labels.html",
        labels=[(copy, copy.title, _code(copy)) for copy in found],
        title_id=title_id,
    )


@blueprint.get("/copies/<id:copy_id>")
def copy(copy_id: int) -> ResponseReturnValue:
    """One copy with its trail, and the form to settle it."""
    return _copy(copy_id)


@blueprint.post("/copies/<id:copy_id>")
def settle_copy(copy_id: int) -> ResponseReturnValue:
    """Into a room, lost, or out of the drift."""
    form = CopyForm(request.form, rooms=room_lists.choices())
    if not form.validate():
        return _copy(copy_id, form)
    try:
        drifting.settle(
            copy_id=copy_id,
            kind=form.kind,
            seen=form.steps,
            because=form.because.data or "",
            nonce=form.once,
            at=clock.now(),
            by_id=current_user.id,
            room_id=form.room_id or None,
        )
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading_desk.copy", copy_id=copy_id))


def _code(copy: BookCopy) -> str:
    return qr.fresh_qr(
        qr.absolute(url_for("reading.scanned", token=copy.token)),
        _("扫码接书：%(title)s %(number)s", title=said(copy.title, "name"), number=copy.number),
    )


def _list(form: TitleForm, status: int = 200) -> ResponseReturnValue:
    found = trails.titles(within(permit().held, BookTitle.union_id))
    return render_template("reading/desk/titles.html", titles=found, form=form), status


def _title(
    title_id: int, *, form: TitleForm | None = None, adrift: AdriftForm | None = None
) -> ResponseReturnValue:
    found = trails.title(title_id)
    if found is None:
        abort(404)
    rooms = room_lists.choices()
    page = render_template(
        "reading/desk/title.html",
        title=found,
        copies=trails.copies_of(title_id),
        form=form or TitleForm(obj=found),
        adrift=adrift or AdriftForm.blank_of(rooms, 0),
        states=STATES,
        most=titles.MOST_AT_ONCE,
    )
    return page, 422 if form or adrift else 200


def _copy(copy_id: int, form: CopyForm | None = None) -> ResponseReturnValue:
    found = trails.copy(copy_id)
    if found is None:
        abort(404)
    now, rooms = clock.now(), room_lists.choices()
    page = render_template(
        "reading/desk/copy.html",
        copy=found,
        title=found.title,
        trail=trails.trail(found, now),
        form=form or CopyForm.blank_of(rooms, found.steps),
        states=STATES,
    )
    return page, 422 if form else 200
