"""Exam results at the desk: a list that was uploaded, or one by hand."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from yiqi import clock
from yiqi.booking.rules.refs import spoken
from yiqi.booking.whole import Whole
from yiqi.desk import doors
from yiqi.desk.files import list_words
from yiqi.desk.files.download import download
from yiqi.i18n import gettext as _
from yiqi.programmes.training import evenings, results, taught, wording
from yiqi.programmes.training.desk.blueprint import blueprint
from yiqi.programmes.training.desk.courses import of_training
from yiqi.programmes.training.forms.results import ListForm, ScoreForm
from yiqi.programmes.training.results import Refused, Why
from yiqi.programmes.training.taught import Taught
from yiqi.sheets import writing
from yiqi.sheets.reading import MOST_BYTES
from yiqi.web.formats import said
from yiqi.web.guards import takes_files
from yiqi.web.htmx import safe_redirect

MOST_BODY = MOST_BYTES + 64 * 1024
"""Bytes of a form with one file."""


@blueprint.get("/courses/<id:activity_id>/results", endpoint="results")
def page(activity_id: int) -> ResponseReturnValue:
    """Everybody with their result; `?ref=` opens the line of one."""
    return _page(activity_id)


@blueprint.get("/courses/<id:activity_id>/results/sheet")
def results_sheet(activity_id: int) -> ResponseReturnValue:
    """A table to fill in: everybody, with the code that the list is read by again."""
    found, told = of_training(activity_id), _course(activity_id)
    people = evenings.trainees(activity_id, found.at)
    header = [_("姓名"), _("手机尾号"), _("签到码"), _("成绩")]
    rows = [
        [one.name, one.phone[-results.TAIL :], spoken(one.ref), wording.cell(one.score)] for one in people
    ]
    name = _("%(title)s成绩表", title=said(told.facts, "title"))
    content = writing.xlsx(name, header, rows)
    return download(content, name=f"{name}.xlsx", plain=f"results-{activity_id}.xlsx", kind=writing.XLSX)


@blueprint.post("/courses/<id:activity_id>/results")
@takes_files(MOST_BODY)
def upload_results(activity_id: int) -> ResponseReturnValue:
    """Read a list and show what would become of each line."""
    of_training(activity_id)
    form = ListForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _page(activity_id, form=form, status=422)
    try:
        made = results.upload(
            activity_id=activity_id,
            data=form.content,
            name=form.filename,
            by_id=current_user.id,
            at=clock.now(),
        )
    except list_words.UNUSABLE as error:
        form.file.errors = [list_words.unusable(error)]
        return _page(activity_id, form=form, status=422)
    except Refused:
        return _page(activity_id, problem=_("这门课不考试，不用录成绩"), status=409)
    except LookupError:
        return _page(activity_id, status=404)
    return redirect(url_for("training_desk.results_list", activity_id=activity_id, list_id=made), 303)


@blueprint.get("/courses/<id:activity_id>/results/<id:list_id>")
def results_list(activity_id: int, list_id: int) -> ResponseReturnValue:
    """The verdicts on a list."""
    return _verdicts(activity_id, list_id)


@blueprint.post("/courses/<id:activity_id>/results/<id:list_id>")
def take_results(activity_id: int, list_id: int) -> ResponseReturnValue:
    """Write the good lines of a list."""
    of_training(activity_id)
    try:
        results.take_over(list_id=list_id, activity_id=activity_id, by_id=current_user.id, at=clock.now())
    except Refused:
        problem = _("现在没有能写入的行了，看看每一行的说明")
        return _verdicts(activity_id, list_id, problem=problem, status=409)
    except LookupError:
        abort(404)
    return safe_redirect(url_for("training_desk.results_list", activity_id=activity_id, list_id=list_id))


@blueprint.post("/courses/<id:activity_id>/bookings/<ref:ref>/result")
def keep_result(activity_id: int, ref: str) -> ResponseReturnValue:
    """Write one result by hand; correcting one takes a reason."""
    found, told = of_training(activity_id), _course(activity_id)
    person = next((one for one in evenings.trainees(activity_id, found.at) if one.ref == ref), None)
    if person is None:
        abort(404)
    form = ScoreForm(request.form, full=told.facts.full, is_correction=person.score is not None)
    if not form.validate() or form.found is None:
        return _page(activity_id, ref=ref, score=form, status=422)
    try:
        results.keep(
            activity_id=activity_id,
            ref=ref,
            score=form.found,
            because=form.because.data or "",
            by_id=current_user.id,
            at=clock.now(),
        )
    except Refused as refused:
        return _page(activity_id, ref=ref, score=form, problem=_problem(refused.why), status=409)
    except LookupError:
        abort(404)
    return safe_redirect(url_for("training_desk.results", activity_id=activity_id, _anchor=f"r-{ref}"))


def _problem(why: Why) -> str:
    match why:
        case Why.OWN:
            return _("自己的成绩请别的组织者录")
        case Why.NO_EXAM:
            return _("这门课不考试，不用录成绩")
        case _:
            return _("改成绩要写一句为什么")


def _course(activity_id: int) -> Taught:
    told = taught.of(activity_id)
    if told is None:
        abort(404)
    return told


def _page(
    activity_id: int,
    *,
    ref: str = "",
    form: ListForm | None = None,
    score: ScoreForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    found = of_training(activity_id)
    told = taught.of(activity_id)
    chosen = ref or request.args.get("ref", "")[:9].replace("-", "").upper()
    people = evenings.trainees(activity_id, found.at)
    opened = next((one for one in people if one.ref == chosen), None)
    if score is None and told is not None:
        score = ScoreForm(full=told.facts.full, is_correction=bool(opened and opened.score))
    shown = render_template(
        "training/desk/results.html",
        whole=found,
        taught=told,
        people=people,
        chosen=opened,
        history=results.history(activity_id),
        form=form or ListForm(),
        score=score,
        problem=problem,
        words=wording,
        doors=doors.of,
    )
    return shown, status


def _verdicts(activity_id: int, list_id: int, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found: Whole = of_training(activity_id)
    uploaded = results.find(list_id, activity_id=activity_id, by_id=current_user.id)
    if uploaded is None:
        abort(404)
    lines = results.lines(uploaded)
    names = {one.person_id: one.name for one in evenings.trainees(activity_id, found.at)}
    shown = render_template(
        "training/desk/results_list.html",
        whole=found,
        uploaded=uploaded,
        lines=lines,
        names=names,
        good=sum(one.is_good for one in lines),
        problem=problem,
        words=wording,
        doors=doors.of,
    )
    return shown, status
