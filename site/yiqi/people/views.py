"""Signing in with a phone and a code, signing out, and what people tell of themselves."""

import math

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.people import browser, by_message, codes, first, persons, sessions
from yiqi.people.forms import BirthdayForm, CodeForm, NameForm, PhoneForm
from yiqi.people.models import BrowserSession
from yiqi.people.proof_words import too_many
from yiqi.people.rules import national
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import (
    asks_for_fragment,
    came_from,
    fragment,
    local_path,
    safe_redirect,
)

blueprint = Blueprint("people", __name__)


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form for the phone. Somebody signed in goes on to where they were going."""
    goes_to = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return safe_redirect(goes_to)
    return _phone_page(PhoneForm(data={"next": goes_to, "ok": True}))


@blueprint.post("/sign-in")
def send_code() -> ResponseReturnValue:
    """Send a code and ask for it. The same answer whether the phone is known or not."""
    form = PhoneForm(request.form)
    if not form.validate():
        return _phone_page(form, 422)
    try:
        by_message.ask(form.e164)
    except codes.TooMany as limit:
        if by_message.asked_phone() == form.e164:
            again = CodeForm(data={"next": form.next.data})
            return _too_soon(
                _code_page(again, form.e164, 429, resend=too_many(limit, signing_in=True)), limit
            )
        form.phone.errors = [too_many(limit, signing_in=True)]
        return _too_soon(_phone_page(form, 429), limit)
    return redirect(url_for("people.enter_code", next=local_path(form.next.data)), 303)


@blueprint.get("/sign-in/code")
def enter_code() -> ResponseReturnValue:
    """The form for the code."""
    goes_to = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return safe_redirect(goes_to)
    phone = by_message.asked_phone()
    if phone is None:
        return redirect(url_for("people.sign_in", next=goes_to), 303)
    return _code_page(CodeForm(data={"next": goes_to}), phone)


@blueprint.post("/sign-in/code")
def use_code() -> ResponseReturnValue:
    """Check the code and sign in; somebody who never told a name is asked for it once."""
    form = CodeForm(request.form)
    phone = by_message.asked_phone()
    if phone is None:
        return redirect(url_for("people.sign_in", next=local_path(form.next.data)), 303)
    if not form.validate():
        return _code_page(form, phone, 422)
    try:
        fresh = by_message.sign_in(phone, form.code.data or "")
    except codes.WrongCode as wrong:
        if wrong.left:
            form.code.errors = [_("验证码不对，还可以试 %(n)s 次", n=wrong.left)]
        elif wrong.expired:
            form.code.errors = [_("验证码过期了或已经用过，重新发一个")]
        else:
            form.code.errors = [_("试得太多了，重新发一个验证码")]
        return _code_page(form, phone, 422)
    except codes.TooMany as limit:
        form.code.errors = [too_many(limit, signing_in=True)]
        return _too_soon(_code_page(form, phone, 429), limit)
    browser.adopt(fresh)
    goes_to = local_path(form.next.data)
    person = g.visit[1]
    if person is None:
        return redirect(url_for("privacy.whose", next=goes_to), 303)
    if not person.name:
        return redirect(url_for("people.name", next=goes_to), 303)
    return redirect(goes_to, 303)


@blueprint.get("/sign-in/first/<token>")
def first_time(token: str) -> ResponseReturnValue:
    """The button of the first admin's link: a messenger that fetches the address to show it does not use it up."""
    try:
        person = first.whose(token, clock.now(), current_app.config["SECRET_KEY"])
    except first.Spent:
        abort(404)
    browser.begin_visit()
    return render_template("people/first.html", name=person.name)


@blueprint.post("/sign-in/first/<token>")
def come_in(token: str) -> ResponseReturnValue:
    """Sign the first admin in, once, and go where the authenticator is set up."""
    visit = browser.begin_visit()
    try:
        fresh = first.sign_in(
            token=token,
            browser_id=visit.id,
            at=clock.now(),
            secret=current_app.config["SECRET_KEY"],
            user_agent=request.user_agent.string,
        )
    except first.Spent:
        abort(404)
    browser.adopt(fresh)
    return redirect("/desk/", 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on the server; a second time changes nothing."""
    visit = browser.visit()
    if visit is not None:
        sessions.sign_out(browser_id=visit.id)
    browser.drop()
    return safe_redirect("/")


@blueprint.get("/me/name")
@signed_in_only
def name() -> ResponseReturnValue:
    """The form for one's name."""
    goes_to = local_path(request.args.get("next"), url_for("booking.mine"))
    return render_template(
        "people/name.html",
        form=NameForm(data={"name": current_user.name, "next": goes_to}),
    )


@blueprint.post("/me/name")
@signed_in_only
def tell_name() -> ResponseReturnValue:
    """Keep the name and go on."""
    form = NameForm(request.form)
    if not form.validate():
        return render_template("people/name.html", form=form), 422
    persons.tell_name(person_id=current_user.id, name=form.name.data or "")
    return safe_redirect(form.next.data, url_for("booking.mine"))


@blueprint.get("/me/birthday")
@signed_in_only
def birthday() -> ResponseReturnValue:
    """The form for the day one was born: an activity with a condition of age leads here."""
    goes_to = local_path(request.args.get("next"), url_for("booking.mine"))
    known = current_user.born_on.isoformat() if current_user.born_on else ""
    form = BirthdayForm(data={"born_on": known, "next": goes_to}, today=clock.today())
    return render_template("people/birthday.html", form=form)


@blueprint.post("/me/birthday")
@signed_in_only
def tell_birthday() -> ResponseReturnValue:
    """Keep the day and go on."""
    form = BirthdayForm(request.form, today=clock.today())
    if not form.validate() or form.day is None:
        return render_template("people/birthday.html", form=form), 422
    persons.tell_birthday(person_id=current_user.id, born_on=form.day)
    return safe_redirect(form.next.data, url_for("booking.mine"))


@blueprint.get("/me/sessions")
@signed_in_only
def own_sessions() -> ResponseReturnValue:
    """The browsers one is signed in with."""
    this = browser.visit()
    mine = sessions.own(current_user.id, clock.now())
    return render_template(
        "people/sessions.html", sessions=mine, this=this.id if this else 0, device_name=_device_name
    )


@blueprint.post("/me/sessions/<id:browser_id>/end")
@signed_in_only
def end_session(browser_id: int) -> ResponseReturnValue:
    """Sign one browser out: it is out on its next request. A second time changes nothing that is still there."""
    if not sessions.end(person_id=current_user.id, browser_id=browser_id):
        abort(404)
    this = browser.visit()
    if this is not None and this.id == browser_id:
        browser.drop()
        return safe_redirect("/")
    return safe_redirect(url_for("people.own_sessions"))


@blueprint.post("/me/sessions/end-others")
@signed_in_only
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    this = browser.visit()
    if this is not None:
        sessions.end_others(person_id=current_user.id, browser_id=this.id)
    return safe_redirect(url_for("people.own_sessions"))


def unauthorized(_error: object) -> ResponseReturnValue:
    """401: htmx is sent to the sign-in page; a plain request gets the form right here, and comes back after it."""
    if asks_for_fragment():
        response = fragment("", status=401)
        response.headers["HX-Redirect"] = url_for("people.sign_in", next=came_from())
        return response
    back = request.full_path.rstrip("?") if request.method == "GET" else came_from()
    return _phone_page(
        PhoneForm(data={"next": local_path(back), "ok": True}), 401, was_out=request.method != "GET"
    )


def _device_name(one: BrowserSession) -> str:
    """What a browser is called in a list."""
    name = (
        one.device.replace("WeChat", _("微信")).replace("WeCom", _("企业微信")).replace("Alipay", _("支付宝"))
    )
    return name.replace("Huawei Browser", _("华为浏览器")) or _("不知道是什么设备")


def _phone_page(form: PhoneForm, status: int = 200, *, was_out: bool = False) -> ResponseReturnValue:
    browser.begin_visit()
    page = render_template(
        "people/sign_in.html",
        form=form,
        code_is_out=by_message.asked_phone() is not None,
        was_out=was_out,
        wechat=current_app.config["YIQI"].wechat is not None,
    )
    return page, status


def _code_page(form: CodeForm, phone: str, status: int = 200, *, resend: str = "") -> ResponseReturnValue:
    browser.begin_visit()
    return render_template("people/code.html", form=form, phone=national(phone), resend=resend), status


def _too_soon(answer: ResponseReturnValue, limit: codes.TooMany) -> ResponseReturnValue:
    response = make_response(answer)
    response.headers["Retry-After"] = str(math.ceil(limit.wait.total_seconds()))
    return response
