"""The pages of a juror: the essays under their numbers, never a name; and marking one."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.papers.sending import sent
from yiqi.programmes.reading import essay_lists, marking
from yiqi.programmes.reading.essay_lists import Call
from yiqi.programmes.reading.forms.readers import MarkForm
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Phase
from yiqi.programmes.reading.rules.calls import Why as CallWhy
from yiqi.programmes.reading.views.blueprint import blueprint, refused
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/jury/<id:call_id>")
@signed_in_only
def jury(call_id: int) -> ResponseReturnValue:
    """What there is to read, and what is marked."""
    found = _juror(call_id)
    is_read = found.phase in (Phase.JUDGED, Phase.PUBLISHED)
    essays = essay_lists.blind(call_id, current_user.id) if is_read else []
    return render_template("reading/jury.html", found=found, call=found.call, essays=essays)


@blueprint.get("/jury/<id:call_id>/entries/<id:entry_id>")
@signed_in_only
def marked(call_id: int, entry_id: int) -> ResponseReturnValue:
    """One essay: its file under its number, and the form for the mark."""
    return _page(call_id, entry_id, None)


@blueprint.post("/jury/<id:call_id>/entries/<id:entry_id>")
@signed_in_only
def mark(call_id: int, entry_id: int) -> ResponseReturnValue:
    """Mark it."""
    _essay(_juror(call_id), entry_id)
    form = MarkForm(request.form)
    if not form.validate():
        return _page(call_id, entry_id, form)
    try:
        marking.mark(
            call_id=call_id,
            entry_id=entry_id,
            juror_id=current_user.id,
            mark=form.value,
            word=form.word.data or "",
            at=clock.now(),
        )
    except Refused as error:
        if error.why in (CallWhy.NOT_A_JUROR, CallWhy.NO_ENTRY, CallWhy.OWN):
            abort(404)
        return refused(error)
    return safe_redirect(url_for("reading.jury", call_id=call_id))


@blueprint.get("/jury/<id:call_id>/entries/<id:entry_id>/file")
@signed_in_only
def blind_file(call_id: int, entry_id: int) -> ResponseReturnValue:
    """The file, called by its number."""
    essay = _essay(_juror(call_id), entry_id)
    found = essay_lists.paper(call_id, essay.id)
    if found is None:
        abort(404)
    entry, paper = found
    return sent(paper, name=_("稿件 %(number)s", number=entry.number))


def _juror(call_id: int) -> Call:
    found = essay_lists.one(call_id, current_user.id, clock.now())
    if found is None or not found.is_juror:
        abort(404)
    return found


def _essay(found: Call, entry_id: int) -> essay_lists.Blind:
    """An essay that this juror reads: their own one is not there, nor any before the deadline."""
    if found.phase not in (Phase.JUDGED, Phase.PUBLISHED):
        abort(404)
    essays = {one.id: one for one in essay_lists.blind(found.call.id, current_user.id)}
    if entry_id not in essays:
        abort(404)
    return essays[entry_id]


def _page(call_id: int, entry_id: int, form: MarkForm | None) -> ResponseReturnValue:
    found = _juror(call_id)
    essay = _essay(found, entry_id)
    kept = {"mark": "" if essay.mark is None else str(essay.mark), "word": essay.word}
    page = render_template(
        "reading/mark.html", found=found, call=found.call, essay=essay, form=form or MarkForm(data=kept)
    )
    return page, 422 if form else 200
