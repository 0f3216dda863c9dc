"""The audit trail: what was done within reach, and what became of an activity's bookings."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from yiqi.booking import history
from yiqi.desk import doors
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
    everywhere = permit().may(Action.SEE_ROSTER, Thing())
    whole_names = everywhere is not None and everywhere.masked
    rows, more = trail.deeds(permit().held, what=what, who=who, whole_names=whole_names, before=before)
    return render_template(
        "desk/audit.html",
        deeds=rows,
        more=more,
        what=what,
        who=who,
        deed_words=DEEDS,
        known=_known,
        named=_named,
    )


@blueprint.get("/activities/<id:activity_id>/audit")
def activity_audit(activity_id: int) -> ResponseReturnValue:
    """What was done with an activity, or (`?of=bookings`) what became of its bookings."""
    what, who, before = _asked()
    of_bookings = request.args.get("of") == "bookings"
    kinds = trail.kinds(permit().held, activity_id) if not of_bookings else set()
    if of_bookings:
        rows, more = history.changes(activity_id, who=who, whole_names=_is_masked(), before=before)
    else:
        rows, more = trail.deeds(
            permit().held,
            activity_id=activity_id,
            what=what,
            who=who,
            whole_names=_is_masked(),
            before=before,
        )
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
        known=_known,
        because=because,
        named=_named,
        own_name=_own_name,
        offered={one: word for one, word in DEEDS.items() if one in kinds},
        doors=doors.of,
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
    return _own_name(deed.person, _thing(deed))


def _known(deed: Any) -> str:
    """The facts of a deed. What an organizer remarked of somebody is for those who see the roster whole."""
    if deed.what is What.NOTED and _is_masked(_thing(deed)):
        return ""
    return known(deed.facts)


def _thing(deed: Any) -> Thing:
    return Thing(deed.union_id, deed.activity_id, deed.programme)


def _own_name(name: str, thing: Thing | None = None) -> str:
    """The name of somebody on a roster of a thing, or of the address's."""
    return starred(name) if _is_masked(thing) else name


def _is_masked(thing: Thing | None = None) -> bool:
    """Whether whoever asks sees the people of a thing, or of the address's, only in part."""
    sees = permit().may(Action.SEE_ROSTER, thing)
    return sees is None or sees.masked
