"""Drifting books: the list, a copy's trail, receiving one by its QR, handing one on, one's word about one's name."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec import Struct

from yiqi import clock
from yiqi.programmes.reading import drifting, naming, room_lists, trails
from yiqi.programmes.reading.forms.readers import ReceiveForm, RoomsForm, StepForm
from yiqi.programmes.reading.models import BookCopy, CopyState, StepKind
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.views.blueprint import blueprint, reader, refusal
from yiqi.programmes.reading.wording import STATES
from yiqi.web import qr
from yiqi.web.formats import printable
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import whole

MOST, LAST_PAGE = 40, 500


class Forms(Struct, frozen=True):
    """The forms of a copy's page that were refused, and the sentence that refused them."""

    receive: ReceiveForm | None = None
    room: RoomsForm | None = None
    lost: StepForm | None = None
    problem: tuple[str, str] | None = None


@blueprint.get("/drift")
def drift() -> ResponseReturnValue:
    """Copies that drift: `?q=` by title or author, `?free=1` those in a room, `?page=` from 1."""
    now, who = clock.now(), reader()
    q = printable(" ".join(request.args.get("q", "").split()))[:MOST]
    free = request.args.get("free") == "1"
    page = whole(request.args.get("page", "1"), least=1, most=LAST_PAGE) or 1
    books, more = trails.drifting(q=q, free=free, page=page)
    return render_template(
        "reading/drift.html",
        books=books,
        more=more,
        page=page,
        q=q,
        free=free,
        counts=trails.counts(),
        words=trails.fresh_words(2) if page == 1 and not q else [],
        held=trails.in_hand(who, now) if who is not None else None,
        today=clock.today(),
        whole_name=naming.is_given(who) if who is not None else False,
    )


@blueprint.get("/drift/<id:copy_id>")
def book(copy_id: int) -> ResponseReturnValue:
    """A copy's trail, for everybody. Only who has the book in front of them finds its code."""
    return _page(_copy(copy_id), scanned=False)


@blueprint.get("/copies/<token:token>")
def scanned(token: str) -> ResponseReturnValue:
    """What the QR in a book leads to: its trail, with the button of whoever has received it."""
    found = trails.by_token(token)
    if found is None:
        abort(404)
    return _page(found, scanned=True)


@blueprint.post("/copies/<token:token>")
@signed_in_only
def receive(token: str) -> ResponseReturnValue:
    """我收到这本书."""
    found = trails.by_token(token)
    if found is None:
        abort(404)
    form, now = ReceiveForm(request.form), clock.now()
    if not form.validate():
        return _page(found, scanned=True, forms=Forms(receive=form))
    try:
        moved = drifting.receive(
            token=token,
            person_id=current_user.id,
            seen=form.steps,
            place=form.place.data or "",
            text=form.text.data or "",
            nonce=form.once,
            at=now,
        )
    except Refused as error:
        return _page(found, scanned=True, forms=Forms(receive=form, problem=refusal(error)))
    if moved.fresh and form.whole_name.data != naming.is_given(current_user.id):
        naming.say(person_id=current_user.id, is_given=bool(form.whole_name.data), at=now)
    return safe_redirect(url_for("reading.book", copy_id=moved.copy_id))


@blueprint.get("/drift/<id:copy_id>/hand-on")
@signed_in_only
def hand_on(copy_id: int) -> ResponseReturnValue:
    """The QR of the book in my hand, on my phone, for the next reader to scan."""
    copy = _own(copy_id)
    if copy.holder_id != current_user.id:
        return safe_redirect(url_for("reading.book", copy_id=copy_id))
    address = qr.absolute(url_for("reading.scanned", token=copy.token))
    code = qr.fresh_qr(address, address)
    return render_template(
        "reading/hand_on.html",
        copy=copy,
        title=copy.title,
        qr=code,
        held=trails.in_hand(current_user.id, clock.now()),
    )


@blueprint.post("/drift/<id:copy_id>/return")
@signed_in_only
def give_back(copy_id: int) -> ResponseReturnValue:
    """Into a room."""
    copy = _own(copy_id)
    form = RoomsForm(request.form, rooms=room_lists.choices())
    if not form.validate():
        return _page(copy, scanned=False, forms=Forms(room=form))
    return _let_go(copy, StepKind.RETURNED, form, form.room_id)


@blueprint.post("/drift/<id:copy_id>/lost")
@signed_in_only
def lose(copy_id: int) -> ResponseReturnValue:
    """It is not to be found."""
    return _let_go(_own(copy_id), StepKind.LOST, StepForm(request.form), None)


@blueprint.post("/name")
@signed_in_only
def say_name() -> ResponseReturnValue:
    """Whether one's whole name may stand on trails: `whole` 1 or 0."""
    naming.say(person_id=current_user.id, is_given=request.form.get("whole") == "1", at=clock.now())
    return safe_redirect(url_for("reading.drift", _anchor="name"))


def _let_go(copy: BookCopy, kind: StepKind, form: StepForm, room_id: int | None) -> ResponseReturnValue:
    try:
        drifting.let_go(
            copy_id=copy.id,
            person_id=current_user.id,
            kind=kind,
            seen=form.steps,
            nonce=form.once,
            at=clock.now(),
            room_id=room_id,
        )
    except Refused as error:
        return _page(copy, scanned=False, forms=Forms(problem=refusal(error)))
    return safe_redirect(url_for("reading.book", copy_id=copy.id))


def _copy(copy_id: int) -> BookCopy:
    found = trails.copy(copy_id)
    if found is None:
        abort(404)
    return found


def _own(copy_id: int) -> BookCopy:
    """A copy that I hold, or one that I let go a moment ago: a form that came twice must find it."""
    found = _copy(copy_id)
    if found.holder_id != current_user.id and not trails.let_go_last(copy_id, current_user.id):
        abort(404)
    return found


def _page(copy: BookCopy, *, scanned: bool, forms: Forms | None = None) -> ResponseReturnValue:
    now, who, forms = clock.now(), reader(), forms or Forms()
    copy = trails.fresh(copy.id)
    held = trails.in_hand(who, now) if who is not None else None
    is_mine = held is not None and held.copy.id == copy.id
    name = naming.is_given(who) if who is not None else False
    wrong = bool((forms.receive and forms.receive.errors) or (forms.room and forms.room.errors))
    page = render_template(
        "reading/copy.html",
        trail=trails.trail(copy, now),
        copy=copy,
        title=copy.title,
        states=STATES,
        scanned=scanned,
        held=held,
        is_mine=is_mine,
        may_receive=scanned and not is_mine and copy.state is not CopyState.PAUSED,
        receive=_again(forms.receive, copy)
        if forms.receive
        else ReceiveForm.blank(seen=copy.steps, whole_name=name),
        room=forms.room or RoomsForm.blank_of(room_lists.choices() if is_mine else [], copy.steps),
        lost=StepForm.blank(seen=copy.steps),
        problem=forms.problem,
        today=clock.today(),
    )
    return page, 409 if forms.problem else 422 if wrong else 200


def _again(form: ReceiveForm, copy: BookCopy) -> ReceiveForm:
    """A refused form with all that was typed, for the copy as it is now."""
    form.seen.raw_data = None
    form.seen.data = str(copy.steps)
    return form
