"""Objecting to a mark, the answer, and the letters about both."""

import pytest
from flask import Flask

from tests.booking.marking import DAY, came, noted, notices
from tests.booking.steps import HOUR, NOON, SECOND, asks
from tests.browsing import at_time
from tests.builders import a_worker, an_activity
from tests.builders.noted import a_mark
from yiqi.booking import marks, no_shows
from yiqi.booking.mark_letters import mark_letter
from yiqi.booking.models import MarkKind
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.marks import Status as Worth
from yiqi.notices.models import Notice
from yiqi.people.models import Person


def test_an_objection_suspends_and_the_answer_lifts_or_confirms(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    ticket = asks(小王, an_activity(now=NOON))
    worth = {}
    for lifted in (True, False):
        mark_id = a_mark(ticket.ref, kind=MarkKind.NO_SHOW if lifted else MarkKind.LATE_CANCEL, at=NOON)
        marks.object_to(mark_id=mark_id, person_id=小王.id, text="到了，没来得及签到", at=NOON + DAY)
        before = marks.one(mark_id, 小王.id, NOON + 2 * DAY)
        marks.settle(mark_id=mark_id, lifted=lifted, because="问过了", at=NOON + 2 * DAY, by_id=李姐.id)
        after = marks.one(mark_id, 小王.id, NOON + 2 * DAY)
        assert before is not None
        assert after is not None
        worth[lifted] = (before.status, after.status, after.mark.settled_because, after.mark.settled_by_id)

    assert worth == {
        True: (Worth.SUSPENDED, Worth.LIFTED, "问过了", 李姐.id),
        False: (Worth.SUSPENDED, Worth.COUNTS, "问过了", 李姐.id),
    }
    assert [notice.facts["news"] for notice in notices()] == ["settled", "settled"]


@pytest.mark.parametrize(("seconds", "fine"), [(-1, True), (0, False)])
def test_seven_days_are_there_to_object(site: Flask, 小王: Person, seconds: int, fine: bool) -> None:
    mark_id = a_mark(asks(小王, an_activity(now=NOON)).ref, at=NOON)
    when = NOON + 7 * DAY + seconds * SECOND

    if fine:
        marks.object_to(mark_id=mark_id, person_id=小王.id, text="我到了", at=when)
    else:
        with pytest.raises(Refused, match="closed"):
            marks.object_to(mark_id=mark_id, person_id=小王.id, text="我到了", at=when)

    assert [mark.objected_at for mark in noted()] == [when if fine else None]


def test_a_second_objection_and_a_second_answer_change_nothing(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    mark_id = a_mark(asks(小王, an_activity(now=NOON)).ref, at=NOON)
    for text, hours in (("我到了", 1), ("别的话", 2)):
        marks.object_to(mark_id=mark_id, person_id=小王.id, text=text, at=NOON + hours * HOUR)
    for lifted, hours in ((False, 3), (True, 4)):
        marks.settle(mark_id=mark_id, lifted=lifted, because="", at=NOON + hours * HOUR, by_id=李姐.id)

    (mark,) = noted()
    assert (mark.objection, mark.objected_at) == ("我到了", NOON + HOUR)
    assert (mark.settled_at, mark.lifted_at) == (NOON + 3 * HOUR, None)
    assert len(notices()) == 1


def test_nobody_objects_for_somebody_else_or_settles_their_own(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    mark_id = a_mark(asks(小王, an_activity(now=NOON)).ref, at=NOON)

    for nobodys in (mark_id, 987654):
        with pytest.raises(LookupError):
            marks.object_to(mark_id=nobodys, person_id=小赵.id, text="我到了", at=NOON)
    with pytest.raises(LookupError):
        marks.settle(mark_id=mark_id, lifted=False, because="", at=NOON, by_id=小赵.id)
    with pytest.raises(ValueError, match="says what is wrong"):
        marks.object_to(mark_id=mark_id, person_id=小王.id, text="", at=NOON)
    marks.object_to(mark_id=mark_id, person_id=小王.id, text="我到了", at=NOON)
    with pytest.raises(Refused, match="not_yours"):
        marks.settle(mark_id=mark_id, lifted=True, because="", at=NOON, by_id=小王.id)

    assert marks.one(mark_id, 小赵.id, NOON) is None
    assert [(mark.settled_at, mark.lifted_at) for mark in noted()] == [(None, None)]


def letter_of(notice: Notice, site: Flask) -> str | None:
    """What it says in the year in which it happened."""
    with site.test_request_context(), at_time(NOON):
        letter = mark_letter(notice)
    return letter.text if letter else None


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_letters_say_what_when_and_until_when(site: Flask, 李姐: Person, lang: str) -> None:
    person, other = a_worker("小王", lang=lang), a_worker()
    activity = an_activity(places=2, now=NOON, title_en="Reading evening")
    asks(person, activity)
    came(asks(other, activity), activity)
    when = activity.ends_at + DAY
    no_shows.sweep(when)
    (mark,) = noted()
    (shown,) = notices()

    text = letter_of(shown, site)
    marks.object_to(mark_id=mark.id, person_id=person.id, text="我到了", at=when)
    after = letter_of(shown, site)
    marks.settle(mark_id=mark.id, lifted=False, because="", at=when, by_id=李姐.id)
    settled = letter_of(notices()[1], site)

    assert text is not None
    assert settled is not None
    assert ("Reading evening" if lang == "en" else "职工书屋读书会") in text
    assert ("12 Jul" if lang == "en" else "7月12日") in text
    assert after is None
    assert len(text) <= 110
    assert ("1 Jan 2027, 14:00" if lang == "en" else "2027年1月1日 14:00") in settled


def test_who_was_cleared_hears_that_and_a_lifted_mark_is_not_announced(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    mark_id = a_mark(asks(小王, an_activity(now=NOON)).ref, at=NOON)
    marks.object_to(mark_id=mark_id, person_id=小王.id, text="我到了", at=NOON)
    marks.settle(mark_id=mark_id, lifted=True, because="", at=NOON, by_id=李姐.id)
    (settled,) = notices()

    assert "核实过了，这次不记" in (letter_of(settled, site) or "")
    assert letter_of(Notice(kind="mark", facts={"mark": mark_id, "news": "shown"}), site) is None
    assert letter_of(Notice(kind="mark", facts={"mark": 987654, "news": "shown"}), site) is None
