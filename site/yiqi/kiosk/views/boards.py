"""The board, with buttons for whoever touches it and without them for a wall; and enrolling the screen that shows it."""

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.kiosk import calls, devices, screen, visits, watching
from yiqi.kiosk.board import Board
from yiqi.kiosk.rules import keys, paging
from yiqi.kiosk.views.blueprint import blueprint
from yiqi.live.following import follow
from yiqi.live.streams import Look, Topic
from yiqi.people import browser, sessions
from yiqi.people.rules import address_block
from yiqi.web import qr
from yiqi.web.display import language
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import digits

EVERY = 2
"""Seconds between two looks of a board."""


@blueprint.get("/")
def board() -> ResponseReturnValue:
    """What is on. Whoever stood before the screen is forgotten: every way home leads here."""
    visits.leave(device_id=screen.this().id)
    answer = make_response(_page(on_wall=False))
    screen.keep(answer)
    return answer


@blueprint.get("/wall")
def wall() -> ResponseReturnValue:
    """The same for a screen that nobody touches."""
    answer = make_response(_page(on_wall=True))
    screen.keep(answer)
    return answer


@blueprint.get("/_board")
def _board() -> ResponseReturnValue:
    """What is on, when it differs from the version `?v=`; else 204. Opened by hand it goes to its page."""
    on_wall = request.args.get("wall") == "1"
    if not asks_for_fragment():
        return safe_redirect(url_for("kiosk.wall" if on_wall else "kiosk.board"))
    screen.seen(screen.this())
    facts = _facts(on_wall=on_wall)
    if facts["version"] == request.args.get("v"):
        return "", 204
    return fragment(render_template("kiosk/_board.html", **facts))


@blueprint.get("/_board/stream")
def board_stream() -> ResponseReturnValue:
    """The same as soon as it changes, for a board that has the version `?v=`."""
    on_wall, lang = request.args.get("wall") == "1", language()

    def look() -> Look:
        g.lang = lang
        shown = watching.picture(lang).at(clock.now(), within=0)
        return Look(
            shown.version,
            lambda: render_template("kiosk/_board.html", **_shown(shown, on_wall=on_wall)),
        )

    topic = Topic(("board", lang, "wall" if on_wall else ""), look)
    return follow(topic, whose=f"screen-{screen.this().id}", has=request.args.get("v", ""))


@blueprint.get("/enrol")
def enrol() -> ResponseReturnValue:
    """Where a browser becomes a screen, with the code from the desk. A screen goes on to its board."""
    if screen.device() is not None:
        return redirect(url_for("kiosk.board"), 303)
    return _enrol_page()


@blueprint.post("/enrol")
def take_code() -> ResponseReturnValue:
    """Try the code. Without JavaScript each key comes alone, with what was typed before it."""
    typed = digits(request.form.get("typed") or request.form.get("before", ""))[: keys.ENROL]
    if "k" in request.form:
        return _enrol_page(keys.pressed(typed, request.form["k"], keys.ENROL))
    if len(typed) != keys.ENROL:
        return _enrol_page(typed, _("开通码是 8 位数字，在工作台的“大屏”那一页。"), 422)
    try:
        token = devices.enrol(
            typed=typed,
            address=address_block(request.remote_addr or ""),
            at=clock.now(),
            secret=current_app.config["SECRET_KEY"],
        )
    except devices.WrongCode:
        return _enrol_page("", _("这个开通码不对，或者过期了。"), 422)
    except devices.TooMany:
        return _enrol_page("", _("试得太多了，过 10 分钟再来。"), 429)
    _leave_accounts()
    answer = make_response(redirect(url_for("kiosk.board"), 303))
    screen.adopt(answer, token)
    return answer


def _leave_accounts() -> None:
    """Whoever signed in on this browser to read the code is signed out of it: a screen has no account."""
    row = browser.visit()
    if row is not None:
        sessions.sign_out(browser_id=row.id)
    browser.drop()


def _enrol_page(typed: str = "", wrong: str = "", status: int = 200) -> ResponseReturnValue:
    browser.begin_visit()
    answer = make_response(
        render_template(
            "kiosk/enrol.html", typed=typed, cells=keys.cells(typed, keys.ENROL, hidden=False), wrong=wrong
        ),
        status,
    )
    if status == 429:
        answer.headers["Retry-After"] = "600"
    return answer


def _page(*, on_wall: bool) -> str:
    return render_template(
        "kiosk/board.html",
        **_facts(on_wall=on_wall),
        home_qr=qr.qr(qr.absolute(url_for("pages.home")), _("扫码在手机上报名")),
        call=calls.newest(screen.this().id, clock.now()),
    )


def _facts(*, on_wall: bool) -> dict[str, object]:
    """What the board and its page show."""
    return _shown(watching.picture(language()).at(clock.now()), on_wall=on_wall)


def _shown(shown: Board, *, on_wall: bool) -> dict[str, object]:
    """A picture as it stands on the board now; both parts turn over every twelve seconds. English titles need the whole
    line, Chinese ones half of it."""
    now, in_cells = clock.now(), language() != "en"
    beside = paging.beside(len(shown.today), in_cells=in_cells)
    today, week = paging.screens(shown.today, paging.TODAY), paging.screens(shown.week, beside)
    return {
        "board": shown,
        "version": shown.version,
        "today": today,
        "week": week,
        "today_on": paging.showing(now, len(today)),
        "week_on": paging.showing(now, len(week)),
        "line_on": paging.showing(now, len(shown.lines) or 1),
        "in_cells": in_cells,
        "wall": on_wall,
        "every": EVERY,
        "seconds": paging.SECONDS,
    }
