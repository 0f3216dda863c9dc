"""Calendars as phones fetch them, and the pages that say how to subscribe."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.names import PROGRAMMES
from yiqi.booking import sight, standing
from yiqi.calendars import entries, feeds
from yiqi.calendars.rules.entries import Entry
from yiqi.i18n import gettext as _
from yiqi.i18n import in_language
from yiqi.web import qr
from yiqi.web.display import LANGUAGES, language
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

blueprint = Blueprint("calendars", __name__)
OWN_EVERY, PUBLIC_EVERY = timedelta(hours=1), timedelta(hours=6)
OWN, SHARED = "private, no-cache", "public, max-age=900"


@blueprint.get("/me/calendar")
@signed_in_only
def own() -> ResponseReturnValue:
    """The address of my calendar: to copy, to subscribe, to renew, to close."""
    feed = feeds.of_person(current_user.id)
    if feed is None:
        abort(404)
    path = url_for("calendars.feed", token=feed.token(current_app.config["SECRET_KEY"]))
    return render_template("calendars/own.html", feed=feed, **_addresses(path))


@blueprint.get("/me/calendar/<feed:token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """My calendar, for whoever has its address: no session is asked for. A renewed or closed one is missing."""
    found = feeds.opened_by(token, current_app.config["SECRET_KEY"])
    if found is None:
        abort(404)
    with in_language(found.lang):
        mine = entries.own(found, clock.now(), _address, qr.absolute)
        return _calendar(OWN, _("亦起：我的活动"), mine, every=OWN_EVERY)


@blueprint.post("/me/calendar/renew")
@signed_in_only
def renew() -> ResponseReturnValue:
    """A new address; who was given the old one sees nothing any more."""
    seen = identifier(request.form.get("seen", "")) or 0
    feeds.renew(person_id=current_user.id, seen=seen, at=clock.now())
    return safe_redirect(url_for("calendars.own"))


@blueprint.post("/me/calendar/switch")
@signed_in_only
def switch() -> ResponseReturnValue:
    """Close it, or open it again under a new address."""
    feeds.switch(person_id=current_user.id, is_on="on" in request.form, at=clock.now())
    return safe_redirect(url_for("calendars.own"))


@blueprint.post("/me/calendar/waiting")
@signed_in_only
def waiting() -> ResponseReturnValue:
    """Whether what I only wait for stands in it too."""
    feeds.show_waiting(person_id=current_user.id, with_waiting="waiting" in request.form, at=clock.now())
    return safe_redirect(url_for("calendars.own"))


@blueprint.get("/activities/<id:activity_id>/calendar")
def activity(activity_id: int) -> ResponseReturnValue:
    """How to put the dates of an activity into one's phone."""
    found = standing.of_activity(activity_id, _visitor(), clock.now())
    if not found:
        abort(404)
    path = url_for("calendars.activity_file", activity_id=activity_id, lang=_lang())
    return render_template("calendars/activity.html", activity=found[0].activity, path=path)


@blueprint.get("/activities/<id:activity_id>/calendar.ics")
def activity_file(activity_id: int) -> ResponseReturnValue:
    """The dates of an activity, as a file for a calendar."""
    if not sight.sees(activity_id, _visitor(), clock.now()):
        abort(404)
    with in_language(_asked()):
        found = entries.of_activity(activity_id, _address)
        if not found:
            abort(404)
        answer = _calendar(OWN, found[0].title, found)
    answer.headers["Content-Disposition"] = f'attachment; filename="yiqi-{activity_id}.ics"'
    return answer


@blueprint.get("/calendars")
def programmes() -> ResponseReturnValue:
    """What can be subscribed to without an account: each programme, and all of them."""
    names = [None, *Programme]
    found = [
        (one, _addresses(url_for("calendars.programme", name=one or "all", lang=_lang()))) for one in names
    ]
    return render_template("calendars/programmes.html", found=found)


@blueprint.get("/calendars/<name>.ics")
def programme(name: str) -> ResponseReturnValue:
    """What a programme has for everybody; `all` is all of them."""
    if name != "all" and name not in list(Programme):
        abort(404)
    which = None if name == "all" else Programme(name)
    with in_language(_asked()):
        title = _("亦起：%(programme)s", programme=PROGRAMMES[which]) if which else _("亦起：全部活动")
        found = entries.of_programme(which, clock.now(), _address, qr.absolute)
        return _calendar(SHARED, title, found, every=PUBLIC_EVERY)


def _calendar(cache: str, title: str, found: Sequence[Entry], *, every: timedelta | None = None) -> Response:
    """The file, or 304 for who has it already. What writes it needs three megabytes, and comes with the first file."""
    writing = import_module("yiqi.calendars.writing")
    content = writing.ics(title, found, every=every)
    answer = make_response(content)
    answer.headers["Content-Type"] = writing.KIND
    answer.headers["Cache-Control"] = cache
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _addresses(path: str) -> dict[str, str]:
    """An address as it is copied, and as it opens the phone's calendar."""
    url = qr.absolute(path)
    return {"url": url, "webcal": "webcal://" + url.partition("://")[2]}


def _address(activity_id: int) -> str:
    return qr.absolute(url_for("booking.activity", activity_id=activity_id))


def _visitor() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _asked() -> str:
    """The language that an address asks for: calendars send no cookies."""
    lang = request.args.get("lang", "")
    return lang if lang in LANGUAGES else language()


def _lang() -> str | None:
    return "en" if language() == "en" else None
