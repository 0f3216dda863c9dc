"""我的通知: the inbox, and how one wants to hear of what stands in it."""

from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.notices import inbox, reach
from yiqi.notices.forms import EmailForm, WayForm
from yiqi.notices.letter import unsigned
from yiqi.notices.models import Notice
from yiqi.notices.post import Post
from yiqi.notices.rules.ways import Way
from yiqi.pages import composing
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

blueprint = Blueprint("inbox", __name__)

LEADS_TO = {
    "booking": "booking.mine",
    "by_hand": "booking.mine",
    "reminder": "booking.mine",
    "message": "booking.mine",
    "change": "booking.mine",
    "mark": "booking.marks",
    "membership_ended": "unions.page",
    "membership_request": "unions.page",
}
"""Where there is more to see, by kind."""


@blueprint.get("/me/notices")
@signed_in_only
def notices() -> ResponseReturnValue:
    """My notices, the newest first, a page before one (`?before=`): each says what is true now."""
    rows, more = inbox.of_person(current_user.id, identifier(request.args.get("before", "")))
    shown = [(one, *_said(one)) for one in rows]
    return render_template(
        "inbox/notices.html",
        notices=shown,
        gone=composing.about([one for one, text, _lang in shown if not text]),
        more=more,
        unread=inbox.unread(current_user.id),
        leads_to=LEADS_TO,
    )


@blueprint.get("/me/notices/<id:notice_id>")
@signed_in_only
def notice(notice_id: int) -> ResponseReturnValue:
    """One of my notices: where a message outside leads to. Having been opened, it is read."""
    found = inbox.one(notice_id, current_user.id)
    if found is None:
        abort(404)
    inbox.read(person_id=current_user.id, notice_id=notice_id, at=clock.now())
    text, lang = _said(found)
    gone = composing.about([found]).get(found.id) if not text else None
    return render_template(
        "inbox/notice.html", notice=found, text=text, written_in=lang, gone=gone, leads_to=LEADS_TO
    )


@blueprint.post("/me/notices/read")
@signed_in_only
def read_all() -> ResponseReturnValue:
    """I have read them all."""
    inbox.read(person_id=current_user.id, at=clock.now())
    return safe_redirect(url_for("inbox.notices"))


@blueprint.get("/me/reach")
@signed_in_only
def how() -> ResponseReturnValue:
    """How I am reached."""
    return _page()


@blueprint.post("/me/reach")
@signed_in_only
def choose() -> ResponseReturnValue:
    """Keep it."""
    form = WayForm(request.form, ways=_open_ways())
    if not form.validate():
        return _page(way=form, status=422)
    reach.choose(person_id=current_user.id, way=Way(form.way.data), reminders=form.reminders.data)
    return safe_redirect(url_for("inbox.how"))


@blueprint.post("/me/reach/email")
@signed_in_only
def tell_email() -> ResponseReturnValue:
    """Send a link to the address; only once it was opened anything else goes there."""
    if Way.EMAIL not in _there():
        abort(404)
    form = EmailForm(request.form)
    if not form.validate():
        return _page(email=form, status=422)
    try:
        reach.ask_email(person_id=current_user.id, address=form.email.data or "", at=clock.now())
    except reach.TooSoon:
        form.email.errors = [_("刚发过一封，过 2 分钟再发")]
        return _page(email=form, status=429)
    except reach.Enough:
        form.email.errors = [_("今天发过的确认邮件太多了，明天再来")]
        return _page(email=form, status=429)
    return safe_redirect(url_for("inbox.how"))


@blueprint.get("/me/reach/email/<token:token>")
@signed_in_only
def email_link(token: str) -> ResponseReturnValue:
    """The link from the letter: one button, for programs that look into mail open links, too."""
    if not reach.of(current_user.id).email:
        abort(404)
    return render_template("inbox/email.html", token=token, email=reach.of(current_user.id).email)


@blueprint.post("/me/reach/email/<token:token>")
@signed_in_only
def show_email(token: str) -> ResponseReturnValue:
    """The address is mine."""
    if not reach.show_email(person_id=current_user.id, token=token, at=clock.now()):
        abort(404)
    return safe_redirect(url_for("inbox.how"))


@blueprint.post("/me/reach/email/forget")
@signed_in_only
def forget_email() -> ResponseReturnValue:
    """No mail any more, and the address is forgotten."""
    reach.forget_email(person_id=current_user.id)
    return safe_redirect(url_for("inbox.how"))


@blueprint.post("/me/reach/wechat/forget")
@signed_in_only
def forget_wechat() -> ResponseReturnValue:
    """Neither messages in WeChat any more nor signing in with it."""
    reach.unlink_wechat(person_id=current_user.id)
    return safe_redirect(url_for("inbox.how"))


def _page(
    way: WayForm | None = None, email: EmailForm | None = None, status: int = 200
) -> ResponseReturnValue:
    mine = reach.of(current_user.id)
    ways = _open_ways()
    now: dict[str, Any] = {"way": mine.way if mine.way in ways else Way.SMS, "reminders": mine.reminders}
    page = render_template(
        "inbox/reach.html",
        form=way or WayForm(data=now, ways=ways),
        email_form=email or EmailForm(),
        mine=mine,
        has_email=Way.EMAIL in _there(),
        has_wechat=current_app.config["YIQI"].wechat is not None,
        wechat_sends=Way.WECHAT in _there(),
    )
    return page, status


def _there() -> frozenset[Way]:
    """The ways that are set up here."""
    post: Post = current_app.extensions["yiqi.post"]
    return post.ways


def _open_ways() -> list[Way]:
    """Those that lead to me."""
    mine, there = reach.of(current_user.id), _there()
    closed = {
        Way.EMAIL: not (mine.email and mine.email_at and Way.EMAIL in there),
        Way.WECHAT: not (mine.openid and Way.WECHAT in there),
    }
    return [way for way in Way if not closed.get(way)]


def _said(one: Notice) -> tuple[str, str]:
    """What a notice says now, in the language of its person, and which that is; empty when it is no longer true."""
    letter = composing.letter(one)
    return (unsigned(letter.text), letter.lang) if letter is not None else ("", "")
