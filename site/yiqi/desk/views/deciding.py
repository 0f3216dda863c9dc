"""Checking sign-ups, and doing the same for several people at once."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import approval, attendance, roster
from yiqi.booking.asking import Ticket
from yiqi.booking.door_words import not_let_in
from yiqi.booking.rules import refs
from yiqi.booking.rules.asking import Refused
from yiqi.booking.whole import Whole
from yiqi.desk.attending.roster_forms import ReasonForm
from yiqi.desk.attending.roster_words import done, not_done
from yiqi.desk.attending.rosters import Filters, Line
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.roster import back, line_of, lines_of, numbers, read, render, whole_or_missing
from yiqi.i18n import gettext as _
from yiqi.web.htmx import asks_for_fragment, came_from, fragment, safe_redirect

MOST = roster.MOST
"""People for whom something is done at once."""


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/approve")
def approve(activity_id: int, ref: str) -> ResponseReturnValue:
    """Let a checked sign-up through; changed answers are fine."""
    return _decide(
        activity_id,
        ref,
        ReasonForm(name=f"reject-{ref}"),
        "approved",
        lambda: approval.approve(ref=ref, by_id=current_user.id, at=clock.now()),
    )


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/reject")
def reject(activity_id: int, ref: str) -> ResponseReturnValue:
    """Refuse a checked sign-up with a reason that its person reads."""
    form = ReasonForm(request.form, name=f"reject-{ref}")
    if roster.row(activity_id, ref) is not None and not form.validate():
        return _answer(activity_id, ref, form, str(form.because.errors[0]), 422)
    return _decide(
        activity_id,
        ref,
        form,
        "rejected",
        lambda: approval.reject(
            ref=ref, by_id=current_user.id, because=form.because.data or "", at=clock.now()
        ),
    )


@blueprint.post("/activities/<id:activity_id>/approve")
def approve_selected(activity_id: int) -> ResponseReturnValue:
    """Let the selected ones through, one after the other; each is told of by itself."""

    def let_through(ref: str, _line: Line) -> str:
        ticket = approval.approve(ref=ref, by_id=current_user.id, at=clock.now())
        return done("approved" if ticket.fresh else "as_is", ticket.state)

    return _selected(activity_id, let_through, not_done)


@blueprint.post("/activities/<id:activity_id>/tick")
def tick_selected(activity_id: int) -> ResponseReturnValue:
    """Check the selected ones in, one after the other."""

    def let_in(ref: str, line: Line) -> str:
        entry = attendance.check_in(
            ref=ref, occurrence_id=line.occurrence_id or 0, at=clock.now(), by_id=current_user.id
        )
        return _("已签到。") if entry.fresh else _("早就签到了。")

    return _selected(activity_id, let_in, not_let_in)


def _decide(
    activity_id: int, ref: str, form: ReasonForm, word: str, verb: Callable[[], Ticket]
) -> ResponseReturnValue:
    found = whole_or_missing(activity_id)
    if roster.row(activity_id, ref) is None:
        abort(404)
    try:
        ticket = verb()
    except Refused as refused:
        return _answer(activity_id, ref, form, not_done(refused), 409)
    told = done(word if ticket.fresh else "as_is", ticket.state)
    if asks_for_fragment():
        return _answer(activity_id, ref, form, told, 200)
    return safe_redirect(_back(found, ref, word if ticket.fresh else "as_is"))


def _answer(activity_id: int, ref: str, form: ReasonForm, told: str, status: int) -> ResponseReturnValue:
    """What became of it, in the place of its buttons; on the whole roster for a plain form."""
    found = whole_or_missing(activity_id)
    filters, line = Filters.read(request.form, found), line_of(found, ref)
    if not asks_for_fragment():
        return render(read(found, filters), outcomes=[(line, told, False)], status=status)
    html = render_template(
        "desk/_verdict_answer.html",
        line=line,
        form=form,
        told=told,
        was_done=status == 200,
        **numbers(found, filters),
    )
    return fragment(html, status=status)


def _selected(
    activity_id: int, deed: Callable[[str, Line], str], words: Callable[[Refused], str]
) -> ResponseReturnValue:
    """Do something for each of the selected ones; the page then says what became of each."""
    found = whole_or_missing(activity_id)
    filters = Filters.read(request.form, found)
    typed = [refs.read(one) for one in request.form.getlist("ref")]
    known = list(dict.fromkeys(ref for ref in typed if ref))[:MOST]
    wanted = lines_of(found, known, filters.occurrence_id)
    if not wanted:
        return render(read(found, filters), problem=_("先勾选要办的人。"), status=422)
    outcomes: list[tuple[Line, str, bool]] = []
    for line in wanted:
        try:
            outcomes.append((line, deed(line.ref, line), True))
        except Refused as refused:
            outcomes.append((line, words(refused), False))
    return render(read(whole_or_missing(activity_id), filters), outcomes=outcomes)


def _back(found: Whole, ref: str, did: str) -> str:
    one = url_for("desk.booking", activity_id=found.activity.id, ref=ref)
    return f"{one}?did={did}" if came_from().startswith(one) else back(found, ref, did)
