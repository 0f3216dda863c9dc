"""The roster of an activity: its page, its numbers, and checking in from a row."""

from collections.abc import Collection
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from yiqi import clock
from yiqi.booking import attendance, roster, watching, whole
from yiqi.booking.door_words import not_let_in
from yiqi.booking.rules import refs
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.states import State
from yiqi.booking.whole import Whole
from yiqi.desk.attending import rosters
from yiqi.desk.attending.roster_forms import ReasonForm
from yiqi.desk.attending.roster_words import done, happened, tab_word
from yiqi.desk.attending.rosters import Filters, Line, Roster
from yiqi.desk.gate import permit
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.live.following import follow
from yiqi.live.streams import Look, Topic
from yiqi.people.rules import starred
from yiqi.roles.rules.permissions import Action
from yiqi.web.htmx import asks_for_fragment, came_from, fragment, safe_redirect
from yiqi.web.texts import identifier

FOLLOW_EVERY = 10
"""Seconds between two looks at the numbers."""
IN, IN_UNDONE, OUT_UNDONE = "in", "in_undone", "out_undone"
"""What an address says that was done (`did=`) with a ticket (`last=`)."""


@blueprint.get("/activities/<id:activity_id>", endpoint="roster")
def page(activity_id: int) -> ResponseReturnValue:
    """Who is on it: groups, search, a slot, a date, one page after the other, all in the address; there too what a plain
    form has just done there, which is told as long as it is so."""
    found = whole_or_missing(activity_id)
    filters = Filters.read(request.args, found)
    return render(read(found, filters), did=_did(found, filters))


@blueprint.get("/activities/<id:activity_id>/_counts")
def _counts(activity_id: int) -> ResponseReturnValue:
    """The numbers as they are now. Opened by hand it goes to its page."""
    found = whole_or_missing(activity_id)
    filters = Filters.read(request.args, found)
    if not asks_for_fragment():
        return safe_redirect(filters.url())
    return fragment(render_template("desk/_counts.html", **numbers(found, filters), oob=False))


@blueprint.get("/activities/<id:activity_id>/_counts/stream")
def counts_stream(activity_id: int) -> ResponseReturnValue:
    """Says when there are others."""
    return stream(activity_id)


@blueprint.post("/activities/<id:activity_id>/bookings/<ref:ref>/check-in")
def tick(activity_id: int, ref: str) -> ResponseReturnValue:
    """Somebody of the roster is here (`occurrence`), or, with `undo=1`, they were not; with `leaving=1` they did not leave."""
    found = whole_or_missing(activity_id)
    if roster.row(activity_id, ref) is None:
        abort(404)
    date = identifier(request.form.get("occurrence", ""))
    if not any(one.id == date for one in found.occurrences):
        abort(404)
    leaving = "leaving" in request.form
    verb = partial(attendance.undo, leaving=leaving) if "undo" in request.form else attendance.check_in
    refused = ""
    try:
        verb(ref=ref, occurrence_id=date or 0, at=clock.now(), by_id=current_user.id)
    except Refused as why:
        refused = not_let_in(why)
    line = line_of(found, ref, date)
    if not asks_for_fragment():
        if refused:
            return render(read(found, Filters.read(request.form, found)), problem=refused, status=409)
        undone = OUT_UNDONE if leaving else IN_UNDONE
        return safe_redirect(back(found, ref, undone if "undo" in request.form else IN))
    said = refused or _became(line, leaving=leaving)
    html = render_template(
        "desk/_tick_answer.html",
        line=line,
        problem=refused,
        announcement=said,
        **numbers(found, Filters.read(request.form, found)),
    )
    return fragment(html, status=409 if refused else 200)


def _became(line: Line, *, leaving: bool) -> str:
    if line.came_at is None:
        return _("%(name)s的签到撤销了", name=line.name)
    if leaving and line.left_at is None:
        return _("%(name)s的签退撤销了", name=line.name)
    return _("%(name)s已签到", name=line.name)


def _did(found: Whole, filters: Filters) -> str:
    """What the address says that was done, in the words of who did it with scripts."""
    ref, did = refs.read(request.args.get("last", "")), request.args.get("did", "")
    line = next(iter(lines_of(found, [ref], filters.occurrence_id)), None) if ref else None
    if line is None:
        return ""
    came, left = line.came_at is not None, line.left_at is not None
    if did in (IN, IN_UNDONE, OUT_UNDONE):
        is_so = came is not (did == IN_UNDONE) and not (did == OUT_UNDONE and left)
        return _became(line, leaving=did == OUT_UNDONE) if is_so else ""
    if did not in ("approved", "rejected", "as_is") or (did == "rejected") is not (
        line.state is State.REJECTED
    ):
        return ""
    return f"{line.name}：{done(did, line.state)}"


def stream(activity_id: int) -> ResponseReturnValue:
    """Says when something of an activity changed that its desk shows; the page then fetches what its viewer may see."""
    whole_or_missing(activity_id)
    topic = Topic(("activity", str(activity_id)), lambda: Look(watching.of_activity(activity_id)))
    return follow(topic, whose=f"person-{current_user.id}")


def whole_or_missing(activity_id: int) -> Whole:
    """The activity of an address with nothing due in it; 404 where there is none."""
    found = whole.of(activity_id, clock.now())
    if found is None:
        abort(404)
    return found


def is_masked() -> bool:
    """Whether whoever asks sees names and notes of this activity only in part."""
    cell = permit().may(Action.SEE_ROSTER)
    return cell is None or cell.masked


def line_of(found: Whole, ref: str, date: int | None = None) -> Line:
    """One row in words, at a date or at the nearest one; 404 for no booking of the activity."""
    lines = lines_of(found, [ref], date)
    if not lines:
        abort(404)
    return lines[0]


def lines_of(found: Whole, refs: Collection[str], date: int | None = None) -> list[Line]:
    """Rows in words; what is no booking of the activity is left out."""
    rows = roster.rows(found.activity.id, refs)
    chosen = next((one for one in found.occurrences if one.id == date), None)
    return rosters.lines(found, rows, chosen=chosen, is_masked=is_masked(), may_tick=_may_tick())


def read(found: Whole, filters: Filters) -> Roster:
    """The roster as whoever asks may see it."""
    return rosters.of(found, filters, is_masked=is_masked(), may_tick=_may_tick())


def numbers(found: Whole, filters: Filters) -> dict[str, object]:
    """What `desk/_counts.html` needs."""
    return _named(rosters.numbers(found, filters, is_masked=is_masked()))


def render(
    shown: Roster,
    *,
    problem: str = "",
    did: str = "",
    outcomes: list[tuple[Line, str, bool]] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page. `did`: what was just done; `outcomes`: what became of each of the selected ones, with whether it was done."""
    lately = whole.lately([slot.id for slot in shown.whole.slots])
    feed = [(one, happened(one, starred(one.name) if shown.is_masked else one.name)) for one in lately]
    may_decide = permit().may(Action.BOOK_FOR_OTHERS) is not None
    page = render_template(
        "desk/roster.html",
        **_named(shown),
        reason_form=lambda ref: ReasonForm(name=f"reject-{ref}"),
        feed=feed,
        feed_has_days=any(clock.beijing(one.at).date() != clock.today() for one in lately),
        tab_word=tab_word,
        by_slot=rosters.by_slot(shown),
        may_tick=_may_tick(),
        may_decide=may_decide,
        problem=problem,
        did=did,
        outcomes=outcomes or [],
        every=FOLLOW_EVERY,
    )
    return page, status


def _named(shown: Roster) -> dict[str, object]:
    return {
        "roster": shown,
        "whole": shown.whole,
        "tally": shown.tally,
        "tabs": shown.tabs,
        "filters": shown.filters,
    }


def _may_tick() -> bool:
    return permit().may(Action.CHECK_IN) is not None


def back(found: Whole, ref: str, did: str) -> str:
    """The roster as it was when a form was sent from it, to say there what was done with a ticket."""
    asked = MultiDict(parse_qsl(urlsplit(came_from()).query))
    filters = Filters.read(asked, found)
    here = filters.fields(after=filters.after)
    return url_for("desk.roster", activity_id=found.activity.id, **here, last=ref, did=did)  # type: ignore[arg-type]
