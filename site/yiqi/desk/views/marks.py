"""The page of marks: what workers object to, and what was noted lately. Each is answered on the page of its booking."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk.attending import marked
from yiqi.desk.gate import permit
from yiqi.desk.views.blueprint import blueprint
from yiqi.web.texts import identifier


@blueprint.get("/marks")
def marks() -> ResponseReturnValue:
    """Marks within reach: `?tab=all` or those with an open objection, `?activity=` of one, `?before=` the next page."""
    activity_id = identifier(request.args.get("activity", ""))
    is_open = request.args.get("tab") != "all"
    found = marked.read(
        permit().held,
        clock.now(),
        is_open=is_open,
        activity_id=activity_id,
        before=identifier(request.args.get("before", "")),
    )
    return render_template(
        "desk/marks.html", found=found, tab="open" if is_open else "all", activity_id=activity_id
    )
