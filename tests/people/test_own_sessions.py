"""Where somebody is signed in: each session is shown to its person alone, and one that is ended opens nothing any more."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from tests.browsing import Client, at_time, by_id, words
from tests.builders import a_union, an_organizer
from tests.web.asking import a_token
from yiqi.people.models import Person

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


def shown(client: Client) -> str:
    return words(by_id(client.get("/me/sessions"), "main"))


def test_a_session_that_is_ended_elsewhere_opens_nothing_on_the_very_next_request(
    site: Flask, client: Client
) -> None:
    organizer = an_organizer(a_union())
    lost = Client(site)
    with at_time(NOON):
        of_lost = lost.sign_in(organizer)
        client.sign_in(organizer)
        assert lost.get("/desk/audit").status_code == 200
        page = client.get("/me/sessions")
        assert words(by_id(page, "main")).count("这一台") == 1
        assert by_id(page, f"session-{of_lost.browser_id}") is not None

        ended = client.press(page, f"/me/sessions/{of_lost.browser_id}/end")

        assert ended.status_code == 303
        for path in ("/desk/audit", "/desk/", "/me", "/me/sessions"):
            assert lost.get(path).status_code == 401
        assert client.get("/desk/audit").status_code == 200
        assert f"session-{of_lost.browser_id}" not in client.get("/me/sessions").text


def test_all_others_are_ended_at_once_and_this_one_goes_on(site: Flask, client: Client, 小王: Person) -> None:
    elsewhere = [Client(site) for _n in range(3)]
    with at_time(NOON):
        for one in (*elsewhere, client):
            one.sign_in(小王)
        page = client.get("/me/sessions")

        assert client.press(page, "/me/sessions/end-others").status_code == 303

        assert [one.get("/me").status_code for one in elsewhere] == [401] * 3
        assert client.get("/me").status_code == 200
        assert "退出其他所有设备" not in shown(client)


def test_ending_the_session_one_is_in_signs_out(client: Client, 小王: Person) -> None:
    with at_time(NOON):
        own = client.sign_in(小王)
        client.press(client.get("/me/sessions"), f"/me/sessions/{own.browser_id}/end")

        assert client.get("/me").status_code == 401


def test_somebody_elses_session_is_neither_shown_nor_ended(
    site: Flask, client: Client, 小王: Person, 小赵: Person
) -> None:
    theirs = Client(site)
    with at_time(NOON):
        foreign = theirs.sign_in(小赵)
        client.sign_in(小王)
        assert f"session-{foreign.browser_id}" not in client.get("/me/sessions").text
        token = {"csrf_token": a_token(client)}

        found = client.post(f"/me/sessions/{foreign.browser_id}/end", data=token)
        missing = client.post("/me/sessions/987654/end", data=token)

        assert (found.status_code, missing.status_code) == (404, 404)
        assert theirs.get("/me").status_code == 200


def test_one_that_ran_out_is_not_listed(site: Flask, client: Client, 小王: Person) -> None:
    with at_time(NOON - timedelta(days=15)):
        old = Client(site).sign_in(小王)
    with at_time(NOON):
        client.sign_in(小王)
        assert f"session-{old.browser_id}" not in client.get("/me/sessions").text
