"""A book passes from hand to hand: one scan by the receiver, one book in a hand, and everybody concerned is told."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.booking.steps import NOON
from tests.builders import a_worker
from tests.reading.making import DAY, HOUR, a_copy, a_room, desk_hand, now, once, receives
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.people.models import Person
from yiqi.programmes.reading import checks, drifting, naming, nudging, trails, yearly
from yiqi.programmes.reading.models import BookCopy, CopyState, DriftStep, StepKind
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.drift import Why


def letters() -> list[str]:
    db.session.rollback()
    found = [letter(notice) for notice in db.session.scalars(select(Notice).order_by(Notice.id))]
    return [one.text for one in found if one is not None]


def findings() -> list[str]:
    return [one.says for check in checks.CHECKS.values() for one in check(NOON)]


def lets_go(person: Person, copy: BookCopy, kind: StepKind, room_id: int | None = None) -> None:
    drifting.let_go(
        copy_id=copy.id,
        person_id=person.id,
        kind=kind,
        seen=now(copy.id).steps,
        nonce=once(),
        at=NOON,
        room_id=room_id,
    )


def why(*args: object, **kwargs: object) -> str:
    with pytest.raises(Refused) as error:
        receives(*args, **kwargs)  # type: ignore[arg-type]
    return error.value.why


def test_who_scans_a_book_has_it_and_the_one_before_hears_of_it(小王: Person, 小赵: Person) -> None:
    copy = a_copy(at=NOON)

    receives(小王, copy, at=NOON, place="荣京东街站", text="井下那段看了三遍")
    receives(小赵, copy, at=NOON + DAY)

    assert (now(copy.id).holder_id, now(copy.id).state) == (小赵.id, CopyState.IN_HAND)
    assert letters() == ["【亦庄工会】《平凡的世界》已到小**手里，谢谢你传下去。你可以接下一本了。"]
    trail = trails.trail(now(copy.id), NOON + DAY)
    assert [stop.kind for stop in trail.stops] == [StepKind.RECEIVED, StepKind.RECEIVED, StepKind.ADRIFT]
    assert (trail.stops[1].place, trail.stops[1].days, trail.hands) == ("荣京东街站", 1, 2)
    assert findings() == []


def test_the_same_form_again_changes_nothing(小王: Person) -> None:
    copy = a_copy(at=NOON)

    first = receives(小王, copy, at=NOON, nonce="twice", text="一句", seen=1)
    again = receives(小王, copy, at=NOON, nonce="twice", text="一句", seen=1)

    assert (first.fresh, again.fresh, now(copy.id).steps) == (True, False, 2)


def test_a_page_that_is_older_than_the_last_hand_over_is_refused(小王: Person, 小赵: Person) -> None:
    copy = a_copy(at=NOON)
    receives(小王, copy, at=NOON)

    assert why(小赵, copy, seen=1) == Why.MOVED_ON
    assert why(小王, copy) == Why.OWN_ALREADY
    assert now(copy.id).holder_id == 小王.id


def test_nobody_has_two_books_in_hand(小王: Person) -> None:
    first, second = a_copy(at=NOON), a_copy("活着", at=NOON)
    receives(小王, first, at=NOON)

    assert why(小王, second) == Why.HANDS_FULL

    lets_go(小王, first, StepKind.RETURNED, a_room(at=NOON))
    receives(小王, second, at=NOON + HOUR)
    assert now(second.id).holder_id == 小王.id
    assert findings() == []


def test_a_lost_book_is_found_by_who_scans_it_and_a_paused_one_is_not_received(
    小王: Person, 小赵: Person
) -> None:
    copy = a_copy(at=NOON)
    receives(小王, copy, at=NOON)
    lets_go(小王, copy, StepKind.LOST)
    assert now(copy.id).state is CopyState.LOST

    receives(小赵, copy, at=NOON + HOUR)
    drifting.settle(
        copy_id=copy.id,
        kind=StepKind.PAUSED,
        seen=3 + 1,
        because="书脊坏了",
        nonce=once(),
        at=NOON + 2 * HOUR,
        by_id=desk_hand(),
    )

    assert letters() == ["【亦庄工会】《平凡的世界》先停漂，不算在你手里了。有疑问找服务中心。"]
    assert why(小王, copy) == Why.PAUSED
    assert findings() == []


def test_only_its_holder_puts_a_book_into_a_room_that_is_in_use(小王: Person, 小赵: Person) -> None:
    copy = a_copy(at=NOON)
    receives(小王, copy, at=NOON)

    for person, room_id, said in ((小赵, a_room(at=NOON), Why.NOT_HELD), (小王, 987654, Why.NO_ROOM)):
        with pytest.raises(Refused) as error:
            lets_go(person, copy, StepKind.RETURNED, room_id)
        assert error.value.why is said
    assert now(copy.id).holder_id == 小王.id


def test_after_twenty_days_one_letter_asks_after_a_book_and_not_of_who_gave_it_away(
    小王: Person, 小赵: Person
) -> None:
    copy, other = a_copy(at=NOON), a_copy("活着", at=NOON)
    receives(小王, copy, at=NOON)
    receives(小赵, other, at=NOON)

    assert nudging.nudge_due(NOON + 20 * DAY - HOUR) == 0
    assert nudging.nudge_due(NOON + 20 * DAY) == 2
    assert nudging.nudge_due(NOON + 25 * DAY) == 0
    lets_go(小赵, other, StepKind.RETURNED, a_room(at=NOON))

    assert letters() == [
        "【亦庄工会】《平凡的世界》在你手里 20 天了。看完了就传给下一位，或放回任意一间职工书屋。"
    ]
    receives(小赵, copy, at=NOON + 30 * DAY)
    assert nudging.nudge_due(NOON + 50 * DAY) == 1, "the next holder is asked once, too"


def test_a_whole_name_stands_on_a_trail_only_while_its_person_agrees(小王: Person) -> None:
    reader = a_worker("王小明")
    copy = a_copy(at=NOON)
    receives(reader, copy, at=NOON)

    def name() -> str:
        db.session.rollback()
        return trails.trail(now(copy.id), NOON).stops[0].who

    assert name() == "王**"
    naming.say(person_id=reader.id, is_given=True, at=NOON)
    assert name() == "王小明"
    naming.say(person_id=reader.id, is_given=False, at=NOON)
    assert name() == "王**"


def test_phone_numbers_are_hidden_in_what_readers_write(小王: Person) -> None:
    copy = a_copy(at=NOON)
    receives(小王, copy, at=NOON, text="想聊加我 13800138000", place="13800138000")

    stop = trails.trail(now(copy.id), NOON).stops[0]
    assert stop.note is not None
    assert (stop.note.text, stop.place) == ("想聊加我 138****8000", "138****8000")


def test_the_year_is_counted_from_the_trails(小王: Person, 小赵: Person) -> None:
    giver = a_worker("高老师")
    copies = [a_copy(name, giver=giver, at=NOON) for name in ("活着", "三体")]
    for n, copy in enumerate(copies):
        receives(小王, copy, at=NOON + n * DAY, text="好看", place=f"第 {n} 站")
        receives(小赵, copy, at=NOON + n * DAY + HOUR)
        lets_go(小赵, copy, StepKind.RETURNED, a_room(at=NOON))
    receives(小王, copies[0], at=NOON + 3 * DAY)
    db.session.rollback()

    found = yearly.of(2026)

    assert found is not None
    assert [(one.name, one.placed.count) for one in found.givers] == [("高**", 2)]
    assert [(one.name, one.placed.count) for one in found.copies] == [("活着", 3)]
    assert [(one.full_name, one.placed.count) for one in found.readers] == [("小王", 2)]


def test_a_doctor_sees_two_in_a_hand_and_a_trail_that_ends_elsewhere(site: Flask, 小王: Person) -> None:
    copy = a_copy(at=NOON)
    receives(小王, copy, at=NOON)
    assert findings() == []

    with db.engine.begin() as connection:
        connection.execute(update(DriftStep).where(DriftStep.number == 2).values(person_id=desk_hand()))

    assert findings() == ["it is in_hand, and its last step is received"]
