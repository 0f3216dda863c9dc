"""Two records became one: trails keep their ids, and whoever reads them meets the person; the doctor knows what has been."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, asks, gives_back
from tests.builders import a_worker, an_activity
from yiqi.booking import by_hand, endings, history, merging, whole
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Booking, BookingChange
from yiqi.cli.doctor import CHECKS
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.people.merging import Keeps
from yiqi.people.models import Person
from yiqi.roles import trail, union_keeping
from yiqi.roles.models import Deed
from yiqi.roles.rules.permissions import Held, Role

LATER = NOON + 2 * HOUR


@pytest.fixture
def admin(site: Flask) -> Person:
    return a_worker("陈主任")


@pytest.fixture
def kept(site: Flask) -> Person:
    return a_worker("王芳")


@pytest.fixture
def gone(site: Flask) -> Person:
    return a_worker("王小芳")


def merges(admin: Person, kept: Person, gone: Person) -> None:
    merging.merge(
        kept_id=kept.id, gone_id=gone.id, keeps=Keeps.KEPT, because="换了手机号", at=LATER, by_id=admin.id
    )
    db.session.rollback()


def of(ticket: Ticket) -> Booking:
    return db.session.scalars(select(Booking).where(Booking.ref == ticket.ref)).one()


def overlaps() -> list[str]:
    """What the doctor and the tests' own count say of two places at once."""
    said = [one.says for one in CHECKS["two-places"](LATER)]
    return said + [one for one in broken(LATER) if "at once" in one]


def test_what_they_did_with_the_other_record_is_still_their_own_doing(
    admin: Person, kept: Person, gone: Person
) -> None:
    made = an_activity(now=NOON)
    ticket = asks(gone, made)
    gives_back(gone, ticket)

    merges(admin, kept, gone)

    rows, _more = history.changes(made.activity_id)
    assert [(row.by_id, row.actor, row.person) for row in rows] == [(kept.id, "王芳", "王芳")] * 2
    assert [(row.by_id, row.name) for row in whole.history(of(ticket).id)] == [(kept.id, "王芳")] * 2
    assert {row.by_id for row in whole.lately(made.slot_ids)} == {kept.id}
    assert endings.of([of(ticket).id])[of(ticket).id].taken_out_because == ""
    written = db.session.scalars(select(BookingChange.by_id).where(BookingChange.booking_id == of(ticket).id))
    assert set(written) == {gone.id}


def test_a_letter_that_was_not_sent_yet_does_not_say_that_an_organizer_signed_them_up(
    admin: Person, kept: Person, gone: Person
) -> None:
    asks(gone, an_activity(now=NOON))

    merges(admin, kept, gone)

    notice = db.session.scalars(select(Notice).where(Notice.kind == "booking")).one()
    told = letter(notice)
    assert told is not None
    assert "报名成功" in told.text
    assert told.phone == kept.phone


def test_what_an_organizer_did_by_hand_is_told_as_before(admin: Person, kept: Person, gone: Person) -> None:
    ticket = asks(gone, an_activity(now=NOON))
    by_hand.take_out(ref=ticket.ref, by_id=admin.id, because="报错了人", at=NOON)

    merges(admin, kept, gone)

    assert endings.of([of(ticket).id])[of(ticket).id].taken_out_because == "报错了人"


def test_deeds_of_both_are_found_by_the_name_and_number_of_the_one(
    admin: Person, kept: Person, gone: Person
) -> None:
    union_keeping.add(name="一厂", name_en="", parent_id=None, at=NOON, by_id=gone.id)
    held = [Held(Role.AUDITOR)]

    merges(admin, kept, gone)

    for who in ("王芳", kept.phone[-4:]):
        rows, _more = trail.deeds(held, who=who)
        assert [(row.what, row.actor) for row in rows] == [("merged", "陈主任"), ("union_kept", "王芳")]
    assert set(db.session.scalars(select(Deed.by_id))) == {gone.id, admin.id}
    assert trail.deeds(held, who="王小芳") == ([], False)


def test_places_ahead_at_the_same_time_would_be_noticed(
    admin: Person, kept: Person, gone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a merge that does not look makes what the doctor finds."""
    asks(kept, an_activity(now=NOON)), asks(gone, an_activity(now=NOON))
    monkeypatch.setattr(merging, "_clashing", lambda *_facts: [])

    merges(admin, kept, gone)

    assert len(overlaps()) == 2


@pytest.mark.parametrize(("first", "second"), [("kept", "gone"), ("gone", "kept")])
def test_a_place_that_was_over_hinders_none_that_is_still_going_on(
    admin: Person, kept: Person, gone: Person, first: str, second: str
) -> None:
    people = {"kept": kept, "gone": gone}
    asks(people[first], an_activity(now=NOON - HOUR, starts_in=HOUR), at=NOON - HOUR)
    asks(people[second], an_activity(now=NOON - HOUR, starts_in=2 * HOUR), at=NOON - HOUR)

    merges(admin, kept, gone)

    assert set(db.session.scalars(select(Booking.person_id))) == {kept.id}
    assert overlaps() == []
