"""The one blueprint of the desk. Its gate stands before every page that hangs on it."""

from flask import Blueprint, g

from yiqi.desk import gate
from yiqi.roles.rules.permissions import Action

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.before_request(gate.check)


@blueprint.context_processor
def frame() -> dict[str, object]:
    """What the frame of every page of the desk asks: what else may be done, and so which doors it shows."""
    return {"permit": gate.permit() if "permit" in g else None, "Action": Action}
