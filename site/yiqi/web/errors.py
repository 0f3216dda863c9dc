"""What goes wrong, said plainly: an error page or fragment in the visitor's language, with the way on."""

import secrets
from collections.abc import Callable
from typing import Any

import structlog
from flask import (
    Flask,
    current_app,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from msgspec import Struct
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, SecurityError, Unauthorized

from yiqi.i18n import gettext as _
from yiqi.web.guards import TOKEN_FIELD, CrossSite, StaleForm
from yiqi.web.htmx import asks_for_fragment, fragment
from yiqi.web.outages import Outage, outage
from yiqi.web.texts import shown_again

RETRY_SECONDS = {Outage.BUSY: 10, Outage.FULL: 60, Outage.CROWDED: 8}
"""In how many seconds to come again."""
_OURS = {
    None: (
        "这边出了问题",
        "不是你的错。过一会儿再试，或者把编号告诉服务中心。",
        "Something went wrong here",
        "It is our fault. Try again later, or tell the service centre the reference.",
    ),
    Outage.BUSY: (
        "现在人太多，稍等一下",
        "过 10 秒再打开这一页。",
        "Busy right now",
        "Open this page again in ten seconds.",
    ),
    Outage.CROWDED: (
        "人很多，请等一等",
        "先来的先办。轮到你时这一页会自己再试，不用一直点。",
        "A lot of people right now",
        "First come, first served. When it is your turn this page tries again by itself; no need to keep pressing.",
    ),
    Outage.FULL: (
        "现在存不下新内容",
        "过一分钟再试一次。看活动不受影响。",
        "Nothing new can be saved right now",
        "Try again in a minute. Reading works as ever.",
    ),
}
"""Heading and line in Chinese and in English: without the catalogue, which needs to know who asks."""
_OF_A_FORM = {
    Outage.BUSY: ("你填的没有丢，过 10 秒再提交一次。", "Nothing is lost. Send it again in ten seconds."),
    Outage.CROWDED: (
        "你填的没有丢。轮到你时这一页会自己再试，不用一直点。",
        "Nothing you typed is lost. When it is your turn this page tries again by itself; no need to keep pressing.",
    ),
    Outage.FULL: (
        "你填的没有丢，过一分钟再提交一次。看活动不受影响。",
        "Nothing you typed is lost. Send it again in a minute. Reading works as ever.",
    ),
}
"""The lines when something was sent; who only opened a page has filled in nothing that could be lost."""
_KEPT_IN_A_CROWD = (
    "你填的没有丢。轮到你时会自己再提交；没有动静，再点一次下面的按钮。",
    "Nothing you typed is lost. It is sent again by itself when it is your turn; if nothing happens, press the button below.",
)
"""The lines above a form that has to wait: without scripts no page can press for anybody."""

log = structlog.get_logger()


class Problem(Struct, frozen=True):
    """An error in words: a heading and what to do."""

    status: int
    heading: str
    line: str


def _words(status: int) -> Problem:
    sentences = {
        400: (_("这个请求看不懂"), _("地址或内容不完整。回到首页再试一次。")),
        401: (_("请先登录"), _("用手机号登录后继续，约 20 秒。")),
        403: (_("你没有这个权限"), _("要开通，找组织者。")),
        404: (_("这个页面找不到了"), _("可能已删除，也可能地址少了一截。")),
        405: (_("不能这样打开"), _("回到首页，从按钮进来。")),
        408: (_("网络太慢，没收全"), _("换个信号好的地方再试。")),
        409: (_("这一步现在做不了"), _("情况刚刚变了，刷新看看。")),
        413: _too_large(),
        414: (_("地址太长了"), _("回到首页再试一次。")),
        415: (_("这种内容收不了"), _("用页面上的表单提交。")),
        422: (_("有地方要改一下"), _("看看表单里标出来的地方。")),
        429: (_("点得太快了"), _("歇一会儿再来。")),
    }
    heading, line = sentences.get(status, sentences[400])
    return Problem(status, heading, line)


def _too_large() -> tuple[str, str]:
    """Of a file something else is to be done than of a text."""
    if (request.max_content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        return _("文件太大了"), _("文件最大 2 MB。删掉不用的列、图片和工作表再传。")
    return _("内容太大了"), _("写短一点再提交。")


def problem_page(problem: Problem, *, resubmit: bool = False) -> ResponseReturnValue:
    """A problem as page or fragment. `resubmit` offers the same form again, with a fresh token."""
    facts = {
        "status": problem.status,
        "heading": problem.heading,
        "line": problem.line,
        "ref": "",
        "actions": [(url_for("pages.home"), _("看看本周活动"))],
        "resubmit": None,
    }
    if resubmit:
        current_app.extensions["yiqi.begin"]()
        facts["resubmit"] = _typed(request.form)
    if asks_for_fragment():
        return fragment(render_template("errors/_problem.html", **facts), status=problem.status)
    return render_template("errors/page.html", **facts), problem.status


def _typed(form: MultiDict[str, str], *, token: bool = False) -> dict[str, Any]:
    """A form as it was typed, to be sent again; with the token it came with, or without one."""
    fields = [
        (shown_again(name), shown_again(value))
        for name, value in form.items(multi=True)
        if token or name != TOKEN_FIELD
    ]
    return {"action": request.full_path.rstrip("?"), "fields": fields}


def our_fault(status: int, why: Outage | None = None, again: int | None = None) -> ResponseReturnValue:
    """An answer for what is no fault of theirs; `again`: in how many seconds to come again, if not as such an outage lasts.

    Nothing here may touch the database or the visitor's session: either may be what failed. So the template is
    rendered without the context processors, which would look up who is signed in, and of a form only what was read
    already is shown again, with the token that it brought. Files are not: they have to be chosen anew."""
    ref = g.get("request_id", secrets.token_hex(4))[:8].upper()
    heading, line, heading_en, line_en = _OURS[why]
    if why and request.method == "POST":
        line, line_en = _OF_A_FORM[why]
    form = request.__dict__.get("form")
    seconds = again or (RETRY_SECONDS[why] if why else 0)
    facts = {
        "status": status,
        "ref": ref,
        "heading": heading,
        "line": line,
        "heading_en": heading_en,
        "line_en": line_en,
        "resubmit": _typed(form, token=True) if why and form and not request.files else None,
        "again": 0,
    }
    by_htmx = request.headers.get("HX-Request") == "true"
    if why is Outage.CROWDED and facts["resubmit"] and not by_htmx:
        facts["line"], facts["line_en"] = _KEPT_IN_A_CROWD
    if why is Outage.CROWDED and (by_htmx or facts["resubmit"] or request.method != "POST"):
        facts["again"] = seconds
    name = "errors/_bare.html" if by_htmx else "errors/bare.html"
    page = current_app.jinja_env.get_template(name).render(**facts)
    response = make_response(page, status)
    if why:
        response.headers["Retry-After"] = str(seconds)
    return response


def init(app: Flask, out_meanwhile: Callable[[], bool]) -> None:
    """Answer every error. `out_meanwhile` says whether who asks has no record any more: what a verb then stumbles over is
    no mistake of ours, and they are asked to sign in."""

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if error.response is not None:
            return error.response
        if status >= 500:
            why = outage(error)
            return our_fault(503 if why else status, why)
        if isinstance(error, SecurityError):
            return (
                "This site does not answer to that name.\n",
                400,
                {"Content-Type": "text/plain; charset=utf-8"},
            )
        answer = make_response(problem_page(_words(status)))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(CrossSite)
    def cross_site(_error: CrossSite) -> ResponseReturnValue:
        return problem_page(Problem(403, _("这个请求不是从亦起的页面来的"), _("回到首页，从按钮进来。")))

    @app.errorhandler(StaleForm)
    def stale(_error: StaleForm) -> ResponseReturnValue:
        try:
            request.form  # noqa: B018
        except HTTPException as unreadable:
            return http(unreadable)
        line = _("这一页放得久了，你填的都还在，再提交一次就好。")
        return problem_page(Problem(403, _("再提交一次"), line), resubmit=True)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        why = outage(error)
        if why:
            log.error("unavailable", why=why.value, exc_info=error)
            return our_fault(503, why)
        if out_meanwhile():
            return app.handle_user_exception(Unauthorized())
        log.error("failed", error=type(error).__name__, exc_info=error)
        return our_fault(500)
