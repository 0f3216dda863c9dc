"""What was said of an essay or to a juror is not said any more once it is about something else; lists that come twice."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.booking.steps import NOON
from tests.builders import a_union
from tests.reading.making import DAY, a_call, desk_hand, hands_in, is_juror
from tests.reading.test_drifting import letters
from tests.reading.test_essays import AFTER, marks
from tests.unions.at_once import at_once
from yiqi.db import db, table, writing
from yiqi.papers.keeping import MOST_A_DAY
from yiqi.people.models import Person
from yiqi.people.tallies import TooMany
from yiqi.programmes.reading import calls, essay_lists, marking, rooms
from yiqi.programmes.reading.essay_models import Award, EssayCall, EssayMark
from yiqi.programmes.reading.models import BookRoom
from yiqi.programmes.reading.rules import hours
from yiqi.programmes.reading.rules.room_rows import RoomRow


def test_a_juror_who_was_dismissed_is_not_asked_to_read(小王: Person) -> None:
    call_id = a_call(at=NOON)
    is_juror(小王, call_id, at=NOON)
    assert any("评委" in text for text in letters())

    calls.dismiss(call_id=call_id, person_id=小王.id, at=NOON + timedelta(minutes=1), by_id=desk_hand())

    assert not any("评委" in text for text in letters())


def test_an_essay_that_is_replaced_in_a_call_opened_again_is_marked_anew(小王: Person, 小赵: Person) -> None:
    call_id = a_call(at=NOON)
    entry_id = hands_in(小王, call_id, at=NOON)
    is_juror(小赵, call_id, at=NOON)
    marks(小赵, call_id, entry_id)
    marking.give(call_id=call_id, entry_id=entry_id, award=Award.FIRST, at=AFTER, by_id=desk_hand())
    call = table(EssayCall)
    with writing() as session:
        session.execute(update(call).where(call.c.id == call_id).values(closes_at=AFTER + DAY))

    hands_in(小王, call_id, at=AFTER, content="另一篇".encode())

    assert db.session.scalars(select(EssayMark)).all() == []
    assert essay_lists.won(call_id) == []


def test_nobody_fills_the_database_with_files(site: Flask, 小王: Person) -> None:
    call_id = a_call(at=NOON)
    for _n in range(MOST_A_DAY):
        hands_in(小王, call_id, at=NOON)

    with pytest.raises(TooMany):
        hands_in(小王, call_id, at=NOON)
    hands_in(小王, call_id, at=NOON + DAY)


def test_one_list_of_rooms_that_is_sent_twice_at_once_is_taken_over_once(site: Flask) -> None:
    union_id, by_id = a_union().id, desk_hand()
    week = (hours.typed("09:00-20:00"),) * 7
    rows = [RoomRow(f"书屋{n}", "核心区", "荣华中路 10 号", week) for n in range(30)]

    done = at_once(
        site,
        *[lambda: rooms.take_over(union_id=union_id, rows=rows, at=NOON, by_id=by_id) for _n in range(2)],
    )

    assert sorted(done) == ["(0, 30)", "(30, 0)"]
    db.session.rollback()
    assert len(db.session.scalars(select(BookRoom.id)).all()) == 30
