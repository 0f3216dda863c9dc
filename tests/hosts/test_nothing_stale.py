"""What a process keeps in memory does not outlive a change on another host: lists, roles, sessions."""

import re

import pytest
from sqlalchemy import text

from tests.concurrency.crowd import Browser, Door
from tests.faults.test_streams import screens
from tests.hosts.machines import City
from yiqi import clock
from yiqi.db import writing
from yiqi.kiosk import devices
from yiqi.roles import granting

pytestmark = pytest.mark.hosts

ROUNDS = 6
"""Each host has two processes, and each of them keeps its own."""


def at_the_desk(two: City) -> Browser:
    """An organizer who has shown the second factor."""
    organizer = two.front.organizer()
    with two.app.app_context(), writing() as session:
        shown = "UPDATE browser_session SET factor_at = :at, desk_at = :at, stepped_up_at = :at WHERE person_id = :one"
        session.execute(text(shown), {"at": clock.now(), "one": organizer.person_id})
    return organizer


def statuses(door: Door, path: str, cookie: str) -> set[int]:
    return {door.ask("GET", path, cookie).status for _round in range(ROUNDS)}


def test_a_role_that_is_taken_away_is_gone_on_the_next_request_of_every_host(two: City) -> None:
    made, organizer = two.front.activity(), at_the_desk(two)
    roster = f"/desk/activities/{made.activity_id}"
    assert [statuses(door, roster, organizer.cookie) for door in two.doors] == [{200}, {200}]

    (grant_id,) = two.front.found("SELECT id FROM role_grant WHERE person_id = :one", one=organizer.person_id)
    with two.app.app_context():
        granting.revoke(grant_id=grant_id, at=clock.now(), by_id=None)

    assert [statuses(door, roster, organizer.cookie) for door in two.doors] == [{404}, {404}]


def test_who_signs_out_on_one_host_is_signed_out_on_the_other(two: City) -> None:
    one, other = two.doors
    (who,) = two.front.people(1)
    assert statuses(other, "/me", who.cookie) == {200}

    assert one.press(who, "/sign-out").status == 303

    assert statuses(other, "/me/bookings", who.cookie) & {200} == set()


def test_a_screen_that_is_revoked_shows_nothing_on_either_host(two: City) -> None:
    ((screen, cookie),) = screens(two.front, 1)

    def shows() -> list[bool]:
        rounds = [door for door in two.doors for _round in range(ROUNDS)]
        return [bool(door.ask("GET", "/kiosk/_board", cookie, htmx=True).text) for door in rounds]

    assert all(shows())
    with two.app.app_context():
        devices.revoke(device_id=screen.id, by_id=screen.made_by, at=clock.now())
    assert not any(shows())


def test_a_list_that_one_host_keeps_shows_a_sign_up_on_the_other_in_its_next_answer(two: City) -> None:
    one, other = two.doors
    made, crowd = two.front.activity(places=9, title="两台机器读书会"), two.front.people(4)
    day = f"/?day={clock.beijing(made.starts_at):%Y-%m-%d}"

    def listed() -> set[str]:
        pages = [other.ask("GET", day).text for _round in range(ROUNDS)]
        found = [
            re.search(rf'(?s)/activities/{made.activity_id}".*?</(?:article|li)>', page) for page in pages
        ]
        assert all(found), day
        return {re.sub(r"\s+", " ", one[0]) for one in found if one is not None}

    before = listed()
    assert len(before) == 1
    for who in crowd:
        assert one.signs_up(who, made.slot_id, nonce="n").status == 303
        now = listed()
        assert len(now) == 1
        assert now != before, "the list of the other host is as it was"
        before = now
