"""Who gives their time at an audition back after it was decided about them is no member by that decision."""

import pytest
from sqlalchemy import select

from tests.troupe.conftest import Troupe
from tests.troupe.evening import Evening
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.programmes.troupe import checks, results, sections


def members_of(troupe: Troupe) -> set[int]:
    db.session.rollback()
    return {one.person_id for one in sections.members([troupe.voice.id])}


def test_who_was_let_in_and_gave_it_up_before_the_letters_gets_no_place(
    troupe: Troupe, 小王: Person, 小赵: Person
) -> None:
    evening = Evening(troupe, 小王, 小赵)
    for ref in evening.refs:
        evening.decides(ref)
    places.cancel(ref=evening.refs[1], person_id=小赵.id, at=troupe.now)

    evening.sends()
    results.seat_all(troupe.now + checks.SOON)

    assert members_of(troupe) == {小王.id}
    theirs = select(Booking.id).where(Booking.person_id == 小赵.id, Booking.slot_id == troupe.voice.slot_id)
    assert db.session.scalar(theirs) is None
    assert list(checks.the_accepted_have_places(troupe.now + 2 * checks.SOON)) == []


def test_who_gives_it_up_between_the_letter_and_the_place_is_left_alone(
    troupe: Troupe, monkeypatch: pytest.MonkeyPatch, 小王: Person
) -> None:
    evening = Evening(troupe, 小王)
    evening.decides(evening.refs[0])
    with monkeypatch.context() as broken:
        broken.setattr(results, "seat", lambda **_facts: 0)
        evening.sends()
    places.cancel(ref=evening.refs[0], person_id=小王.id, at=troupe.now)

    assert results.seat_all(troupe.now) == 0
    assert members_of(troupe) == set()
