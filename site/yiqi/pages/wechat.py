"""WeChat says who somebody is: for signing in, and for messages in it. Only where an official account is set up."""

import hashlib
import hmac

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.notices import reach
from yiqi.notices.channels.wechat import NoSuchCode, WeChat
from yiqi.notices.letter import Failed
from yiqi.people import browser, sessions
from yiqi.people.rules import device_words
from yiqi.roles import holding
from yiqi.web.errors import Problem, problem_page
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import local_path, safe_redirect

blueprint = Blueprint("wechat", __name__)

SIGN_IN, LINK = "sign-in", "link"


@blueprint.get("/sign-in/wechat")
def sign_in() -> ResponseReturnValue:
    """Ask WeChat who this is, and come back."""
    account = _account()
    if current_user.is_authenticated:
        return safe_redirect(request.args.get("next"))
    browser.begin_visit()
    return _to_wechat(account, SIGN_IN)


@blueprint.get("/me/reach/wechat")
@signed_in_only
def link() -> ResponseReturnValue:
    """The same, to get messages there."""
    return _to_wechat(_account(), LINK)


@blueprint.get("/wechat/back")
def back() -> ResponseReturnValue:
    """Back from WeChat with a code, and the state that this browser was given."""
    account, given = _account(), request.args.get("state", "")
    purpose = next((one for one in (SIGN_IN, LINK) if _belongs(given, one)), None)
    if purpose is None:
        return _again(_("这一步是从别处来的，或者等太久了"))
    try:
        openid = account.openid_of(request.args.get("code", ""))
    except NoSuchCode:
        return _again(_("微信没有告诉我们你是谁"))
    except Failed:
        return problem_page(Problem(503, _("微信现在没有回应"), _("过一会儿再试，或者用手机号登录。")))
    if purpose == LINK and current_user.is_authenticated:
        reach.link_wechat(person_id=current_user.id, openid=openid)
        return safe_redirect(url_for("inbox.how"))
    return _enter(openid)


def _enter(openid: str) -> ResponseReturnValue:
    """Sign somebody in whose WeChat we know. Who organizes shows their phone each time."""
    person_id, now = reach.person_of(openid), clock.now()
    if person_id is None:
        return _unknown()
    if holding.holds_any(person_id, now):
        return problem_page(
            Problem(409, _("组织者要用手机号登录"), _("工作台里有别人的资料，每次都要手机验证码。"))
        )
    visit = browser.begin_visit()
    try:
        fresh = sessions.enter(
            person_id=person_id,
            browser_id=visit.id,
            device=browser.device_token(),
            words=device_words(request.user_agent.string),
            at=now,
        )
    except LookupError:  # their number has a new owner, and the record is nobody's
        return _unknown()
    browser.adopt(fresh)
    return safe_redirect(request.args.get("next"))


def _unknown() -> ResponseReturnValue:
    return problem_page(
        Problem(
            409,
            _("这个微信还没有连上手机号"),
            _("先用手机号登录，再到“我的”里“通知怎么发给我”连上微信，下次就不用验证码。"),
        )
    )


def _to_wechat(account: WeChat, purpose: str) -> ResponseReturnValue:
    goes_to = local_path(request.args.get("next"))
    returns = current_app.config["YIQI"].base_url + url_for("wechat.back", next=goes_to)
    return redirect(account.way_to_sign_in(returns, _state(purpose)), 303)


def _again(heading: str) -> ResponseReturnValue:
    return problem_page(Problem(409, heading, _("回去再点一次，或者用手机号登录。")))


def _account() -> WeChat:
    account: WeChat | None = current_app.extensions["yiqi.wechat"]
    if account is None:
        abort(404)
    return account


def _state(purpose: str) -> str:
    """What only this browser's session can have been given."""
    visit = browser.visit()
    whose = f"wechat {purpose} {visit.token_hash if visit else ''}"
    secret: str = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode(), whose.encode(), hashlib.sha256).hexdigest()[:40]


def _belongs(given: str, purpose: str) -> bool:
    return browser.visit() is not None and hmac.compare_digest(given.encode(), _state(purpose).encode())
