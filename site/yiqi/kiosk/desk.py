"""The screens' part of the desk: enrolling and revoking them, calls for help, and scans that could not be entered."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking.programme import Card, Door
from yiqi.desk.gate import permit
from yiqi.desk.permits import Needs
from yiqi.desk.views.blueprint import Desk
from yiqi.i18n import gettext as _
from yiqi.kiosk import arrivals, calls, devices, scans
from yiqi.kiosk.forms import DeviceForm
from yiqi.kiosk.models import Device, Scan
from yiqi.kiosk.rules import enrolment
from yiqi.kiosk.views.telling import why
from yiqi.live.following import follow
from yiqi.live.streams import Look, Topic
from yiqi.people.rules import starred
from yiqi.roles.rules.permissions import Action, Held, Thing, may
from yiqi.web.display import language
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect

EVERY = 5
"""Seconds between two looks at who calls."""


def _device(parts: Mapping[str, Any]) -> Thing | None:
    return devices.thing(parts["device_id"])


def _scan(parts: Mapping[str, Any]) -> Thing | None:
    return scans.thing(parts["scan_id"])


blueprint = Desk(
    "kiosk_desk",
    __name__,
    url_prefix="/desk/kiosks",
    needs={
        "kiosk_desk.screens": Needs(Action.ENROL_KIOSK),
        "kiosk_desk.make": Needs(Action.ENROL_KIOSK),
        "kiosk_desk.renew": Needs(Action.ENROL_KIOSK, thing=_device),
        "kiosk_desk.revoke": Needs(Action.ENROL_KIOSK, thing=_device),
        "kiosk_desk.matters": Needs(Action.CHECK_IN),
        "kiosk_desk._calls": Needs(Action.CHECK_IN, is_poll=True),
        "kiosk_desk.calls_stream": Needs(Action.CHECK_IN, is_poll=True),
        "kiosk_desk.answer": Needs(Action.CHECK_IN, thing=_device),
        "kiosk_desk.settle": Needs(Action.CHECK_IN, thing=_scan),
    },
)


@blueprint.get("/")
def screens() -> ResponseReturnValue:
    """The screens there are, when each was last seen, and the form for another one."""
    return _page(DeviceForm(data={"nonce": secrets.token_urlsafe(16)}))


@blueprint.post("/")
def make() -> ResponseReturnValue:
    """A screen more; its code stands in the list for a quarter of an hour. The same form again is the same screen."""
    form = DeviceForm(request.form)
    if not form.validate():
        return _page(form, 422)
    devices.make(
        union_id=devices.federation_id(),
        name=form.name.data or "",
        place=form.place.data or "",
        place_en=form.place_en.data or "",
        nonce=(form.nonce.data or secrets.token_urlsafe(16))[:64],
        by_id=current_user.id,
        at=clock.now(),
    )
    return safe_redirect(url_for("kiosk_desk.screens"))


@blueprint.post("/<id:device_id>/code")
def renew(device_id: int) -> ResponseReturnValue:
    """Another code, for a browser that takes the place of the present one."""
    if not devices.renew_code(device_id=device_id, by_id=current_user.id, at=clock.now()):
        abort(404)
    return safe_redirect(url_for("kiosk_desk.screens"))


@blueprint.post("/<id:device_id>/revoke")
def revoke(device_id: int) -> ResponseReturnValue:
    """From its next request on it is no screen any more."""
    if not devices.revoke(device_id=device_id, by_id=current_user.id, at=clock.now()):
        abort(404)
    return safe_redirect(url_for("kiosk_desk.screens"))


@blueprint.get("/matters")
def matters() -> ResponseReturnValue:
    """Who calls for help at a screen, and scans that could not be entered."""
    held = permit().held
    found = calls.conflicts(held)
    tickets = arrivals.shown_of(found)
    return render_template(
        "kiosk/desk/matters.html",
        **calling(held, clock.now()),
        conflicts=[_told(scan, tickets.get(scan.id)) for scan in found],
    )


@blueprint.get("/_calls")
def _calls() -> ResponseReturnValue:
    """Who calls now. Opened by hand it goes to its page."""
    if not asks_for_fragment():
        return safe_redirect(url_for("kiosk_desk.matters"))
    return fragment(render_template("kiosk/desk/_calls.html", it=calling(permit().held, clock.now())))


@blueprint.get("/_calls/stream")
def calls_stream() -> ResponseReturnValue:
    """Says when somebody calls, or is answered."""
    topic = Topic(("calls",), lambda: Look(calls.version(clock.now())))
    return follow(topic, whose=f"person-{current_user.id}")


@blueprint.post("/<id:device_id>/answer")
def answer(device_id: int) -> ResponseReturnValue:
    """I am on my way; the screen says so."""
    calls.answer(device_id=device_id, by_id=current_user.id, at=clock.now())
    return safe_redirect(url_for("kiosk_desk.matters"))


@blueprint.post("/scans/<id:scan_id>/settle")
def settle(scan_id: int) -> ResponseReturnValue:
    """A scan that could not be entered was looked at."""
    if not scans.settle(scan_id=scan_id, by_id=current_user.id, at=clock.now()):
        abort(404)
    return safe_redirect(url_for("kiosk_desk.matters"))


def calling(held: Sequence[Held], at: datetime) -> dict[str, Any]:
    """Who calls for help within reach: what `kiosk/desk/_calls.html` needs."""
    addresses = {
        "url": url_for("kiosk_desk._calls", lang=language()),
        "stream": url_for("kiosk_desk.calls_stream"),
    }
    return {"calls": calls.waiting(held, at), "every": EVERY, **addresses}


def card(held: Sequence[Held], at: datetime) -> list[Card]:
    """Beside what waits on the first page of the desk: who calls, as they call."""
    return [Card("kiosk/desk/_calls.html", calling(held, at))] if may(held, Action.CHECK_IN) else []


def doors(held: Sequence[Held], _at: datetime) -> list[Door]:
    """The screens' doors on the first page of the desk."""
    found = []
    if may(held, Action.CHECK_IN):
        waiting = len(calls.conflicts(held))
        found.append(Door("kiosk_desk.matters", url_for("kiosk_desk.matters"), _("大屏来的事"), waiting))
    if may(held, Action.ENROL_KIOSK):
        found.append(Door("kiosk_desk.screens", url_for("kiosk_desk.screens"), _("大屏")))
    return found


def _told(scan: Scan, ticket: Any) -> dict[str, Any]:
    """A conflict as the list shows it, with its ticket (`arrivals.shown_of`) or None: whoever checks people in sees names with stars at least."""
    return {
        "scan": scan,
        "why": why(scan),
        "ticket": ticket,
        "name": starred(ticket.name) if ticket is not None else "",
        "tail": ticket.phone[-4:] if ticket is not None else "",
    }


def _code(device: Device, at: datetime) -> str:
    """The code that a device waits for; empty when it waits for none."""
    if device.code_until is None or device.code_until <= at or device.revoked_at is not None:
        return ""
    return enrolment.spoken(enrolment.code(current_app.config["SECRET_KEY"], device.id, device.serial))


def _page(form: DeviceForm, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    listed = [(one, _code(one, now)) for one in devices.listed()]
    page = render_template("kiosk/desk/screens.html", form=form, listed=listed)
    return page, status
