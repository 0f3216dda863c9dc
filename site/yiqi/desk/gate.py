"""The gate of the desk: before any of its pages runs, whoever asks is held against the permission table."""

from datetime import datetime, timedelta

from flask import abort, current_app, g, request, url_for
from flask_login import current_user
from msgspec import Struct
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from yiqi import clock
from yiqi.desk.permits import Needs, On
from yiqi.desk.planning import drafts
from yiqi.people import browser, sessions
from yiqi.people.models import BrowserSession
from yiqi.roles import holding
from yiqi.roles.rules import locks
from yiqi.roles.rules.permissions import Action, Allowed, Held, Thing, may
from yiqi.unions import belonging
from yiqi.web.display import keep_to_the_page
from yiqi.web.htmx import asks_for_fragment, came_from, leave_for, local_path

TOUCH_EVERY = timedelta(minutes=1)


class Permit(Struct, frozen=True):
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


def check() -> Response | None:
    """Let through, deny, or ask for a proof of who it is first.

    A foreign thing is answered as a missing one; without any role the desk is not there. Nothing is told before the
    second factor was shown, where one is asked for.
    """
    if request.method == "OPTIONS":
        return None
    if not current_user.is_authenticated:
        abort(401)
    now = clock.now()
    needs = needs_of(request.endpoint or "")
    if needs is None:
        abort(404)
    if needs.is_poll:
        keep_to_the_page()
    found = holding.facing(current_user.id, now, _named_activity(needs))
    held = found.held
    if not held:
        abort(404)
    if not needs.while_locked and is_locked(held, now, has_factor=found.has_factor):
        return leave_for(url_for("desk.second_factor", next=_way_back()))
    thing = _thing(needs, found.activity)
    allowed = may(held, needs.action, thing)
    if allowed is None or (thing is None and names_a_thing(needs)):
        abort(404)
    g.permit = Permit(held, allowed, thing)
    if allowed.step_up and not is_fresh():
        return to_step_up()
    _keep_open(needs, now)
    return None


def permit() -> Permit:
    """What the gate found for the present request."""
    found: Permit = g.permit
    return found


def is_locked(held: tuple[Held, ...], at: datetime, *, has_factor: bool) -> bool:
    """Whether the desk asks for the second factor: where it must, and of everybody who has one."""
    row = _visit()
    if locks.is_open(held, factor_at=row.factor_at, desk_at=row.desk_at, at=at):
        return False
    return has_factor or current_app.config["YIQI"].second_factor


def is_fresh() -> bool:
    """Whether whoever asks has proved lately who they are."""
    return locks.is_fresh(_visit().stepped_up_at, clock.now())


def may_set_up() -> bool:
    """Whether whoever asks has shown lately whose phone it is, so that a second factor may be set up."""
    row = _visit()
    return locks.may_set_up(signed_in_at=row.created_at, stepped_up_at=row.stepped_up_at, at=clock.now())


def to_step_up() -> Response:
    """Ask for a proof, and come back: to this page, or from a form to the page it stands on."""
    return leave_for(url_for("desk.step_up", next=_way_back()))


def _visit() -> BrowserSession:
    row = browser.visit()
    if row is None:
        abort(401)
    return row


def _way_back() -> str:
    if request.method in ("GET", "HEAD") and not asks_for_fragment():
        return iri_to_uri(request.full_path.rstrip("?"))
    return local_path(came_from())


def _keep_open(needs: Needs, at: datetime) -> None:
    """Note that the desk is in use, at most once a minute."""
    row = _visit()
    counts = (
        not needs.is_poll and not needs.while_locked
    )  # asking for the factor must not open what it guards
    if counts and row.factor_at and at - (row.desk_at or row.factor_at) >= TOUCH_EVERY:
        sessions.use_desk(browser_id=row.id, at=at)


def needs_of(endpoint: str) -> Needs | None:
    """What an address of the desk needs, by the table of the blueprint it hangs on; None is denied."""
    found: Needs | None = getattr(current_app.blueprints.get(endpoint.rpartition(".")[0]), "needs", {}).get(
        endpoint
    )
    return found


def names_a_thing(needs: Needs) -> bool:
    """Whether an address is about something in particular."""
    return needs.thing is not None or needs.on is not On.ANYWHERE


def _named_activity(needs: Needs) -> int | None:
    """The activity that the address names, where it is about one."""
    if needs.thing is not None or needs.on is not On.ACTIVITY:
        return None
    named: int = (request.view_args or {})[needs.on.value]
    return named


def _thing(needs: Needs, activity: Thing | None) -> Thing | None:
    """What the address names, or None when there is no such thing. `activity`: what it is where it names one."""
    on, parts = needs.on, request.view_args or {}
    if needs.thing is not None:
        return needs.thing(parts)
    if on is On.ANYWHERE:
        return None
    if on is On.ACTIVITY:
        return activity
    named: int = parts[on.value]
    if on is On.UNION:
        return Thing(named) if belonging.named([named]) else None
    if on is On.GRANT:
        given = holding.granted(named)
        return given.thing if given else None
    return drafts.thing(named)
