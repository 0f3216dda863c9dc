"""Bodies, lengths, cookies, headers and host names that no browser of ours would send."""

from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.browsing import Client, a_session, form_of
from tests.nightly import in_turns
from tests.promises.route import Route
from tests.promises.routes import POSTS
from tests.promises.scene import scene, whole_scene
from tests.web import bad_texts
from tests.web.answers import (
    SQLITE,
    no_fault,
    nothing_is_stored_raw,
    raw,
)
from tests.web.asking import HTMX, RawClient, a_token
from yiqi.people import sessions

PARTED = "multipart/form-data; boundary=b"
PART = (
    '--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n{big}\r\n--b--\r\n'
)
"""A file as a browser sends it. The test client would write a large one to the disk and leave it open."""


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_a_body_beyond_the_limit_is_too_large_everywhere(client: Client, route: Route) -> None:
    stage = whole_scene()
    stage.enter(client, route.insider)
    token, url = a_token(client), route.url(stage.samples)
    big = "x" * route.most_bytes

    for headers in in_turns([{}, HTMX], POSTS.index(route), 1):
        typed = client.post(url, data={"csrf_token": token, "note": big}, headers=headers)
        assert typed.status_code == 413
        sent = client.post(url, data=PART.format(token=token, big=big), content_type=PARTED, headers=headers)
        assert sent.status_code == 413


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_a_large_body_behind_a_good_header_is_no_trouble(client: Client, route: Route) -> None:
    stage = whole_scene()
    stage.enter(client, route.insider)
    token = {"X-CSRF-Token": a_token(client)}
    answer = client.post(route.url(stage.samples), data={"note": "x" * route.most_bytes}, headers=token)
    assert no_fault(answer).status_code in (413, 303)


FORM = "application/x-www-form-urlencoded"
PARTS = "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(1_001))
BODIES: tuple[tuple[str | bytes, str], ...] = (
    ("&".join(f"f{n}=1" for n in range(20_000)), FORM),
    ("csrf_token=x" + "&" * 50_000, FORM),
    ("=&=&=", FORM),
    (b"\xff\xfe\x00", FORM),
    ("csrf_token=%ED%A0%80", FORM),
    (PARTS + "--b--\r\n", "multipart/form-data; boundary=b"),
    (PARTS, "multipart/form-data; boundary=b"),
    ("--b\r\n\r\n", "multipart/form-data; boundary=b"),
    ("x", "multipart/form-data"),
    ("x", "multipart/form-data; boundary="),
    ("x", "multipart/form-data; boundary=" + "b" * 5_000),
    (
        '--b\r\nContent-Disposition: form-data; name="csrf_token"; filename="../x"\r\n\r\n1\r\n--b--',
        "multipart/form-data; boundary=b",
    ),
    ('{"csrf_token": "x"}', "application/json"),
    ("{", "application/json"),
    ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "application/xml"),
    ("csrf_token=x", "text/FORM"),
    ("csrf_token=x", FORM + "; charset=utf-7"),
    ("csrf_token=x", FORM + "; charset=nonsense"),
    ("csrf_token=x", "nonsense"),
    ("csrf_token=x", ""),
    ("", FORM),
)


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_odd_bodies_are_refused_or_passed_over_everywhere(client: Client, route: Route) -> None:
    stage = whole_scene()
    url, client.checks = route.url(stage.samples), False
    for body, kind in in_turns(BODIES, POSTS.index(route), 3):
        stage.enter(client, route.insider)
        refused = no_fault(client.post(url, data=body, content_type=kind))
        assert refused.status_code in (400, 403, 413, 415), (kind, body[:50])
        token = {"X-CSRF-Token": a_token(client)}
        no_fault(client.post(url, data=body, content_type=kind, headers=token))
        no_fault(client.post(url, data=body, content_type=kind, headers=token | HTMX))
    nothing_is_stored_raw()


@SQLITE
@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "99999999999999999999", "1, 1", ""])
def test_a_body_whose_length_is_a_lie_is_no_trouble(client: Client, length: str) -> None:
    builder = EnvironBuilder(path="/sign-in", method="POST", data={"phone": "13800138000"})
    environ = builder.get_environ() | {"CONTENT_LENGTH": length}
    no_fault(client.open(environ))


@SQLITE
@pytest.mark.parametrize("name", ["yiqi", "yiqi-device", "lang", "text", "theme", "session"])
def test_junk_in_a_cookie_is_a_stranger_with_the_usual_page(site: Flask, name: str) -> None:
    scene()
    for value in bad_texts.COOKIES:
        jar = f"{name}={value}".encode().decode("latin-1")
        for path in ("/", "/me", "/sign-in", "/live"):
            answer = no_fault(raw(RawClient(site), path, "GET", Cookie=jar))
            assert answer.status_code == {"/me": 401, "/live": 286}.get(path, 200)
            if path == "/":
                assert '<html lang="zh-CN">' in answer.text


@SQLITE
def test_a_session_cookie_that_is_nearly_right_opens_nothing(site: Flask, client: Client) -> None:
    stage = scene()
    held = client.sign_in(stage.owner)
    other = "A" if held.token[0] != "A" else "B"
    spoilt = (
        other + held.token[1:],
        held.token[:-1],
        held.token + "=",
        held.token.swapcase(),
        sessions.fingerprint(held.token),
    )
    for token in spoilt:
        assert raw(RawClient(site), "/me", "GET", Cookie=f"yiqi={token}").status_code == 401
    twice = f"yiqi={held.token}; yiqi=junk"
    assert raw(RawClient(site), "/me", "GET", Cookie=twice).status_code in (200, 401)
    many = "; ".join(f"c{n}={n}" for n in range(200)) + f"; yiqi={held.token}"
    assert raw(RawClient(site), "/me", "GET", Cookie=many).status_code == 200
    over = a_session(stage.owner.id, lasts=timedelta(seconds=-1))
    assert raw(RawClient(site), "/me", "GET", Cookie=f"yiqi={over.token}").status_code == 401


@SQLITE
@pytest.mark.parametrize("name", bad_texts.HEADERS)
def test_odd_headers_are_no_trouble(client: Client, name: str) -> None:
    stage = scene()
    stage.enter(client, "owner")
    client.checks = name not in ("HX-Request", "Accept-Encoding")
    for value in bad_texts.HEADERS[name]:
        for path in ("/", "/me", f"/activities/{stage.samples.activity_id}", "/nothing-here"):
            answer = no_fault(client.get(path, headers={name: value}))
            assert "Content-Encoding" in answer.headers or "evil.example" not in answer.text
            assert len(answer.headers["X-Request-ID"]) <= 64
        no_fault(client.post("/sign-out", headers={name: value}))
        no_fault(client.post(f"/bookings/{stage.samples.ref}/cancel", headers={name: value}))


@SQLITE
@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil", "evil:80", "x" * 5_000, "[::1", "中文", " "],
    ids=lambda host: ascii(host)[:20],
)
def test_another_name_of_the_host_is_refused_before_anything_else(site: Flask, host: str) -> None:
    for path in ("/sign-in", "/nothing-here", "/static/css/yiqi.css", "/live"):
        environ = EnvironBuilder(path=path).get_environ()
        environ |= {"HTTP_HOST": host.encode().decode("latin-1"), "SERVER_NAME": "evil.example"}

        body, status, headers = Context().run(run_wsgi_app, site, environ, buffered=True)

        assert status.startswith("400"), path
        assert b"evil" not in b"".join(body)
        assert "Set-Cookie" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"


@SQLITE
def test_the_limit_of_an_address_is_not_evaded_by_saying_another(client: Client) -> None:
    page = client.get("/sign-in")
    for n in range(60):
        answer = client.press(page, "/sign-in", phone=f"1380013{n:04d}")
        assert answer.status_code == 303
    for n, name in enumerate(("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP")):
        headers = {name: f"1.2.3.{n}"}
        fields = form_of(page, "/sign-in") | {"phone": f"1380014{n:04d}"}
        assert client.post("/sign-in", data=fields, headers=headers).status_code == 429


def test_the_list_of_bad_inputs_is_long() -> None:
    lists = [value for name, value in vars(bad_texts).items() if name.isupper()]
    assert sum(map(len, lists)) + sum(map(len, bad_texts.HEADERS.values())) + len(BODIES) >= 400
