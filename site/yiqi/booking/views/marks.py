"""What was noted about me: late cancels and no-shows, and saying that one of them is wrong."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import marks
from yiqi.booking.forms import ObjectionForm
from yiqi.booking.rules.asking import Refused
from yiqi.booking.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect


@blueprint.get("/me/marks", endpoint="marks")
@signed_in_only
def own_marks() -> ResponseReturnValue:
    """Every late cancel and no-show of mine that has not lapsed."""
    return _page()


@blueprint.post("/me/marks/<id:mark_id>/objection")
@signed_in_only
def object_to(mark_id: int) -> ResponseReturnValue:
    """Say that a mark is wrong. It does not count until an organizer has looked."""
    if marks.one(mark_id, current_user.id, clock.now()) is None:
        abort(404)
    form = ObjectionForm(request.form, mark_id=mark_id)
    if not form.validate():
        return _answer(mark_id, form, 422)
    try:
        marks.object_to(
            mark_id=mark_id, person_id=current_user.id, text=form.objection.data or "", at=clock.now()
        )
    except Refused:
        return _answer(mark_id, form, 409)
    if not asks_for_fragment():
        return safe_redirect(url_for("booking.marks", _anchor=f"mark-{mark_id}"))
    return _answer(mark_id, None, announcement=_("收到了，组织者会核实"))


def _answer(
    mark_id: int, form: ObjectionForm | None, status: int = 200, *, announcement: str = ""
) -> ResponseReturnValue:
    """The mark alone for htmx, the whole page for a plain request; what was typed stays."""
    entry = marks.one(mark_id, current_user.id, clock.now())
    if not asks_for_fragment():
        return _page({mark_id: form} if form else {}, status)
    html = render_template(
        "booking/_mark_answer.html",
        entry=entry,
        form=form or ObjectionForm(mark_id=mark_id),
        announcement=announcement,
        approval_until=marks.approval_until(current_user.id, clock.now()),
    )
    return fragment(html, status=status)


def _page(filled: dict[int, ObjectionForm] | None = None, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    entries = marks.of(current_user.id, now)
    forms = {entry.mark.id: ObjectionForm(mark_id=entry.mark.id) for entry in entries} | (filled or {})
    page = render_template(
        "booking/marks.html",
        entries=entries,
        forms=forms,
        wrong=next(iter((filled or {}).values()), None),
        approval_until=marks.approval_until(current_user.id, now),
    )
    return page, status
