"""Calls for essays: what is asked, handing in, taking back, and who won."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from yiqi import clock
from yiqi.papers import keeping
from yiqi.papers.forms import MOST_BODY
from yiqi.papers.sending import sent
from yiqi.people.tallies import TooMany
from yiqi.programmes.reading import essay_lists, essays
from yiqi.programmes.reading.essay_lists import Call
from yiqi.programmes.reading.forms.readers import EssayForm, size
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Phase, why_not_handed_in
from yiqi.programmes.reading.views.blueprint import blueprint, reader, refusal, refused
from yiqi.programmes.reading.wording import AWARDS, KINDS, PHASES
from yiqi.web.guards import signed_in_only, takes_files
from yiqi.web.htmx import safe_redirect


@blueprint.get("/essays/<id:call_id>")
def essay(call_id: int) -> ResponseReturnValue:
    """A call, with the form while it is open, one's own entry, and the awards once they are published."""
    found = _found(call_id)
    return _page(found, _blank(found))


@blueprint.post("/essays/<id:call_id>/entry")
@signed_in_only
@takes_files(MOST_BODY)
def hand_in(call_id: int) -> ResponseReturnValue:
    """Hand in, or replace; too late is said, with the form as it was typed."""
    found = _found(call_id)
    form = EssayForm(
        CombinedMultiDict([request.files, request.form]), kinds=found.call.kinds, most_kb=found.call.most_kb
    )
    why = why_not_handed_in(found.phase)
    if why is not None:
        return _page(found, form, 409, refusal(Refused(why)))
    if not form.validate() or form.file.kind is None:
        return _page(found, form, 422)
    try:
        essays.hand_in(
            call_id=call_id,
            person_id=current_user.id,
            title=form.title.data or "",
            filename=form.file.filename,
            kind=form.file.kind,
            content=form.file.content,
            shows_name=bool(form.shows_name.data),
            at=clock.now(),
        )
    except Refused as error:
        return _page(_found(call_id), form, 409, refusal(error))
    except TooMany:
        abort(429)
    return safe_redirect(url_for("reading.essay", call_id=call_id))


@blueprint.post("/essays/<id:call_id>/withdraw")
@signed_in_only
def withdraw(call_id: int) -> ResponseReturnValue:
    """Take one's essay back before the deadline."""
    try:
        essays.withdraw(call_id=call_id, person_id=current_user.id, at=clock.now())
    except LookupError:
        abort(404)
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading.essay", call_id=call_id))


@blueprint.post("/essays/<id:call_id>/name")
@signed_in_only
def show_name(call_id: int) -> ResponseReturnValue:
    """Whether the list of awards says one's name: `whole` 1 or 0."""
    try:
        essays.say_name(
            call_id=call_id, person_id=current_user.id, shows_name=request.form.get("whole") == "1"
        )
    except LookupError:
        abort(404)
    return safe_redirect(url_for("reading.essay", call_id=call_id))


@blueprint.get("/essays/<id:call_id>/entry/file")
@signed_in_only
def own_file(call_id: int) -> ResponseReturnValue:
    """The file that one handed in, as it is kept."""
    own = essay_lists.own_entry(call_id, current_user.id)
    paper = keeping.one(own.paper_id) if own is not None else None
    if paper is None:
        abort(404)
    return sent(paper)


def _found(call_id: int) -> Call:
    found = essay_lists.one(call_id, reader(), clock.now())
    if found is None:
        abort(404)
    return found


def _blank(found: Call) -> EssayForm:
    own = found.own if found.own is not None and found.own.withdrawn_at is None else None
    kept = {"title": own.title, "shows_name": own.shows_name} if own is not None else {}
    return EssayForm(data=kept, kinds=found.call.kinds, most_kb=found.call.most_kb)


def _page(
    found: Call, form: EssayForm, status: int = 200, problem: tuple[str, str] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "reading/essay.html",
        found=found,
        call=found.call,
        own=found.own if found.own is not None and found.own.withdrawn_at is None else None,
        form=form,
        problem=problem,
        phases=PHASES,
        awards=AWARDS,
        kinds=[KINDS[kind] for kind in KINDS if kind in found.call.kinds],
        size=size(found.call.most_kb),
        won=essay_lists.won(found.call.id) if found.phase is Phase.PUBLISHED else [],
        now=clock.now(),
    )
    return page, status
