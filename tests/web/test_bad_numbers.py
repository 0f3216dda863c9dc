"""Numbers, days and filters that make no sense."""

import pytest

from tests.browsing import Client, form_of
from tests.promises.scene import scene
from tests.web import bad_texts
from tests.web.answers import SQLITE, Worker, complaint, in_language, nothing_is_stored_raw, raw


def test_what_is_no_party_is_refused_with_the_form_kept(client: Client) -> None:
    worker = Worker(client)
    for typed in bad_texts.BAD_PARTIES:
        answer = worker.submit(party=typed, note="晚到 10 分钟")

        assert answer.status_code == 422, ascii(typed)
        in_language(complaint(answer, "party"), "zh-CN")
        assert form_of(answer, worker.address)["note"] == "晚到 10 分钟"
    assert worker.booking() is None


@pytest.mark.parametrize(("typed", "taken"), [("2", 2), ("０２", 2), ("２", 2), (" 3 ", 3), ("05", 5)])
def test_a_party_in_full_width_digits_is_a_party(client: Client, typed: str, taken: int) -> None:
    worker = Worker(client)
    assert worker.submit(party=typed).status_code == 303
    booking = worker.booking()
    assert booking is not None
    assert booking.party == taken


@pytest.mark.parametrize("typed", ["6", "99"])
def test_a_party_larger_than_allowed_is_refused_by_name_with_the_form_kept(
    client: Client, typed: str
) -> None:
    worker = Worker(client)
    answer = worker.submit(party=typed, note="带孩子")
    assert answer.status_code == 409
    assert 'data-refusal="party_too_big"' in answer.text
    assert form_of(answer, worker.address)["note"] == "带孩子"


@SQLITE
@pytest.mark.parametrize("name", ["day", "week"])
def test_days_that_make_no_sense_are_passed_over(client: Client, name: str) -> None:
    scene()
    for typed in bad_texts.DATES:
        assert client.get("/", query_string={name: typed}).status_code == 200


@pytest.mark.parametrize("name", ["q", "programme", "free", "after"])
def test_odd_filters_are_passed_over_and_shown_as_text(client: Client, name: str) -> None:
    scene()
    for typed in bad_texts.SEARCHES:
        page = client.get("/", query_string={name: typed})
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "<b>粗" not in page.text
    nothing_is_stored_raw()


@SQLITE
def test_the_same_query_twice_or_as_a_list_is_no_trouble(client: Client) -> None:
    scene()
    for query in (
        "day=2026-11-18&day=x",
        "q[]=1&q[$ne]=1",
        "programme=league&programme=x",
        "page=-1&sort=__class__&page=1e9",
        "&&&==&",
        "x=" + "y" * 7_000,
        "&".join(f"p{n}=1" for n in range(1_500)),
    ):
        assert raw(client, f"/?{query}").status_code == 200
