"""Screens for tests: made and enrolled by the site's own verbs, and a client that is one."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from tests.browsing import Client
from tests.builders import a_union, a_worker
from yiqi import clock
from yiqi.kiosk import devices
from yiqi.kiosk.rules import enrolment
from yiqi.people.models import Person


@dataclass(frozen=True)
class Screen:
    """An enrolled device: its id, what its cookie carries, and who made it."""

    id: int
    token: str
    made_by: int


def a_screen(*, union_id: int | None = None, by: Person | None = None, at: datetime | None = None) -> Screen:
    """A screen that stands in the place of a union and was enrolled with its code."""
    now = at or clock.now()
    by_id = (by or a_worker(name="总工会管理员")).id
    device_id = devices.make(
        union_id=union_id or a_union().id,
        name="一楼大厅",
        place="职工服务中心 · 荣华中路 10 号",
        place_en="Workers’ Service Centre",
        nonce=secrets.token_urlsafe(8),
        by_id=by_id,
        at=now,
    )
    secret = current_app.config["SECRET_KEY"]
    typed = enrolment.code(secret, device_id, 1)
    return Screen(
        device_id, devices.enrol(typed=typed, address=secrets.token_hex(4), at=now, secret=secret), by_id
    )


def at_screen(client: Client, screen: Screen) -> Client:
    """The client as the browser of a screen: the cookie goes to its own addresses only."""
    client.set_cookie("yiqi-kiosk", screen.token, path="/kiosk")
    return client
