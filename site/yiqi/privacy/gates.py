"""What is asked before anything else: to agree to a notice that has changed, and a guardian's word for who is not of age."""

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import guarded
from yiqi.booking.rules.guarding import OF_AGE, needs_guardian
from yiqi.people import agreeing
from yiqi.privacy import guarding
from yiqi.web.htmx import asks_for_fragment, came_from, safe_redirect

OPEN = frozenset(
    {"static", "display.choose", "pages.privacy", "pages.notice", "pages.messages", "booking.live"}
)
OPEN_ROOMS = frozenset({"health", "people", "privacy", "calendars"})
"""What somebody may do before they agreed to a new notice: read it, sign out, take their data or go."""


def init(app: Flask) -> None:
    """Stand before every page. Forms go through but those by which somebody who is not of age takes part."""

    @app.before_request
    def ask_again() -> ResponseReturnValue | None:
        endpoint = request.endpoint or "static"
        if request.method != "GET" or endpoint in OPEN or endpoint.partition(".")[0] in OPEN_ROOMS:
            return None
        if asks_for_fragment() or not current_user.is_authenticated:
            return None
        if not agreeing.is_asked_again(current_user.agreed):
            return None
        return redirect(url_for("privacy.new_notice", next=request.full_path.rstrip("?")), 303)

    @app.before_request
    def ask_guardian() -> ResponseReturnValue | None:
        if request.method != "POST" or not current_user.is_authenticated:
            return None
        today = clock.today()
        if not needs_guardian(current_user.born_on, today, OF_AGE):
            return None
        joins, which = guarding.joined(request.endpoint or "", request.view_args or {}, _sent)
        below = guarded.missing(current_user.id, current_user.born_on, which, today) if joins else None
        if below is None:
            return None
        return safe_redirect(url_for("privacy.guardian", under=below, next=came_from()))


def _sent(field: str) -> str:
    return request.form.get(field, "")
