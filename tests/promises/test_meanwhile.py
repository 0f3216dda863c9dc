"""A person's record is merged into another one, or their account deleted, while a form of theirs is under way: whatever it
was to do, nothing is written for a record that is nobody's, and they are asked to sign in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time
from tests.builders import a_worker
from tests.databases import empty
from tests.desk.proving import proves_anew
from tests.nightly import in_turns, is_nightly
from tests.privacy.test_own_data import code_sent_to
from tests.promises.meanwhile import LOOKED_UP, everything, meanwhile
from tests.promises.measured import counted
from tests.promises.route import Route
from tests.promises.routes import POSTS
from tests.promises.scene import whole_scene
from tests.web.asking import HTMX, a_token
from tests.web.test_permissions import ask
from yiqi import clock
from yiqi.booking import merging
from yiqi.db import db
from yiqi.people import browser
from yiqi.people.merging import Keeps
from yiqi.people.models import Person
from yiqi.privacy import erasing

WRITES_NOTHING = frozenset(
    {
        "POST /sign-in/code",
        "POST /sign-in/whose",
        "POST /bookings/<ref:ref>/hand-on",
        "POST /here",
        "POST /desk/activities/<id:activity_id>/messages/preview",
        "POST /desk/drafts/<id:draft_id>/_preview",
        "POST /desk/second-factor/codes",
        "POST /desk/years/unions/<id:union_id>/publish",
    }
)
"""What comes so far as to write nothing with the fields of the list of addresses, and may show that as ever."""
FORMS = tuple(route for route in POSTS if route.kiosk is None)
"""Who stands at a screen is in no session of a browser's."""
OWN = tuple(route for route in FORMS if route.organizer is None)
Deed = Callable[[Person], Callable[[], object]]


def merged(person: Person) -> Callable[[], object]:
    """An admin makes one of two records of theirs."""
    gone_id, kept_id, admin_id = person.id, a_worker("王芳").id, a_worker("陈主任").id
    return lambda: merging.merge(
        kept_id=kept_id,
        gone_id=gone_id,
        keeps=Keeps.KEPT,
        because="换了手机号",
        at=clock.now(),
        by_id=admin_id,
    )


def deleted(person: Person) -> Callable[[], object]:
    """They delete their account in another window."""
    person_id = person.id
    return lambda: erasing.erase(person_id=person_id, at=clock.now())


DEEDS = (merged, deleted)
CASES = [
    (database, route, moment, deed)
    for turn, route in enumerate(FORMS)
    for step, database in enumerate(("sqlite", "postgresql"))
    if route in OWN or is_nightly() or (turn + step) % 2
    for moment, deed in in_turns(
        list(product((LOOKED_UP, 1, 2)[: 2 + is_nightly()], DEEDS)), turn // 2 + step, 1
    )
]
"""On each database another moment and another way to go; the desk's forms on one of them. By night all of all on both."""


def who_may(route: Route) -> str:
    """Whose form it is; where it is refused for another reason, whom it is there for."""
    able = [one for one in ("owner", "other", "organizer") if route.is_there_for(one)]
    return next((one for one in able if route.status(one) < 400), route.insider)


def met(
    site: Flask, route: Route, moment: int, deed: Deed, **headers: str
) -> tuple[Client, TestResponse, set[str]]:
    """The answer to a form in the midst of which the record went, with the browser it was sent by, and the tables in which
    something was written afterwards all the same. One with fewer transactions meets it where it is known who asks."""
    stage, who, client = whole_scene(), who_may(route), Client(site)
    client.checks = False
    stage.enter(client, who)
    person: Person = getattr(stage, who)
    happens = deed(person)
    if who == "organizer":
        proves_anew(person)
    a_token(client)
    with meanwhile(site, moment, happens) as then:
        answer = ask(client, route, stage, **headers)
    if not then.came:
        empty(site)
        return met(site, route, LOOKED_UP, deed, **headers)
    now = everything()
    return client, answer, {name for name, rows in then.left.items() if now[name] != rows}


@pytest.mark.parametrize(
    ("site", "route", "moment", "deed"),
    CASES,
    ids=[f"{database}-{route.name}-{deed.__name__}-{moment}" for database, route, moment, deed in CASES],
    indirect=["site"],
)
def test_a_form_of_somebody_whose_record_is_no_more_writes_nothing_and_asks_to_sign_in(
    site: Flask, route: Route, moment: int, deed: Deed
) -> None:
    _client, answer, written = met(site, route, moment, deed)

    assert written == set()
    assert answer.status_code == 401 or route.name in WRITES_NOTHING
    assert answer.status_code < 500


def form_at(rule: str) -> Route:
    return next(route for route in OWN if route.rule == rule)


@pytest.mark.parametrize("deed", DEEDS)
def test_by_htmx_they_are_led_to_where_one_signs_in(site: Flask, deed: Deed) -> None:
    _client, answer, written = met(site, form_at("/bookings/<ref:ref>/cancel"), LOOKED_UP, deed, **HTMX)

    assert (answer.status_code, answer.text, written) == (401, "", set())
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/"


def test_what_the_browser_held_of_the_record_is_over(site: Flask) -> None:
    client, answer, _written = met(site, form_at("/me/rota"), 1, merged)

    assert "登录过期了，登录后接着来。" in answer.text
    assert answer.headers["Content-Security-Policy"]
    assert client.get("/me").status_code == 401


@contextmanager
def writing_all_the_same() -> Iterator[None]:
    event.remove(db.session, "before_commit", browser._hold)
    try:
        yield
    finally:
        event.listen(db.session, "before_commit", browser._hold)


@contextmanager
def answering_all_the_same(site: Flask) -> Iterator[None]:
    kept = site.after_request_funcs[None]
    site.after_request_funcs[None] = [one for one in kept if one.__name__ != "instead"]
    try:
        yield
    finally:
        site.after_request_funcs[None] = kept


@pytest.mark.parametrize("moment", [LOOKED_UP, 1])
@pytest.mark.parametrize("rule", ["/me/rota", "/me/guardian", "/troupe/sizes"])
def test_unless_it_is_held_something_is_written_for_nobody(site: Flask, rule: str, moment: int) -> None:
    """The control of the one half."""
    with writing_all_the_same():
        _client, answer, written = met(site, form_at(rule), moment, merged)
    assert answer.status_code == 303
    assert written != set()


@pytest.mark.parametrize(
    ("rule", "told"), [("/bookings/<ref:ref>/cancel", 404), ("/reading/drift/<id:copy_id>/return", 409)]
)
def test_unless_it_is_looked_for_they_are_told_that_it_is_not_there(
    site: Flask, rule: str, told: int
) -> None:
    """The control of the other."""
    with answering_all_the_same(site):
        _client, answer, _written = met(site, form_at(rule), 1, merged)
    assert answer.status_code == told


def test_a_page_that_only_keeps_the_session_alive_goes_out_and_the_next_one_asks_to_sign_in(
    site: Flask, client: Client, 小王: Person
) -> None:
    client.sign_in(小王)
    happens = merged(小王)
    with at_time(clock.now() + 2 * browser.TOUCH_EVERY), meanwhile(site, 1, happens) as then:
        assert client.get("/notice").status_code == 200
        assert client.get("/me").status_code == 401
    assert then.came


def test_the_language_of_a_record_that_is_no_more_stays(site: Flask, client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    with meanwhile(site, 1, merged(小王)) as then:
        assert client.get("/display?lang=en").status_code == 303
    assert then.came
    assert everything()["person"] == then.left["person"]


def test_who_deletes_the_account_in_two_windows_at_once_is_told_by_both_that_it_is_done(
    site: Flask, client: Client, 小王: Person
) -> None:
    client.sign_in(小王)
    page = client.press(client.get("/me/privacy/delete"), "/me/privacy/delete/code")
    typed = {"code": code_sent_to(小王)}
    page = client.get("/me/privacy/delete")
    with meanwhile(site, 2, deleted(小王)) as then:
        answer = client.press(page, "/me/privacy/delete", **typed)
    assert then.came
    assert (answer.status_code, answer.location) == (303, "/account-deleted")


def test_a_sign_up_looks_at_its_person_once(site: Flask, client: Client) -> None:
    """The verb that has most to do has locked them before: they are not locked again before the commit."""
    stage = whole_scene()
    stage.enter(client, "owner")
    a_token(client)
    with counted() as said:
        assert ask(client, form_at("/slots/<id:slot_id>/bookings"), stage).status_code == 303
    assert len([one for one in said if "merged_into_id IS NULL" in one]) == 1
