"""Adding somebody by hand."""

import secrets
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import by_hand, questions
from yiqi.booking.guarded import Guarded
from yiqi.booking.rules.asking import Refused
from yiqi.booking.whole import Whole
from yiqi.desk.attending import options
from yiqi.desk.attending.roster_forms import AddForm
from yiqi.desk.attending.roster_words import not_done
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.roster import whole_or_missing
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier


@blueprint.get("/activities/<id:activity_id>/add")
def add_form(activity_id: int) -> ResponseReturnValue:
    """The form: by phone, with a name, to a slot (`?slot=`), else to the first one with room."""
    found = whole_or_missing(activity_id)
    there = options.of(found)
    wanted = identifier(request.args.get("slot", ""))
    known = next((one.value for one in there if one.value == str(wanted)), "")
    blank = {
        "nonce": secrets.token_urlsafe(16),
        "party": "1",
        "slot": known or options.first_with_room(there),
    }
    return _page(found, AddForm(data=blank, **_asked(found)))


@blueprint.post("/activities/<id:activity_id>/add")
def add(activity_id: int) -> ResponseReturnValue:
    """Sign somebody up. Sent again, it shows the first result. For who is not of age a guardian's word is asked first."""
    found = whole_or_missing(activity_id)
    form = AddForm(request.form, **_asked(found))
    if not form.validate():
        return _page(found, form, status=422)
    try:
        ticket = by_hand.add(
            slot_id=int(form.slot.data),
            phone=form.e164,
            name=form.name.data or "",
            party=form.places,
            nonce=form.nonce.data or secrets.token_urlsafe(16),
            by_id=current_user.id,
            because=form.because.data or "",
            answers=form.answers,
            beyond=bool(form.beyond.data),
            guardian=form.guardian,
            at=clock.now(),
        )
    except Refused as refused:
        return _page(found, form, refused=not_done(refused), status=409)
    except Guarded as young:
        form.ask_guardian(young.below)
        return _page(found, form, asks_guardian=True, status=409)
    except LookupError:
        abort(404)
    did = "added" if ticket.fresh else "as_is"
    return safe_redirect(url_for("desk.booking", activity_id=activity_id, ref=ticket.ref, did=did))


def _asked(found: Whole) -> dict[str, Any]:
    """What the form lists: the slots that are not over, and the questions."""
    return {
        "choices": options.listed(options.of(found)),
        "sheet": questions.Sheet(questions.asked(found.activity.id)),
    }


def _page(
    found: Whole, form: AddForm, *, refused: str = "", asks_guardian: bool = False, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "desk/add.html", whole=found, form=form, refused=refused, asks_guardian=asks_guardian
    )
    return page, status
