"""One booking on the desk: everything about it, and what an organizer may do with it."""

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec import Struct, field

from yiqi import clock
from yiqi.booking import by_hand, marks, moving, remarks, roster, whole, why_not
from yiqi.booking.asking import Ticket
from yiqi.booking.door_words import state_word
from yiqi.booking.roster import Line
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.whole import Whole
from yiqi.desk.attending import options
from yiqi.desk.attending.options import Option
from yiqi.desk.attending.roster_forms import MoveForm, PromoteForm, ReasonForm, RemarkForm, SettleForm
from yiqi.desk.attending.roster_words import not_done, not_promoted, put
from yiqi.desk.gate import permit
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.roster import is_masked, line_of, whole_or_missing
from yiqi.i18n import gettext as _
from yiqi.people.rules import national, starred
from yiqi.people.tallies import TooMany
from yiqi.roles.rules.permissions import Action
from yiqi.web.forms import PageForm
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


class Asked(Struct, frozen=True):
    """What somebody just tried on the page: why it was refused, the number they asked for, their form with its errors."""

    refused: str = ""
    phone: str = ""
    status: int = 200
    forms: dict[str, PageForm] = field(default_factory=dict)


@blueprint.get("/activities/<id:activity_id>/bookings/<ref:ref>")
def booking(activity_id: int, ref: str) -> ResponseReturnValue:
    """Everything about a booking. `?did=` names what was just done."""
    found, row = _found(activity_id, ref)
    return _page(found, row)


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/take-out")
def take_out(activity_id: int, ref: str) -> ResponseReturnValue:
    """Cancel it for its person, with a reason that they read."""
    form = ReasonForm(request.form, name="take_out")
    return _act(
        activity_id, ref, "take_out", form, "taken_out", lambda: by_hand.take_out(ref=ref, **_why(form))
    )


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/promote")
def promote(activity_id: int, ref: str) -> ResponseReturnValue:
    """Give them a place, whoever stands before them; `beyond=1` against the rules."""
    form = PromoteForm(request.form, name="promote")
    return _act(
        activity_id,
        ref,
        "promote",
        form,
        "promoted",
        lambda: by_hand.promote(ref=ref, beyond=bool(form.beyond.data), **_why(form)),
    )


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/move")
def move(activity_id: int, ref: str) -> ResponseReturnValue:
    """Move them to another slot of the activity."""
    found, row = _found(activity_id, ref)
    form = MoveForm(request.form, name="move", choices=options.listed(_others(found, row)))
    return _act(
        activity_id,
        ref,
        "move",
        form,
        "moved",
        lambda: moving.move(
            ref=ref, slot_id=int(form.slot.data), may_wait=bool(form.may_wait.data), **_why(form)
        ),
    )


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/remark")
def remark(activity_id: int, ref: str) -> ResponseReturnValue:
    """Keep what the organizers remark of it."""
    found, row = _found(activity_id, ref)
    form = RemarkForm(request.form)
    if not form.validate():
        return _page(found, row, Asked(forms={"remark": form}, status=422))
    word = {"ref": ref, "text": form.remark.data or "", "seen": request.form.get("seen", "")}
    try:
        remarks.remark(**word, by_id=current_user.id, at=clock.now())
    except Refused:
        found, row = _found(activity_id, ref)
        form.remark.errors = [_("刚刚有人写了“%(remark)s”，合成一条再保存", remark=row.desk_note)]
        return _page(found, row, Asked(forms={"remark": form}, status=409))
    return safe_redirect(_address(activity_id, ref, "remarked"))


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/phone")
def phone(activity_id: int, ref: str) -> ResponseReturnValue:
    """The full number, on this one page; that it was asked for is written down."""
    found, row = _found(activity_id, ref)
    try:
        number = remarks.full_phone(ref=ref, by_id=current_user.id, at=clock.now())
    except TooMany:
        abort(429)
    return _page(found, row, Asked(phone=national(number)))


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/settle")
def settle(activity_id: int, ref: str) -> ResponseReturnValue:
    """Lift one of its marks (`lifted=1`), or let it stand against an objection."""
    found, row = _found(activity_id, ref)
    known = {mark.id: mark for mark in marks.of_booking(row.id)}
    mark = known.get(identifier(request.form.get("mark", "")) or 0)
    lifted = "lifted" in request.form
    if mark is None or not (lifted or mark.objected_at):
        abort(404)
    form = SettleForm(request.form, name=f"settle-{mark.id}")

    def answer() -> Ticket:
        marks.settle(mark_id=mark.id, lifted=lifted, **_why(form))
        return Ticket(ref, row.state, row.slot_id, found.activity.id)

    return _act(activity_id, ref, f"settle-{mark.id}", form, "settled", answer)


def _why(form: ReasonForm) -> dict[str, Any]:
    return {"because": form.because.data or "", "by_id": current_user.id, "at": clock.now()}


def _act(
    activity_id: int, ref: str, name: str, form: ReasonForm, word: str, verb: Callable[[], Ticket]
) -> ResponseReturnValue:
    """Do it and go back to the booking, or say beside the form why it was not done."""
    found, row = _found(activity_id, ref)
    if not form.validate():
        return _page(found, row, Asked(forms={name: form}, status=422))
    try:
        ticket = verb()
    except Refused as refused:
        asked = Asked(refused=not_done(refused), forms={name: form}, status=409)
        return _page(*_found(activity_id, ref), asked)
    return safe_redirect(_address(activity_id, ticket.ref, word if ticket.fresh else "as_is"))


def _found(activity_id: int, ref: str) -> tuple[Whole, Line]:
    """The activity and the row of one of its bookings; 404 for any other."""
    found = whole_or_missing(activity_id)
    row = roster.row(activity_id, ref)
    if row is None:
        abort(404)
    return found, row


def _address(activity_id: int, ref: str, did: str) -> str:
    return url_for("desk.booking", activity_id=activity_id, ref=ref, did=did)


def _others(found: Whole, row: Line) -> list[Option]:
    """The slots somebody could be moved to, as a form lists them."""
    return options.of(found, but=row.slot_id)


def _page(found: Whole, row: Line, asked: Asked | None = None) -> ResponseReturnValue:
    asked = asked or Asked()
    may_act = permit().may(Action.BOOK_FOR_OTHERS) is not None
    slot = next(one for one in found.slots if one.id == row.slot_id)
    others = _others(found, row) if row.state in LIVE - {State.ENTERED} else []
    waits = row.state is State.WAITING
    blank: dict[str, PageForm] = {
        "take_out": ReasonForm(name="take_out"),
        "promote": PromoteForm(name="promote"),
        "move": MoveForm(
            name="move",
            choices=options.listed(others),
            data={"slot": options.first_with_room(others, row.party)},
        ),
        "reject": ReasonForm(name=f"reject-{row.ref}"),
        "remark": RemarkForm(data={"remark": row.desk_note}),
    }
    noted = marks.of_booking(row.id)
    blank |= {f"settle-{mark.id}": SettleForm(name=f"settle-{mark.id}") for mark in noted}
    forms = blank | asked.forms
    history = [
        (one, one.name if one.by_id and not is_masked() else starred(one.name or ""))
        for one in whole.history(row.id)
    ]
    did, is_good = put(
        request.args.get("did", ""),
        row.state,
        place=row.place,
        is_full=slot.capacity is not None and slot.held >= slot.capacity,
    )
    page = render_template(
        "desk/booking.html",
        whole=found,
        line=line_of(found, row.ref),
        row=row,
        slot=slot,
        history=history,
        reasons=[not_promoted(one) for one in why_not.of(row, slot, found.activity, found.at)]
        if waits and not is_masked()
        else [],
        marked=[(mark, forms[f"settle-{mark.id}"]) for mark in noted],
        others=options.listed(others),
        forms=forms,
        remark_seen=remarks.digest(row.desk_note),
        asked=asked,
        state_word=state_word,
        may_act=may_act,
        may_take_out=may_act and row.state in LIVE and found.at < slot.ends_at,
        may_promote=may_act and row.state in by_hand.PROMOTABLE and found.at < slot.ends_at,
        may_decide=may_act and (row.state is State.PENDING or row.recheck_since is not None),
        may_see_phone=permit().may(Action.SEE_PHONE) is not None,
        did=did,
        is_good=is_good,
    )
    return page, asked.status
