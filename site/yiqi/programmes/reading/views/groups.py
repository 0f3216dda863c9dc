"""A reading group: its meetings, the host's notes, lines of its members; and reporting a note."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.programmes.reading import meetings, notes
from yiqi.programmes.reading.forms.readers import MeetingForm, ReportForm, WordsForm
from yiqi.programmes.reading.meetings import Group
from yiqi.programmes.reading.views.blueprint import blueprint, reader
from yiqi.web.formats import moment, said
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import local_path, safe_redirect

PAST = 12
"""Meetings that the host may still write about."""


@blueprint.get("/groups/<id:group_id>")
def group(group_id: int) -> ResponseReturnValue:
    """The group's page."""
    return _page(_found(group_id))


@blueprint.post("/groups/<id:group_id>/lines")
@signed_in_only
def leave_line(group_id: int) -> ResponseReturnValue:
    """A line by somebody who has a place in the group."""
    found = _found(group_id)
    if not (found.is_member or found.is_host):
        abort(404)
    form = WordsForm(request.form)
    if not form.validate():
        return _page(found, line=form)
    notes.write(
        group_id=group_id,
        person_id=current_user.id,
        text=form.text.data or "",
        nonce=form.once,
        at=clock.now(),
    )
    return safe_redirect(url_for("reading.group", group_id=group_id, _anchor="lines"))


@blueprint.post("/groups/<id:group_id>/notes")
@signed_in_only
def write_note(group_id: int) -> ResponseReturnValue:
    """The host writes what a meeting was about."""
    found = _found(group_id)
    if not found.is_host:
        abort(404)
    form = MeetingForm(request.form, meetings=_held(found))
    if not form.validate():
        return _page(found, told=form)
    notes.write(
        group_id=group_id,
        person_id=current_user.id,
        text=form.text.data or "",
        nonce=form.once,
        at=clock.now(),
        occurrence_id=form.occurrence_id,
    )
    return safe_redirect(url_for("reading.group", group_id=group_id, _anchor="past"))


@blueprint.get("/notes/<id:note_id>/report")
@signed_in_only
def report_form(note_id: int) -> ResponseReturnValue:
    """Say what is wrong with a note; `?done=1` after it was said."""
    return _report(note_id, ReportForm())


@blueprint.post("/notes/<id:note_id>/report")
@signed_in_only
def report(note_id: int) -> ResponseReturnValue:
    """The desk looks at it; the note stands until then."""
    form = ReportForm(request.form)
    if not form.validate():
        return _report(note_id, form)
    try:
        notes.report(
            note_id=note_id, person_id=current_user.id, because=form.because.data or "", at=clock.now()
        )
    except LookupError:
        abort(404)
    back = local_path(request.args.get("back"), "/reading")
    return safe_redirect(url_for("reading.report_form", note_id=note_id, back=back, done=1))


def _report(note_id: int, form: ReportForm) -> ResponseReturnValue:
    note = notes.one(note_id)
    if note is None:
        abort(404)
    back = local_path(request.args.get("back"), "/reading")
    if request.args.get("done") and not form.errors:
        return render_template("reading/reported.html", back=back)
    return render_template(
        "reading/report.html", note=note, form=form, back=back
    ), 422 if form.errors else 200


def _found(group_id: int) -> Group:
    found = meetings.one(group_id, reader(), clock.now())
    if found is None:
        abort(404)
    return found


def _held(found: Group) -> list[tuple[int, str]]:
    """The meetings that a host may write about, to choose from."""
    return [
        (one.facts.occurrence_id, f"{moment(one.facts.starts_at)} {said(one.facts, 'sub')}".strip())
        for one in found.past[:PAST]
    ]


def _page(
    found: Group, *, line: WordsForm | None = None, told: MeetingForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "reading/group.html",
        found=found,
        group=found.group,
        line=line or WordsForm.blank(),
        told=told or MeetingForm.blank_of(_held(found)),
        today=clock.today(),
    )
    return page, 422 if line or told else 200
