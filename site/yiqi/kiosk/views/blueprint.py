"""The blueprint of the screens: its gate, the language of whoever stands there, and what a screen says when something
goes wrong, which never leads out of it."""

from flask import Blueprint, current_app, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.kiosk import screen
from yiqi.kiosk.visits import Gone
from yiqi.web.display import LANGUAGES
from yiqi.web.errors import RETRY_SECONDS
from yiqi.web.guards import CrossSite, StaleForm
from yiqi.web.htmx import asks_for_fragment, fragment, leave_for
from yiqi.web.outages import outage

OPEN = frozenset({"kiosk.enrol", "kiosk.take_code", "kiosk.worker"})
"""What a browser that is no screen may ask for."""

blueprint = Blueprint(screen.NAME, __name__, url_prefix=screen.PATH)


@blueprint.before_request
def gate() -> ResponseReturnValue | None:
    """Screens only; every other browser is shown where a screen is enrolled. A screen speaks the language of whoever
    stands there, and nothing of what this browser chose elsewhere."""
    if screen.device() is not None:
        chosen = request.cookies.get(screen.LANGUAGE, "")
        g.lang = chosen if chosen in LANGUAGES else LANGUAGES[0]
    if request.method == "OPTIONS" or request.endpoint in OPEN or screen.device() is not None:
        return None
    return leave_for(url_for("kiosk.enrol"))


blueprint.after_request(screen.greet)


@blueprint.context_processor
def frame() -> dict[str, object]:
    """What the frame of every screen shows."""
    return {"device": screen.device(), "now": clock.now(), "theme": "light", "text_size": ""}


@blueprint.errorhandler(Gone)
def gone(_error: Gone) -> ResponseReturnValue:
    """Nobody stands there any more: the board."""
    return leave_for(url_for("kiosk.board"))


@blueprint.errorhandler(CrossSite)
@blueprint.errorhandler(StaleForm)
def stale(_error: Exception) -> ResponseReturnValue:
    """A form of another session, or of a screen that was revoked while somebody used it."""
    try:
        request.form  # noqa: B018
    except HTTPException as unreadable:
        return problem(unreadable)
    return _page(403, _("这一页放得久了"), _("回到首页，再来一次。"))


@blueprint.errorhandler(HTTPException)
def problem(error: HTTPException) -> ResponseReturnValue:
    """What cannot be done, and the way back to the board."""
    status = error.code or 500
    if status >= 500:
        return broken(error)
    if status == 429:
        answer = make_response(_page(status, _("点得太快了"), _("歇一会儿再来。")))
        answer.headers["Retry-After"] = "60"
        return answer
    answer = make_response(_page(status, _("这一步现在做不了"), _("回到首页，再来一次。")))
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


@blueprint.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue:
    """Our own fault: the screen tries the board again by itself, and nothing is asked of the database for saying so."""
    current_app.logger.error("a screen met a fault", exc_info=error)
    why = outage(error)
    ref = str(g.get("request_id", ""))[:8].upper()
    name = "errors/_bare.html" if request.headers.get("HX-Request") == "true" else "kiosk/fault.html"
    facts = {
        "status": 503 if why else 500,
        "ref": ref,
        "heading": "这边出了问题",
        "line": "过 10 秒自动再试。",
        "heading_en": "Something went wrong here",
        "line_en": "The screen tries again by itself in ten seconds.",
    }
    answer = make_response(current_app.jinja_env.get_template(name).render(**facts), facts["status"])
    if why:
        answer.headers["Retry-After"] = str(RETRY_SECONDS[why])
    return answer


def _page(status: int, heading: str, line: str) -> ResponseReturnValue:
    if asks_for_fragment():
        facts = {"status": status, "heading": heading, "line": line, "ref": "", "resubmit": None}
        actions = [(url_for("kiosk.board"), _("返回首页"))]
        return fragment(render_template("errors/_problem.html", actions=actions, **facts), status=status)
    return render_template("kiosk/problem.html", heading=heading, line=line), status
