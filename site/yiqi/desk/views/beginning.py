"""A new activity: from nothing, from a template, or as the next one after an earlier activity."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.names import PROGRAMMES
from yiqi.desk import agenda, reach
from yiqi.desk.gate import permit
from yiqi.desk.planning import copying, drafting, drafts
from yiqi.desk.rules import sheet
from yiqi.desk.rules.placing import spelled
from yiqi.desk.rules.sheet import Fields
from yiqi.desk.rules.shifting import onward
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Action, Thing
from yiqi.unions.models import Union
from yiqi.web.formats import printable
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import Unwritable, identifier, plain, shown_again

MOST_LISTED = 60
"""Unions up to which they are chosen from a list; of more the name is typed. And pairs of a union with a programme."""
SEARCH_LENGTH = 50


@dataclass
class Start:
    """What was chosen to begin with, and what is wrong with it."""

    programme: str = ""
    union: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/drafts/new")
def new_draft() -> ResponseReturnValue:
    """Where to begin. `?q=` searches the earlier activities; `?copy=1` comes for one of them."""
    return _page(Start())


@blueprint.post("/drafts")
@signed_in_only
def begin() -> ResponseReturnValue:
    """Begin a draft. `start` is `blank`, `template-<id>` or `activity-<id>`; what is not within reach is not there."""
    start = request.form.get("start", "blank")
    what, _dash, number = start.partition("-")
    if what == "blank":
        chosen = _chosen()
        if isinstance(chosen, Start):
            return _page(chosen, status=422)
        return _begun(chosen, sheet.blank())
    source = identifier(number)
    if source is None or what not in ("template", "activity"):
        abort(404)
    thing = holding.activity(source) if what == "activity" else drafts.thing(source)
    if thing is None or not _may(Thing(thing.union_id, programme=thing.programme)):
        abort(404)
    fields = copying.fields_of(source) if what == "activity" else drafts.of(source).fields
    return _begun(thing, onward(fields, clock.today()))


def _chosen() -> Thing | Start:
    """The union and programme that were chosen, or what is wrong with the choice."""
    within = reach.unions(permit().held)
    if "pair" in request.form:
        return _paired(within)
    start = Start(request.form.get("programme", ""), shown_again(request.form.get("union", ""))[:200])
    wanted = spelled(start.union)
    named = (one for one in within if wanted and wanted in (spelled(one.name), spelled(one.name_en)))
    found = next(named, None)
    if start.programme not in list(Programme):
        start.errors["programme"] = _("选一个类别")
    if found is None:
        start.errors["union"] = _("选一个主办的工会，只能是你负责的")
    elif start.programme in list(Programme) and not _may(Thing(found.id, programme=start.programme)):
        mine = [str(name) for one, name in PROGRAMMES.items() if _may(Thing(found.id, programme=one))]
        start.errors["programme"] = (
            _("这个工会的这一类活动不归你负责，归你的是：%(mine)s", mine=_("、").join(mine))
            if mine
            else _("这个工会的活动不归你负责，换一个工会")
        )
    if start.errors or found is None:
        return start
    return Thing(found.id, programme=start.programme)


def _paired(within: Sequence[Union]) -> Thing | Start:
    """The same, chosen as one."""
    programme, _dot, number = request.form["pair"].partition(".")
    union_id = identifier(number)
    if programme in list(Programme) and any(one.id == union_id for one in within):
        thing = Thing(union_id, programme=programme)
        if _may(thing):
            return thing
    return Start(errors={"pair": _("选一个类别和主办的工会，只能是你负责的")})


def _pairs(unions: Sequence[Union], programmes: Sequence[Programme]) -> list[tuple[Union, list[Programme]]]:
    """The programmes of each union, where not all of them go with all unions; none where they do, or where it were too many
    for one list."""
    if len(unions) * len(programmes) > MOST_LISTED:
        return []
    pairs = [(one, [kind for kind in programmes if _may(Thing(one.id, programme=kind))]) for one in unions]
    return pairs if any(len(kinds) < len(programmes) for _union, kinds in pairs) else []


def _begun(thing: Thing, fields: Fields) -> ResponseReturnValue:
    if thing.union_id is None or thing.programme is None:
        raise LookupError("an activity belongs to a union and a programme")
    made = drafting.begin(
        owner_id=thing.union_id,
        programme=Programme(thing.programme),
        fields=fields,
        by_id=current_user.id,
        nonce=_nonce(),
        at=clock.now(),
    )
    return safe_redirect(url_for("desk.draft", draft_id=made))


def _page(start: Start, status: int = 200) -> ResponseReturnValue:
    held, now = permit().held, clock.now()
    q = printable(" ".join(request.args.get("q", "").split()))[:SEARCH_LENGTH]
    unions, programmes = reach.unions(held), reach.programmes(held)
    page = render_template(
        "desk/new_draft.html",
        start=start,
        programmes=programmes,
        pairs=_pairs(unions, programmes),
        unions=unions if len(unions) <= MOST_LISTED else [],
        many=len(unions),
        templates=drafts.templates(held),
        earlier=agenda.earlier(held, q, now),
        q=q,
        nonce=secrets.token_urlsafe(16),
    )
    return page, status


def _may(thing: Thing) -> bool:
    return permit().may(Action.EDIT, thing) is not None


def _nonce() -> str:
    try:
        return plain(request.form.get("nonce", ""))[:64] or secrets.token_urlsafe(16)
    except Unwritable:
        return secrets.token_urlsafe(16)
