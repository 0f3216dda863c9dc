"""Asking for a subsidy: what there is, one's own requests, and the steps of each."""

import secrets

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from yiqi import clock
from yiqi.papers import keeping
from yiqi.papers.forms import MOST_BODY
from yiqi.papers.sending import sent
from yiqi.people.tallies import TooMany
from yiqi.programmes.training import requested, subsidies, subsidy_words, wording
from yiqi.programmes.training.forms.request import BeginForm, PaperForm, SayForm
from yiqi.programmes.training.requested import Request
from yiqi.programmes.training.rules.requests import ASKS, EDITED, MOST_PAPERS, Kind, State, may_follow
from yiqi.programmes.training.subsidies import Refused, Why
from yiqi.programmes.training.views.blueprint import blueprint
from yiqi.web.errors import problem_page
from yiqi.web.guards import signed_in_only, takes_files
from yiqi.web.htmx import safe_redirect


@blueprint.get("/subsidies", endpoint="subsidies")
def page() -> ResponseReturnValue:
    """What can be asked for, with which evidence; and what I asked for."""
    own = requested.own(current_user.id) if current_user.is_authenticated else []
    return render_template("training/subsidies.html", own=own, asks=ASKS, words=wording)


@blueprint.get("/subsidies/new")
@signed_in_only
def new_subsidy() -> ResponseReturnValue:
    """The form of a request; `?kind=` and `?what=` fill in what is known."""
    known = {name: request.args.get(name, "")[:60] for name in ("kind", "what", "number")}
    return _begin_page(BeginForm(data=known | {"nonce": secrets.token_urlsafe(12)}))


@blueprint.post("/subsidies")
@signed_in_only
def begin_subsidy() -> ResponseReturnValue:
    """Begin a request; evidence comes on its page."""
    form = BeginForm(request.form)
    if not form.validate() or form.obtained_on.day is None:
        return _begin_page(form, 422)
    try:
        made = subsidies.begin(
            person_id=current_user.id,
            kind=Kind(form.kind.data),
            what=form.what.data or "",
            number=form.number.data or "",
            obtained_on=form.obtained_on.day,
            nonce=form.nonce.data or "",
            at=clock.now(),
        )
    except Refused as refused:
        return problem_page(subsidy_words.problem(refused.why))
    return safe_redirect(url_for("training.subsidy", subsidy_id=made))


@blueprint.get("/subsidies/<id:subsidy_id>")
@signed_in_only
def subsidy(subsidy_id: int) -> ResponseReturnValue:
    """One request of mine: evidence, and what happened so far."""
    return _page(_own(subsidy_id))


@blueprint.post("/subsidies/<id:subsidy_id>/papers")
@signed_in_only
@takes_files(MOST_BODY)
def add_paper(subsidy_id: int) -> ResponseReturnValue:
    """Add one file."""
    found = _own(subsidy_id)
    form = PaperForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate() or form.file.kind is None:
        return _page(found, paper=form, status=422)
    try:
        subsidies.hand_in(
            subsidy_id=subsidy_id,
            person_id=current_user.id,
            name=form.file.filename,
            kind=form.file.kind,
            content=form.file.content,
            at=clock.now(),
        )
    except Refused as refused:
        return _refused(found, refused.why)
    except TooMany:
        abort(429)
    return _back(subsidy_id)


@blueprint.get("/subsidies/<id:subsidy_id>/papers/<id:paper_id>")
@signed_in_only
def paper(subsidy_id: int, paper_id: int) -> ResponseReturnValue:
    """A file of my own, to keep."""
    _own(subsidy_id)
    found = next((one for one in requested.papers(subsidy_id) if one.id == paper_id), None)
    whole = keeping.one(found.id) if found else None
    if whole is None:
        abort(404)
    return sent(whole)


@blueprint.post("/subsidies/<id:subsidy_id>/papers/<id:paper_id>/remove")
@signed_in_only
def remove_paper(subsidy_id: int, paper_id: int) -> ResponseReturnValue:
    """Take a file back."""
    found = _own(subsidy_id)
    try:
        subsidies.take_out(
            subsidy_id=subsidy_id, paper_id=paper_id, person_id=current_user.id, at=clock.now()
        )
    except Refused as refused:
        return _refused(found, refused.why)
    return _back(subsidy_id)


@blueprint.post("/subsidies/<id:subsidy_id>/send")
@signed_in_only
def send_subsidy(subsidy_id: int) -> ResponseReturnValue:
    """Give it to the union, the first time or with what was missing."""
    found = _own(subsidy_id)
    form = SayForm(request.form)
    if not form.validate():
        return _page(found, saying=form, status=422)
    try:
        subsidies.send(
            subsidy_id=subsidy_id, person_id=current_user.id, said=form.said.data or "", at=clock.now()
        )
    except Refused as refused:
        if refused.why is Why.NOT_NOW and found.state is State.SENT:
            return _back(subsidy_id)
        return _refused(found, refused.why)
    return _back(subsidy_id)


@blueprint.post("/subsidies/<id:subsidy_id>/withdraw")
@signed_in_only
def withdraw_subsidy(subsidy_id: int) -> ResponseReturnValue:
    """Take it back while nothing is decided."""
    found = _own(subsidy_id)
    try:
        subsidies.withdraw(subsidy_id=subsidy_id, person_id=current_user.id, at=clock.now())
    except Refused as refused:
        return _refused(found, refused.why)
    return _back(subsidy_id)


def _own(subsidy_id: int) -> Request:
    found = requested.one(subsidy_id)
    if found is None or found.person_id != current_user.id:
        abort(404)
    return found


def _back(subsidy_id: int) -> ResponseReturnValue:
    return safe_redirect(url_for("training.subsidy", subsidy_id=subsidy_id))


def _refused(found: Request, why: Why) -> ResponseReturnValue:
    fresh = requested.one(found.id) or found
    return _page(fresh, problem=subsidy_words.problem(why).heading, status=409)


def _begin_page(form: BeginForm, status: int = 200) -> ResponseReturnValue:
    return render_template("training/subsidy_new.html", form=form, words=wording, asks=ASKS), status


def _page(
    found: Request,
    *,
    paper: PaperForm | None = None,
    saying: SayForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    papers = requested.papers(found.id)
    shown = render_template(
        "training/subsidy.html",
        one=found,
        papers=papers,
        steps=requested.steps(found.id, with_notes=False),
        paper=paper or PaperForm(),
        saying=saying or SayForm(),
        problem=problem,
        may_edit=found.state in EDITED,
        may_withdraw=may_follow(found.state, State.WITHDRAWN),
        room=MOST_PAPERS - len(papers),
        most=MOST_PAPERS,
        asks=ASKS,
        words=wording,
    )
    return shown, status
