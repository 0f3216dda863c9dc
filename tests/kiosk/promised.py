"""What the promises ask of the screens: their addresses, the rows behind them, and what their part of the desk needs."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from tests.builders import a_worker, an_activity
from tests.kiosk.screens import a_screen
from tests.kiosk.steps import a_ticket
from tests.promises.route import (
    GO,
    MISSING,
    OK,
    WRONG,
    Kind,
    Planted,
    Route,
    addresses,
    desk,
    page,
    post,
    screen,
)
from yiqi.activities.models import Occurrence
from yiqi.db import db
from yiqi.kiosk import calls, scans

at = addresses("kiosk")

ROUTES: tuple[Route, ...] = (
    screen("GET", "/kiosk/", "kiosk.board"),
    screen("GET", "/kiosk/wall", "kiosk.wall"),
    screen(
        "GET", "/kiosk/_board", "kiosk._board", kind=Kind.FRAGMENT, status=GO, leads=lambda _one: "/kiosk/"
    ),
    screen("GET", "/kiosk/_board/stream", "kiosk.board_stream", kind=Kind.MACHINE, status=204),
    page("/kiosk/enrol", "kiosk.enrol"),
    post(
        "/kiosk/enrol",
        "kiosk.take_code",
        who=(WRONG, WRONG, WRONG),
        fields=lambda _one: {"typed": "12345678"},
    ),
    page("/kiosk/sw.js", "kiosk.worker", kind=Kind.MACHINE),
    screen("GET", "/kiosk/check-in", "kiosk.check_in"),
    screen(
        "POST",
        "/kiosk/check-in",
        "kiosk.scan",
        fields=lambda one: {"code": str(one.more["kiosk_ref"])},
    ),
    screen("POST", "/kiosk/code", "kiosk.type_code"),
    screen("POST", "/kiosk/tail", "kiosk.tail", fields=lambda _one: {"k": "1"}),
    screen("POST", "/kiosk/scans", "kiosk.deliver", fields=lambda _one: {"scans": "[]"}, status=OK),
    screen("GET", "/kiosk/visit", "kiosk.visit", status=GO),
    screen("POST", "/kiosk/visit", "kiosk.step", fields=lambda _one: {"k": "1"}),
    screen("GET", "/kiosk/walk-in", "kiosk.activities"),
    screen(
        "GET",
        "/kiosk/activities/<id:activity_id>",
        "kiosk.activity",
        at("/kiosk/activities/{activity_id}"),
    ),
    screen(
        "POST",
        "/kiosk/slots/<id:slot_id>/walk-in",
        "kiosk.step_up",
        at("/kiosk/slots/{free_slot_id}/walk-in"),
    ),
    screen("POST", "/kiosk/stay", "kiosk.stay", status=204),
    screen("POST", "/kiosk/leave", "kiosk.leave"),
    screen("POST", "/kiosk/language", "kiosk.speak", fields=lambda _one: {"lang": "en"}),
    screen("GET", "/kiosk/help", "kiosk.help_is_coming"),
    screen("POST", "/kiosk/help", "kiosk.call"),
    screen("GET", "/kiosk/venue", "kiosk.venues"),
    screen(
        "GET",
        "/kiosk/venue/<id:occurrence_id>",
        "kiosk.venue_code",
        at("/kiosk/venue/{occurrence}"),
    ),
    screen(
        "GET",
        "/kiosk/venue/<id:occurrence_id>/_code",
        "kiosk._venue_code",
        at("/kiosk/venue/{occurrence}/_code"),
        kind=Kind.FRAGMENT,
        status=GO,
        leads=at("/kiosk/venue/{occurrence}"),
    ),
    desk("GET", "/desk/kiosks/", "kiosk_desk.screens", status=MISSING),
    desk(
        "POST",
        "/desk/kiosks/",
        "kiosk_desk.make",
        fields=lambda _one: {"name": "二楼", "place": "书屋门口", "nonce": "a-nonce"},
        status=MISSING,
        books=True,
    ),
    desk(
        "POST",
        "/desk/kiosks/<id:device_id>/code",
        "kiosk_desk.renew",
        at("/desk/kiosks/{device}/code"),
        status=MISSING,
    ),
    desk(
        "POST",
        "/desk/kiosks/<id:device_id>/revoke",
        "kiosk_desk.revoke",
        at("/desk/kiosks/{device}/revoke"),
        status=MISSING,
    ),
    desk("GET", "/desk/kiosks/matters", "kiosk_desk.matters"),
    desk("GET", "/desk/kiosks/_calls", "kiosk_desk._calls", kind=Kind.FRAGMENT, status=GO),
    desk("GET", "/desk/kiosks/_calls/stream", "kiosk_desk.calls_stream", kind=Kind.MACHINE, status=204),
    desk(
        "POST",
        "/desk/kiosks/<id:device_id>/answer",
        "kiosk_desk.answer",
        at("/desk/kiosks/{device}/answer"),
    ),
    desk(
        "POST",
        "/desk/kiosks/scans/<id:scan_id>/settle",
        "kiosk_desk.settle",
        at("/desk/kiosks/scans/{conflict}/settle"),
    ),
)
DESK: Mapping[str, str] = {
    "enrol_kiosk": "kiosk_desk.screens kiosk_desk.make kiosk_desk.renew kiosk_desk.revoke",
    "check_in": "kiosk_desk.matters kiosk_desk._calls kiosk_desk.calls_stream kiosk_desk.answer kiosk_desk.settle",
}
"""By action of the rule book: the endpoints of its part of the desk."""
WRITTEN = "午间工间操|一楼大厅"
DEMO: Mapping[str, str] = {"kiosk_occurrence": "SELECT min(id) FROM occurrence"}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by: Planted) -> Mapping[str, int | str]:
    """A screen at the place of the union that owns everything, somebody who calls there, and a scan that could not be
    entered."""
    made = a_screen(union_id=by.union_id, by=by.organizer)
    calls.call(device_id=made.id, at=by.at)
    conflict = scans.take(
        device_id=made.id,
        nonce="planted",
        typed="ZZZZ-ZZZ2",
        at=by.at,
        scanned_at=by.at - timedelta(minutes=5),
    )
    on = an_activity(places=5, title="午间工间操", starts_in=timedelta(minutes=30))
    occurrence = select(Occurrence.id).where(Occurrence.activity_id == on.activity_id)
    return {
        "kiosk_device": made.id,
        "kiosk_token": made.token,
        "kiosk_conflict": conflict.id,
        "kiosk_ref": a_ticket(on.slot_id, a_worker()),
        "kiosk_occurrence": db.session.scalars(occurrence).one(),
    }
