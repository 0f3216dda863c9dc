"""The audit trail: what was done within reach, and what became of an activity's bookings."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from yiqi.booking import history
from yiqi.desk.gate import permit
from yiqi.desk.trust.deed_words import DEEDS, STATES, because, known
from yiqi.desk.views.blueprint import blueprint
from yiqi.people.rules import starred
from yiqi.roles import holding, trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Action, Thing
from yiqi.web.formats import printable
from yiqi.web.texts import identifier

OF_ORGANIZERS = {What.GRANTED, What.REVOKED, What.FACTOR_SET, What.FACTOR_TAKEN_AWAY, What.RECOVERY_CODE_USED}
"""Deeds about somebody who organizes: their names are no names of a roster."""
MOST = 30
"""Characters of a name that is searched for."""


@blueprint.get("/audit")
def audit() -> ResponseReturnValue:
    """What was done within reach, the newest first."""
    what, who, before = _asked()
    rows, more = trail.deeds(permit().held, what=what, who=who, before=before)
    return render_template(
        "desk/audit.html",
        deeds=rows,
        more=more,
        what=what,
        who=who,
        deed_words=DEEDS,
        known=known,
        named=_named,
    )


@blueprint.get("/activities/<id:activity_id>/audit")
def activity_audit(activity_id: int) -> ResponseReturnValue:
    """What was done with an activity, or (`?of=bookings`) what became of its bookings."""
    what, who, before = _asked()
    of_bookings = request.args.get("of") == "bookings"
    if of_bookings:
        rows, more = history.changes(activity_id, who=who, before=before)
    else:
        rows, more = trail.deeds(permit().held, activity_id=activity_id, what=what, who=who, before=before)
    return render_template(
        "desk/activity_audit.html",
        activity=holding.named(activity_id),
        of_bookings=of_bookings,
        rows=rows,
        more=more,
        what=what,
        who=who,
        deed_words=DEEDS,
        states=STATES,
        known=known,
        because=because,
        named=_named,
        own_name=_own_name,
    )


def _asked() -> tuple[What | None, str, int | None]:
    """The filters of the address; what makes no sense filters nothing."""
    what = request.args.get("what", "")
    who = printable(" ".join(request.args.get("who", "").split()))[:MOST]
    return What(what) if what in set(What) else None, who, identifier(request.args.get("before", ""))


def _named(deed: Any) -> str:
    """Whom a deed concerned, as far as whoever looks may know."""
    if deed.what in OF_ORGANIZERS:
        return str(deed.person)
    return _own_name(deed.person, Thing(deed.union_id, deed.activity_id, deed.programme))


def _own_name(name: str, thing: Thing | None = None) -> str:
    """The name of somebody on a roster of a thing, or of the address's."""
    sees = permit().may(Action.SEE_ROSTER, thing)
    return name if sees is not None and not sees.masked else starred(name)
