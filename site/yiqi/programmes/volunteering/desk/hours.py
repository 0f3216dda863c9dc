"""The hours of an event: the list, confirming all of them, and one service with everything that may be said of it."""

from collections.abc import Callable

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec import Struct, field

from yiqi import clock
from yiqi.hours import accounts
from yiqi.hours.ledger import By
from yiqi.hours.rules.standing import Refused, State, Why
from yiqi.programmes.volunteering import confirming, serving, words
from yiqi.programmes.volunteering.desk.blueprint import blueprint, event_or_missing
from yiqi.programmes.volunteering.forms import AdjustForm, NamedForm, ReasonForm, SettleForm
from yiqi.programmes.volunteering.serving import Served
from yiqi.web.formats import hhmm
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier, whole

TABS = ("pending", "disputed", "credited", "reversed")
MOST = 100_000


class Tried(Struct, frozen=True):
    """What was tried on a service: why it was refused, and the form as it was sent."""

    problem: str = ""
    forms: dict[str, NamedForm] = field(default_factory=dict)
    status: int = 200


@blueprint.get("/events/<id:event_id>/hours")
def hours(event_id: int) -> ResponseReturnValue:
    """The hours of an event by how they stand (`?tab=`); `?credited=`, `?proposed=` and `?left=` tell what was just done."""
    now = clock.now()
    asked = request.args.get("tab", "")
    tab = asked if asked in TABS else TABS[0]
    done = {
        name: whole(request.args.get(name, ""), least=0, most=MOST)
        for name in ("credited", "proposed", "left")
    }
    return render_template(
        "volunteering/desk/hours.html",
        whole=event_or_missing(event_id),
        tab=tab,
        tabs=TABS,
        tally=serving.tally(event_id),
        services=serving.of_event(event_id, now, State(tab)),
        done=done if done["credited"] is not None else None,
        me=current_user.id,
    )


@blueprint.post("/events/<id:event_id>/hours/confirm")
def confirm_all(event_id: int) -> ResponseReturnValue:
    """Let everything count that is signed in and out, but my own."""
    made = confirming.confirm_all(activity_id=event_id, by=_by())
    left = sum(made.left_out.values())
    return safe_redirect(
        url_for(
            "volunteering_desk.hours",
            event_id=event_id,
            credited=made.credited,
            proposed=made.proposed,
            left=left,
        )
    )


@blueprint.get("/events/<id:event_id>/hours/<id:service_id>")
def service(event_id: int, service_id: int) -> ResponseReturnValue:
    """One service: what was signed, what was said, and what may be done."""
    return _page(_found(event_id, service_id))


@blueprint.post("/events/<id:event_id>/hours/<id:service_id>/confirm")
def confirm(event_id: int, service_id: int) -> ResponseReturnValue:
    """Let it count as it is proposed; the second word on long ones."""
    return _act(
        event_id, service_id, None, lambda seen, by: _do(confirming.confirm, event_id, service_id, seen, by)
    )


@blueprint.post("/events/<id:event_id>/hours/<id:service_id>/settle")
def settle(event_id: int, service_id: int) -> ResponseReturnValue:
    """Say from when to when somebody was there."""
    served = _found(event_id, service_id)
    form = SettleForm(request.form, name="settle", starts_at=served.facts.shift_starts_at)

    def act(seen: int, by: By) -> None:
        confirming.settle(
            activity_id=event_id,
            service_id=service_id,
            seen=seen,
            in_at=form.in_at,
            out_at=form.out_at,
            by=by,
        )

    return _act(event_id, service_id, form, act)


@blueprint.post("/events/<id:event_id>/hours/<id:service_id>/adjust")
def adjust(event_id: int, service_id: int) -> ResponseReturnValue:
    """Let other minutes count."""
    served = _found(event_id, service_id)
    form = AdjustForm(request.form, name="adjust", most=served.facts.most)

    def act(seen: int, by: By) -> None:
        confirming.adjust(
            activity_id=event_id, service_id=service_id, seen=seen, minutes=form.minutes_of, by=by
        )

    return _act(event_id, service_id, form, act)


@blueprint.post("/events/<id:event_id>/hours/<id:service_id>/reverse")
def reverse(event_id: int, service_id: int) -> ResponseReturnValue:
    """Let nothing of it count."""
    form = ReasonForm(request.form, name="reverse")
    return _act(
        event_id, service_id, form, lambda seen, by: _do(confirming.reverse, event_id, service_id, seen, by)
    )


@blueprint.post("/events/<id:event_id>/hours/<id:service_id>/answer")
def answer(event_id: int, service_id: int) -> ResponseReturnValue:
    """It stays as it is, for a reason."""
    form = ReasonForm(request.form, name="answer")
    return _act(
        event_id, service_id, form, lambda seen, by: _do(confirming.answer, event_id, service_id, seen, by)
    )


def _do(verb: Callable[..., object], event_id: int, service_id: int, seen: int, by: By) -> None:
    verb(activity_id=event_id, service_id=service_id, seen=seen, by=by)


def _by(because: str = "") -> By:
    return By(current_user.id, clock.now(), current_app.config["YIQI"].hours_second * 60, because)


def _found(event_id: int, service_id: int) -> Served:
    found = serving.one(service_id, clock.now())
    if found is None or found.facts.activity_id != event_id:
        abort(404)
    return found


def _act(
    event_id: int, service_id: int, form: NamedForm | None, act: Callable[[int, By], None]
) -> ResponseReturnValue:
    """Do it and go back to its page; a form with mistakes, or a refusal, comes back with what was typed."""
    served = _found(event_id, service_id)
    forms = {form_name(form): form} if form is not None else {}
    if form is not None and not form.validate():
        return _page(served, Tried(forms=forms, status=422))
    because = form["because"].data or "" if form is not None else ""
    try:
        act(identifier(request.form.get("seen", "")) or 0, _by(because))
    except Refused as refused:
        return _page(_found(event_id, service_id), Tried(str(words.REFUSALS[refused.why]), forms, 409))
    return safe_redirect(
        url_for("volunteering_desk.service", event_id=event_id, service_id=service_id, _anchor="said")
    )


def form_name(form: NamedForm) -> str:
    """What a form is called on the page."""
    return form["because"].id.partition("-")[0]


def _page(served: Served, tried: Tried | None = None) -> ResponseReturnValue:
    tried = tried or Tried()
    facts = served.facts
    fresh: dict[str, NamedForm] = {
        "settle": SettleForm(
            name="settle",
            starts_at=facts.shift_starts_at,
            data={"came": hhmm(facts.in_at or facts.shift_starts_at)},
        ),
        "adjust": AdjustForm(
            name="adjust",
            most=facts.most,
            data={"minutes": str(facts.minutes if facts.proposed is None else facts.proposed)},
        ),
        "reverse": ReasonForm(name="reverse"),
        "answer": ReasonForm(name="answer"),
    }
    page = render_template(
        "volunteering/desk/service.html",
        whole=event_or_missing(facts.activity_id),
        served=served,
        history=accounts.history(facts.service_id),
        forms=fresh | tried.forms,
        wrong=next((form for form in tried.forms.values() if form.errors), None),
        problem=tried.problem,
        is_own=facts.person_id == current_user.id,
        is_mine_to_second=not (served.waits_for_second and facts.by_id == current_user.id),
        own_word=str(words.REFUSALS[Why.OWN]),
        second_above=current_app.config["YIQI"].hours_second,
    )
    return page, tried.status
