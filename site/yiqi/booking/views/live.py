"""What changed of the slots that a page follows."""

from flask import request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.booking import showing, sight, standing, watching
from yiqi.booking.views.answering import visitor
from yiqi.booking.views.blueprint import blueprint
from yiqi.web.display import keep_to_the_page
from yiqi.web.htmx import STOP_POLLING
from yiqi.web.texts import identifier


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    """What changed of the slots a page follows (`slots=<id>.<version>,…`): 204 for nothing, else fragments out of band.

    286 ends the polling when all of them are over. `view` says how the page shows them: `list`, or an activity's page;
    `lang` the language that it is in.
    """
    keep_to_the_page()
    asked = _followed(request.args.get("slots", ""))
    if not asked:
        return "", STOP_POLLING
    now = clock.now()
    seen = watching.snapshot().of(asked)
    guarded = [slot_id for slot_id, known in seen.items() if known.is_for_some]
    if guarded:
        hidden = set(guarded) - sight.slots(guarded, visitor(), now)
        seen = {slot_id: known for slot_id, known in seen.items() if slot_id not in hidden}
    changed = [slot_id for slot_id, known in seen.items() if known.at(now) != asked[slot_id]]
    if not changed:
        if all(now >= known.over_at for known in seen.values()):
            return "", STOP_POLLING
        return "", 204
    view = request.args.get("view", "page")
    if view == "page":
        return showing.page_changes(
            standing.of_slots(list(seen), visitor(), now), visitor(), changed, request.args.get("was", "")
        )
    if view == "mine":
        return showing.mine_changes(seen, now)
    return showing.list_changes(seen, changed, visitor, now)


def _followed(typed: str) -> dict[int, int]:
    """`17.4,18.1` as versions by slot id; what is not of that form is passed over."""
    followed = {}
    for part in typed[:4000].split(",")[: watching.MOST_WATCHED]:
        slot_id, _dot, version = part.partition(".")
        known = identifier(slot_id)
        if known is not None:
            followed[known] = identifier(version) or 0
    return followed
