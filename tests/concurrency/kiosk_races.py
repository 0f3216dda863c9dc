"""Races at screens: each is run on the site as it is, and on the site with its guards off."""

from base64 import urlsafe_b64encode
from collections import Counter
from datetime import timedelta
from functools import partial

from tests.concurrency.crowd import Browser, Door, at_once
from tests.kiosk.screens import a_screen
from yiqi.db import db
from yiqi.kiosk.models import Device


def ten_screens_scan_one_code(door: Door) -> tuple[Counter[str], int]:
    """One worker's code before ten scanners at the same moment; answers what each screen said, and how often they came."""
    ref = _a_ticket(door)
    scan = {"code": ref}
    asked = [
        partial(
            door.ask,
            "POST",
            "/kiosk/check-in",
            one.cookie,
            {"csrf_token": one.csrf, "nonce": f"n{number}", **scan},
            htmx=True,
        )
        for number, one in enumerate(_screens(door, 10))
    ]
    statuses = at_once(asked)
    assert set(statuses) == {200}
    return _told(door, ref)


def one_scan_arrives_ten_times(door: Door) -> tuple[Counter[str], int]:
    """What one screen kept is delivered ten times at the same moment; answers the scans there are, and the entries."""
    ref = _a_ticket(door)
    (screen,) = _screens(door, 1)
    fields = {"csrf_token": screen.csrf, "nonce": "the-same", "code": ref}
    statuses = at_once([partial(door.ask, "POST", "/kiosk/check-in", screen.cookie, fields, htmx=True)] * 10)
    assert set(statuses) <= {200, 500}
    return _told(door, ref)


def _told(door: Door, ref: str) -> tuple[Counter[str], int]:
    outcomes = Counter(
        row.outcome for row in door.rows("SELECT outcome FROM kiosk_scan WHERE ref = :ref", ref=ref)
    )
    (came,) = door.found(
        "SELECT count(*) FROM attendance a JOIN booking b ON b.id = a.booking_id WHERE b.ref = :ref", ref=ref
    )
    return outcomes, int(came)


def _a_ticket(door: Door) -> str:
    slot_id = door.activity(places=5, starts_in=timedelta(minutes=30)).slot_id
    (worker,) = door.people(1)
    assert door.signs_up(worker, slot_id).status == 303
    ref: str = door.bookings(slot_id)[0].ref
    return ref


def _screens(door: Door, many: int) -> list[Browser]:
    """Enrolled screens, each with its cookie and its forms' token."""
    found = []
    with door.app.app_context():
        for _one in range(many):
            made = a_screen()
            secret = db.session.get_one(Device, made.id).csrf.encode()
            token = urlsafe_b64encode(bytes(len(secret)) + secret).decode()
            found.append(Browser(made.id, f"yiqi-kiosk={made.token}", token))
    return found
