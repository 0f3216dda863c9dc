"""The browser's side of a session: its cookie, its CSRF secret, and who is signed in, each looked up at most once."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SessionInterface
from flask_login import AnonymousUserMixin, LoginManager, current_user
from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from yiqi import clock
from yiqi.db import db, is_vouched_for, table
from yiqi.people import persons, sessions
from yiqi.people.models import BrowserSession, Person
from yiqi.people.rules import DEVICE_LIFE
from yiqi.web.display import LANGUAGES
from yiqi.web.guards import SAFE
from yiqi.web.htmx import asks_for_fragment
from yiqi.web.outages import outage

TOUCH_EVERY = timedelta(hours=1)
MISLEADING = frozenset({403, 404, 409, 422})
"""How a verb answers that does not find what its person had, or finds that it is somebody else's by now."""
_person = table(Person)
_STILL = select(_person.c.id).where(_person.c.id == bindparam("person"), _person.c.merged_into_id.is_(None))
_HELD = _STILL.with_for_update(read=True, key_share=True)

log = structlog.get_logger()


class NobodyAsks(Unauthorized):
    """Who asks was signed in when the request came, and their record was merged into another or deleted since."""


class Visitor(AnonymousUserMixin):  # type: ignore[misc]
    """Somebody who has not signed in."""

    id = None
    name = ""


class NoCookieSession(SessionInterface):
    """Flask's own cookie session is not used: what a visit holds is in its row."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        return SecureCookieSession()

    def save_session(self, app: Flask, session: object, response: Response) -> None:
        return None


def cookie_name(app: Flask) -> str:
    """The session cookie: with the `__Host-` promise where the site is reached over https."""
    return "__Host-yiqi" if app.config["YIQI"].secure_cookies else "yiqi"


def device_token() -> str:
    """The token of a browser that signed in before; empty for an unknown one."""
    return request.cookies.get(_device_cookie(), "")[:64]


def visit() -> BrowserSession | None:
    """The present browser's session row, or None."""
    row, _person = _present()
    return row


def csrf_secret() -> str | None:
    """The secret that the present session's form tokens carry."""
    row = visit()
    return row.csrf if row else None


def reads() -> str | None:
    """The language that who is signed in reads; None of a visitor. A part of a page that shows nothing of its visitor is
    told without a database too. A session of which no more was asked is not in use for it: it ends when it would have."""
    try:
        person = _found()[1]
    except Exception as error:
        if not asks_for_fragment() or outage(error) is None:
            raise
        return None
    return person.lang if person else None


def begin_visit() -> BrowserSession:
    """The present session, opened now when there is none: a page with a form for strangers calls this first."""
    if visit() is None:
        adopt(sessions.open_visit(at=clock.now()))
    row = visit()
    if row is None:
        raise RuntimeError("a session that was just opened is there")
    return row


def adopt(fresh: sessions.NewSession) -> None:
    """From now on this browser is in the given session; the answer sets its cookies."""
    g.visit = sessions.visit(fresh.token, clock.now()) or (None, None)
    g.cookies = fresh


def drop() -> None:
    """From now on this browser is in no session."""
    g.visit = (None, None)
    g.cookies = None


def out_meanwhile() -> bool:
    """Whether the record of who asks became nobody's while the request was under way: from now on this browser is in no
    session. What was begun and not committed is rolled back: it is looked at as it is by now."""
    person_id = _who_asks()
    if person_id is None:
        return False
    db.session.rollback()
    if db.session.connection().execute(_STILL, {"person": person_id}).scalar() is not None:
        return False
    drop()
    return True


@event.listens_for(db.session, "before_commit")
def _hold(session: Session) -> None:
    """Nothing is written in the name of a record that was merged or deleted while its person's request was under way. It
    is locked last, as people are, and just so that neither can be before the commit. Raises `NobodyAsks`."""
    if not session.info.get("writing") or session.in_nested_transaction():
        return
    person_id = _who_asks()
    if person_id is None or is_vouched_for(person_id):
        return
    if session.connection().execute(_HELD, {"person": person_id}).scalar() is None:
        drop()
        raise NobodyAsks


def _who_asks() -> int | None:
    """The person of the session that the request was found to be in."""
    row: BrowserSession | None = g.visit[0] if "visit" in g else None
    return row.person_id if row else None


def _present() -> tuple[BrowserSession | None, Person | None]:
    """The session that is in use now, and whose it is."""
    g.in_use = True
    return _found()


def _found() -> tuple[BrowserSession | None, Person | None]:
    if "visit" not in g:
        token = request.cookies.get(cookie_name(current_app), "")
        g.visit = (sessions.visit(token, clock.now()) if token else None) or (None, None)
    return g.visit  # type: ignore[no-any-return]


def _device_cookie() -> str:
    return "__Host-yiqi-device" if current_app.config["YIQI"].secure_cookies else "yiqi-device"


def init(app: Flask) -> None:
    app.session_interface = NoCookieSession()
    manager = LoginManager(app, add_context_processor=False)
    # Looked up when a template asks: what shows nothing of the visitor need not know who it is.
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None
    manager.anonymous_user = Visitor
    secure = app.config["YIQI"].secure_cookies

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_request: Request) -> Person | None:
        return _present()[1]

    @app.after_request
    def set_cookies(response: Response) -> Response:
        flags: dict[str, Any] = {"secure": secure, "httponly": True, "samesite": "Lax", "path": "/"}
        if "cookies" not in g:
            return _keep_alive(response, flags)
        fresh: sessions.NewSession | None = g.cookies
        if fresh is None:
            response.delete_cookie(cookie_name(app), **flags)
            response.headers["Clear-Site-Data"] = '"cache"'
            return response
        response.set_cookie(cookie_name(app), fresh.token, expires=fresh.expires_at, **flags)
        if fresh.device:
            response.set_cookie(_device_cookie(), fresh.device, max_age=DEVICE_LIFE, **flags)
        return response

    @app.after_request
    def remember_language(response: Response) -> Response:
        """A signed-in person's choice of language is kept for their messages too."""
        lang = request.args.get("lang")
        chosen = request.endpoint == "display.choose" and lang in LANGUAGES and response.status_code < 500
        person = _present()[1] if chosen else None
        if person is not None and lang is not None:
            with suppress(NobodyAsks):
                persons.speak(person_id=person.id, lang=lang)
        return response

    def _keep_alive(response: Response, flags: dict[str, Any]) -> Response:
        """Move the idle end of a session in use, at most once an hour. Not of one whose request has failed: asking
        its row again would fail too, and hide what went wrong. Where nothing can be written it stays, and the page
        goes out all the same."""
        row = g.visit[0] if "in_use" in g and "visit" in g and response.status_code < 500 else None
        if row is None or clock.now() - row.seen_at <= TOUCH_EVERY or request.endpoint == "booking.live":
            return response
        try:
            ends = sessions.touch(browser_id=row.id, at=clock.now(), person=row.person_id is not None)
        except NobodyAsks:
            return response
        except Exception as error:
            if outage(error) is None:
                raise
            log.warning("session_not_touched")
            return response
        response.set_cookie(cookie_name(app), request.cookies[cookie_name(app)], expires=ends, **flags)
        return response


def ask_nobodys_to_sign_in(app: Flask) -> None:
    """Whoever's record became nobody's while a form of theirs was under way is asked to sign in, whatever the verb made of
    it. A page that says 404 for once is asked for again, and asks itself. To be called last: what is answered instead
    passes through all that other answers do."""

    @app.after_request
    def instead(response: Response) -> Response:
        if request.method in SAFE or response.status_code not in MISLEADING or not out_meanwhile():
            return response
        return app.make_response(app.handle_user_exception(NobodyAsks()))
