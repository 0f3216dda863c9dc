"""The first page of volunteering at the desk."""

from flask import render_template
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.programmes.volunteering import events
from yiqi.programmes.volunteering.desk.blueprint import blueprint
from yiqi.roles.rules.permissions import Action


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The events at which hours, disputes or posts wait; and all others within reach."""
    now = clock.now()
    return render_template(
        "volunteering/desk/home.html",
        waiting=events.waiting(permit().held, now),
        recent=events.recent(permit().held, now),
        may_export=permit().may_anywhere(Action.EXPORT) is not None,
        now=now,
    )
