"""Courses at the desk: the list of them, who came when, and what is taught on which evening."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import whole
from yiqi.booking.whole import Whole
from yiqi.desk import doors
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.programmes.training import courses, evenings, lectured, managed, requested, taught, wording
from yiqi.programmes.training.courses import Refused, Why
from yiqi.programmes.training.desk.blueprint import blueprint
from yiqi.programmes.training.forms import course as course_forms
from yiqi.programmes.training.forms.course import CourseForm
from yiqi.programmes.training.forms.results import TradeForm
from yiqi.programmes.training.rules.requests import State
from yiqi.roles.rules.permissions import Action
from yiqi.web.guards import long_form
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import whole as whole_number

MOST_FIELDS = 1000
"""Of a course: five for each evening, and the teachers."""


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The courses within reach, and what waits for a word."""
    return _home(TradeForm())


@blueprint.post("/trades")
def add_trade() -> ResponseReturnValue:
    """Add a trade whose levels courses lead to."""
    form = TradeForm(request.form)
    if not form.validate():
        return _home(form, 422)
    try:
        courses.add_trade(
            code=form.code.data or "", name=form.name.data or "", name_en=form.name_en.data or ""
        )
    except Refused:
        form.code.errors = [_("有一个工种用了这个名称或代码")]
        return _home(form, 409)
    return safe_redirect(url_for("training_desk.home", _anchor="trades"))


@blueprint.get("/courses/<id:activity_id>")
def course(activity_id: int) -> ResponseReturnValue:
    """Who came to which evening, and how each stands. Who may see people in part sees stars, and no results."""
    found = of_training(activity_id)
    told = taught.of(activity_id)
    people = evenings.trainees(activity_id, found.at)
    return render_template(
        "training/desk/course.html",
        whole=found,
        taught=told,
        rule=evenings.rule_of(told.facts) if told else None,
        evenings=evenings.of_activity(activity_id),
        people=people,
        masked=permit().allowed.masked,
        may_edit=permit().may(Action.EDIT) is not None,
        words=wording,
        doors=doors.of,
        now=found.at,
    )


@blueprint.get("/courses/<id:activity_id>/syllabus")
def syllabus(activity_id: int) -> ResponseReturnValue:
    """What passing takes, who teaches, what is taught: the form."""
    found = of_training(activity_id)
    told = taught.of(activity_id)
    return _syllabus(found, course_forms.of(told, _dates(activity_id), taught.trades()), _edition(told))


@blueprint.post("/courses/<id:activity_id>/syllabus")
@long_form(MOST_FIELDS)
def keep_course(activity_id: int) -> ResponseReturnValue:
    """Keep it; `move` (up-17, down-17) lets an evening change what it teaches with its neighbour."""
    found = of_training(activity_id)
    moved = request.form.get("move", "")[:20]
    form = course_forms.of(None, _dates(activity_id), taught.trades(), request.form, moved)
    seen = whole_number(request.form.get("seen", ""), least=0, most=10**6)
    if seen is None:
        seen = 0
    if not form.validate():
        return _syllabus(found, form, seen, status=422)
    try:
        courses.keep(
            activity_id=activity_id, plan=form.plan, seen=seen, by_id=current_user.id, at=clock.now()
        )
    except Refused as refused:
        stale = _("别的组织者刚改过大纲。下面是你填的，对照着再存一次就会盖掉他的")
        gone = _("这个工种刚被删了，重新选一个")
        told = taught.of(activity_id)
        problem = stale if refused.why is Why.STALE else gone
        return _syllabus(found, form, _edition(told), problem=problem, status=409)
    except LookupError:
        abort(404)
    anchor = f"lesson-{moved.partition('-')[2]}" if moved else "kept"
    return safe_redirect(url_for("training_desk.syllabus", activity_id=activity_id, kept=1, _anchor=anchor))


def of_training(activity_id: int) -> Whole:
    """An activity of training; another programme's is missing here."""
    found = whole.of(activity_id, clock.now())
    if found is None or found.activity.programme is not Programme.TRAINING:
        abort(404)
    return found


def _home(form: TradeForm, status: int = 200) -> ResponseReturnValue:
    held, now = permit().held, clock.now()
    page = render_template(
        "training/desk/home.html",
        courses=managed.courses(held, now),
        bare=managed.without_syllabus(held, now),
        waiting=requested.counts(held)[State.SENT],
        asked=lectured.waiting(held),
        may_decide=permit().may_anywhere(requested.DECIDES) is not None,
        may_ask=permit().may_anywhere(Action.EDIT) is not None,
        may_add=permit().may_anywhere(Action.KEEP_UNIONS) is not None,
        trades=taught.trades(),
        form=form,
        words=wording,
        today=clock.today(),
    )
    return page, status


def _syllabus(
    found: Whole, form: CourseForm, seen: int, *, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "training/desk/syllabus.html",
        whole=found,
        form=form,
        dates=taught.dated(found.activity.id),
        seen=seen,
        problem=problem,
        is_kept=request.args.get("kept") == "1" and status == 200,
        doors=doors.of,
    )
    return page, status


def _dates(activity_id: int) -> list[int]:
    return [one.occurrence.id for one in taught.dated(activity_id) if one.number is not None]


def _edition(told: taught.Taught | None) -> int:
    return int(told.facts.edition) if told else 0
