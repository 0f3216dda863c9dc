"""The organizer's activities."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk import agenda, doors, reach, todo, ways
from yiqi.desk.gate import permit
from yiqi.desk.membership import union_lists
from yiqi.desk.planning import drafts
from yiqi.desk.views.blueprint import blueprint
from yiqi.notices import dead, spending
from yiqi.notices.post import budget_of
from yiqi.roles.rules.permissions import Action
from yiqi.unions import requests
from yiqi.web.formats import printable

SEARCH_LENGTH = 50


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The activities within reach: `?tab=` week, later, drafts or done, `?q=` by name or place, `?after=` the next page."""
    held, now = permit().held, clock.now()
    q = printable(" ".join(request.args.get("q", "").split()))[:SEARCH_LENGTH]
    asked = request.args.get("tab", "")
    tab = asked if asked in agenda.TABS else agenda.TABS[0]
    after = request.args.get("after", "")
    found = agenda.read(held, tab, q, after, now)
    written = drafts.unfinished(held, q)
    keeps_notices = permit().may_anywhere(Action.KEEP_NOTICES)
    return render_template(
        "desk/activities.html",
        tab="drafts" if asked == "drafts" else tab,
        agenda=found,
        counts=found.counts | {"drafts": len(written)},
        drafts=written,
        todo=todo.of(held, now),
        asked=requests.open_count(union_lists.kept(held)),
        dead=dead.count() if keeps_notices else 0,
        sms=spending.of_day(budget_of(current_app.config["YIQI"]), now) if keeps_notices else None,
        q=q,
        after=after,
        today=clock.today(),
        now=now,
        may_begin=bool(reach.writers(held)),
        programmes=doors.of_programmes(),
        cards=doors.cards(),
        roster=ways.roster,
        door=ways.door,
    )
