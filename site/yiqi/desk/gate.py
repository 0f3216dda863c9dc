"""The gate of the desk: before any of its pages runs, whoever asks is held against the permission table."""

from dataclasses import dataclass

from flask import abort, g, request
from flask_login import current_user

from yiqi.desk import drafts
from yiqi.desk.permits import NEEDS, On
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Action, Allowed, Held, Thing, may
from yiqi.unions import belonging


@dataclass(frozen=True)
class Permit:
    """What the gate found: the roles of whoever asks, what the address is about, and what they may do with it."""

    held: tuple[Held, ...]
    allowed: Allowed
    thing: Thing | None = None

    def may(self, action: Action, thing: Thing | None = None) -> Allowed | None:
        """What else they may do, with the thing of this address or another one; None is no."""
        return may(self.held, action, thing or self.thing)

    def may_anywhere(self, action: Action) -> Allowed | None:
        """Whether they may do something at all, somewhere."""
        return may(self.held, action)


def check() -> None:
    """Let through or deny. A foreign thing is answered as a missing one; without any role the desk is not there."""
    if not current_user.is_authenticated:
        abort(401)
    needs = NEEDS.get(request.endpoint or "")
    if needs is None:
        abort(404)
    held = holding.of(current_user.id)
    thing = _thing(needs.on)
    allowed = may(held, needs.action, thing)
    if allowed is None or (thing is None and needs.on is not On.ANYWHERE):
        abort(404)
    g.permit = Permit(held, allowed, thing)


def permit() -> Permit:
    """What the gate found for the present request."""
    found: Permit = g.permit
    return found


def _thing(on: On) -> Thing | None:
    """What the address names, or None when there is no such thing."""
    if on is On.ANYWHERE:
        return None
    named: int = (request.view_args or {})[on.value]
    if on is On.ACTIVITY:
        return holding.activity(named)
    if on is On.UNION:
        return Thing(named) if belonging.named([named]) else None
    return drafts.thing(named)
