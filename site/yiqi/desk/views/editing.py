"""Changing a published activity: its page, each of its small forms, and the look before what touches people."""

import secrets

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec import Struct

from yiqi import clock
from yiqi.booking import changes, editing, stands
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import (
    CallOffActivity,
    CallOffOccurrence,
    CallOffSlot,
    Change,
    Effect,
    Preview,
)
from yiqi.desk import doors
from yiqi.desk.gate import permit
from yiqi.desk.revising import change_forms, change_words, changing
from yiqi.desk.revising.changing import Piece, Sheet
from yiqi.desk.rules.sections import What
from yiqi.desk.views.blueprint import blueprint
from yiqi.people.rules import starred
from yiqi.roles.rules.permissions import Action
from yiqi.web import qr
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

MOST_NAMED = 100
"""People of one group who are named in a preview."""


class Group(Struct, frozen=True):
    """The people to whom a change does one thing; `names` are the first of them."""

    effect: Effect
    title: str
    line: str
    many: int
    names: list[str]


@blueprint.get("/activities/<id:activity_id>/edit")
def edit(activity_id: int) -> ResponseReturnValue:
    """Everything of an activity that can be changed, each part in a form of its own."""
    return _page(_sheet(activity_id))


@blueprint.post("/activities/<id:activity_id>/edit/<what>")
@signed_in_only
def change(activity_id: int, what: str) -> ResponseReturnValue:
    """Save one part (`?of=` its slot, date, quota or question). What touches people is shown first; the form comes back
    with `seen`, and what was seen is carried out. `back` goes back to the form with what was typed in it."""
    sheet = _sheet(activity_id)
    of = identifier(request.args.get("of", "")) or activity_id
    if what not in list(What):
        abort(404)
    piece = changing.find(sheet, What(what), of)
    if piece is None:
        return _gone(sheet, What(what), of)
    stood = request.form.get("stood", "")
    found = change_forms.read(sheet, piece, change_forms.typed(piece, request.form), stood)
    if found.piece.errors or "back" in request.form:
        sheet = sheet.with_piece(found.piece.with_typed(found.piece.typed, found.piece.errors, stood))
        return _page(sheet, found.piece, status=422 if found.piece.errors else 200)
    try:
        if found.save is not None:
            found.save(at=clock.now(), by_id=current_user.id)
            return _done(activity_id, piece)
        if found.change is None:
            raise LookupError(what)
        return _looked(sheet, found.piece, found.change, stood)
    except Refused as why:
        return _page(_sheet(activity_id), found.piece, said=change_words.refused(why), status=409)
    except editing.Needed:
        return _page(sheet, found.piece, said=change_words.needed(), status=409)
    except (ValueError, LookupError):
        return _page(_sheet(activity_id), found.piece, said=change_words.impossible(), status=422)


def _looked(sheet: Sheet, piece: Piece, change: Change, stood: str) -> ResponseReturnValue:
    """Carry out what was seen; else look, and carry out at once what touches nobody."""
    now, seen = clock.now(), request.form.get("seen", "")
    is_stale = False
    if seen:
        try:
            changes.apply(change, seen=seen, at=now, by_id=current_user.id)
        except Refused as why:
            if why.why is not Refusal.STALE_FORM:
                raise
            is_stale = True
        else:
            return _done(sheet.whole.activity.id, piece)
    preview = changes.preview(change, at=now)
    if preview.was == preview.became:
        return _done(sheet.whole.activity.id, piece)
    if not seen and stands.digest(preview.was) != stood:
        raise Refused(Refusal.STALE_FORM)
    is_grave = isinstance(change, CallOffActivity | CallOffOccurrence | CallOffSlot)
    is_quiet = not (preview.affected or preview.over or preview.unfit or is_grave)
    if not seen and is_quiet:
        changes.apply(change, seen=preview.version, at=now, by_id=current_user.id)
        return _done(sheet.whole.activity.id, piece)
    return _preview(sheet, piece, preview, is_stale=is_stale, is_grave=is_grave)


def _preview(
    sheet: Sheet, piece: Piece, preview: Preview, *, is_stale: bool, is_grave: bool
) -> ResponseReturnValue:
    page = render_template(
        "desk/change.html",
        sheet=sheet,
        piece=piece,
        preview=preview,
        groups=_groups(preview),
        lines=change_words.lines(preview.was, preview.became),
        title=change_words.TITLES[piece.what],
        is_stale=is_stale,
        is_grave=is_grave,
        doors=doors.of,
    )
    return page, 409 if is_stale else 200


def _groups(preview: Preview) -> list[Group]:
    """Who is affected, by what it does to them, the gravest first."""
    cell = permit().may(Action.SEE_ROSTER)
    named = changing.names({one.person_id for one in preview.affected})
    found = []
    for effect, title in change_words.EFFECTS.items():
        people = list(dict.fromkeys(one.person_id for one in preview.affected if one.effect is effect))
        names = [named.get(person, "") for person in people[:MOST_NAMED]]
        if cell is None or cell.masked:
            names = [starred(name) for name in names]
        if people:
            found.append(Group(effect, str(title), str(change_words.WHY[effect]), len(people), names))
    return found


def _page(
    sheet: Sheet, open_piece: Piece | None = None, *, said: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page; with the form that was sent as it was sent, and the present digest, so that it can be sent again."""
    if open_piece is not None and (open_piece.what, open_piece.of) in sheet.pieces:
        fresh = sheet.pieces[open_piece.what, open_piece.of]
        sheet = sheet.with_piece(open_piece.with_typed(open_piece.typed, open_piece.errors, fresh.stood))
    path = url_for("booking.activity", activity_id=sheet.whole.activity.id)
    url = qr.absolute(path)
    page = render_template(
        "desk/edit.html",
        sheet=sheet,
        whole=sheet.whole,
        open=open_piece,
        said=said,
        titles=change_words.TITLES,
        lately=_lately(sheet),
        url=url,
        qr=qr.qr(url, sheet.whole.activity.title),
        copy_nonce=secrets.token_hex(8),
        doors=doors.of,
    )
    return page, status


def _lately(sheet: Sheet) -> list[tuple[str, str, str]]:
    """What the last change was, in words."""
    facts = sheet.last.facts if sheet.last is not None else {}
    return change_words.lines(facts.get("was", {}), facts.get("became", {}))


def _sheet(activity_id: int) -> Sheet:
    found = changing.sheet(activity_id, clock.now())
    if found is None:
        abort(404)
    return found


def _done(activity_id: int, piece: Piece) -> ResponseReturnValue:
    return safe_redirect(url_for("desk.edit", activity_id=activity_id, saved=piece.what) + "#saved")


def _gone(sheet: Sheet, what: What, of: int) -> ResponseReturnValue:
    """For a part that is no longer there to be changed: it was done already, or has begun meanwhile."""
    if not changing.belongs(sheet.whole.activity.id, what, of):
        abort(404)
    if what in (What.RETIRE, What.OCCURRENCE_OFF):
        return safe_redirect(url_for("desk.edit", activity_id=sheet.whole.activity.id))
    return _page(sheet, said=change_words.gone(), status=409)
