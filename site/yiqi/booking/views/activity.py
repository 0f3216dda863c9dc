"""The page of an activity and the fragments in it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from yiqi.booking import blocks
from yiqi.booking.views.answering import activity_page, in_slot, visitor
from yiqi.booking.views.blueprint import blueprint
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect


@blueprint.get("/activities/<id:activity_id>")
def activity(activity_id: int) -> ResponseReturnValue:
    """The page of an activity: all of its slots, and my state in each."""
    return activity_page(activity_id)


@blueprint.get("/slots/<id:slot_id>/_places")
def _places(slot_id: int) -> ResponseReturnValue:
    """The live count of a slot. Opened by hand it goes to its page."""
    found = in_slot(slot_id)
    if not asks_for_fragment():
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    return fragment(render_template("booking/_places.html", standing=found))


@blueprint.get("/slots/<id:slot_id>/_booking")
def _booking(slot_id: int) -> ResponseReturnValue:
    """My state in a slot and its buttons. Opened by hand it goes to its page."""
    found = in_slot(slot_id)
    if not asks_for_fragment():
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    return fragment(render_template("booking/_booking.html", block=blocks.of([found], visitor())[0]))
