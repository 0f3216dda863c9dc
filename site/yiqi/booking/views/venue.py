"""Checking in with one's own phone: the code that hangs at the venue, and the page it leads to."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import attendance, door
from yiqi.booking.door_words import not_let_in
from yiqi.booking.rules import venue
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.views.blueprint import blueprint
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/check-in/<venue:code>")
def venue_code(code: str) -> ResponseReturnValue:
    """Where the code at a venue leads. The browser keeps for a quarter of an hour that it was there, so that there is
    time to sign in; the address itself is worth nothing a minute later."""
    now, secret = clock.now(), current_app.config["SECRET_KEY"]
    answer = redirect(url_for("booking.here"), 303)
    occurrence_id = venue.scanned(secret, code, now)
    if occurrence_id is not None:
        answer.set_cookie(
            _cookie(),
            venue.word(secret, occurrence_id, now),
            max_age=venue.HERE_FOR,
            secure=current_app.config["YIQI"].secure_cookies,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return answer


@blueprint.get("/here")
@signed_in_only
def here() -> ResponseReturnValue:
    """What I hold at the venue whose code I scanned, and the button."""
    return _page()


@blueprint.post("/here")
@signed_in_only
def say_here() -> ResponseReturnValue:
    """I am here; `leaving=1`: I go. The second time shows the first."""
    now = clock.now()
    occurrence_id = venue.kept(current_app.config["SECRET_KEY"], request.cookies.get(_cookie(), ""), now)
    found = door.of_worker(current_user.id, occurrence_id) if occurrence_id else None
    if found is None or found[1] is None:
        return safe_redirect(url_for("booking.here"))
    enter_or_leave = attendance.check_out if "leaving" in request.form else attendance.check_in
    try:
        enter_or_leave(ref=found[1].ref, occurrence_id=found[0].id, at=now, by_id=current_user.id)
    except Refused as refused:
        return _page(refused)
    return safe_redirect(url_for("booking.here"))


def _page(refused: Refused | None = None) -> ResponseReturnValue:
    now = clock.now()
    occurrence_id = venue.kept(current_app.config["SECRET_KEY"], request.cookies.get(_cookie(), ""), now)
    occurrence, booking = (door.of_worker(current_user.id, occurrence_id) if occurrence_id else None) or (
        None,
        None,
    )
    page = render_template(
        "booking/here.html",
        occurrence=occurrence,
        booking=booking,
        doors=Doors(occurrence.starts_at, occurrence.ends_at) if occurrence else None,
        refused=not_let_in(refused) if refused else None,
        now=now,
    )
    return page, 409 if refused else 200


def _cookie() -> str:
    return "__Host-yiqi-here" if current_app.config["YIQI"].secure_cookies else "yiqi-here"
