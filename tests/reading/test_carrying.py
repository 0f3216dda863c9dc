"""One record of two: books, trails, essays and marks go over, and no rule of the programme is broken by it."""

from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.builders import a_worker
from tests.reading.making import DAY, HOUR, a_call, a_copy, desk_hand, hands_in, is_juror, now, receives
from yiqi.booking import merging
from yiqi.db import db
from yiqi.people.merging import Keeps
from yiqi.people.models import Person
from yiqi.programmes.reading import checks, essay_lists, marking, naming
from yiqi.programmes.reading.essay_models import EssayEntry, EssayJuror, EssayMark
from yiqi.programmes.reading.models import CopyState


def becomes_one(kept: Person, gone: Person) -> None:
    merging.merge(
        kept_id=kept.id,
        gone_id=gone.id,
        keeps=Keeps.KEPT,
        because="换了手机号",
        at=NOON + 9 * DAY,
        by_id=desk_hand(),
    )
    db.session.rollback()


def findings() -> list[str]:
    return [one.says for check in checks.CHECKS.values() for one in check(NOON)]


def test_of_two_books_in_hand_the_newer_one_is_kept_and_the_other_is_paused(site: Flask) -> None:
    kept, gone = a_worker("王小明"), a_worker("王小明")
    older, newer = a_copy(at=NOON), a_copy("活着", at=NOON)
    receives(kept, older, at=NOON, nonce="same", text="一句")
    receives(gone, newer, at=NOON + HOUR, nonce="same", text="两句")
    naming.say(person_id=gone.id, is_given=True, at=NOON)

    becomes_one(kept, gone)

    assert (now(newer.id).holder_id, now(older.id).state) == (kept.id, CopyState.PAUSED)
    assert naming.is_given(kept.id)
    assert findings() == []


def test_of_two_essays_for_one_call_the_newer_one_stays_and_nobody_has_marked_their_own(site: Flask) -> None:
    kept, gone, other = a_worker("王小明"), a_worker("王小明"), a_worker("李静")
    call_id = a_call(at=NOON)
    hands_in(kept, call_id, at=NOON)
    newer = hands_in(gone, call_id, at=NOON + HOUR)
    theirs = hands_in(other, call_id, at=NOON)
    is_juror(kept, call_id, at=NOON)
    is_juror(gone, call_id, at=NOON)
    for entry_id in (newer, theirs):
        marking.mark(
            call_id=call_id, entry_id=entry_id, juror_id=kept.id, mark=80, word="好", at=NOON + 6 * DAY
        )
    marking.mark(call_id=call_id, entry_id=theirs, juror_id=gone.id, mark=70, word="行", at=NOON + 6 * DAY)

    becomes_one(kept, gone)

    mine = db.session.scalars(select(EssayEntry.id).where(EssayEntry.person_id == kept.id)).all()
    assert mine == [newer]
    assert len(db.session.scalars(select(EssayJuror)).all()) == 1
    left = db.session.execute(select(EssayMark.entry_id, EssayMark.juror_id)).all()
    assert [tuple(one) for one in left] == [(theirs, kept.id)]
    assert [one.id for one in essay_lists.blind(call_id, kept.id)] == [theirs]
    assert findings() == []
