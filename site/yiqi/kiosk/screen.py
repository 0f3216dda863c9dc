"""The browser's side of a device: its cookie, which goes to the screen's own addresses only, and which screen it is."""

from datetime import timedelta

from flask import Response, current_app, g, request

from yiqi import clock
from yiqi.kiosk import devices, visits
from yiqi.kiosk.models import Device, Stage, Visit
from yiqi.people import browser

PATH = "/kiosk"
LASTS = timedelta(days=400)
"""As long as browsers keep any cookie; it is set anew with every board."""
ENGLISH_FOR = timedelta(minutes=5)
NAME, LANGUAGE, VISIT = "kiosk", "yiqi-kiosk-lang", "yiqi-kiosk-visit"


def cookie_name() -> str:
    """The device's cookie. It is not for the whole site: no other address is ever sent it."""
    return "__Secure-yiqi-kiosk" if current_app.config["YIQI"].secure_cookies else "yiqi-kiosk"


def device() -> Device | None:
    """The screen that asks, looked up once; None for every other browser, and outside the screen's addresses."""
    if "kiosk" not in g:
        token = request.cookies.get(cookie_name(), "") if request.blueprint == NAME else ""
        g.kiosk = devices.of_token(token) if token else None
    found: Device | None = g.kiosk
    return found


def this() -> Device:
    """The screen that asks, behind the gate."""
    found = device()
    if found is None:
        raise RuntimeError("the gate lets only screens in")
    return found


def csrf_secret() -> str | None:
    """The secret that form tokens carry: the screen's on a screen, else that of the browser's session."""
    found = device()
    return found.csrf if found is not None else browser.csrf_secret()


def adopt(response: Response, token: str) -> None:
    """From now on, or for another year, this browser is the screen with a token."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=LASTS,
        path=PATH,
        secure=current_app.config["YIQI"].secure_cookies,
        httponly=True,
        samesite="Strict",
    )


def keep(response: Response) -> None:
    """Let the cookie live on, and note, at most once a minute, that the screen is in use."""
    adopt(response, request.cookies[cookie_name()])
    seen(this())


def seen(found: Device) -> None:
    """Note that a screen is in use, at most once a minute."""
    at = clock.now()
    if found.seen_at is None or at - found.seen_at >= devices.SEEN_EVERY:
        devices.saw(device_id=found.id, at=at)


def begin(stage: Stage, slot_id: int | None = None) -> None:
    """Somebody steps up to this screen. Their visit is this browser's: whoever copied the screen's cookie sees nothing of
    it."""
    g.kiosk_visit = visits.begin(device_id=this().id, stage=stage, slot_id=slot_id, at=clock.now())


def visit_nonce() -> str:
    """The nonce of the visit in this browser; empty for none."""
    begun: str = g.get("kiosk_visit", "")
    return begun or request.cookies.get(VISIT, "")[:64]


def visit() -> Visit | None:
    """Who stands before this screen."""
    nonce = visit_nonce()
    return visits.present(this().id, nonce, clock.now()) if nonce else None


def greet(response: Response) -> Response:
    """The visit that has just begun is this browser's, until it is closed."""
    if "kiosk_visit" in g:
        response.set_cookie(
            VISIT,
            g.kiosk_visit,
            path=PATH,
            secure=current_app.config["YIQI"].secure_cookies,
            httponly=True,
            samesite="Strict",
        )
    return response


def speak(response: Response, lang: str) -> None:
    """The language of whoever stands there now; it is Chinese again when they have gone."""
    response.set_cookie(
        LANGUAGE,
        lang,
        max_age=ENGLISH_FOR,
        path=PATH,
        secure=current_app.config["YIQI"].secure_cookies,
        httponly=True,
        samesite="Strict",
    )


def forget(response: Response) -> None:
    """Nobody stands there any more: no language of theirs, and nothing of what the browser kept of their pages. What
    scans it keeps for a better network stays."""
    for name in (LANGUAGE, VISIT):
        response.delete_cookie(name, path=PATH)
    response.headers["Clear-Site-Data"] = '"cache"'
