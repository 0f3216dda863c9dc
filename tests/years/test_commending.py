"""The list of a year: computed, published once, never changed afterwards; names by consent."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests.builders import a_union, a_worker
from tests.years.members import DECEMBER, JANUARY, LAST, a_member, lists, serves
from yiqi import clock
from yiqi.booking import merging
from yiqi.db import db
from yiqi.people import persons
from yiqi.people.merging import Keeps
from yiqi.people.models import Person
from yiqi.privacy import erasing
from yiqi.years import commending, doctor, records
from yiqi.years.commending import Refused, Why
from yiqi.years.rules.awards import Award

DAY = timedelta(days=1)


def test_forty_hours_commend_and_the_list_holds_what_they_are_the_sum_of(site: Flask, 李姐: Person) -> None:
    union = a_union()
    done, short = a_member(union, "梁诚"), a_member(union, "孙丽")
    serves(done, union, 李姐)
    serves(done, union, 李姐, at=DECEMBER + 5 * DAY)
    serves(short, union, 李姐)

    (row,) = commending.rows(lists(union, 李姐))

    assert (row.person_id, row.award, row.name) == (done.id, Award.VOLUNTEER, "梁诚")
    assert row.figures["service"] == 40 * 60
    assert sum(one["amount"] for one in row.evidence if one["measure"] == "service") == 40 * 60
    assert list(doctor.commendations(JANUARY)) == []


def test_what_is_done_after_it_was_published_changes_the_record_and_not_the_list(
    site: Flask, 李姐: Person
) -> None:
    union = a_union()
    done, late = a_member(union, "梁诚"), a_member(union, "孙丽")
    serves(done, union, 李姐, hours=23)
    serves(done, union, 李姐, hours=23, at=DECEMBER + 5 * DAY)
    first = lists(union, 李姐)
    for day in (0, 5):
        serves(late, union, 李姐, at=DECEMBER + day * DAY)

    again = lists(union, 李姐, at=JANUARY + DAY)

    assert again == first
    assert [row.name for row in commending.rows(first)] == ["梁诚"]
    assert len(records.of(union.id, LAST, JANUARY + DAY).people) == 2


def test_what_was_looked_at_is_what_is_published_and_not_before_december(site: Flask, 李姐: Person) -> None:
    union = a_union()
    done = a_member(union)
    same = {"union_id": union.id, "year": LAST, "by_id": 李姐.id}
    seen = commending.digest(records.of(union.id, LAST, JANUARY))
    with pytest.raises(Refused) as nobody:
        commending.publish(seen=seen, at=JANUARY, **same)  # type: ignore[arg-type]
    for day in (0, 5):
        serves(done, union, 李姐, at=DECEMBER + day * DAY)
    db.session.rollback()
    with pytest.raises(Refused) as moved:
        commending.publish(seen=seen, at=JANUARY, **same)  # type: ignore[arg-type]
    november = clock.at(date(LAST.number, 11, 30), 23, 59)
    with pytest.raises(Refused) as early:
        commending.publish(seen=seen, at=november, **same)  # type: ignore[arg-type]

    assert [one.value.why for one in (nobody, moved, early)] == [Why.NOBODY, Why.MOVED, Why.TOO_EARLY]
    assert commending.years() == []


def test_who_left_the_union_before_the_year_ended_does_not_count_for_it(site: Flask, 李姐: Person) -> None:
    union = a_union()
    gone = a_member(union, until=date(LAST.number, 12, 31))
    stays = a_member(union, "孙丽", until=date(LAST.number + 1, 1, 1))
    for person in (gone, stays):
        serves(person, union, 李姐, hours=2)

    assert [one.person_id for one in records.of(union.id, LAST, JANUARY).people] == [stays.id]
    assert records.member_of(union.id, gone.id, LAST, JANUARY) is None


def test_a_service_at_the_turn_of_the_year_belongs_to_the_day_it_begins_on(site: Flask, 李姐: Person) -> None:
    union = a_union()
    member = a_member(union)
    serves(member, union, 李姐, hours=2, at=LAST.ends_at - timedelta(hours=1))
    serves(member, union, 李姐, hours=3, at=LAST.starts_at - timedelta(hours=4))

    (line,) = records.of(union.id, LAST, JANUARY).people

    assert line.figures["service"] == 120


def test_one_record_of_two_carries_the_list_and_the_word_about_the_name(site: Flask, 李姐: Person) -> None:
    union = a_union()
    gone, kept = a_member(union, "梁诚"), a_worker(name="梁诚")
    for day in (0, 5):
        serves(gone, union, 李姐, at=DECEMBER + day * DAY)
    list_id = lists(union, 李姐)
    commending.be_named(person_id=gone.id, is_given=True, at=JANUARY)

    merging.merge(
        kept_id=kept.id, gone_id=gone.id, keeps=Keeps.KEPT, because="换了号", by_id=李姐.id, at=clock.now()
    )

    assert [row.person_id for row in commending.rows(list_id)] == [kept.id]
    assert commending.naming([gone.id, kept.id]) == {kept.id}


def test_who_deletes_their_account_stays_on_the_list_as_nobody(site: Flask, 李姐: Person) -> None:
    union = a_union()
    member = a_member(union)
    for day in (0, 5):
        serves(member, union, 李姐, at=DECEMBER + day * DAY)
    list_id = lists(union, 李姐)

    erasing.erase(person_id=member.id, at=clock.now())

    (row,) = commending.rows(list_id)
    assert (row.name, row.figures, row.evidence) == ("", {}, [])
    assert list(doctor.commendations(clock.now())) == []


def test_a_correction_names_nobody_of_the_list_in_full(site: Flask, 李姐: Person) -> None:
    union = a_union()
    member = a_member(union, "梁诚")
    for day in (0, 5):
        serves(member, union, 李姐, at=DECEMBER + day * DAY)
    list_id = lists(union, 李姐)

    said = "第一行梁诚（13800138000）的时长应为 41 小时"
    commending.correct(list_id=list_id, said=said, by_id=李姐.id, at=JANUARY)

    (correction,) = commending.corrections(list_id)
    assert correction.said.startswith("第一行梁**（")
    assert "13800138000" not in correction.said
    (because,) = db.session.execute(text("SELECT because FROM deed WHERE what = 'list_corrected'")).one()
    assert "梁诚" not in because


def test_a_name_that_changed_since_it_was_looked_at_is_looked_at_again(site: Flask, 李姐: Person) -> None:
    union = a_union()
    member = a_member(union, "梁诚")
    for day in (0, 5):
        serves(member, union, 李姐, at=DECEMBER + day * DAY)
    db.session.rollback()
    seen = commending.digest(records.of(union.id, LAST, JANUARY))
    persons.tell_name(person_id=member.id, name="梁城")

    with pytest.raises(Refused) as moved:
        commending.publish(union_id=union.id, year=LAST, seen=seen, by_id=李姐.id, at=JANUARY)

    assert moved.value.why is Why.MOVED


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE commended SET figures = '{\"service\": 60}'",
        "UPDATE commended SET award = 'player'",
        "UPDATE commended SET evidence = '[]'",
    ],
)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_doctor_finds_a_row_that_somebody_touched(site: Flask, 李姐: Person, spoil: str) -> None:
    union = a_union()
    member = a_member(union)
    for day in (0, 5):
        serves(member, union, 李姐, at=DECEMBER + day * DAY)
    (row,) = commending.rows(lists(union, 李姐))
    db.session.rollback()

    db.session.execute(text(spoil))
    found = [(one.table, one.row) for one in doctor.commendations(JANUARY)]
    db.session.rollback()

    assert found == [("commended", row.id)]
