"""What is asked before anything else: to agree to a notice that has changed, and a guardian's word for a child."""

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.people import agreeing
from yiqi.privacy.rules import needs_guardian
from yiqi.web.htmx import asks_for_fragment, safe_redirect

OPEN = frozenset(
    {"static", "display.choose", "pages.privacy", "pages.notice", "pages.messages", "booking.live"}
)
OPEN_ROOMS = frozenset({"health", "people", "privacy", "calendars"})
"""What somebody may do before they agreed to a new notice: read it, sign out, take their data or go."""
JOINS = frozenset({"booking.sign_up", "booking.enrol", "booking.take_over", "booking.accept"})
"""What nobody under fourteen does without a guardian's word."""


def init(app: Flask) -> None:
    """Stand before every page. Forms go through but those by which a child takes part in something."""

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
        if request.method != "POST" or request.endpoint not in JOINS or not current_user.is_authenticated:
            return None
        if not needs_guardian(current_user.born_on, clock.today()) or agreeing.has_guardian(current_user.id):
            return None
        return safe_redirect(url_for("privacy.guardian"))
