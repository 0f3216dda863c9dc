"""Taking hours away as the city's volunteer platform takes them: of one event, or of a union's events within some days."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.desk.files import exports
from yiqi.desk.files.download import download
from yiqi.desk.files.exports import Seen, Taken, TooManyExports
from yiqi.desk.gate import permit
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering import sheets, words
from yiqi.programmes.volunteering.desk.blueprint import blueprint, event_or_missing
from yiqi.programmes.volunteering.forms import ExportForm, PeriodExportForm
from yiqi.roles.rules.permissions import Action, Thing
from yiqi.sheets import writing
from yiqi.web.formats import said


@blueprint.get("/events/<id:event_id>/export")
def export(event_id: int) -> ResponseReturnValue:
    """Of one event, with hidden numbers."""
    return _page(event_id, ExportForm(asks_why=False))


@blueprint.post("/events/<id:event_id>/export")
def take_export(event_id: int) -> ResponseReturnValue:
    """The list of one event as a file, with hidden numbers."""
    return _take(event_id, full=False)


@blueprint.get("/events/<id:event_id>/export/phones")
def export_phones(event_id: int) -> ResponseReturnValue:
    """Of one event, with full numbers, and what for."""
    return _page(event_id, ExportForm(asks_why=True))


@blueprint.post("/events/<id:event_id>/export/phones")
def take_phones(event_id: int) -> ResponseReturnValue:
    """The list of one event as a file, with full numbers."""
    return _take(event_id, full=True)


@blueprint.get("/export")
def export_period() -> ResponseReturnValue:
    """Of a union's events within some days, with hidden numbers."""
    return _period_page(_period_form(full=False))


@blueprint.post("/export")
def take_period() -> ResponseReturnValue:
    """The list of a union as a file, with hidden numbers."""
    return _take_period(full=False)


@blueprint.get("/export/phones")
def period_phones() -> ResponseReturnValue:
    """Of a union's events within some days, with full numbers, and what for."""
    return _period_page(_period_form(full=True))


@blueprint.post("/export/phones")
def take_period_phones() -> ResponseReturnValue:
    """The list of a union as a file, with full numbers."""
    return _take_period(full=True)


def _take(event_id: int, *, full: bool) -> ResponseReturnValue:
    form = ExportForm(request.form, asks_why=full)
    thing = permit().thing
    if thing is None:
        abort(404)
    if not form.validate():
        return _page(event_id, form, 422)
    taken = sheets.of_event(event_id, _seen(thing, full=full), words.columns(), clock.now())
    if not _is_noted(thing, taken, form, full=full):
        return _page(event_id, form, 429)
    title = said(event_or_missing(event_id).activity, "title")
    return _file(taken, form, _("%(title)s志愿时长", title=title), f"hours-{event_id}")


def _take_period(*, full: bool) -> ResponseReturnValue:
    form = _period_form(full=full, sent=True)
    if not form.validate():
        return _period_page(form, 422)
    union_id = int(form.union.data)
    thing = Thing(union_id, None, str(Programme.VOLUNTEERING))
    if permit().may(Action.EXPORT_PHONES if full else Action.EXPORT, thing) is None:
        abort(404)
    seen = _seen(thing, full=full)
    taken = sheets.of_period(union_id, form.period, seen, words.columns(), clock.now())
    if not _is_noted(thing, taken, form, full=full):
        return _period_page(form, 429)
    name = form.union.names[form.union.data]
    return _file(taken, form, _("%(title)s志愿时长", title=name), f"hours-of-union-{union_id}")


def _seen(thing: Thing, *, full: bool) -> Seen:
    roster = permit().may(Action.SEE_ROSTER, thing)
    return Seen(names=roster is not None and not roster.masked, phones=full)


def _is_noted(thing: Thing, taken: Taken, form: ExportForm, *, full: bool) -> bool:
    """Write down that the list was taken; False, saying so in the form, when there were too many within the hour."""
    try:
        exports.note(
            thing=thing,
            by_id=current_user.id,
            at=clock.now(),
            count=len(taken.rows),
            full=full,
            kind=form.kind.data,
            because=form.because.data or "",
            of="hours",
        )
    except TooManyExports:
        form.form_errors = [_("一小时里已经导出 20 次，过一会儿再来")]
        return False
    return True


def _file(taken: Taken, form: ExportForm, name: str, plain: str) -> ResponseReturnValue:
    if form.kind.data == "csv":
        content = writing.separated(taken.header, taken.rows)
        return download(content, name=f"{name}.csv", plain=f"{plain}.csv", kind=writing.CSV)
    content = writing.xlsx(name, taken.header, taken.rows)
    return download(content, name=f"{name}.xlsx", plain=f"{plain}.xlsx", kind=writing.XLSX)


def _page(event_id: int, form: ExportForm, status: int = 200) -> ResponseReturnValue:
    may_phones = permit().may(Action.EXPORT_PHONES) is not None
    page = render_template(
        "volunteering/desk/export.html",
        whole=event_or_missing(event_id),
        form=form,
        may_phones=may_phones,
        columns=words.columns(),
    )
    return page, status


def _period_form(*, full: bool, sent: bool = False) -> PeriodExportForm:
    today = clock.today()
    action = Action.EXPORT_PHONES if full else Action.EXPORT
    return PeriodExportForm(
        request.form if sent else None,
        asks_why=full,
        unions=sheets.owners(permit().held, action),
        data={"first": today.replace(day=1).isoformat(), "last": today.isoformat()},
    )


def _period_page(form: PeriodExportForm, status: int = 200) -> ResponseReturnValue:
    may_phones = permit().may_anywhere(Action.EXPORT_PHONES) is not None
    page = render_template(
        "volunteering/desk/export_period.html", form=form, may_phones=may_phones, columns=words.columns()
    )
    return page, status
