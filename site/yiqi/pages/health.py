"""Is it alive, and can it serve: for load balancers and people on call."""

from datetime import timedelta

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from yiqi import __version__, clock
from yiqi.notices.heartbeat import BACKGROUND, last_beat
from yiqi.schema import present, wanted

STALE = timedelta(seconds=90)

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def livez() -> ResponseReturnValue:
    """The process answers. Never touches the database."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers, its schema is ours, background work runs; else 503 with the reason."""
    reasons = []
    try:
        at, head = present(), wanted(current_app.config["YIQI"].root)
        if at != head:
            reasons.append(f"schema is at {at}, this version needs {head}")
        beat = last_beat(BACKGROUND)
        if beat is None or clock.now() - beat > STALE:
            reasons.append("background work gave no sign of life for 90 seconds")
    except (SQLAlchemyError, OSError) as error:
        reasons.append(f"the database does not answer: {type(error).__name__}")
    status = 503 if reasons else 200
    return jsonify({"ready": not reasons, "reasons": reasons, "version": __version__}), status
