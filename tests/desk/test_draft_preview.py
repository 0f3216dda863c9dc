"""What workers will see of an activity that is being written."""

import pytest

from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders.drafts import a_draft
from tests.desk.drafting_steps import at, kept
from tests.web.asking import HTMX, out_of_band, roots
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
