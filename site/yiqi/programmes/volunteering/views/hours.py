"""My hours: every service of mine with what counts of it, and saying that one is wrong."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.hours import accounts
from yiqi.hours.rules.standing import Refused
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering import disputing, serving, words
from yiqi.programmes.volunteering.forms import DisputeForm
from yiqi.programmes.volunteering.views.blueprint import blueprint
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import identifier, whole

MOST_PAGES = 999


@blueprint.get("/hours")
@signed_in_only
def hours() -> ResponseReturnValue:
    """My ledger, the latest service first; `?page=`."""
    return _page()


@blueprint.post("/hours/<id:service_id>/dispute")
@signed_in_only
def dispute(service_id: int) -> ResponseReturnValue:
    """Say that the hours of a service are wrong; an organizer answers."""
    now = clock.now()
    served = serving.one(service_id, now)
    if served is None or served.facts.person_id != current_user.id:
        abort(404)
    form = DisputeForm(request.form, name=f"dispute-{service_id}")
    if not form.validate():
        return _answer(service_id, form, 422)
    try:
        disputing.dispute(
            service_id=service_id,
            seen=identifier(request.form.get("seen", "")) or 0,
            person_id=current_user.id,
            words=form.words.data or "",
            at=now,
        )
    except Refused as refused:
        form.words.errors = [str(words.REFUSALS[refused.why])]
        return _answer(service_id, form, 409)
    if not asks_for_fragment():
        return safe_redirect(url_for("volunteering.hours", _anchor=f"service-{service_id}"))
    return _answer(service_id, None, announcement=_("收到了，组织者会核实"))


def _answer(
    service_id: int, form: DisputeForm | None, status: int = 200, *, announcement: str = ""
) -> ResponseReturnValue:
    """The service alone for htmx, the page for a plain request; what was typed stays."""
    if not asks_for_fragment():
        return _page({service_id: form} if form else {}, status)
    html = render_template(
        "volunteering/_service_answer.html",
        served=serving.one(service_id, clock.now()),
        form=form or DisputeForm(name=f"dispute-{service_id}"),
        history=accounts.history(service_id),
        announcement=announcement,
    )
    return fragment(html, status=status)


def _page(filled: dict[int, DisputeForm] | None = None, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    page = whole(request.args.get("page", ""), least=1, most=MOST_PAGES) or 1
    services, has_more = serving.of_person(current_user.id, now, page)
    forms = {
        one.facts.service_id: DisputeForm(name=f"dispute-{one.facts.service_id}") for one in services
    } | (filled or {})
    wrong = next(iter((filled or {}).values()), None)
    shown = render_template(
        "volunteering/hours.html",
        account=accounts.of(current_user.id, now),
        services=services,
        forms=forms,
        wrong=wrong,
        said=accounts.histories([one.facts.service_id for one in services if _is_told(one)]),
        page=page,
        has_more=has_more,
    )
    return shown, status


def _is_told(one: serving.Served) -> bool:
    """Whether more was said of it than that it counts."""
    return one.facts.deed not in ("counted", "confirmed")
