"""The ledger of quotas: who got what of which."""

from flask import render_template
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk import doors
from yiqi.desk.revising import accounts
from yiqi.desk.trust.deed_words import STATES
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.roster import is_masked, whole_or_missing


@blueprint.get("/activities/<id:activity_id>/quotas")
def quotas(activity_id: int) -> ResponseReturnValue:
    """Each quota with what is used, kept and left, and the bookings that took of it."""
    found = whole_or_missing(activity_id)
    return render_template(
        "desk/quotas.html",
        whole=found,
        pages=accounts.of_activity(activity_id, is_masked=is_masked()),
        states=STATES,
        now=clock.now(),
        doors=doors.of,
    )
