"""What a screen says and hears besides: somebody is still there, somebody left, help, the language, the venue's code."""

from flask import abort, current_app, make_response, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.booking.rules import venue
from yiqi.i18n import gettext as _
from yiqi.kiosk import arrivals, calls, screen, visits
from yiqi.kiosk.views.blueprint import blueprint
from yiqi.web import qr
from yiqi.web.display import LANGUAGES
from yiqi.web.htmx import asks_for_fragment, came_from, fragment, safe_redirect

VENUE_EVERY = 10
"""Seconds between two looks at the code of a venue, which changes every sixty."""


@blueprint.post("/stay")
def stay() -> ResponseReturnValue:
    """Somebody is still there: they touch the screen without sending anything."""
    visits.touch(device_id=screen.this().id, at=clock.now())
    return "", 204


@blueprint.post("/leave")
def leave() -> ResponseReturnValue:
    """Whoever stood there is forgotten, here and in the browser."""
    visits.leave(device_id=screen.this().id)
    answer = make_response(safe_redirect(url_for("kiosk.board")))
    screen.forget(answer)
    return answer


@blueprint.post("/language")
def speak() -> ResponseReturnValue:
    """In the other language, for whoever stands there now."""
    answer = make_response(safe_redirect(_here()))
    lang = request.form.get("lang", "")
    if lang in LANGUAGES:
        screen.speak(answer, lang)
    return answer


@blueprint.get("/help")
def help_is_coming() -> ResponseReturnValue:
    """Whether somebody is on their way."""
    return render_template("kiosk/help.html", call=calls.newest(screen.this().id, clock.now()))


@blueprint.post("/help")
def call() -> ResponseReturnValue:
    """Call whoever works here; the desk shows it."""
    calls.call(device_id=screen.this().id, at=clock.now())
    return safe_redirect(url_for("kiosk.help_is_coming"))


@blueprint.get("/venue")
def venues() -> ResponseReturnValue:
    """The doors that are open now: at each a code can be hung for workers' own phones."""
    return render_template("kiosk/venues.html", doors=arrivals.open_doors(clock.now()))


@blueprint.get("/venue/<id:occurrence_id>")
def venue_code(occurrence_id: int) -> ResponseReturnValue:
    """The code of a venue, another one each minute, until its door closes; that it was called off, where it was."""
    return render_template("kiosk/venue.html", **_hanging(occurrence_id))


@blueprint.get("/venue/<id:occurrence_id>/_code")
def _venue_code(occurrence_id: int) -> ResponseReturnValue:
    """The code of this minute. Opened by hand it goes to its page, and where there is none any more."""
    facts = _hanging(occurrence_id)
    if not asks_for_fragment() or facts["is_off"]:
        return safe_redirect(url_for("kiosk.venue_code", occurrence_id=occurrence_id))
    return fragment(render_template("kiosk/_venue_code.html", **facts))


@blueprint.get("/sw.js")
def worker() -> ResponseReturnValue:
    """The screen's service worker: it may stand before these addresses only because it comes from among them."""
    folder = current_app.config["YIQI"].root / "static" / "js"
    answer = send_from_directory(folder, "kiosk-worker.js", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _hanging(occurrence_id: int) -> dict[str, object]:
    now = clock.now()
    door = arrivals.open_door(occurrence_id, now)
    if door is None:
        abort(404)
    code = venue.code(current_app.config["SECRET_KEY"], occurrence_id, now)
    url = qr.absolute(url_for("booking.venue_code", code=code))
    return {
        "door": door,
        "is_off": door.is_off,
        "qr": qr.fresh_qr(url, _("现场签到码")),
        "url": url,
        "every": VENUE_EVERY,
        "poll_url": url_for("kiosk._venue_code", occurrence_id=occurrence_id),
    }


def _here() -> str:
    """The screen that was looked at, or the board."""
    path = came_from()
    return path if path.startswith(f"{screen.PATH}/") else url_for("kiosk.board")
