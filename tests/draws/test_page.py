"""The page of a draw, before and after it, and the file that goes with it: as a visitor and a worker read them."""

import json
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.booking.steps import MINUTE, NOON, asks, gives_back
from tests.browsing import Client, at_time, by_id, words
from tests.builders import Made, a_worker, an_activity
from tests.draws.steps import (
    CLOSES,
    DRAWS,
    SOURCE,
    SOURCE_EN,
    a_draw,
    announces,
    draws,
    enter,
    freezes,
    held,
    lines,
    the_draw,
)
from yiqi.activities.models import Status
from yiqi.activities.planning import Pool
from yiqi.booking import places
from yiqi.draws.rules.lottery import digest

PAGE_BUDGET = 60 * 1024


def page_of(client: Client, made: Made, query: str = "") -> TestResponse:
    answer = client.get(f"/activities/{made.activity_id}/draw{query}")
    assert answer.status_code == 200
    return answer


def text_of(page: TestResponse) -> str:
    return words(by_id(page, "main"))


def document_of(client: Client, made: Made) -> dict[str, object]:
    answer = client.get(f"/activities/{made.activity_id}/draw.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, object] = json.loads(answer.text)
    return found


def rows(page: TestResponse) -> list[list[str]]:
    """Every line of the list: rank (or nothing), code, what stands beside it, outcome (or nothing)."""
    found = []
    for line in by_id(page, "list"):
        entry, *outcome = list(line)
        first = words(entry).split(" ")
        ranked = first[0].endswith(".")
        found.append(
            [
                first[0][:-1] if ranked else "",
                first[1 if ranked else 0],
                " ".join(first[2 if ranked else 1 :]),
                words(outcome[0]) if outcome else "",
            ]
        )
    return found


def test_while_sign_up_is_open_it_says_which_number_and_when(client: Client) -> None:
    made = a_draw()
    enter(made, 3)

    with at_time(NOON):
        page = page_of(client, made)
        known = document_of(client, made)

    said = text_of(page)
    assert "正在报名" in said
    assert SOURCE in said
    assert "7月2日 18:00" in said.replace("\u00a0", " ")
    assert digest(the_draw(made).secret) in said
    assert the_draw(made).secret not in page.text
    assert set(known) == {"activity", "title", "closes_at", "draw_at", "source", "commitment"}


def test_before_a_number_is_named_it_says_so(client: Client) -> None:
    made = a_draw(announced=False)
    with at_time(NOON):
        assert "还没定" in text_of(page_of(client, made))
    with at_time(CLOSES):
        assert "公开号码还没定" in text_of(page_of(client, made))


def test_whoever_looks_first_after_closing_freezes_the_list(client: Client) -> None:
    made = a_draw()
    enter(made, 3)

    with at_time(CLOSES):
        page = page_of(client, made)

    codes = list(lines(made))
    assert "名单已封存" in text_of(page)
    assert the_draw(made).digest in page.text
    assert [row[1] for row in rows(page)] == codes == sorted(codes)
    assert the_draw(made).secret not in page.text


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_list_that_cannot_be_frozen_is_no_fault(client: Client) -> None:
    made = a_draw()
    enter(made, 1)
    places.call_off(activity_id=made.activity_id, at=NOON)
    with at_time(CLOSES):
        assert "不摇号" in text_of(page_of(client, made))


def test_after_the_draw_everything_is_there_and_the_file_says_the_same(client: Client) -> None:
    made = a_draw(places=2)
    people, tickets = enter(made, 5)
    freezes(made)
    gives_back(people[0], tickets[0], at=CLOSES + MINUTE)
    draws(made)

    with at_time(DRAWS):
        page, known = page_of(client, made), document_of(client, made)

    kept = the_draw(made)
    assert [kept.secret, kept.number, kept.digest] == [known["secret"], known["number"], known["digest"]]
    number = " ".join(kept.number[at : at + 2] for at in range(0, len(kept.number), 2))
    assert not [one for one in (kept.secret, number, kept.digest) if one not in page.text]
    became = {"confirmed": "抽中", "waiting": "候补", "withdrawn": "已撤回"}
    ranked = known["ranked"]
    assert isinstance(ranked, list)
    assert [(row[1], row[3].replace("\u00a0", " ").split("第")[0]) for row in rows(page)] == [
        (code, became[what]) for code, what in ranked
    ]
    assert [row[0] for row in rows(page)] == ["1", "2", "3", "4", "5"]
    assert "".join(f"{line}\n" for line in known["list"]) == kept.listing  # type: ignore[attr-defined]


def test_my_own_line_is_mine_alone(site: Flask, client: Client) -> None:
    made = a_draw(places=1)
    people, _tickets = enter(made, 3)
    held(made)
    mine = next(
        (entry, booking) for entry, booking in lines(made).values() if booking.person_id == people[1].id
    )

    with at_time(DRAWS):
        visitor = page_of(client, made)
        client.sign_in(people[1])
        page = page_of(client, made)

    assert not [line for line in by_id(visitor, "list") if line.get("data-mine") is not None]
    marked = [words(line) for line in by_id(page, "list") if line.get("data-mine") is not None]
    assert len(marked) == 1
    assert mine[0].code in marked[0]
    assert mine[1].ref not in page.text
    assert f"第 {mine[0].rank} 名" in text_of(page).replace("\u00a0", " ")
    assert not [one.phone[3:] for one in people if one.phone[3:] in page.text and one is not people[1]]


def test_in_english_it_is_english(client: Client) -> None:
    made = a_draw(
        places=1,
        title_en="Final of the Boda Cup",
        pools=[Pool(1, "东看台", "East"), Pool(1, "西看台", "West")],
    )
    for slot_id in made.slot_ids:
        enter(slot_id, 2)
    client.set_cookie("lang", "en")
    held(made)
    with at_time(DRAWS):
        page = page_of(client, made)
    assert SOURCE_EN in text_of(page)
    assert {row[2].split(" ")[0] for row in rows(page)} == {"East", "West"}
    assert "Final of the Boda Cup" in text_of(page)


def test_a_long_list_is_cut_into_pages_that_fit(client: Client) -> None:
    made = a_draw(places=5, max_party=3)
    enter(made, 205)
    held(made)

    with at_time(DRAWS):
        first, last = page_of(client, made), page_of(client, made, "?page=3")
        beyond = [page_of(client, made, f"?page={odd}") for odd in ("99", "0", "x", "-1", "1e9", "٣")]

    assert [len(rows(page)) for page in (first, last)] == [100, 5]
    assert len(first.data) < PAGE_BUDGET
    assert [row[0] for row in rows(last)][-1] == "205"
    assert [rows(page)[0][0] for page in beyond] == ["201", "1", "1", "1", "1", "1"]
    assert re.search(r"page=2#h-list", first.text)


@pytest.mark.parametrize("name", ["draw", "draw.json"])
def test_where_there_is_no_draw_to_see_nothing_is_found(client: Client, name: str) -> None:
    queued, hidden = an_activity(), a_draw(announced=False, status=Status.DRAFT)
    for activity_id in (queued.activity_id, hidden.activity_id, 987654):
        assert client.get(f"/activities/{activity_id}/{name}").status_code == 404


def test_who_is_entered_sees_when_the_draw_is_and_their_code_once_there_is_one(client: Client) -> None:
    made = a_draw()
    person = a_worker("小王")
    ticket = asks(person, made)
    client.sign_in(person)

    with at_time(NOON):
        before = client.get(f"/activities/{made.activity_id}")
    freezes(made)
    with at_time(CLOSES):
        after = client.get(f"/activities/{made.activity_id}")

    block = f"booking-{made.slot_id}"
    assert by_id(before, block).get("data-state") == "entered"
    assert "截止报名" in words(by_id(before, block))
    assert next(iter(lines(made))) in words(by_id(after, block))
    with at_time(CLOSES):
        answer = client.press(after, f"/bookings/{ticket.ref}/cancel")
    assert answer.status_code == 303
    announces(made)
