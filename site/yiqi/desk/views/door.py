"""The door of an activity: checking people in by camera, scanner or typed code."""

from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec import Struct

from yiqi import clock
from yiqi.booking import attendance, door
from yiqi.booking.attendance import Entry
from yiqi.booking.door import Arrived, Door
from yiqi.booking.door_words import not_let_in
from yiqi.booking.roster import SHORTEST_TAIL, Line
from yiqi.booking.rules import refs
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.attendance import Doors
from yiqi.booking.rules.states import State
from yiqi.desk.attending.rosters import LONGEST
from yiqi.desk.gate import permit
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.roster import IN_UNDONE, OUT_UNDONE, stream
from yiqi.i18n import gettext as _
from yiqi.people import finding
from yiqi.people.rules import starred
from yiqi.roles.rules.permissions import Action
from yiqi.web.display import language
from yiqi.web.headers import with_camera
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import Unwritable, identifier, plain, shown_again

FOLLOW_EVERY = 10
"""Seconds between two looks at how many have come."""
OUT = "out"
"""The way of a door through which people leave, as its address says it (`?way=out`); without a word they come."""


class Result(Struct, frozen=True):
    """What a code did: `kind` is in, again, out, out_again, undone or refused; `name` as whoever asks may see it; `left_at`
    where they came again and had left. `ref`: of whom there is one thing more to do: who came leaves, who was to leave comes,
    who had left is back. `q`: what was typed in place of a code, where the roster may know whom that means."""

    kind: str
    line: str = ""
    name: str = ""
    party: int = 1
    at: datetime | None = None
    left_at: datetime | None = None
    ref: str = ""
    q: str = ""


@blueprint.get("/activities/<id:activity_id>/check-in")
@with_camera
def check_in(activity_id: int) -> ResponseReturnValue:
    """The page at the door, which people come through or leave by (`?way=out`): it stays as whoever keeps it has chosen.
    `?last=` names the ticket of a plain form, `did=` what that has just done with it."""
    found = door_or_missing(activity_id)
    return _page(found, _as_it_is(found, request.args.get("last", ""), request.args.get("did", "")))


@blueprint.post("/activities/<id:activity_id>/check-in")
@with_camera
def scan(activity_id: int) -> ResponseReturnValue:
    """A code was scanned or typed: in, or out with `leaving=1`, whichever way the page stands (`?way=`). The second time
    changes nothing and says so; who came already, or did not come yet, can go the other way with one press."""
    wanted = _wanted()
    typed = request.form.get("code", "")
    ref = refs.read(typed)
    if ref is None:
        said = _("这不是签到码。签到码是 8 位字母和数字。")
        return _answer(door_or_missing(activity_id), Result("refused", said, q=_searched(typed)), typed, 422)
    occurrence_id = wanted or door_or_missing(activity_id).occurrence.id
    leaving = "leaving" in request.form
    verb = attendance.check_out if leaving else attendance.check_in
    try:
        entry = verb(
            ref=ref,
            occurrence_id=occurrence_id,
            at=clock.now(),
            by_id=current_user.id,
            activity_id=activity_id,
        )
    except Refused as refused:
        found, whose = door_or_missing(activity_id), door.ticket(ref, occurrence_id)
        known = whose is not None and whose.activity_id == activity_id
        may_come = leaving and refused.facts.get("state") == State.CONFIRMED and _is_open(found)
        result = Result(
            "refused",
            not_let_in(refused),
            _name(whose.name) if whose and known else "",
            ref=ref if known and may_come else "",
            q=_searched(typed) if whose is None else "",
        )
        return _answer(found, result, typed, 409)
    result = _result(entry, ref, leaving=leaving)
    if not asks_for_fragment():
        return safe_redirect(_address(activity_id, occurrence_id, last=ref, did=result.kind))
    return _told(door.arrived(activity_id, occurrence_id), result)


@blueprint.post("/activities/<id:activity_id>/check-in/undo")
def undo_check_in(activity_id: int) -> ResponseReturnValue:
    """Take back what was done last, as the page said it: a check-out (`leaving=1`), else a check-in. It stands in the trail."""
    found = door_or_missing(activity_id)
    ref, leaving = refs.read(request.form.get("ref", "")), "leaving" in request.form
    try:
        if ref is None or not attendance.undo(
            ref=ref, occurrence_id=found.occurrence.id, at=clock.now(), by_id=current_user.id, leaving=leaving
        ):
            said = _("这个人没有签退，不用撤销。") if leaving else _("这个人没有签到，不用撤销。")
            return _answer(found, Result("refused", said), "", 409)
    except Refused as refused:
        return _answer(found, Result("refused", not_let_in(refused)), "", 409)
    if not asks_for_fragment():
        did = OUT_UNDONE if leaving else IN_UNDONE
        return safe_redirect(_address(activity_id, found.occurrence.id, last=ref, did=did))
    whose = door.ticket(ref, found.occurrence.id)
    return _answer(door_or_missing(activity_id), _undone(whose, leaving=leaving), "")


@blueprint.get("/activities/<id:activity_id>/_door")
def _door_now(activity_id: int) -> ResponseReturnValue:
    """Who has come, as several desks check people in at once. Opened by hand it goes to its page; so does a page that does not
    say yet (`off=1`) that the date was called off."""
    found = door_or_missing(activity_id)
    if not asks_for_fragment():
        return safe_redirect(_address(activity_id, found.occurrence.id))
    if found.is_off and "off" not in request.args:
        return safe_redirect(_address(activity_id, found.occurrence.id))
    return fragment(
        render_template("desk/_door_now.html", **_context(found.arrived, is_off=found.is_off), oob=False)
    )


@blueprint.get("/activities/<id:activity_id>/_door/stream")
def door_stream(activity_id: int) -> ResponseReturnValue:
    """Says when somebody came or went."""
    return stream(activity_id)


def door_or_missing(activity_id: int) -> Door:
    """The door that an address names; 404 where there is none."""
    found = door.of(activity_id, _wanted(), clock.now())
    if found is None:
        abort(404)
    return found


def _wanted() -> int | None:
    """The occurrence that the address or the form names; None for none."""
    asked = request.values.get("occurrence", "")
    wanted = identifier(asked) if asked else None
    if asked and wanted is None:
        abort(404)
    return wanted


def _address(activity_id: int, occurrence_id: int, **more: object) -> str:
    return url_for(
        "desk.check_in",
        activity_id=activity_id,
        occurrence=occurrence_id,
        way=_way(),
        **more,  # type: ignore[arg-type]
    )


def _way() -> str | None:
    """Which way the page stands that asks, as its addresses say it."""
    return OUT if request.args.get("way") == OUT else None


def _searched(typed: str) -> str:
    """What the roster is searched for, of what was typed in place of a code; empty for what looks like nobody."""
    try:
        text = plain(typed)
    except Unwritable:
        return ""
    looks_like_somebody = len(text) <= LONGEST and finding.may_find(text, least=SHORTEST_TAIL)
    return text if looks_like_somebody and permit().may(Action.SEE_ROSTER) is not None else ""


def _is_open(found: Door) -> bool:
    return Doors(found.occurrence.starts_at, found.occurrence.ends_at).are_open(clock.now())


def _name(name: str) -> str:
    """A name as whoever asks may see it."""
    return starred(name) if _masked() else name


def _masked() -> bool:
    cell = permit().may(Action.SEE_ROSTER)
    return cell is None or cell.masked


def _result(entry: Entry, ref: str, *, leaving: bool) -> Result:
    name, party, more = _name(entry.name), entry.party, "" if entry.fresh else ref
    if leaving:
        kind = "out" if entry.fresh else "out_again"
        return Result(kind, "", name, party, entry.out_at, entry.out_at, more)
    kind = "in" if entry.fresh else "again"
    return Result(kind, "", name, party, entry.in_at, entry.out_at, more)


def _undone(whose: Line | None, *, leaving: bool) -> Result:
    name, party = (_name(whose.name), whose.party) if whose else ("", 1)
    return Result("undone", _("签退撤销了") if leaving else _("签到撤销了"), name, party)


def _as_it_is(found: Door, last: str, did: str) -> Result | None:
    """What a plain form's redirect says that was done with a ticket, as long as it is still so."""
    ref = refs.read(last)
    whose = door.ticket(ref, found.occurrence.id) if ref else None
    if whose is None or whose.activity_id != found.activity.id:
        return None
    if did in (IN_UNDONE, OUT_UNDONE):
        leaving = did == OUT_UNDONE
        is_so = (whose.in_at is None) is not leaving and whose.out_at is None
        return _undone(whose, leaving=leaving) if is_so else None
    leaving = did.startswith("out")
    if (whose.out_at if leaving else whose.in_at) is None:
        return None
    fresh = did in ("in", "out")
    entry = Entry(0, found.occurrence.id, whose.in_at, whose.out_at, fresh, whose.name, whose.party)
    return _result(entry, whose.ref, leaving=leaving)


def _context(arrived: Arrived, *, is_off: bool = False) -> dict[str, object]:
    here, way = arrived.activity_id, _way()
    return {
        "arrived": arrived,
        "masked": _masked(),
        "is_off": is_off,
        "way": way,
        "scan_url": url_for("desk.scan", activity_id=here, way=way),
        "poll_url": url_for(
            "desk._door_now",
            activity_id=here,
            occurrence=arrived.occurrence_id,
            way=way,
            lang=language(),
            off="1" if is_off else None,
        ),
        "stream_url": url_for("desk.door_stream", activity_id=here),
        "undo_url": url_for("desk.undo_check_in", activity_id=here, way=way),
        "every": FOLLOW_EVERY,
    }


def _page(found: Door, result: Result | None, typed: str = "", status: int = 200) -> ResponseReturnValue:
    shown = {
        "door": found,
        "result": result,
        "typed": shown_again(typed),
        **_context(found.arrived, is_off=found.is_off),
    }
    return render_template("desk/check_in.html", **shown), status


def _answer(found: Door, result: Result, typed: str, status: int = 200) -> ResponseReturnValue:
    """The result, and who has come out of band; the whole page for a plain form that did not go through."""
    if not asks_for_fragment():
        return _page(found, result, typed, status)
    return _told(found.arrived, result, status)


def _told(arrived: Arrived, result: Result, status: int = 200) -> ResponseReturnValue:
    """The fragment: what the code did, and who has come out of band."""
    return fragment(
        render_template("desk/_door_answer.html", result=result, **_context(arrived)), status=status
    )
