"""The code that hangs at the venue of an activity, for workers' own phones."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.booking.door import Door
from yiqi.booking.rules import venue
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.door import door_or_missing
from yiqi.i18n import gettext as _
from yiqi.web import qr
from yiqi.web.display import language
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect


@blueprint.get("/activities/<id:activity_id>/venue-code")
def venue_code(activity_id: int) -> ResponseReturnValue:
    """The screen at the venue: a code that workers scan with their own phones, another one each minute."""
    found = door_or_missing(activity_id)
    return render_template("desk/venue_code.html", **_hanging(found))


@blueprint.get("/activities/<id:activity_id>/_venue_code")
def _venue_code(activity_id: int) -> ResponseReturnValue:
    """The code of this minute. Opened by hand it goes to its page, and where there is none any more."""
    found = door_or_missing(activity_id)
    if not asks_for_fragment() or found.is_off:
        return safe_redirect(
            url_for("desk.venue_code", activity_id=activity_id, occurrence=found.occurrence.id)
        )
    return fragment(render_template("desk/_venue_code.html", **_hanging(found)))


def _hanging(found: Door) -> dict[str, object]:
    now = clock.now()
    code = venue.code(current_app.config["SECRET_KEY"], found.occurrence.id, now)
    url = qr.absolute(url_for("booking.venue_code", code=code))
    return {
        "door": found,
        "qr": qr.qr(url, _("现场签到码")),
        "url": url,
        "every": 15,
        "poll_url": url_for(
            "desk._venue_code",
            activity_id=found.activity.id,
            occurrence=found.occurrence.id,
            lang=language(),
        ),
    }
