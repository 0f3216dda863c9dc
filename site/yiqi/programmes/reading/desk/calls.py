"""Essay calls at the desk: their words, jurors, marks and awards. Whose an essay is nobody reads before it is published."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.papers.sending import sent
from yiqi.people.persons import person_by_phone
from yiqi.programmes.reading import calls, essay_lists, marking
from yiqi.programmes.reading.desk.blueprint import blueprint, makers, refused
from yiqi.programmes.reading.essay_lists import Call
from yiqi.programmes.reading.essay_models import EssayCall
from yiqi.programmes.reading.forms.judging import AwardForm, CallForm, JurorForm
from yiqi.programmes.reading.reaching import within
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Phase
from yiqi.programmes.reading.rules.calls import Why as CallWhy
from yiqi.programmes.reading.wording import AWARDS, KINDS, PHASES
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/calls", endpoint="calls")
def listed() -> ResponseReturnValue:
    """The calls within reach, and the form for a new one."""
    return _list(CallForm.blank_of(makers(), kinds=[str(kind) for kind in KINDS]))


@blueprint.post("/calls")
def add_call() -> ResponseReturnValue:
    """Keep a new one."""
    form = CallForm(request.form, unions=makers())
    if not form.validate():
        return _list(form, 422)
    made = calls.add(
        union_id=form.union_id, fields=form.fields, at=clock.now(), by_id=current_user.id, nonce=form.once
    )
    return safe_redirect(url_for("reading_desk.call", call_id=made))


@blueprint.get("/calls/<id:call_id>")
def call(call_id: int) -> ResponseReturnValue:
    """One call: its jurors, its essays with their marks, its awards."""
    return _call(call_id)


@blueprint.get("/calls/<id:call_id>/edit")
def edit_call(call_id: int) -> ResponseReturnValue:
    """The form for its words and times."""
    return _edit(call_id)


@blueprint.post("/calls/<id:call_id>/edit")
def change_call(call_id: int) -> ResponseReturnValue:
    """Change them, until the awards are published."""
    form = CallForm(request.form)
    if not form.validate():
        return _edit(call_id, form)
    try:
        calls.change(call_id=call_id, fields=form.fields, at=clock.now(), by_id=current_user.id)
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading_desk.call", call_id=call_id))


@blueprint.post("/calls/<id:call_id>/jurors")
def choose_juror(call_id: int) -> ResponseReturnValue:
    """Somebody marks its essays."""
    form = JurorForm(request.form)
    if not form.validate():
        return _call(call_id, form)
    person = person_by_phone(form.e164)
    if person is None:
        form.phone.errors = [_("没有这个号码的人。请对方先登录一次")]
        return _call(call_id, form)
    try:
        calls.choose(call_id=call_id, person_id=person.id, at=clock.now(), by_id=current_user.id)
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading_desk.call", call_id=call_id, _anchor="jurors"))


@blueprint.post("/calls/<id:call_id>/jurors/dismiss")
def dismiss_juror(call_id: int) -> ResponseReturnValue:
    """`juror` marks them no more."""
    juror_id = identifier(request.form.get("juror", ""))
    if juror_id is None:
        return _call(call_id, problem=_("从列出的里面选一个"))
    try:
        calls.dismiss(call_id=call_id, person_id=juror_id, at=clock.now(), by_id=current_user.id)
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading_desk.call", call_id=call_id, _anchor="jurors"))


@blueprint.get("/calls/<id:call_id>/entries/<id:entry_id>/file")
def entry_file(call_id: int, entry_id: int) -> ResponseReturnValue:
    """An essay, called by its number; one's own is not handed out either."""
    found = essay_lists.paper(call_id, entry_id)
    if found is None or found[0].person_id == current_user.id:
        abort(404)
    return sent(found[1], name=_("稿件 %(number)s", number=found[0].number))


@blueprint.post("/calls/<id:call_id>/entries/<id:entry_id>/award")
def award(call_id: int, entry_id: int) -> ResponseReturnValue:
    """It wins `given`, or nothing."""
    form = AwardForm(request.form)
    if essay_lists.paper(call_id, entry_id) is None:
        abort(404)
    if not form.validate():
        return _call(call_id, problem=_("从列出的里面选一个"))
    try:
        marking.give(
            call_id=call_id, entry_id=entry_id, award=form.award, at=clock.now(), by_id=current_user.id
        )
    except Refused as error:
        if error.why is CallWhy.NO_ENTRY:
            abort(404)
        return refused(error)
    return safe_redirect(url_for("reading_desk.call", call_id=call_id, _anchor=f"entry-{entry_id}"))


@blueprint.post("/calls/<id:call_id>/publish")
def publish(call_id: int) -> ResponseReturnValue:
    """Publish the awards and tell everybody who handed in."""
    try:
        marking.publish(call_id=call_id, at=clock.now(), by_id=current_user.id)
    except Refused as error:
        return refused(error)
    return safe_redirect(url_for("reading_desk.call", call_id=call_id))


def _found(call_id: int) -> Call:
    found = essay_lists.one(call_id, current_user.id, clock.now())
    if found is None:
        abort(404)
    return found


def _list(form: CallForm, status: int = 200) -> ResponseReturnValue:
    found = essay_lists.of_unions(within(permit().held, EssayCall.union_id), clock.now())
    return render_template("reading/desk/calls.html", calls=found, form=form, phases=PHASES), status


def _call(call_id: int, form: JurorForm | None = None, problem: str = "") -> ResponseReturnValue:
    found = _found(call_id)
    page = render_template(
        "reading/desk/call.html",
        found=found,
        call=found.call,
        judged=essay_lists.judged(found.call),
        jurors=essay_lists.jurors(call_id),
        juror=form or JurorForm(),
        award=AwardForm(),
        awards=AWARDS,
        phases=PHASES,
        is_judged=found.phase is Phase.JUDGED,
        me=current_user.id,
        problem=problem,
    )
    return page, 422 if form or problem else 200


def _edit(call_id: int, form: CallForm | None = None) -> ResponseReturnValue:
    call = _found(call_id).call
    opens, closes = clock.beijing(call.opens_at), clock.beijing(call.closes_at)
    kept = {
        "opens_day": f"{opens:%Y-%m-%d}",
        "opens_time": f"{opens:%H:%M}",
        "closes_day": f"{closes:%Y-%m-%d}",
        "closes_time": f"{closes:%H:%M}",
        "most_mb": str(call.most_kb // 1024 or 1),
    }
    page = render_template(
        "reading/desk/call_edit.html", call=call, form=form or CallForm(obj=call, data=kept)
    )
    return page, 422 if form else 200
