"""Notices that reached nobody: why, and sending them again or giving them up; what short messages cost today, and what did
not fit. The texts are not shown: they are their person's."""

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.notices import dead, spending
from yiqi.notices.post import budget_of
from yiqi.notices.rules.budget import Short
from yiqi.people import persons
from yiqi.roles import notice_keeping
from yiqi.web.errors import Problem, problem_page
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

SHORTS = {
    Short.DAY: _l("当天的短信额度不够"),
    Short.PERSON: _l("这个人当天的短信够多了"),
    Short.MESSAGE: _l("这一条群发当天的份额用完了"),
}
"""Why a letter was no short message."""


@blueprint.get("/notices")
def letters() -> ResponseReturnValue:
    """The dead letters, a page before one (`?before=`), and today's short messages."""
    rows, more = dead.listed(identifier(request.args.get("before", "")))
    people = persons.by_id({one.person_id for one in rows if one.person_id is not None})
    return render_template(
        "desk/letters.html",
        letters=rows,
        people=people,
        more=more,
        day=spending.of_day(budget_of(current_app.config["YIQI"]), clock.now()),
        shorts=SHORTS,
    )


@blueprint.post("/notices/<id:notice_id>/again")
def send_again(notice_id: int) -> ResponseReturnValue:
    """Back in line."""
    was_one = notice_keeping.send_again(notice_id=notice_id, at=clock.now(), by_id=current_user.id)
    return _settled(notice_id, was_one=was_one)


@blueprint.post("/notices/<id:notice_id>/close")
def give_up(notice_id: int) -> ResponseReturnValue:
    """Closed for good."""
    was_one = notice_keeping.give_up(notice_id=notice_id, at=clock.now(), by_id=current_user.id)
    return _settled(notice_id, was_one=was_one)


def _settled(notice_id: int, *, was_one: bool) -> ResponseReturnValue:
    if not was_one and not dead.is_there(notice_id):
        abort(404)
    if not was_one:
        return problem_page(
            Problem(409, _("这条通知已经处理过了"), _("可能是别的管理员，也可能已经送到。回列表看下一条。"))
        )
    return safe_redirect(url_for("desk.letters"))
