"""What is mine: 我的, the codes, a ticket."""

from datetime import datetime

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import blocks, endings, involved, marks, mine, showing, tickets
from yiqi.booking.involved import Beside, Involved
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import State
from yiqi.booking.views.blueprint import blueprint
from yiqi.notices import inbox
from yiqi.roles import holding
from yiqi.unions.belonging import union_of
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect

MOST_CODES = 5


@blueprint.get("/t/<ref:ref>")
@signed_in_only
def ticket(ref: str) -> ResponseReturnValue:
    """My ticket, large: what the QR on it stands for. Anybody else finds nothing here."""
    found = mine.by_ref(ref, current_user.id, clock.now())
    if found is None:
        abort(404)
    if found.state != State.CONFIRMED:
        return safe_redirect(url_for("booking.activity", activity_id=found.activity.id))
    return render_template("booking/ticket.html", block=blocks.of([found], current_user.id)[0])


@blueprint.get("/me", endpoint="mine")
@signed_in_only
def own() -> ResponseReturnValue:
    """我的: what I am coming to, what I wait for, what is over (`?tab=`)."""
    now = clock.now()
    tab = request.args.get("tab", "")
    entries = {"waiting": mine.queued, "past": mine.past}.get(tab, mine.coming)(current_user.id, now)
    held, waiting = mine.counts(current_user.id, now)
    part = my_part(now)
    todo = todo_count()
    coming = mine.coming(current_user.id, now) if todo and tab in ("waiting", "past") else entries
    if tab == "past":
        entries = showing.nearest_first(entries, clock.today())
    over = [entry.booking.id for entry in entries if entry.standing.is_over]
    cancelled = [entry.booking.id for entry in entries if entry.booking.state is State.CANCELLED]
    return render_template(
        "booking/mine.html",
        days=showing.by_day(entries),
        offers=mine.offered(current_user.id, now) if todo else [],
        moved=[entry for entry in coming if entry.booking.moved_at and entry.standing.can_cancel]
        if todo
        else [],
        missed=marks.of_bookings(over),
        ended=endings.of(cancelled),
        attended=mine.attended(entries, now),
        marked=[entry.status for entry in marks.of(current_user.id, now)],
        union=union_of(current_user.id, clock.today()),
        which=tab if tab in ("waiting", "past") else "coming",
        held=held,
        waiting=waiting,
        cards=[card for plug in part.plugs for card in plug.mine(current_user.id, now)]
        if not tab and part is not None
        else [],
        unread=inbox.unread(current_user.id),
        has_desk=holding.holds_any(current_user.id, now),
        today=clock.today(),
        now=now,
        poll=showing.poll([entry.standing for entry in entries], now, view="mine"),
    )


def todo_count() -> int:
    """How many of my bookings wait for my word: the number on the tab of 我的."""
    if not current_user.is_authenticated:
        return 0
    if "todo_count" not in g:
        g.todo_count = mine.to_do(current_user.id, clock.now())
    return int(g.todo_count)


def my_part(now: datetime, beside: Beside | None = None) -> Involved | None:
    """What the visitor is part of, and what else is asked `beside` it; None for who is not signed in. The number on the tab
    is known with it."""
    if not current_user.is_authenticated:
        return None
    mine_now = involved.of(current_user.id, now, beside)
    g.todo_count = mine_now.to_do
    return mine_now


@blueprint.get("/me/codes")
@signed_in_only
def passes() -> ResponseReturnValue:
    """My check-in codes for the days that come, the nearest first; the first that is still to be shown is large."""
    now = clock.now()
    entries = mine.coming(current_user.id, now)[:MOST_CODES]
    attended = mine.attended(entries, now)
    return render_template(
        "booking/codes.html",
        entries=entries,
        attended=attended,
        to_show=next((entry for entry in entries if entry.booking.id not in attended), None),
        pass_of=tickets.pass_of,
        spoken=spoken,
    )
