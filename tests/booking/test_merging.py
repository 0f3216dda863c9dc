"""Two records of one person become one: nothing is lost, nobody is in a slot twice, and nobody signs in with the other."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, NOON, asks, row, seats, state, states
from tests.browsing import a_session
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.builders.certified import a_certificate
from tests.builders.noted import a_mark
from tests.unions.at_once import at_once
from yiqi import clock
from yiqi.booking import by_hand, merging, places
from yiqi.booking.merging import Clashing, Merged, NotToMerge
from yiqi.booking.models import Attendance, Booking, BookingChange, Mark
from yiqi.certificates import issuing
from yiqi.cli.doctor import CHECKS
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.papers import keeping as papers
from yiqi.papers.rules.kinds import Kind
from yiqi.people import attributes, persons
from yiqi.people.merging import Keeps
from yiqi.people.models import BrowserSession, Person, PersonTag
from yiqi.roles import holding
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.unions import requests
from yiqi.unions.models import Membership, MembershipRequest, RequestKind


@pytest.fixture
def admin(site: Flask) -> Person:
    return a_worker("陈主任")


@pytest.fixture
def kept(site: Flask) -> Person:
    return a_worker("王芳", phone="+8613800000001")


@pytest.fixture
def gone(site: Flask) -> Person:
    return a_worker("王小芳", phone="+8613900000009")


def merges(admin: Person, kept: Person, gone: Person, keeps: Keeps = Keeps.KEPT) -> Merged:
    return merging.merge(
        kept_id=kept.id, gone_id=gone.id, keeps=keeps, because="换了手机号", at=NOON, by_id=admin.id
    )


def fresh(person: Person) -> Person:
    db.session.rollback()
    return db.session.get_one(Person, person.id, populate_existing=True)


def well() -> bool:
    """Whether every check finds the tables as they must be."""
    found = [one for check in CHECKS.values() for one in check(NOON)]
    return not found and not broken(NOON)


def test_bookings_marks_memberships_tags_roles_and_requests_go_over(
    admin: Person, kept: Person, gone: Person
) -> None:
    one, other = an_activity(now=NOON), an_activity(now=NOON, starts_in=100 * HOUR)
    tickets = [asks(kept, one), asks(gone, other)]
    mark_id = a_mark(tickets[1].ref)
    union, second = a_union("一厂", members=[gone]), a_union("二厂")
    requests.ask(person_id=gone.id, union_id=second.id, kind=RequestKind.JOIN, said="", at=NOON)
    with writing() as session:
        session.add_all(
            [
                PersonTag(person_id=gone.id, tag="女职工"),
                PersonTag(person_id=gone.id, tag="骨干"),
                PersonTag(person_id=kept.id, tag="骨干"),
            ]
        )

    done = merges(admin, kept, gone)

    assert done == Merged((tickets[1].ref,), ())
    assert [row(ticket).person_id for ticket in tickets] == [kept.id, kept.id]
    assert db.session.get_one(Mark, mark_id, populate_existing=True).person_id == kept.id
    members = db.session.execute(select(Membership.person_id, Membership.union_id)).all()
    assert [tuple(member) for member in members] == [(kept.id, union.id)]
    assert db.session.scalars(select(MembershipRequest.person_id)).all() == [kept.id]
    assert attributes.tags(kept.id) == ["女职工", "骨干"]
    assert attributes.tags(gone.id) == []
    deed = db.session.scalars(select(Deed).where(Deed.what == What.MERGED)).one()
    assert (deed.person_id, deed.facts["gone"], deed.facts["moved"]) == (
        kept.id,
        gone.id,
        [tickets[1].ref],
    )
    assert well()


def test_the_record_that_goes_signs_in_no_more_and_its_number_is_free(
    admin: Person, kept: Person, gone: Person
) -> None:
    a_session(gone.id)
    mine = a_session(kept.id)

    merges(admin, kept, gone)

    assert fresh(gone).merged_into_id == kept.id
    assert not fresh(gone).phone.startswith("+")
    assert fresh(kept).phone == "+8613800000001"
    assert db.session.scalars(select(BrowserSession.id)).all() == [mine.browser_id]
    assert persons.person_by_phone("+8613900000009") is None


def test_the_number_of_the_record_that_goes_may_be_the_one_that_stays(
    admin: Person, kept: Person, gone: Person
) -> None:
    merges(admin, kept, gone, Keeps.GONE)

    assert fresh(kept).phone == "+8613900000009"
    assert persons.person_by_phone("+8613800000001") is None
    notice = db.session.scalars(select(Notice).where(Notice.kind == "merged")).one()
    told = letter(notice)
    assert told is not None
    assert told.phone == "+8613900000009"
    assert "尾号 0009" in told.text


@pytest.mark.parametrize("keeps", Keeps)
def test_who_came_in_with_the_number_that_is_given_up_is_out(
    admin: Person, kept: Person, gone: Person, keeps: Keeps
) -> None:
    """It may be a stranger's by now. Who came in with the number that stays signs in anew at most."""
    theirs = {person.id: a_session(person.id).browser_id for person in (kept, gone)}

    merges(admin, kept, gone, keeps)

    left = set(db.session.scalars(select(BrowserSession.id)))
    assert left == ({theirs[kept.id]} if keeps is Keeps.KEPT else set())


def test_of_two_waiting_in_one_slot_the_earlier_ticket_stays_and_the_other_gives_way(
    admin: Person, kept: Person, gone: Person
) -> None:
    made = an_activity(places=1, now=NOON)
    asks(a_worker(), made)
    earlier, between, later = asks(gone, made), asks(a_worker(), made), asks(kept, made)

    done = merges(admin, kept, gone)

    assert done == Merged((earlier.ref,), (later.ref,))
    assert states(earlier, between, later) == ["waiting", "waiting", "cancelled"]
    assert row(earlier).person_id == kept.id
    assert db.session.scalars(select(Mark)).all() == []
    assert well()


def test_a_place_stays_before_an_earlier_ticket_that_waits(admin: Person, kept: Person, gone: Person) -> None:
    made = an_activity(places=2, now=NOON, max_party=2)
    first = asks(a_worker(), made)
    waits, has = asks(gone, made, party=2), asks(kept, made)
    if state(has) == "waiting":
        by_hand.promote(ref=has.ref, by_id=admin.id, because="带队的", at=NOON)

    merges(admin, kept, gone)

    assert states(first, waits, has) == ["confirmed", "cancelled", "confirmed"]
    assert well()


def test_the_place_of_the_one_that_ends_goes_to_the_queue(admin: Person, kept: Person, gone: Person) -> None:
    made = an_activity(places=2, now=NOON)
    stays, ends, waiter = asks(kept, made), asks(gone, made), asks(a_worker(), made)

    merges(admin, kept, gone)

    assert states(stays, ends, waiter) == ["confirmed", "cancelled", "confirmed"]
    assert seats(made) == (2, 0)
    assert well()


def test_places_at_the_same_time_are_given_up_first(admin: Person, kept: Person, gone: Person) -> None:
    one, other = an_activity(now=NOON), an_activity(now=NOON)
    mine, theirs = asks(kept, one), asks(gone, other)

    with pytest.raises(Clashing) as why:
        merges(admin, kept, gone)

    assert why.value.refs == [(mine.ref, theirs.ref)]
    assert fresh(gone).merged_into_id is None
    assert row(theirs).person_id == gone.id
    places.cancel(ref=theirs.ref, person_id=gone.id, at=NOON)
    assert merges(admin, kept, gone).fresh


def test_places_that_were_at_the_same_time_stay_as_they_were(
    admin: Person, kept: Person, gone: Person
) -> None:
    before = NOON - 200 * HOUR
    one, other = (an_activity(now=before, starts_in=4 * HOUR) for _n in range(2))
    asks(kept, one, at=before), asks(gone, other, at=before)

    merges(admin, kept, gone)

    assert db.session.scalars(select(Booking.person_id)).all() == [kept.id, kept.id]
    assert well()


def test_a_slot_of_the_past_holds_them_once_with_the_one_who_came(
    admin: Person, kept: Person, gone: Person
) -> None:
    before = NOON - 200 * HOUR
    made = an_activity(now=before, starts_in=4 * HOUR, places=5)
    missed, came = asks(kept, made, at=before), asks(gone, made, at=before)
    a_mark(missed.ref)
    comes(came.ref)

    merges(admin, kept, gone)

    assert states(missed, came) == ["cancelled", "confirmed"]
    assert db.session.scalars(select(Mark.lifted_at)).one() is not None
    assert well()


def comes(ref: str) -> None:
    with writing() as session:
        booking = session.scalars(select(Booking).where(Booking.ref == ref)).one()
        date_id = booking.slot.occurrences[0].id
        session.add(Attendance(booking_id=booking.id, occurrence_id=date_id, in_at=NOON))


def test_in_a_union_of_both_they_are_a_member_once_since_the_earlier_day(
    admin: Person, kept: Person, gone: Person
) -> None:
    union = a_union("一厂")
    with writing() as session:
        session.add_all(
            [
                Membership(person_id=kept.id, union_id=union.id, since=date(2026, 3, 1)),
                Membership(person_id=gone.id, union_id=union.id, since=date(2025, 3, 1), number="8801"),
            ]
        )

    merges(admin, kept, gone)

    one = db.session.scalars(select(Membership).execution_options(populate_existing=True)).one()
    assert (one.person_id, one.since, one.number) == (kept.id, date(2025, 3, 1), "8801")


def test_roles_go_over_once(admin: Person, gone: Person) -> None:
    union = a_union("一厂")
    kept, gone = an_organizer(union, name="王芳"), an_organizer(union, name="王小芳")

    merges(admin, kept, gone)

    assert len(holding.of(kept.id, clock.now())) == 1
    assert holding.of(gone.id, clock.now()) == ()


def test_once_more_changes_nothing(admin: Person, kept: Person, gone: Person) -> None:
    asks(gone, an_activity(now=NOON))
    merges(admin, kept, gone)
    before = _sizes()

    assert merges(admin, kept, gone) == Merged(fresh=False)
    assert _sizes() == before


def test_who_was_merged_into_another_is_merged_no_more_and_nobody_merges_themselves(
    admin: Person, kept: Person, gone: Person
) -> None:
    third = a_worker()
    merges(admin, kept, gone)

    for pair in ((third, gone), (gone, third), (kept, kept), (admin, kept), (kept, admin)):
        with pytest.raises(NotToMerge):
            merges(admin, *pair)


def test_of_a_chain_everything_leads_to_the_last(admin: Person, kept: Person, gone: Person) -> None:
    third = a_worker()

    merges(admin, gone, third)
    merges(admin, kept, gone)

    assert fresh(third).merged_into_id == kept.id


@pytest.mark.parametrize("who", ["kept", "gone"])
def test_somebody_signs_up_at_the_same_moment(
    site: Flask, admin: Person, kept: Person, gone: Person, who: str
) -> None:
    signs = {"kept": kept, "gone": gone}[who]
    made, busy = an_activity(places=2, now=NOON), an_activity(now=NOON, starts_in=200 * HOUR)
    asks(gone if who == "kept" else kept, made)
    asks(gone, busy)

    outcomes = at_once(
        site, lambda: merges(admin, kept, gone).fresh, *[lambda: asks(signs, made).activity_id] * 3
    )

    assert set(outcomes) <= {"True", str(made.activity_id), "NobodyThere"}
    db.session.rollback()
    live = select(func.count()).where(Booking.slot_id == made.slot_id, Booking.state == "confirmed")
    assert db.session.scalar(live) == 1
    assert set(db.session.scalars(select(Booking.person_id))) == {kept.id}
    assert well()


def _sizes() -> list[int]:
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(one)) or 0
        for one in (Booking, BookingChange, Deed, Notice, Person)
    ]


def test_certificates_and_files_go_over(admin: Person, kept: Person, gone: Person) -> None:
    number = a_certificate(gone)
    with writing() as session:
        paper_id = papers.keep(
            session.connection(),
            person_id=gone.id,
            name="征文.txt",
            kind=Kind.TXT,
            content="我和亦庄".encode(),
            at=NOON,
        )

    merges(admin, kept, gone)

    assert [one.number for one in issuing.of_person(kept.id)] == [number]
    found = papers.one(paper_id)
    assert found is not None
    assert found.person_id == kept.id
