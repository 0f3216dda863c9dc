"""Requests for subsidies at the desk: the queue, one of them with its evidence, and the answer."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.papers import keeping
from yiqi.papers.sending import sent
from yiqi.programmes.training import requested, subsidies, subsidy_words, wording
from yiqi.programmes.training.desk.blueprint import blueprint
from yiqi.programmes.training.forms.request import AnswerForm, NoteForm
from yiqi.programmes.training.requested import Request
from yiqi.programmes.training.rules.requests import ASKS, State, answers
from yiqi.programmes.training.subsidies import Refused
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

TABS = {
    "sent": (State.SENT,),
    "more": (State.MORE,),
    "approved": (State.APPROVED,),
    "done": (State.PAID, State.REFUSED),
}
"""The groups of the queue, by the word in the address."""


@blueprint.get("/subsidies", endpoint="subsidies")
def page() -> ResponseReturnValue:
    """The requests within reach, the oldest first; `?tab=` and `?after=`."""
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else "sent"
    held = permit().held
    rows, more = requested.page(held, TABS[tab], after=identifier(request.args.get("after", "")))
    counts = requested.counts(held)
    return render_template(
        "training/desk/subsidies.html",
        requests=rows,
        more=more,
        tab=tab,
        counts={name: sum(counts[state] for state in states) for name, states in TABS.items()},
        words=wording,
        now=clock.now(),
    )


@blueprint.get("/subsidies/<id:subsidy_id>")
def subsidy(subsidy_id: int) -> ResponseReturnValue:
    """One request: what it says, its evidence, what happened, and the answers there are."""
    return _page(_found(subsidy_id))


@blueprint.post("/subsidies/<id:subsidy_id>/answer")
def answer_subsidy(subsidy_id: int) -> ResponseReturnValue:
    """Say something of it (`answer`, `because`), as it stood (`seen`)."""
    found = _found(subsidy_id)
    seen = request.form.get("seen", "")
    state = State(seen) if seen in set(State) else found.state
    form = AnswerForm(request.form, answers=answers(state))
    if not form.validate():
        return _page(found, form=form, status=422)
    try:
        subsidies.answer(
            subsidy_id=subsidy_id,
            becomes=State(form.answer.data),
            because=form.because.data or "",
            seen=state,
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as refused:
        problem = subsidy_words.problem(refused.why).heading
        return _page(_found(subsidy_id), problem=problem, status=409)
    return safe_redirect(url_for("training_desk.subsidy", subsidy_id=subsidy_id))


@blueprint.post("/subsidies/<id:subsidy_id>/note")
def note_subsidy(subsidy_id: int) -> ResponseReturnValue:
    """Write a note among colleagues."""
    found = _found(subsidy_id)
    form = NoteForm(request.form)
    if not form.validate():
        return _page(found, note=form, status=422)
    try:
        subsidies.note(
            subsidy_id=subsidy_id, said=form.note.data or "", by_id=current_user.id, at=clock.now()
        )
    except Refused as refused:
        return _page(found, note=form, problem=subsidy_words.problem(refused.why).heading, status=409)
    return safe_redirect(url_for("training_desk.subsidy", subsidy_id=subsidy_id, _anchor="steps"))


@blueprint.get("/subsidies/<id:subsidy_id>/papers/<id:paper_id>")
def subsidy_paper(subsidy_id: int, paper_id: int) -> ResponseReturnValue:
    """A file that shows it, to keep. One's own request is a colleague's business."""
    found = _found(subsidy_id)
    one = next((one for one in requested.papers(subsidy_id) if one.id == paper_id), None)
    whole = keeping.one(one.id) if one else None
    if whole is None or found.person_id == current_user.id:
        abort(404)
    return sent(whole)


def _found(subsidy_id: int) -> Request:
    found = requested.one(subsidy_id)
    if found is None:
        abort(404)
    return found


def _page(
    found: Request,
    *,
    form: AnswerForm | None = None,
    note: NoteForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    shown = render_template(
        "training/desk/subsidy.html",
        one=found,
        papers=requested.papers(found.id),
        steps=requested.steps(found.id, with_notes=found.person_id != current_user.id),
        form=form or AnswerForm(answers=answers(found.state)),
        note=note or NoteForm(),
        answers=answers(found.state),
        is_own=found.person_id == current_user.id,
        asks=ASKS[found.kind],
        problem=problem,
        words=wording,
    )
    return shown, status
