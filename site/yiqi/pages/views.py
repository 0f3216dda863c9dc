"""The front page, the notices for users, and the demo's messages."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec.structs import replace

from yiqi import clock
from yiqi.booking import mine, programme, showing
from yiqi.booking.views.own import my_part, todo_count
from yiqi.notices import outbox
from yiqi.pages import composing, week
from yiqi.pages.filters import Filters
from yiqi.pages.reach import Whose
from yiqi.people.persons import person_by_phone
from yiqi.people.rules import mainland_mobile
from yiqi.rota import rotas
from yiqi.web.htmx import leave_for

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """This week; `?day= &week= &programme= &q= &free=1 &after=17 &mine=1` are all links or one GET form.

    Whose own time is to count says their shifts first; a visitor is shown everything, and how to get there.
    """
    now = clock.now()
    filters = Filters.read(request.args)
    if "" in request.args.values():  # a form sends what it has nothing in, too
        return redirect(filters.url(), 303)
    asked_for_mine, whose = filters.mine, None
    if filters.mine and current_user.is_authenticated:
        kept = rotas.of_person(current_user.id)
        if kept is None:
            return leave_for(url_for("rota.page", next=filters.url()))
        whose = Whose(current_user.id, kept)
    viewer = current_user.id if current_user.is_authenticated else None
    filters = replace(filters, mine=whose is not None)
    part = my_part(now, week.look(filters, now))
    facts = week.read(filters, now, whose, viewer, part.beside if part is not None else None)
    offers = mine.offered(viewer, now) if viewer is not None and todo_count() else []
    return render_template(
        "pages/home.html",
        week=facts,
        filters=filters,
        now=now,
        today=facts.today,
        tags=part.tags if part is not None else {},
        offers=offers,
        poll=showing.list_poll(facts.watched),
        is_strangers_mine=asked_for_mine and whose is None,
        lines=week.coming_of(part.plugs, viewer, now) if part is not None and viewer is not None else [],
        found=week.found_in(filters.q, viewer, now) if filters.q else [],
        programmes=programme.plugs(),
    )


@blueprint.get("/notice")
def notice() -> ResponseReturnValue:
    """用户须知."""
    return render_template("pages/notice.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """隐私说明."""
    return render_template("pages/privacy.html")


@blueprint.get("/demo/messages")
def messages() -> ResponseReturnValue:
    """Demo and test only: what was sent to a phone, newest first."""
    if not current_app.config["YIQI"].is_demo:
        abort(404)
    typed = request.args.get("phone", "")
    phone = mainland_mobile(typed)
    person = person_by_phone(phone) if phone else None
    notices = outbox.newest(phone, person.id if person else None) if phone else []
    letters = [(notice, composing.letter(notice)) for notice in notices]
    return render_template("pages/messages.html", typed=typed if phone else "", letters=letters)
