"""What workers will see of an activity that is being written."""

import json
from datetime import timedelta

import pytest

from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders.drafts import a_draft
from tests.desk.drafting_steps import at, kept
from tests.web.asking import HTMX, out_of_band, roots
from yiqi import clock
from yiqi.people.models import Person

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


def test_the_preview_is_the_ticket_and_what_is_asked_and_keeps_nothing(
    client: Client, 陈老师: Person
) -> None:
    draft = a_draft(陈老师, question=[{"key": "q1", "kind": "text", "label": "忌口"}])
    form = form_of(client.get(at(draft)), at(draft)) | {"title": "改过的名称", "slot-0-capacity": "7"}

    seen = client.post(at(draft, "_preview"), data=form, headers=HTMX)

    assert roots(seen.text) == 1
    assert not out_of_band(seen.text)
    text = words(by_id(seen, "preview"))
    assert "改过的名称" in text
    assert "7" in text
    assert "忌口" in text
    assert "18:30" in text
    assert kept(draft).title == "班前拉伸"
    pressed = parsed(seen)
    assert not list(pressed.iter("form"))
    assert not list(pressed.iter("a"))


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"date-0-day": "9999-12-31"},
        {"slot-0-capacity": "x"},
        {"allocation": "draw"},
        {"allocation": "??"},
        {"when": "weekly"},
        {"max_party": "-1"},
        {"union_only": "1"},
        {"conditions_unions": "亦庄工会"},
        {"holds_activity": "1"},
    ],
)
@SQLITE
def test_the_preview_of_anything_is_no_trouble(client: Client, 陈老师: Person, typed: dict[str, str]) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft)) | typed
    assert client.post(at(draft, "_preview"), data=form, headers=HTMX).status_code == 200
    assert client.post(at(draft, "_preview"), data=form).status_code == 200


def test_with_the_preview_comes_what_is_wrong_by_now_in_the_words_of_the_page(
    client: Client, 陈老师: Person
) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft))

    def wrong(**typed: str) -> dict[str, str]:
        seen = client.post(at(draft, "_preview"), data=form | typed, headers=HTMX)
        told: dict[str, str] = json.loads(by_id(seen, "preview").get("data-wrong", ""))
        return told

    refused = client.post(at(draft, "publish"), data=form | {"title": "", "date-0-ends": "18:00"})
    by_hand = {name: words(by_id(refused, f"{name}-err")) for name in ("title", "date-0-ends")}

    assert {
        name: f"错误：{one}" for name, one in wrong(title="", **{"date-0-ends": "18:00"}).items()
    } == by_hand
    assert list(wrong(title="<b>'\"" * 40)) == ["title"]
    assert wrong() == {}
    assert by_id(client.get(at(draft)), "preview").get("data-wrong") is None


def test_back_and_reload_from_a_preview_lead_to_the_draft_and_how_it_looks(
    client: Client, 陈老师: Person
) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft)) | {"title": "改过的名称"}

    looked = client.post(at(draft, "_preview"), data=form)
    again = client.get(at(draft, "_preview"))

    assert f'data-page="{at(draft)}#preview"' in looked.text
    assert (again.status_code, (again.location or "").endswith(f"{at(draft)}#preview")) == (303, True)
    assert "班前拉伸" in words(by_id(client.follow(again), "preview"))


@pytest.mark.parametrize(
    ("capacity", "look"), [("2", "seats seats--low"), ("20", "seats"), ("", "seats seats--plain")]
)
@SQLITE
def test_in_the_preview_the_list_and_the_page_say_the_same_of_the_same_seats(
    client: Client, 陈老师: Person, capacity: str, look: str
) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft)) | {"slot-0-capacity": capacity}

    def bars(**typed: str) -> tuple[list[str], int]:
        seen = client.post(at(draft, "_preview"), data=form | typed, headers=HTMX)
        rows = [
            one.get("class", "")
            for one in parsed(seen).iter("div")
            if one.get("class", "").startswith("seats")
        ]
        return rows, len(list(parsed(seen).iter("progress")))

    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert bars() == ([look, look], 2 if capacity else 0)
    assert bars(opens_day=tomorrow, opens_time="09:00") == (["seats seats--plain"] * 2, 0)
