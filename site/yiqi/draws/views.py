"""The page of a draw, and the file to check it with."""

import json
from contextlib import suppress

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import sight
from yiqi.draws import lottery, published
from yiqi.draws.published import Published
from yiqi.draws.rules.steps import Hindered
from yiqi.draws.verifier import verifier_text
from yiqi.web.texts import whole

blueprint = Blueprint("draws", __name__)


@blueprint.get("/activities/<id:activity_id>/draw")
def page(activity_id: int) -> ResponseReturnValue:
    """How this draw works, what is known of it by now, and how to check it; `?page=` of a long list."""
    found = _found(activity_id)
    number = min(whole(request.args.get("page", ""), least=1, most=99999) or 1, found.pages)
    return render_template(
        "draws/draw.html", found=found, number=number, verifier=verifier_text(current_app.static_folder or "")
    )


@blueprint.get("/activities/<id:activity_id>/draw.json")
def document(activity_id: int) -> ResponseReturnValue:
    """What is public of this draw by now, for `verify.py` and everybody else's programs."""
    text = json.dumps(_found(activity_id).document(), ensure_ascii=False, separators=(",", ":"))
    return Response(text, mimetype="application/json")


def _found(activity_id: int) -> Published:
    """The draw as it stands now: a list that is due is frozen by whoever looks first."""
    now = clock.now()
    person_id = current_user.id if current_user.is_authenticated else None
    if not sight.sees(activity_id, person_id, now):
        abort(404)
    found = published.of_activity(activity_id, person_id, now)
    if found is not None and found.is_due:
        with suppress(Hindered):
            lottery.freeze(activity_id=activity_id, at=now)
        found = published.of_activity(activity_id, person_id, now)
    if found is None:
        abort(404)
    return found
