"""The one blueprint of the desk. Its gate stands before every page that hangs on it."""

from typing import Any

from flask import Blueprint, g

from yiqi.desk import doors, gate
from yiqi.roles.rules.permissions import Action


class Desk(Blueprint):
    """A blueprint whose every view is for people who are signed in: a form of it sent without a session is answered
    by the gate, and not called stale first."""

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        if view_func is not None:
            view_func.signed_in_only = True
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


blueprint = Desk("desk", __name__, url_prefix="/desk")
blueprint.before_request(gate.check)


@blueprint.context_processor
def frame() -> dict[str, object]:
    """What the frame of every page of the desk asks: what else may be done, and so which doors it shows."""
    return {"permit": gate.permit() if "permit" in g else None, "Action": Action, "doors": doors.of}
