"""However many volunteers and words there are, a page asks as often as for one, and no question grows with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from tests.booking.steps import NOON
from tests.browsing import Client, at_time
from tests.builders import a_union, an_organizer, workers
from tests.builders.serving import HOUR, an_event, by, line_of, served
from yiqi.booking import places
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.volunteering import confirming, consents, honours, letters, posts, staffing
from yiqi.programmes.volunteering.models import Purpose
from yiqi.programmes.volunteering.posts import Posted


@contextmanager
def asked() -> Iterator[list[int]]:
    """How many values each statement brings to the database."""
    brought: list[int] = []

    def note(_c: Any, _cursor: Any, _said: str, values: Any, _x: Any, many: bool) -> None:
        brought.append(0 if many else len(values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield brought
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_honour_list_does_not_name_everybody_who_agrees_in_its_question(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    served(小王, NOON, organizer=李姐)
    for person in (小王, *workers(40)):
        consents.give(person_id=person.id, purpose=Purpose.HONOUR, at=NOON)

    with asked() as brought:
        found = honours.year(NOON.year, NOON + HOUR)

    assert [one.name for one in found] == ["小王"]
    assert max(brought) < 20


def corrected(person: Person, organizer: Person, days: int) -> None:
    """A service of so many days ago, of which an organizer has said that it was an hour only."""
    event_ = served(person, NOON - days * 24 * HOUR, organizer=organizer)
    line = line_of(person, event_)
    confirming.adjust(
        activity_id=event_.activity_id,
        service_id=line.service_id,
        seen=line.entry_id,
        minutes=60,
        by=by(organizer, NOON + 4 * HOUR, "提前走了"),
    )


def test_my_hours_with_many_corrections_are_as_many_questions(
    client: Client, 小王: Person, 李姐: Person
) -> None:
    questions = []
    client.sign_in(小王)
    for days in ((0,), (1, 2, 3, 4)):
        for n in days:
            corrected(小王, 李姐, n)
        with at_time(NOON + 5 * HOUR):
            client.get("/volunteering/hours")
            with asked() as brought:
                page = client.get("/volunteering/hours")
        assert page.text.count("提前走了") >= len(days)
        questions.append(len(brought))

    assert questions[0] == questions[1]


def test_nobody_hears_that_a_shift_is_short_of_people_which_was_called_off(site: Flask) -> None:
    organizer, event_ = an_organizer(a_union()), an_event(NOON)
    needs = {event_.slot_id: Posted(least=3)}
    posts.keep(activity_id=event_.activity_id, posts=needs, at=NOON - 200 * HOUR, by_id=organizer.id)
    assert staffing.warn(NOON - 48 * HOUR) == 1
    notice = db.session.scalars(select(Notice)).one()
    assert letters.short_letter(notice) is not None
    db.session.rollback()

    places.call_off(activity_id=event_.activity_id, at=NOON - 47 * HOUR)

    assert letters.short_letter(notice) is None
