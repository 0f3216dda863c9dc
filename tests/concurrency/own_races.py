"""Races over what is one's own: the address of one's calendar, and a number that has a new owner."""

from collections import Counter
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import update

from tests.browsing import a_session
from tests.builders import a_union, a_worker
from tests.concurrency.crowd import Browser, Door, at_once
from tests.concurrency.crowd import token as form_token
from yiqi import clock
from yiqi.calendars import feeds
from yiqi.db import db, writing
from yiqi.people.browser import cookie_name
from yiqi.people.models import BrowserSession, Person

PRESSES = 8
UNUSED = timedelta(days=200)
_numbers = count(1)


def one_renews_often(door: Door) -> tuple[Counter[int], int, list[int]]:
    """Somebody presses 换一个地址 in several tabs at once, all of which show the same address. Answers the statuses, how often
    the address became another one, and what the old and the present one open."""
    (who,) = door.people(1)
    old = _address(door, who.person_id)
    statuses = at_once([door.pressing(who, "/me/calendar/renew", seen=0)] * PRESSES)
    (generation,) = door.found(
        "SELECT generation FROM calendar_feed WHERE person_id = :person", person=who.person_id
    )
    opened = [door.ask("GET", path).status for path in (old, _address(door, who.person_id))]
    return statuses, int(generation), opened


def a_number_begins_anew_in_several_browsers(door: Door) -> tuple[Counter[int], int, int]:
    """Several browsers came in with a number that nobody used for long, and all say at once that it is not theirs. Answers
    the statuses, how many new records there are, and how many of the browsers are signed in."""
    phone, old_id = _an_old_number(door)
    before = _last_person(door)
    browsers = [_claiming(door, old_id) for _n in range(PRESSES)]
    statuses = at_once([door.pressing(one, "/sign-in/whose", anew=1) for one in browsers])
    (made,) = door.found("SELECT count(*) FROM person WHERE id > :before", before=before)
    (signed_in,) = door.found("SELECT count(*) FROM browser_session WHERE person_id > :before", before=before)
    assert door.found("SELECT count(*) FROM person WHERE phone = :phone", phone=phone) == (1,)
    return statuses, int(made), int(signed_in)


def the_owner_and_another_at_once(door: Door) -> tuple[Counter[int], bool, int]:
    """One browser shows whose a number is while others say that it is not theirs. Answers the statuses, whether the record kept
    its number, and how many new ones there are."""
    phone, old_id = _an_old_number(door)
    before = _last_person(door)
    owner, *others = [_claiming(door, old_id) for _n in range(4)]
    shows = door.pressing(owner, "/sign-in/whose", surname="王", union="北方精密")
    statuses = at_once([shows, *(door.pressing(one, "/sign-in/whose", anew=1) for one in others)])
    (kept,) = door.found("SELECT phone FROM person WHERE id = :id", id=old_id)
    (made,) = door.found("SELECT count(*) FROM person WHERE id > :before", before=before)
    return statuses, kept == phone, int(made)


def who_waits_leaves_while_places_come_free(door: Door, places: int = 6) -> tuple[Counter[int], int, int]:
    """All who hold places give them back while all who wait for them delete their accounts. Answers the statuses, how many
    have left, and how many live bookings are theirs."""
    made = door.activity(places=places)
    crowd = door.people(2 * places)
    for one in crowd:
        assert door.signs_up(one, made.slot_id).status == 303
    refs = [booking.ref for booking in door.bookings(made.slot_id)]
    deeds = []
    for holds, waits, ref in zip(crowd[:places], crowd[places:], refs, strict=False):
        deeds += [door.pressing(waits, "/verbs/me/erase"), door.pressing(holds, f"/bookings/{ref}/cancel")]
    statuses = at_once(deeds)
    gone = "FROM person WHERE left_at IS NOT NULL AND id >= :first"
    first = crowd[0].person_id
    (left,) = door.found(f"SELECT count(*) {gone}", first=first)
    live = "state IN ('confirmed', 'offered', 'waiting', 'pending', 'entered')"
    (theirs,) = door.found(
        f"SELECT count(*) FROM booking WHERE {live} AND person_id IN (SELECT id {gone})",  # noqa: S608
        first=first,
    )
    return statuses, int(left), int(theirs)


def _address(door: Door, person_id: int) -> str:
    with door.app.app_context():
        feed = feeds.of_person(person_id)
        db.session.remove()
        page = door.ask("GET", "/me/calendar", _cookie(door.app, person_id))
    assert feed is not None
    start = page.text.index("/me/calendar/", page.text.index("webcal://"))
    return urlsplit(page.text[start : page.text.index('"', start)]).path


def _cookie(app: Flask, person_id: int) -> str:
    return f"{cookie_name(app)}={a_session(person_id).token}"


def _an_old_number(door: Door) -> tuple[str, int]:
    """A member who came in two hundred days ago, and never again."""
    phone, at = f"+86136{next(_numbers):08d}", clock.now() - UNUSED
    with door.app.app_context():
        person = a_worker("王小明", phone=phone, at=at)
        a_union("北方精密工会", members=[person])
        with writing() as session:
            session.execute(update(Person).where(Person.id == person.id).values(signed_in_at=at))
        db.session.remove()
        return phone, person.id


def _claiming(door: Door, person_id: int) -> Browser:
    """A browser in which the code to the number was right."""
    with door.app.app_context():
        made = a_session(None)
        with writing() as session:
            mine = update(BrowserSession).where(BrowserSession.id == made.browser_id)
            session.execute(mine.values(claims_id=person_id))
        db.session.remove()
        cookie = f"{cookie_name(door.app)}={made.token}"
    return Browser(person_id, cookie, form_token(door.ask("GET", "/sign-in/whose", cookie)))


def _last_person(door: Door) -> int:
    (last,) = door.found("SELECT max(id) FROM person")
    return int(last)
