"""Writing to people of an activity: the page, its preview, and sending."""

import secrets
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from msgspec import Struct

from yiqi import clock
from yiqi.activities.models import Allocation, Status
from yiqi.booking import whole
from yiqi.booking.rules import refs
from yiqi.booking.whole import Whole
from yiqi.desk import doors
from yiqi.desk.letters import messaging
from yiqi.desk.letters.audience import To
from yiqi.desk.letters.message_forms import HOLDERS, MessageForm
from yiqi.desk.letters.messaging import Before, NotSent, Run, Unsent
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.notices import spending
from yiqi.notices.post import budget_of
from yiqi.web.formats import hhmm, moment, said
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import identifier

MOST_PICKED = 200
NAMED = 5
"""Of the people it goes to, so many are named."""


class Shown(Struct, frozen=True):
    """The preview: what the message comes to, and what keeps it from being counted."""

    run: Run
    is_written: bool
    room: int | None = None
    """How many parts it can take today; None is without limit."""

    @property
    def names(self) -> str:
        names = [one.person.name or _("没填姓名") for one in self.run.copies[:NAMED]]
        listed = _("、").join(names)
        return listed if len(self.run.copies) <= NAMED else _("%(names)s等", names=listed)

    @property
    def fen(self) -> int:
        return self.run.parts * int(current_app.config["YIQI"].sms_price)


@blueprint.get("/activities/<id:activity_id>/messages")
def messages(activity_id: int) -> ResponseReturnValue:
    """A new message, and those that were sent. `?to=`, `?slot=`, `?occurrence=` or `?ref=` … say whom it is for; `?sent=`
    and `?was=` come from the message just sent."""
    found = _whole(activity_id)
    blank = _form(found, request.args, is_new=True)
    return _page(found, blank)


@blueprint.post("/activities/<id:activity_id>/messages/preview")
def preview_message(activity_id: int) -> ResponseReturnValue:
    """What the message would be as it is filled in: sent by htmx while it is written, or by the button."""
    found = _whole(activity_id)
    form = _form(found, request.form)
    if not form.nonce.data:
        form.nonce.data = secrets.token_urlsafe(16)
    is_right = form.validate() or not form.body.typed
    if not asks_for_fragment():
        return _page(found, form, status=200 if is_right or "body" not in request.form else 422)
    return fragment(render_template("desk/_message_preview.html", **_preview(found, form)))


@blueprint.post("/activities/<id:activity_id>/messages")
def send(activity_id: int) -> ResponseReturnValue:
    """Send it to everybody whom it is for at this moment. Sent again, it shows the first result. Nothing goes to a group
    that the page had not shown, nor the same words twice in a row unless whoever sends them was told so (`again`)."""
    found = _whole(activity_id)
    form = _form(found, request.form)
    is_right = form.validate()
    wanted = form.audience
    if not is_right or wanted is None:
        return _page(found, form, status=422)
    if not form.is_as_shown:
        told = _("发给谁改过了，还没看过是哪些人。看看下面的预览，再按一次发送。")
        return _page(found, form, problem=told, status=409)
    try:
        done = messaging.send(
            wanted=wanted,
            body=form.body.data or "",
            of=found,
            nonce=form.nonce.data or secrets.token_urlsafe(16),
            by_id=current_user.id,
            at=found.at,
            again=form.said_again,
        )
    except NotSent as not_sent:
        return _page(found, form, problem=_why(not_sent), before=not_sent.before, status=409)
    return safe_redirect(
        url_for("desk.messages", activity_id=activity_id, sent=done.message_id, was=form.was)
    )


def _whole(activity_id: int) -> Whole:
    found = whole.of(activity_id, clock.now())
    if found is None:
        abort(404)
    return found


def _form(found: Whole, sent: Any, *, is_new: bool = False) -> MessageForm:
    picked = tuple(dict.fromkeys(ref for one in sent.getlist("ref") if (ref := refs.read(one))))[:MOST_PICKED]
    groups = {
        To.CONFIRMED: _("已确认的人"),
        To.WAITING: _("候补的人"),
        To.PENDING: _("待审核的人"),
        To.ENTERED: _("待摇号的人"),
        To.ABSENT: _("还没签到的人"),
        To.CALLED_OFF: _("取消前在名单上的人"),
        To.PICKED: _("选中的 %(n)s 人", n=len(picked)),
    }
    drawn = found.activity.allocation is Allocation.DRAW
    asked = found.activity.allocation is Allocation.APPROVAL
    is_off = found.activity.status is Status.CALLED_OFF
    fell_out = [
        *(one.called_off_at for one in found.slots),
        *(one.called_off_at for one in found.activity.occurrences),
    ]
    if is_off:
        groups = {To.CALLED_OFF: groups[To.CALLED_OFF]} | groups
    left_out = {
        *([] if drawn else [To.ENTERED]),
        *([] if asked else [To.PENDING]),
        *([] if is_off or any(fell_out) else [To.CALLED_OFF]),
        *([] if picked else [To.PICKED]),
    }
    labelled = [(str(slot.id), said(slot, "label")) for slot in found.slots if slot.label]
    dates = [(str(one.id), moment(one.starts_at)) for one in found.occurrences]
    form = MessageForm(
        None if is_new else sent,
        groups=[(str(to), word) for to, word in groups.items() if to not in left_out],
        slots=[("", _("全部")), *labelled] if len(labelled) > 1 else [("", _("全部"))],
        dates=[("", _("全部")), *dates] if len(dates) > 1 else [("", _("全部"))],
        refs=picked,
    )
    if is_new:
        form.nonce.data = secrets.token_urlsafe(16)
    for field in (form.to, form.slot, form.occurrence):
        known = form.known[field.name]
        if is_new or not field.data:
            field.data = asked if (asked := sent.get(field.name, "")) in known else known[0]
    if picked and not sent.get("to"):
        form.to.data = str(To.PICKED)
    return form


def _preview(found: Whole, form: MessageForm, before: Before | None = None) -> dict[str, object]:
    wanted, body = form.audience, form.body.data or ""
    made = messaging.draft(wanted, body, found) if wanted is not None else Run()
    return {
        "shown": Shown(made, is_written=bool(body) and not form.body.errors, room=_room(found)),
        "form": form,
        "before": before,
        "price": current_app.config["YIQI"].sms_price,
    }


def _room(found: Whole) -> int | None:
    day = spending.of_day(budget_of(current_app.config["YIQI"]), found.at)
    limits = [one for one in (day.left, day.budget.message or None) if one is not None]
    return min(limits, default=None)


def _page(
    found: Whole, form: MessageForm, *, problem: str = "", before: Before | None = None, status: int = 200
) -> ResponseReturnValue:
    listed = messaging.sent(found.activity.id)
    sent_id = identifier(request.args.get("sent", ""))
    just_sent = next((one for one in listed if one.id == sent_id), None)
    page = render_template(
        "desk/messages.html",
        **_preview(found, form, before),
        whole=found,
        doors=doors.of,
        holders=str(HOLDERS),
        problem=problem,
        listed=listed,
        just_sent=just_sent,
        was=identifier(request.args.get("was", "")),
    )
    return page, status


def _why(not_sent: NotSent) -> str:
    match not_sent.why:
        case Unsent.NOBODY:
            return _("现在没有人可发。")
        case Unsent.TOO_MANY:
            return _("一个活动一天最多发 %(n)s 次，明天再发。", n=messaging.MOST_A_DAY)
        case Unsent.ELSEWHERE:
            return _("这一页已经用过，重新打开再写。")
        case Unsent.TWICE:
            before = not_sent.before
            many, since = (before.people, hhmm(before.sent_at)) if before else (0, "")
            return _(
                "这段话 %(time)s 刚发过，有 %(n)s 人会再收到一遍，短信再算一次钱。确实要再发，再按一次发送。",
                n=many,
                time=since,
            )
