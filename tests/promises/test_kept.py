"""A scene that is put back is the one that was made: every row of it, no other, and numbers go on behind it."""

from typing import Any

from flask import Flask
from sqlalchemy import text

from tests.browsing import markup_faults
from tests.builders import a_worker
from tests.databases import empty
from tests.promises.scene import whole_scene
from yiqi.db import db
from yiqi.people.persons import tell_name


def everything() -> dict[str, list[Any]]:
    db.session.rollback()
    return {
        name: sorted(map(repr, db.session.execute(text(f'SELECT * FROM "{name}"'))))  # noqa: S608
        for name in db.metadata.tables
    }


def test_a_scene_put_back_is_the_one_that_was_made_whatever_became_of_it(site: Flask) -> None:
    made = whole_scene()
    rows = everything()
    tell_name(person_id=made.owner.id, name="骗子")
    newcomer = a_worker(name="新来的").id
    assert everything() != rows

    empty(site)
    assert not any(everything().values())
    again = whole_scene()

    assert everything() == rows
    assert (again.owner.id, again.owner.name) == (made.owner.id, "王小明")
    assert a_worker(name="新来的").id == newcomer


def test_a_page_seen_before_is_looked_at_again_when_more_than_harmless_values_differs() -> None:
    form = '<form method="post" action="/x"><input type="hidden" name="csrf_token" value="{}"></form>'

    assert markup_faults(form.format("one")) == markup_faults(form.format("other")) == []
    assert markup_faults(form.format("one").replace("/x", "/x?y=1&amp;z=%2F")) == []
    assert markup_faults(form.format("")) == ["no csrf_token: /x"]
    assert markup_faults(form.format("").replace("/x", "/y")) == ["no csrf_token: /y"]
    assert markup_faults(form.format("one").replace("/x", "/x?y=1&z;")) != []
    assert markup_faults(form.format('"><b onclick="x')) != []
    assert markup_faults(form.format("one").replace("/x", "/y") + "<p id=' '>") != []
