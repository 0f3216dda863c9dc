"""The blueprint of the desk. Its gate stands before every page that hangs on one of its kind."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g

from yiqi.desk import doors, gate
from yiqi.desk.permits import NEEDS, Needs
from yiqi.roles.rules.permissions import Action


class Desk(Blueprint):
    """A part of the desk, with the table of what its addresses need: what is not in it is denied.

    Its every view is for people who are signed in: a form of it sent without a session is answered by the gate, and
    not called stale first. Its pages have the frame of the desk.
    """

    def __init__(self, name: str, import_name: str, *, url_prefix: str, needs: Mapping[str, Needs]) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.needs = needs
        self.before_request(gate.check)
        self.context_processor(_frame)

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


def _frame() -> dict[str, object]:
    """What the frame of every page of the desk asks: what else may be done, and so which doors it shows."""
    return {"permit": gate.permit() if "permit" in g else None, "Action": Action, "doors": doors.of}


blueprint = Desk("desk", __name__, url_prefix="/desk", needs=NEEDS)
