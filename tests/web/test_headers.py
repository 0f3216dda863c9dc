"""The headers of every kind of answer, the errors in both shapes, and the methods nobody should use."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.builders import an_activity
from tests.databases import ROOT, ScratchSettings
from tests.promises.routes import EVERYBODY, ROUTES
from tests.promises.scene import WHO, Scene, scene, whole_scene
from tests.web.asking import HTMX, a_token
from yiqi.app import create_app
from yiqi.booking import standing
from yiqi.people import sessions

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

EXACTLY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TRACES = re.compile(r"Traceback|SELECT |File \"|/site/|(?i:sqlalchemy|werkzeug|psycopg|sqlite3)")

Ask = Callable[[Client, Scene], TestResponse]


def signed_in(client: Client, stage: Scene) -> Client:
    return stage.enter(client, "other")


def too_many(client: Client, _stage: Scene) -> TestResponse:
    token = a_token(client)
    fields = {"phone": "13800138000", "csrf_token": token}
    client.post("/sign-in", data=fields)
    return client.post("/sign-in", data=fields)


def refused(client: Client, stage: Scene) -> TestResponse:
    later = an_activity(opens_in=timedelta(hours=1))
    signed_in(client, stage)
    token = {"csrf_token": a_token(client)}
    return client.post(f"/slots/{later.slot_id}/bookings", data=token)


def wrong_name(client: Client, stage: Scene) -> TestResponse:
    signed_in(client, stage)
    return client.post("/me/name", data={"name": "", "csrf_token": a_token(client)})


ANSWERS: dict[int, Ask] = {
    200: lambda client, _stage: client.get("/"),
    204: lambda client, stage: unchanged(client, stage),
    286: lambda client, _stage: client.get("/live"),
    303: lambda client, _stage: client.get("/display?text=l"),
    400: lambda client, _stage: client.get("/", headers={"Host": "evil.example"}),
    401: lambda client, _stage: client.get("/me"),
    403: lambda client, _stage: client.post("/sign-in", headers={"Origin": "https://evil.example"}),
    404: lambda client, _stage: client.get("/nothing-here"),
    405: lambda client, _stage: client.put("/"),
    409: refused,
    413: lambda client, _stage: client.post("/sign-in", data=b"x" * (256 * 1024 + 1)),
    422: wrong_name,
    429: too_many,
}


def unchanged(client: Client, stage: Scene) -> TestResponse:
    page = client.get(f"/activities/{stage.samples.activity_id}").text
    found = re.search(r'hx-get="(/live[^"]+)"', page)
    assert found is not None
    return client.get(found[1].replace("&amp;", "&"))


USE_THE_CAMERA = ("desk.check_in", "desk.scan", "kiosk.check_in", "kiosk.scan")
WITH_CAMERA = {
    "Content-Security-Policy": EXACTLY["Content-Security-Policy"] + "; worker-src 'self' blob:",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Two pages of the desk and of a screen read codes with a camera; nothing else may."""


MAY_BE_KEPT = {
    "calendars.feed": "private, no-cache",
    "calendars.activity_file": "private, no-cache",
    "calendars.programme": "public, max-age=900",
}
"""Files that calendars fetch by themselves, again and again: asked for with an ETag, one's own each time anew."""


def sound(answer: TestResponse, of: str = "", *, camera: bool = False, cache: str = "no-store") -> None:
    for name, value in (EXACTLY | (WITH_CAMERA if camera else {})).items():
        assert answer.headers.getlist(name) == [value], of
    assert {"Cookie", "HX-Request"} <= set(answer.headers["Vary"].replace(" ", "").split(","))
    assert answer.headers["Cache-Control"] == cache, of
    assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", answer.headers["X-Request-ID"])
    assert "unsafe" not in str(answer.headers)
    assert not {"Server", "X-Powered-By", "X-AspNet-Version"} & set(answer.headers.keys())


@pytest.mark.parametrize("headers_sent", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("status", ANSWERS)
def test_every_kind_of_answer_carries_the_same_headers(
    client: Client, status: int, headers_sent: dict[str, str]
) -> None:
    stage = scene()
    for name, value in headers_sent.items():
        client.environ_base["HTTP_" + name.upper().replace("-", "_")] = value
    client.checks = not headers_sent

    answer = ANSWERS[status](client, stage)

    expected = 200 if status == 303 and headers_sent else status
    assert answer.status_code == expected
    sound(answer)


@pytest.mark.parametrize("who", WHO)
def test_every_address_carries_them_too(client: Client, who: str) -> None:
    """A form without its token is refused, so that one scene is enough for all."""
    stage = whole_scene()
    stage.enter(client, who)

    for route in (route for route, somebody in EVERYBODY if somebody == who):
        url = route.url(stage.samples)
        for headers_sent in ({}, HTMX):
            answer = client.open(url, method=route.method, headers=headers_sent, buffered=True)
            if route.endpoint == "static":
                assert "no-store" not in answer.headers.get("Cache-Control", "")
                assert "Set-Cookie" not in answer.headers
            else:
                camera = route.endpoint in USE_THE_CAMERA and answer.status_code < 400
                cache = MAY_BE_KEPT.get(route.endpoint) if answer.status_code < 400 else None
                sound(answer, route.name, camera=camera, cache=cache or "no-store")


def test_an_error_below_static_is_not_kept(client: Client) -> None:
    scene()
    sound(client.get("/static/nothing.css"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 429, 409])
def test_an_error_says_what_to_do_in_the_visitors_language(client: Client, status: int) -> None:
    stage = scene()
    client.set_cookie("lang", "zh-CN")
    page = ANSWERS[status](client, stage)

    assert page.status_code == status
    if status == 400:
        assert page.mimetype == "text/plain"
    else:
        assert page.text.lstrip().startswith("<!doctype html>")
        assert 'lang="zh-CN"' in page.text
        assert re.search("<h1|<h2", page.text)
    assert not TRACES.search(page.text)


def test_an_error_for_htmx_is_one_alert_for_the_problem_region(client: Client) -> None:
    scene()
    for answer in (
        client.get("/nothing-here", headers=HTMX),
        client.put("/", headers=HTMX),
        client.post("/sign-in", headers=HTMX | {"Origin": "https://evil.example"}),
        client.post("/sign-in", data=b"x" * (256 * 1024 + 1), headers=HTMX),
    ):
        assert answer.text.startswith('<div class="problem" role="alert"')
        assert f'data-status="{answer.status_code}"' in answer.text
        assert "<html" not in answer.text


def test_too_many_says_when_to_come_back(client: Client) -> None:
    scene()
    answer = too_many(client, scene())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


FAULTS = {
    500: (RuntimeError("the secret is 42"), IntegrityError("SELECT secret", {}, Exception("why"))),
    503: (
        OperationalError("SELECT secret", {}, Exception("database is locked")),
        PoolTimeout("QueuePool limit"),
    ),
}


@pytest.fixture(params=[(status, n) for status in FAULTS for n in (0, 1)], ids=str)
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """A read that fails; answers the status it should give."""
    status, which = request.param

    def fail(*_args: object, **_kwargs: object) -> None:
        raise FAULTS[status][which]

    monkeypatch.setattr(standing, "of_activity", fail)
    return int(status)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_our_own_fault_is_said_in_both_languages_with_a_reference_and_nothing_of_the_inside(
    client: Client, broken: int, who: str, lang: str
) -> None:
    stage = scene()
    stage.enter(client, who)
    client.set_cookie("lang", lang)
    url = f"/activities/{stage.samples.activity_id}"

    page = client.get(url, headers={"X-Request-ID": "a1b2c3d4-of-a-proxy"})
    piece = client.get(url, headers=HTMX)

    for answer in (page, piece):
        assert answer.status_code == broken
        sound(answer)
        assert not TRACES.search(answer.text)
        assert "secret" not in answer.text
        assert answer.headers["X-Request-ID"][:8].upper() in answer.text
        assert re.search("[\u4e00-\u9fff]{4}", answer.text)
        assert re.search(r'lang="en"[^>]*>[^<]*(?:<h2>)?[A-Z][a-z]+ ', answer.text)
        assert ("Retry-After" in answer.headers) == (broken == 503)
    assert "A1B2C3D4" in page.text
    assert page.text.startswith("<!doctype html>")
    assert piece.text.startswith('<div class="problem" role="alert"')


@pytest.fixture
def no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is signed in, and who it is cannot be looked up."""
    scene().enter(client, "owner")

    def gone(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(sessions, "visit", gone)


ASKS_WHO_LOOKS = [
    (path, sent)
    for path in ("/", "/me", "/nothing-here", "/notice")
    for sent in ({}, HTMX)
    if (path, sent) != ("/nothing-here", HTMX)
]


@pytest.mark.parametrize(("path", "headers_sent"), ASKS_WHO_LOOKS)
def test_a_database_that_is_gone_breaks_not_even_the_error_page(
    client: Client, no_database: None, headers_sent: dict[str, str], path: str
) -> None:
    answer = client.get(path, headers=headers_sent)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    sound(answer)


def test_what_shows_nothing_of_the_visitor_needs_no_database(client: Client, no_database: None) -> None:
    assert client.get("/nothing-here", headers=HTMX).status_code == 404


@pytest.mark.parametrize("path", ["/livez", "/static/css/yiqi.css"])
def test_a_database_that_is_gone_does_not_concern_them(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    scene().enter(client, "owner")
    monkeypatch.setattr(sessions, "visit", lambda *_args: 1 / 0)
    assert client.get(path, buffered=True).status_code == 200


def test_head_answers_as_get_does_without_a_body(client: Client) -> None:
    stage = whole_scene()
    stage.enter(client, "owner")
    for route in ROUTES:
        if route.method != "GET":
            continue
        url = route.url(stage.samples)
        head, get = client.head(url, buffered=True), client.get(url, buffered=True)
        assert (head.status_code, head.data) == (get.status_code, b""), route.name
        assert set(head.headers.keys()) == set(get.headers.keys())


def test_options_says_what_is_allowed_and_changes_nothing(client: Client) -> None:
    stage = whole_scene()
    for route in ROUTES:
        answer = client.options(route.url(stage.samples))
        assert answer.status_code == 200
        assert route.method in answer.headers["Allow"]
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.data == b""


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "NONSENSE"])
def test_other_methods_are_not_allowed_anywhere(client: Client, method: str) -> None:
    stage = whole_scene()
    stage.enter(client, "owner")
    for route in ROUTES:
        answer = client.open(
            route.url(stage.samples), method=method, headers={"X-Secret": "not to be echoed"}
        )
        assert answer.status_code == 405, route.name
        assert "echoed" not in answer.text
        assert answer.headers["Allow"]


def test_the_session_cookie_is_for_this_site_and_no_script(client: Client) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert re.match(r"yiqi=[\w-]{43}; Expires=[^;]+; HttpOnly; Path=/; SameSite=Lax$", cookie)


def test_signing_out_clears_what_the_browser_kept(client: Client) -> None:
    scene().enter(client, "owner")
    page = client.get("/me")
    answer = client.press(page, "/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert re.match(r"yiqi=; Expires=Thu, 01 Jan 1970", answer.headers["Set-Cookie"])


def test_over_https_cookies_and_site_promise_it(site: Flask, tmp_path: Path) -> None:
    settings = ScratchSettings(
        root=ROOT,
        env="test",
        database_url=site.config["SQLALCHEMY_DATABASE_URI"],
        secret_key="s" * 40,
        secure_cookies=True,
        scratch=tmp_path,
    )
    client = Client(create_app(ROOT, settings))

    answer = client.get("/sign-in", base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert re.match(
        r"__Host-yiqi=[\w-]{43}; Expires=[^;]+; Secure; HttpOnly; Path=/; SameSite=Lax$",
        answer.headers["Set-Cookie"],
    )
    choice = client.get("/display?theme=dark", base_url="https://localhost")
    assert "; Secure; HttpOnly;" in choice.headers["Set-Cookie"]
