"""The organizer's activities."""

from flask import render_template
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk import reach
from yiqi.desk.gate import permit
from yiqi.desk.views.blueprint import blueprint


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The activities within reach, the next ones first."""
    return render_template("desk/activities.html", activities=reach.coming(permit().held, clock.now()))
