"""What readers wrote and others reported: hidden with a reason, or left to stand."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.programmes.reading import notes
from yiqi.programmes.reading.desk.blueprint import blueprint
from yiqi.programmes.reading.forms.keeping import SettleForm
from yiqi.programmes.reading.models import ReaderNote
from yiqi.programmes.reading.reaching import within
from yiqi.programmes.reading.wording import NOTES
from yiqi.web.htmx import safe_redirect

HIDDEN, LATEST = "hidden", "latest"


@blueprint.get("/notes", endpoint="notes")
def listed() -> ResponseReturnValue:
    """`?tab=` those that are reported, those that are hidden, or the latest of all."""
    return _page(request.args.get("tab", ""))


@blueprint.post("/notes/<id:note_id>/hide")
def hide(note_id: int) -> ResponseReturnValue:
    """Nobody reads it any more, with a reason."""
    form = SettleForm(request.form, hides=True)
    if not form.validate():
        return _page("", note_id, form)
    return _settled(note_id, form, is_hidden=True)


@blueprint.post("/notes/<id:note_id>/keep")
def keep(note_id: int) -> ResponseReturnValue:
    """It stands, or stands again."""
    form = SettleForm(request.form)
    if not form.validate():
        return _page("", note_id, form)
    return _settled(note_id, form, is_hidden=False)


def _settled(note_id: int, form: SettleForm, *, is_hidden: bool) -> ResponseReturnValue:
    notes.settle(
        note_id=note_id,
        is_hidden=is_hidden,
        because=form.because.data or "",
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("reading_desk.notes", tab=HIDDEN if is_hidden else None))


def _page(tab: str, note_id: int | None = None, form: SettleForm | None = None) -> ResponseReturnValue:
    mine = within(permit().held, ReaderNote.union_id)
    read = {HIDDEN: notes.hidden, LATEST: notes.latest}.get(tab, notes.reported)
    rows = read(mine if note_id is None else mine & (ReaderNote.id == note_id))
    if note_id is not None and not rows:
        rows = notes.latest(mine & (ReaderNote.id == note_id))
    page = render_template(
        "reading/desk/notes.html",
        rows=rows,
        tab=tab if tab in (HIDDEN, LATEST) else "",
        wrong_id=note_id,
        form=form or SettleForm(),
        kinds=NOTES,
        waiting=notes.open_reports(mine),
    )
    return page, 422 if form else 200
