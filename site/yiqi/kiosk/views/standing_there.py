"""Whoever stands before a screen: the one address of their present step, the keys, and what becomes of it."""

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.booking import standing
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.refs import ALPHABET, spoken
from yiqi.booking.rules.states import State
from yiqi.booking.tickets import pass_of
from yiqi.booking.wording import said
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.kiosk import arrivals, devices, scans, screen, visits, walk_in
from yiqi.kiosk.devices import Try
from yiqi.kiosk.models import Outcome, Purpose, Stage, Visit
from yiqi.kiosk.rules import keys
from yiqi.kiosk.views.blueprint import blueprint
from yiqi.kiosk.views.telling import is_nobodys, told, why
from yiqi.people import codes, persons
from yiqi.people.rules import mainland_mobile, starred
from yiqi.web.display import language
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import Unwritable, digits, plain

TICKET_SECONDS, RESULT_SECONDS = 30, 8
"""How long a ticket stands on the screen, to be photographed, and how long a check-in."""
_NOT_IN = _l("验证码不对。没收到，就回上一步，或者请人帮忙")


@blueprint.get("/visit")
def visit() -> ResponseReturnValue:
    """The present step. What there is to say at the end is said once: then nobody stands there any more."""
    done = visits.say_and_forget(device_id=screen.this().id, nonce=screen.visit_nonce())
    if done is not None:
        answer = make_response(_outcome(done))
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer
    found = screen.visit()
    if found is None:
        return safe_redirect(url_for("kiosk.board"))
    return safe_redirect(url_for("kiosk.check_in")) if found.stage is Stage.TAIL else _step_page(found)


@blueprint.post("/visit")
def step() -> ResponseReturnValue:
    """One key (`k`), or on with what was typed (`typed` where the screen collected it), or `back`."""
    device, now = screen.this(), clock.now()
    found = screen.visit()
    if found is None:
        raise visits.Gone
    if "back" in request.form:
        visits.step_back(device_id=device.id, at=now)
        return safe_redirect(url_for("kiosk.visit"))
    typed = _typed(found.stage)
    if typed:
        found = visits.fill(device_id=device.id, typed=typed, at=now)
    if "k" in request.form:
        visits.press(device_id=device.id, key=request.form["k"], at=now)
        return safe_redirect(url_for("kiosk.visit"))
    onward = {
        Stage.REF: _show_code,
        Stage.PHONE: _tell_phone,
        Stage.CODE: _prove,
        Stage.NAME: _tell_name,
        Stage.READY: _finish,
    }.get(found.stage)
    return onward(found) if onward else safe_redirect(url_for("kiosk.visit"))


def _typed(stage: Stage) -> str:
    """What the screen, or a keyboard, collected: digits, or the letters of a name or of a ticket's code."""
    raw = request.form.get("typed", "")
    if stage not in (Stage.NAME, Stage.REF):
        return digits(raw)
    try:
        text = plain(raw)
    except Unwritable:
        return ""
    return text.upper().replace("-", "") if stage is Stage.REF else text


def _show_code(found: Visit) -> ResponseReturnValue:
    """The code on the ticket was typed. One that nobody has stays there, to be compared and corrected."""
    try:
        devices.spend_try(device_id=found.device_id, what=Try.SCAN, at=clock.now())
    except devices.TooMany as limit:
        return _too_soon(found, limit)
    typed = found.typed
    scan = scans.take(
        device_id=found.device_id, nonce=f"{found.nonce}-{typed}"[:64], typed=typed, at=clock.now()
    )
    if scan.outcome is Outcome.REFUSED and scan.activity_id is None:
        nobodys = _("没有这个签到码。对一对再试，或者请人帮忙。")
        return _step_page(found, nobodys if is_nobodys(scan) else why(scan), 422)
    visits.finish(device_id=found.device_id, outcome={"scan": scan.id}, at=clock.now())
    return safe_redirect(url_for("kiosk.visit"))


def _tell_phone(found: Visit) -> ResponseReturnValue:
    now, browser = clock.now(), screen.this().token_hash or ""
    phone = mainland_mobile(found.typed)
    if phone is None:
        return _step_page(found, _("填 11 位手机号，例如 138 0013 8000"), 422)
    try:
        codes.ask(
            phone=phone,
            browser=browser,
            address=request.remote_addr or "",
            device="",
            at=now,
            secret=current_app.config["SECRET_KEY"],
            lang=language(),
        )
    except codes.TooMany as limit:
        if not codes.is_out(phone, browser, now):
            return _too_soon(found, limit)
    visits.ask_code(device_id=found.device_id, phone=phone, at=now)
    return safe_redirect(url_for("kiosk.visit"))


def _prove(found: Visit) -> ResponseReturnValue:
    now = clock.now()
    checks_in = found.purpose is Purpose.CHECK_IN
    expected = arrivals.expected(found.phone, now) if checks_in else []
    if len(found.typed) != keys.CODE:
        return _step_page(found, _("填短信里的 6 位数字"), 422)
    try:
        visits.admit(
            device_id=found.device_id,
            phones=sorted({one.phone for one in expected}) if checks_in else [found.phone],
            code=found.typed,
            browser=screen.this().token_hash or "",
            address=request.remote_addr or "",
            at=now,
            secret=current_app.config["SECRET_KEY"],
            lang=language(),
        )
    except codes.WrongCode as wrong:
        if checks_in:
            line = _NOT_IN
        elif wrong.left:
            line = _("验证码不对，还可以试 %(n)s 次", n=wrong.left)
        elif not wrong.expired:
            line = _("验证码不对，试的次数用完了。回上一步重新发一个")
        else:
            line = _("验证码过期了或已经用过，回上一步重新发一个")
        return _step_page(screen.visit() or found, line, 422, is_spent=not checks_in and not wrong.left)
    except codes.NotHere:
        line = _("这个号码很久没登录过。先在手机上登录一次，或者请人帮忙。")
        return _step_page(screen.visit() or found, _NOT_IN if checks_in else line, 422)
    except codes.TooMany as limit:
        if checks_in:  # whoever is expected is met by a limit, nobody is not: both hear the same
            return _step_page(visits.fill(device_id=found.device_id, typed="", at=now), _NOT_IN, 422)
        return _too_soon(found, limit)
    return _go_on()


def _tell_name(found: Visit) -> ResponseReturnValue:
    name = "" if "skip" in request.form else found.typed.strip()
    visits.tell_name(device_id=found.device_id, name=name, at=clock.now())
    return _go_on()


def _go_on() -> ResponseReturnValue:
    found = screen.visit()
    if found is None:
        raise visits.Gone
    return _finish(found) if found.stage is Stage.READY else safe_redirect(url_for("kiosk.visit"))


def _finish(found: Visit) -> ResponseReturnValue:
    """Everything is known: check in, or sign up."""
    now = clock.now()
    if found.purpose is Purpose.SIGN_UP:
        try:
            walk_in.sign_up(found, device_id=found.device_id, at=now)
        except Refused as refused:
            words = said(refused)
            outcome = {"heading": words.heading, "line": words.line}
            visits.finish(device_id=found.device_id, outcome=outcome, at=now)
        except walk_in.Guarded as young:
            outcome = {
                "heading": _("先要监护人同意"),
                "line": _("不满 %(n)s 岁要监护人同意。用手机在亦起报名，会请监护人填一下。", n=young.below),
            }
            visits.finish(device_id=found.device_id, outcome=outcome, at=now)
        return safe_redirect(url_for("kiosk.visit"))
    theirs = [one for one in arrivals.expected(found.phone, now) if one.person_id == found.person_id]
    if not theirs:
        raise visits.Gone
    scan = scans.take(device_id=found.device_id, nonce=found.nonce, typed="", ref=theirs[0].ref, at=now)
    visits.finish(device_id=found.device_id, outcome={"scan": scan.id}, at=now)
    return safe_redirect(url_for("kiosk.visit"))


def _step_page(
    found: Visit, wrong: object = "", status: int = 200, *, is_spent: bool = False
) -> ResponseReturnValue:
    """The present step, and what was `wrong` with it; `is_spent`: no try is left, another code has to be sent."""
    most = visits.MOST.get(found.stage, 0)
    is_number = found.stage is Stage.PHONE
    slot = walk_in.slot(found.slot_id, clock.now()) if found.slot_id is not None else None
    page = render_template(
        "kiosk/visit.html",
        stage=found.stage,
        signs_up=found.purpose is Purpose.SIGN_UP,
        slot=slot,
        typed=found.typed,
        cells=[] if found.stage is Stage.NAME else keys.cells(found.typed, most, hidden=is_number),
        most=most,
        tail=found.phone[-4:],
        wrong=wrong,
        is_spent=is_spent,
        alphabet=ALPHABET if found.stage is Stage.REF else keys.LETTERS,
    )
    return page, status


def _too_soon(found: Visit, limit: codes.TooMany) -> ResponseReturnValue:
    seconds = max(1, int(limit.wait.total_seconds()))
    line = (
        _("发得太快了，%(n)s 秒后再来", n=seconds)
        if seconds <= 120
        else _("试得太多了，%(n)s 分钟后再来，或请人帮忙", n=seconds // 60 + 1)
    )
    answer = make_response(_step_page(found, line, 429))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _outcome(done: Visit) -> ResponseReturnValue:
    """What is said at the end: of a check-in, of a refusal, or the ticket itself."""
    if "scan" in done.outcome:
        scan = scans.of_id(done.outcome["scan"])
        if scan is None:
            return safe_redirect(url_for("kiosk.board"))
        return render_template("kiosk/arrived.html", result=told(scan), seconds=RESULT_SECONDS)
    if "heading" in done.outcome:
        return render_template("kiosk/refused.html", **done.outcome, seconds=TICKET_SECONDS)
    (found,) = standing.of_slots([done.slot_id or 0], done.person_id, clock.now())
    booking = found.booking
    if booking is None:
        return safe_redirect(url_for("kiosk.board"))
    return render_template(
        "kiosk/ticket.html",
        found=found,
        code=spoken(booking.ref),
        qr=pass_of(booking.ref) if booking.state is State.CONFIRMED else None,
        name=starred(persons.name_of(done.person_id or 0)),
        tail=done.phone[-4:],
        fresh=done.outcome["fresh"],
        seconds=TICKET_SECONDS,
    )
