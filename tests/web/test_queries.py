"""How often a page asks the database."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.browsing import Client, form_of, words
from tests.builders import a_worker, an_activity
from tests.promises.measured import counted
from tests.promises.scene import scene
from tests.web.asking import out_of_band, press_by_htmx
from tests.web.test_live import poll, takes
from yiqi import clock
from yiqi.booking import places
from yiqi.db import db
from yiqi.live import snapshot


def asks(client: Client, path: str, **headers: str) -> list[str]:
    client.get(path, headers=headers)
    with counted() as said:
        client.get(path, headers=headers)
    return said


@pytest.mark.parametrize(
    ("path", "visitor", "worker"),
    [
        ("/", 2, 8),
        ("/?q=电工", 13, 19),
        ("/activities/{activity}", 4, 8),
        ("/slots/{slot}/_places", 3, 5),
        ("/slots/{slot}/_booking", 3, 5),
        ("/me", 1, 14),
        ("/me/codes", 1, 5),
        ("/slots/{free}/sign-up", 1, 7),
        ("/t/{ref}", 1, 9),
        ("/notice", 0, 2),
        ("/nothing-here", 0, 2),
        ("/livez", 0, 0),
    ],
)
def test_a_page_asks_little(site: Flask, client: Client, path: str, visitor: int, worker: int) -> None:
    stage = scene()
    for _more in range(5):
        an_activity(places=6)
    samples = stage.samples
    path = path.format(
        activity=samples.activity_id, slot=samples.slot_id, free=samples.free_slot_id, ref=samples.ref
    )
    client.checks = False

    anybody = asks(client, path)
    stage.enter(client, "owner")
    signed_in = asks(client, path)

    if anybody and "browser_session" in anybody[0]:
        anybody = anybody[1:]
    assert len(anybody) <= visitor, anybody
    assert len(signed_in) <= worker, signed_in


def test_a_worker_who_waits_for_much_asks_no_more(client: Client) -> None:
    me = a_worker(name="王小明")
    for n in range(6):
        made = an_activity(places=1, starts_in=timedelta(hours=30 + 4 * n))
        for person in (a_worker(), me):
            places.sign_up(slot_id=made.slot_id, person_id=person.id, party=1, nonce="n", at=clock.now())
    client.sign_in(me)

    home, mine = asks(client, "/"), asks(client, "/me?tab=waiting")

    assert len(home) <= 8
    assert len(mine) <= 10


@pytest.mark.parametrize("who", ["visitor", "owner"])
@pytest.mark.parametrize("view", ["page", "list"])
def test_a_poll_that_finds_nothing_new_asks_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, who: str, view: str
) -> None:
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 60)  # a slow machine must not need a second picture here
    stage = scene()
    stage.enter(client, who)
    page = client.get("/" if view == "list" else f"/activities/{stage.samples.activity_id}")
    assert poll(client, page).status_code == 204

    with counted() as said:
        for _time in range(3):
            assert poll(client, page).status_code == 204

    assert said == []


@pytest.mark.parametrize("by_htmx", [False, True])
def test_signing_up_asks_five_times_under_the_lock_and_ten_in_all(
    site: Flask, client: Client, by_htmx: bool
) -> None:
    stage = scene()
    stage.enter(client, "other")
    page = client.get(f"/activities/{stage.elsewhere.activity_id}")
    action = f"/slots/{stage.elsewhere.slot_id}/bookings"

    with counted() as said:
        if by_htmx:
            answer = press_by_htmx(client, page, action)
        else:
            answer = client.post(action, data=form_of(page, action))

    assert answer.status_code == (200 if by_htmx else 303)
    changing = [one for one in said if one.lstrip().upper().startswith(("INSERT", "UPDATE"))]
    inside = said[said.index(changing[0]) : said.index(changing[-1]) + 1]
    on_postgresql = db.engine.dialect.name == "postgresql"
    assert len(inside) <= (5 if on_postgresql else 8), inside
    assert len(said) <= (10 if on_postgresql else 13), said


def test_a_count_that_everybody_sees_is_read_and_rendered_once_for_thousands(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0)
    made = an_activity(places=2)
    page = client.get("/")
    client.set_cookie("lang", "en")
    english = client.get("/")
    client.delete_cookie("lang")
    takes(made, a_worker())
    with counted() as first:
        poll(client, page)
    with counted() as second:
        poll(client, page)
    assert len(second) <= 1 < len(first)

    takes(made, a_worker())
    brought = out_of_band(poll(client, page).text)[f"places-{made.slot_id}"]
    assert (brought.get("data-held"), words(brought)) == ("2", "已满")
    client.set_cookie("lang", "en")
    pages = [out_of_band(poll(client, one).text)[f"places-{made.slot_id}"] for one in (page, english)]
    assert [words(one) for one in pages] == ["已满", "Full"]
