"""Checking in at a screen: by scanner, camera, typed code, or the end of one's number and a code that is sent to it."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import abort, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.kiosk import arrivals, devices, scans, screen, visits
from yiqi.kiosk.devices import Try
from yiqi.kiosk.models import Stage
from yiqi.kiosk.rules import keys
from yiqi.kiosk.views.blueprint import blueprint
from yiqi.kiosk.views.telling import told
from yiqi.people import codes
from yiqi.web.display import language
from yiqi.web.headers import with_camera
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import digits

MOST_AT_ONCE = 50
"""Scans in one delivery."""
LONGEST_CODE, LONGEST_NONCE = 200, 64


@blueprint.get("/check-in")
@with_camera
def check_in() -> ResponseReturnValue:
    """Show the code on the ticket, or type the end of one's number."""
    return _page()


@blueprint.post("/check-in")
@with_camera
def scan() -> ResponseReturnValue:
    """A code was scanned. The second time enters nothing and says since when they are there."""
    device, now = screen.this(), clock.now()
    typed = request.form.get("code", "")[: LONGEST_CODE + 1]
    _spend(Try.SCAN)
    scan = scans.take(device_id=device.id, nonce=_nonce(request.form.get("nonce")), typed=typed, at=now)
    outcome = told(scan)
    if asks_for_fragment():
        return fragment(render_template("kiosk/_result.html", result=outcome), status=outcome.status)
    screen.begin(Stage.TAIL)
    visits.finish(device_id=device.id, outcome={"scan": scan.id}, at=now)
    return safe_redirect(url_for("kiosk.visit"))


@blueprint.post("/code")
def type_code() -> ResponseReturnValue:
    """Type the code on the ticket, on keys of the screen's own."""
    screen.begin(Stage.REF)
    return safe_redirect(url_for("kiosk.visit"))


@blueprint.post("/tail")
def tail() -> ResponseReturnValue:
    """The last four digits: all at once (`typed`) or key by key (`k`). Then a code goes to whoever is expected with them;
    the screen says the same when nobody is."""
    device, now = screen.this(), clock.now()
    visit = screen.visit()
    if visit is None or visit.stage is not Stage.TAIL:
        screen.begin(Stage.TAIL)
    typed = digits(request.form.get("typed", ""))
    if typed:
        visits.fill(device_id=device.id, typed=typed, at=now)
    visits.press(device_id=device.id, key=request.form.get("k", ""), at=now)
    visit = screen.visit()
    if visit is None or len(visit.typed) < keys.TAIL:
        return safe_redirect(url_for("kiosk.check_in"))
    _spend(Try.TAIL)
    for phone in sorted({one.phone for one in arrivals.expected(visit.typed, now)}):
        try:
            codes.ask(
                phone=phone,
                browser=device.token_hash or "",
                address=request.remote_addr or "",
                device="",
                at=now,
                secret=current_app.config["SECRET_KEY"],
                lang=language(),
            )
        except codes.TooMany:
            continue  # one that was sent before still works, and nobody learns whose number it is
    visits.ask_code(device_id=device.id, phone=visit.typed, at=now)
    return safe_redirect(url_for("kiosk.visit"))


@blueprint.post("/scans")
def deliver() -> ResponseReturnValue:
    """What the screen scanned while it had no network, as JSON in `scans`: `[{nonce, code, scanned_at}]`. Each is settled
    by itself; the answer says of each what became of it, and the screen keeps those that are not in it."""
    device, now = screen.this(), clock.now()
    settled = []
    for one in _delivered(request.form.get("scans", "")):
        scanned_at = _instant(one.get("scanned_at"))
        nonce, code = one.get("nonce"), one.get("code")
        if scanned_at is None or not isinstance(nonce, str) or not isinstance(code, str):
            continue
        if not _is_nonce(nonce):
            continue
        try:
            devices.spend_try(device_id=device.id, what=Try.KEPT, at=now)
        except devices.TooMany:
            break
        scan = scans.take(
            device_id=device.id,
            nonce=nonce,
            typed=code[: LONGEST_CODE + 1],
            at=now,
            scanned_at=scanned_at,
        )
        settled.append({"nonce": nonce, "outcome": str(scan.outcome)})
    return jsonify(settled)


def _page() -> ResponseReturnValue:
    visit = screen.visit()
    typed = visit.typed if visit is not None and visit.stage is Stage.TAIL else ""
    return render_template(
        "kiosk/check_in.html",
        cells=keys.cells(typed, keys.TAIL, hidden=True),
        has_doors=bool(arrivals.open_doors(clock.now())),
    )


def _nonce(typed: str | None) -> str:
    """The scan's own, where the screen gave it one."""
    return typed if typed and _is_nonce(typed) else secrets.token_urlsafe(16)


def _is_nonce(typed: str) -> bool:
    return 0 < len(typed) <= LONGEST_NONCE and typed.isascii() and typed.isprintable()


def _spend(what: Try) -> None:
    try:
        devices.spend_try(device_id=screen.this().id, what=what, at=clock.now())
    except devices.TooMany:
        abort(429)


def _delivered(typed: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(typed)
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(found, list) or len(found) > MOST_AT_ONCE:
        abort(400)
    return [one for one in found if isinstance(one, dict)]


def _instant(typed: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(typed))
        return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo is not None else None
    except (ValueError, OverflowError):  # the year 1 of a zone in the east is none of ours
        return None
