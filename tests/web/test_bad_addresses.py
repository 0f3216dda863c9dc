"""Addresses that are nobody's, odd polls, and where `next` must never lead."""

import re
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.browsing import Client, form_of, parsed
from tests.promises.scene import scene
from tests.web import bad_texts
from tests.web.answers import SQLITE, no_fault, raw, sent_code
from tests.web.asking import HTMX, a_token


@SQLITE
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_an_address_that_is_nobodys_is_missing(client: Client, method: str) -> None:
    stage = scene()
    stage.enter(client, "owner")
    for path in bad_texts.PATHS:
        answer = no_fault(raw(client, path, method))
        assert answer.status_code in (404, 405), path


@SQLITE
def test_doubled_slashes_stay_on_the_site(client: Client) -> None:
    scene()
    for path in (
        "//evil.example",
        "//evil.example/",
        "//sign-in",
        "/%2f%2fevil.example",
        "///me",
        "/static/%2fetc/passwd",
    ):
        answer = no_fault(raw(client, path))
        where = urlsplit(answer.headers.get("Location", "/"))
        assert where.netloc in ("", "localhost"), path


def test_a_code_that_is_none_cancels_nothing(client: Client) -> None:
    stage = scene()
    stage.enter(client, "owner")
    for typed in bad_texts.REFS:
        answer = raw(client, f"/bookings/{quote(typed, safe='%')}/cancel", "POST")
        assert answer.status_code in (403, 404), ascii(typed)


def test_an_id_beyond_the_databases_numbers_is_missing(client: Client) -> None:
    scene().enter(client, "owner")
    for one in ("2147483647", "2147483648", "9999999999"):
        for path in (f"/activities/{one}", f"/slots/{one}/_places", f"/slots/{one}/sign-up"):
            assert client.get(path).status_code == 404


def test_a_poll_for_odd_slots_is_no_trouble(client: Client) -> None:
    stage = scene()
    for who in ("visitor", "owner"):
        stage.enter(client, who)
        for slots in bad_texts.LIVE_SLOTS:
            for view in ("page", "list", "mine", "", "x", "__class__", "\x00"):
                query = {"slots": slots, "view": view, "was": slots}
                answer = client.get("/live", query_string=query, headers=HTMX)
                assert answer.status_code in (200, 204, 286), (slots, view)


def test_what_the_poller_says_was_shown_is_never_believed_or_shown(client: Client) -> None:
    stage = scene()
    slot = stage.samples.slot_id
    for was in (*bad_texts.NAMES, f"{slot}.<b>x</b>", f"{slot}.open,{slot}.x", "." * 4_000, f"{slot}."):
        answer = client.get("/live", query_string={"slots": f"{slot}.0", "was": was}, headers=HTMX)
        assert answer.status_code == 200
        assert "<b>x" not in answer.text


def goes_to(answer: TestResponse) -> str:
    return answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")


def stays(answer: TestResponse) -> None:
    where = goes_to(answer)
    assert re.match(r"/(?![/\\])[!-~]*$", where), where
    assert "evil.example" not in where or where.startswith("/"), where
    assert len(answer.headers.getlist("Location")) <= 1
    assert "x=1" not in str(answer.headers.getlist("Set-Cookie"))


@SQLITE
@pytest.mark.parametrize("target", bad_texts.LEAVING, ids=ascii)
def test_no_next_leads_off_the_site(site: Flask, client: Client, target: str) -> None:
    stage = scene()
    asking = {"next": target, "back": target}
    for address in ("/display?text=l", "/sign-in/code"):
        for headers in ({}, HTMX):
            answer = client.get(address.partition("?")[0], query_string=asking, headers=headers)
            stays(answer)
            assert "evil" not in goes_to(answer)
    page = client.get("/sign-in", query_string=asking)
    assert form_of(page, "/sign-in")["next"] == "/"
    sent = client.press(page, "/sign-in", phone="13800138000", next=target)
    assert sent.location == "/sign-in/code?next=/"
    code_page = client.follow(sent)
    bad = client.press(code_page, "/sign-in/code", code="1", next=target)
    assert form_of(bad, "/sign-in/code")["next"] == "/"
    done = client.press(code_page, "/sign-in/code", code=sent_code(client), next=target)
    assert done.location == "/me/name?next=/"

    stage.enter(client, "owner")
    for headers in ({}, HTMX):
        stays(client.get("/sign-in", query_string=asking, headers=headers))
        token = {"csrf_token": a_token(client)}
        told = client.post("/me/name", data={"name": "王小明", **asking, **token}, headers=headers)
        stays(told)
        assert goes_to(told) == "/me"
    assert "evil" not in str(client.get("/me/name", query_string=asking).text.count('href="//evil'))
    page = client.get("/me/name", query_string=asking)
    for link in parsed(page).iter("a"):
        assert not (link.get("href") or "").startswith(("//", "http", "javascript", "\\"))


@SQLITE
@pytest.mark.parametrize("target", bad_texts.STAYING)
def test_an_odd_path_of_our_own_is_kept_as_it_is(client: Client, target: str) -> None:
    answer = client.get("/display", query_string={"back": target})
    assert answer.location == target


@SQLITE
@pytest.mark.parametrize("target", bad_texts.LEAVING, ids=ascii)
def test_where_htmx_says_it_is_never_leads_off_the_site(client: Client, target: str) -> None:
    stage = scene()
    sayable = target.encode("latin-1", "ignore").decode("latin-1")
    if any(char in sayable for char in "\r\n"):
        sayable = quote(sayable)
    url = f"/slots/{stage.samples.slot_id}/bookings"
    for name in ("HX-Current-URL", "Referer"):
        answer = client.post(url, headers=HTMX | {name: sayable})
        assert answer.status_code == 401
        assert answer.headers["HX-Redirect"] == "/sign-in?next=/"
        plain = client.post(url, headers={name: sayable})
        assert plain.status_code == 401
        assert form_of(plain, "/sign-in")["next"] == "/"
