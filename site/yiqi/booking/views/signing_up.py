"""Signing up, and giving a place back."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import mine, offers, places, questions
from yiqi.booking.asking import Ticket
from yiqi.booking.blocks import ASKABLE
from yiqi.booking.forms import SignUpForm
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.booking.seats import NobodyThere, NoSuchSlot
from yiqi.booking.views.answering import answer, form_page, in_slot, refuse, settled
from yiqi.booking.views.blueprint import blueprint
from yiqi.booking.wording import declined, done, given_back
from yiqi.people import browser
from yiqi.people.persons import tell_name
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect

PRESSED = frozenset({"csrf_token", "nonce", "party"})
"""What the button on an activity's page sends: a place, and no more."""


@blueprint.get("/slots/<id:slot_id>/sign-up")
@signed_in_only
def form(slot_id: int) -> ResponseReturnValue:
    """The form with everything that can be said when signing up."""
    found = in_slot(slot_id)
    if found.state not in ASKABLE:
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    blank = SignUpForm(
        data={"party": "1", "nonce": secrets.token_urlsafe(16)},
        max_party=found.activity.max_party,
        sheet=questions.sheet(slot_id, found.activity.id, found.at),
    )
    return form_page(found, blank)


@blueprint.post("/slots/<id:slot_id>/bookings")
@signed_in_only
def sign_up(slot_id: int) -> ResponseReturnValue:
    """Take a place, or a place in the queue. Sent again, it shows the first result.

    Whoever presses the button of the activity's page says no more than that: what its form would ask of others is looked
    up when the verb finds that something is asked by now.
    """
    pressed = SignUpForm(request.form) if request.form.keys() <= PRESSED else None
    if pressed is not None and pressed.validate():
        try:
            return _taken(slot_id, pressed, is_asked=False)
        except Refused as refused:
            if refused.why is not Refusal.STALE_FORM:
                return refuse(in_slot(slot_id), refused, pressed)
    blank = questions.blank(slot_id, clock.now())
    if blank is None:
        abort(404)
    filled = SignUpForm(request.form, max_party=blank.max_party, sheet=blank.sheet)
    if not filled.validate():
        before = mine.made_by(filled.nonce.data or "", slot_id, current_user.id)
        return settled(before, done(before)) if before else form_page(in_slot(slot_id), filled, status=422)
    if filled.name.data and not current_user.name:
        tell_name(person_id=current_user.id, name=filled.name.data)
    try:
        return _taken(slot_id, filled)
    except Refused as refused:
        return refuse(in_slot(slot_id), refused, filled)


def _taken(slot_id: int, filled: SignUpForm, *, is_asked: bool = True) -> ResponseReturnValue:
    """What comes of a form that is in order. Raises `Refused`."""
    try:
        ticket = places.sign_up(
            slot_id=slot_id,
            person_id=current_user.id,
            party=filled.places,
            nonce=filled.nonce.data or secrets.token_urlsafe(16),
            note=filled.note.data or "",
            answers=filled.answers,
            is_asked=is_asked,
            at=clock.now(),
        )
    except NobodyThere:
        # Their record was merged or deleted after the request came in, and with it their session.
        browser.drop()
        abort(401)
    except NoSuchSlot:
        abort(404)
    return settled(ticket, done(ticket))


@blueprint.post("/bookings/<ref:ref>/cancel")
@signed_in_only
def cancel(ref: str) -> ResponseReturnValue:
    """Give a place back, or leave the queue. A late one must say that it knows (`late=1`); `seen` is the state of
    the booking on the page that the form stood on."""
    before = mine.by_ref(ref, current_user.id, clock.now())
    if before is None:
        abort(404)
    was = before.booking.state if before.booking is not None else None
    try:
        ticket = places.cancel(
            ref=ref,
            person_id=current_user.id,
            at=clock.now(),
            seen=_seen(request.form.get("seen", "")),
            accepts_late="late" in request.form,
        )
    except places.Late:
        return answer(before, confirm_late=True, status=409)
    except Refused as refused:
        return refuse(before, refused)
    return settled(ticket, given_back(ticket, was))


@blueprint.post("/bookings/<ref:ref>/accept")
@signed_in_only
def accept(ref: str) -> ResponseReturnValue:
    """Take the seats that are held out to me. Too late, it shows what became of them."""
    return _answer_offer(ref, offers.accept, done)


@blueprint.post("/bookings/<ref:ref>/decline")
@signed_in_only
def decline(ref: str) -> ResponseReturnValue:
    """Pass an offer on to the next in line."""
    return _answer_offer(
        ref, partial(offers.decline, seen_until=_instant(request.form.get("until", ""))), declined
    )


def _answer_offer(
    ref: str, verb: Callable[..., Ticket], words: Callable[[Ticket], str]
) -> ResponseReturnValue:
    try:
        ticket = verb(ref=ref, person_id=current_user.id, at=clock.now())
    except Refused:
        abort(404)
    return settled(ticket, words(ticket))


def _instant(typed: str) -> datetime | None:
    """The end of the offer that a form was about; None for a form that does not say."""
    try:
        read = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def _seen(typed: str) -> State | None:
    """The state that a form was about; None for a form that does not say."""
    return State(typed) if typed in list(State) else None
