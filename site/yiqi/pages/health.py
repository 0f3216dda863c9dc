"""Is it alive, and can it serve: for load balancers and people on call."""

import hmac
import os
from datetime import timedelta
from ipaddress import ip_address

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from yiqi import __version__, clock
from yiqi.notices.heartbeat import BACKGROUND, last_beat
from yiqi.pages import gauges
from yiqi.schema import is_behind, present, wanted

STALE = timedelta(seconds=90)

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def livez() -> ResponseReturnValue:
    """The process answers. Never touches the database."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers, its schema has what this code needs, background work runs; else 503 with the reason."""
    reasons = []
    try:
        at, root = present(), current_app.config["YIQI"].root
        if is_behind(at, root):
            reasons.append(f"schema is at {at}, this version needs {wanted(root)}")
        beat = last_beat(BACKGROUND)
        if beat is None or clock.now() - beat > STALE:
            reasons.append("background work gave no sign of life for 90 seconds")
    except (SQLAlchemyError, OSError) as error:
        reasons.append(f"the database does not answer: {type(error).__name__}")
    status = 503 if reasons else 200
    return jsonify({"ready": not reasons, "reasons": reasons, "version": __version__}), status


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """What the processes of this machine counted, and what the database says now, for Prometheus.

    It is there for whoever holds the token; without one, for this machine itself, and never through a proxy.
    """
    if not _may_measure():
        abort(404)
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    counted = generate_latest(registry)
    return counted + gauges.text(clock.now()), 200, {"Content-Type": CONTENT_TYPE_LATEST}


def _may_measure() -> bool:
    token: str = current_app.config["YIQI"].metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    came_by_proxy = any(name.lower().startswith("x-forwarded") for name, _value in request.headers)
    return not came_by_proxy and _is_loopback(request.remote_addr or "")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
