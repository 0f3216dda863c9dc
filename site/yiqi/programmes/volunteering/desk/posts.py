"""Posts, squads and the briefing of an event."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering import posts, staffing
from yiqi.programmes.volunteering.desk.blueprint import blueprint, event_or_missing
from yiqi.programmes.volunteering.forms import BriefingForm, PostForm, SquadForm
from yiqi.programmes.volunteering.posts import NameTaken, NotConfirmed
from yiqi.web.formats import hhmm
from yiqi.web.forms import PageForm
from yiqi.web.htmx import safe_redirect


@blueprint.get("/events/<id:event_id>/posts", endpoint="posts")
def own(event_id: int) -> ResponseReturnValue:
    """Every post with its shift, what it has and needs, its squad; the squads; the briefing."""
    return _page(event_id, {})


@blueprint.post("/events/<id:event_id>/posts")
def keep_posts(event_id: int) -> ResponseReturnValue:
    """Keep the minimum, the breaks and the squad of every post."""
    forms = _post_forms(event_id, request.form)
    are_right = [form.validate() for form in forms]
    if not all(are_right):
        return _page(event_id, {}, 422, forms)
    wanted = {form.post.facts.slot_id: form.posted for form in forms}
    posts.keep(activity_id=event_id, posts=wanted, at=clock.now(), by_id=current_user.id)
    return _back(event_id)


@blueprint.post("/events/<id:event_id>/squads")
def make_squad(event_id: int) -> ResponseReturnValue:
    """A new squad."""
    return _keep(event_id, None)


@blueprint.post("/events/<id:event_id>/squads/<id:squad_id>")
def keep_squad(event_id: int, squad_id: int) -> ResponseReturnValue:
    """Another name or leader."""
    return _keep(event_id, squad_id)


@blueprint.post("/events/<id:event_id>/squads/<id:squad_id>/drop")
def drop_squad(event_id: int, squad_id: int) -> ResponseReturnValue:
    """End a squad; its posts go on without one."""
    if not posts.drop_squad(activity_id=event_id, squad_id=squad_id, at=clock.now(), by_id=current_user.id):
        abort(404)
    return _back(event_id, "squads")


@blueprint.post("/events/<id:event_id>/briefing")
def brief(event_id: int) -> ResponseReturnValue:
    """Keep what those who are confirmed read before they come."""
    form = BriefingForm(request.form, name="briefing")
    if not form.validate():
        return _page(event_id, {"briefing": form}, 422)
    posts.brief(
        activity_id=event_id,
        text=form.text.data or "",
        briefing_at=form.briefing_at,
        at=clock.now(),
        by_id=current_user.id,
    )
    return _back(event_id, "briefing")


def _keep(event_id: int, squad_id: int | None) -> ResponseReturnValue:
    name = f"squad{squad_id or ''}"
    if squad_id is not None and squad_id not in {one.id for one in staffing.squads(event_id)}:
        abort(404)
    form = SquadForm(request.form, name=name, people=staffing.people(event_id))
    if not form.validate():
        return _page(event_id, {name: form}, 422)
    try:
        posts.keep_squad(
            activity_id=event_id,
            squad_id=squad_id,
            name=form["name"].data,
            leader_id=form.leader_id,
            at=clock.now(),
            by_id=current_user.id,
        )
    except NameTaken:
        form["name"].errors = [_("这个名称已经有小队用了")]
        return _page(event_id, {name: form}, 409)
    except NotConfirmed:
        form.leader.errors = [_("小队长从报上名的人里选")]
        return _page(event_id, {name: form}, 409)
    return _back(event_id, "squads")


def _back(event_id: int, anchor: str = "posts") -> ResponseReturnValue:
    return safe_redirect(url_for("volunteering_desk.posts", event_id=event_id, _anchor=anchor))


def _post_forms(event_id: int, sent: object = None) -> list[PostForm]:
    squads = staffing.squads(event_id)
    return [PostForm(sent, post, squads) for post in staffing.of_event(event_id)]


def _page(
    event_id: int, filled: dict[str, PageForm], status: int = 200, sent: list[PostForm] | None = None
) -> ResponseReturnValue:
    squads, people = staffing.squads(event_id), staffing.people(event_id)
    event = staffing.briefing(event_id)
    when = event.briefing_at if event else None
    forms: dict[str, PageForm] = {
        f"squad{one.id}": SquadForm(
            name=f"squad{one.id}", people=people, data={"name": one.name, "leader": str(one.leader_id or "")}
        )
        for one in squads
    }
    forms["squad"] = SquadForm(name="squad", people=people)
    forms["briefing"] = BriefingForm(
        name="briefing",
        data={
            "text": event.briefing if event else "",
            "day": clock.beijing(when).date().isoformat() if when else "",
            "time": hhmm(when) if when else "",
        },
    )
    post_forms = sent or _post_forms(event_id)
    wrong = next((form for form in [*post_forms, *filled.values()] if form.errors), None)
    page = render_template(
        "volunteering/desk/posts.html",
        whole=event_or_missing(event_id),
        post_forms=post_forms,
        squads=squads,
        forms=forms | filled,
        wrong=wrong,
    )
    return page, status
