"""What conditions and quotas see in people: unions with all above them, standing, tags, certificates."""

from datetime import date

from flask import Flask

from tests.builders import a_union, a_worker
from yiqi.booking import whom
from yiqi.booking.rules.eligibility import Held, Whom
from yiqi.db import db, writing
from yiqi.people.models import Credential, Person, PersonTag
from yiqi.unions.models import Membership, Union

DAY = date(2026, 7, 1)


def seen(person: Person, on: date = DAY) -> Whom:
    return whom.of(db.session.connection(), person.id, on)


def test_a_stranger_has_nothing(site: Flask, 小赵: Person) -> None:
    assert seen(小赵) == Whom()


def test_a_member_of_a_group_belongs_to_every_union_above_it(site: Flask, 小王: Person) -> None:
    federation = a_union("开发区总工会")
    plant = a_union("北京奔驰工会", parent=federation)
    group = a_union("总装一组", parent=plant, members=[小王])
    a_union("京东方工会", parent=federation)

    assert seen(小王) == Whom(frozenset({federation.id, plant.id, group.id}), True, True)


def test_a_membership_counts_from_its_first_day_to_the_day_before_its_end(site: Flask, 小王: Person) -> None:
    union = a_union()
    with writing() as session:
        session.add(Membership(person_id=小王.id, union_id=union.id, since=DAY, until=date(2026, 7, 3)))

    assert [
        seen(小王, date(2026, month, day)).is_member for month, day in ((6, 30), (7, 1), (7, 2), (7, 3))
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_one_membership_in_good_standing_is_enough_and_an_ended_one_says_nothing(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    old, new = a_union("甲工会"), a_union("乙工会")
    with writing() as session:
        for person, union, until, good in (
            (小王, old, None, False),
            (小王, new, None, True),
            (小赵, old, None, False),
            (小赵, new, date(2026, 6, 1), True),
        ):
            session.add(
                Membership(
                    person_id=person.id,
                    union_id=union.id,
                    since=date(2026, 1, 1),
                    until=until,
                    in_good_standing=good,
                )
            )

    assert seen(小王).in_good_standing
    assert seen(小赵).is_member
    assert not seen(小赵).in_good_standing


def test_a_ring_in_the_tree_ends(site: Flask, 小王: Person) -> None:
    upper = a_union("甲工会")
    lower = a_union("乙工会", parent=upper, members=[小王])
    with writing() as session:
        session.get_one(Union, upper.id).parent_id = lower.id

    assert seen(小王).unions == {upper.id, lower.id}


def test_tags_birthday_and_certificates_are_each_persons_own(site: Flask, 小王: Person, 小赵: Person) -> None:
    with writing() as session:
        session.get_one(Person, 小王.id).born_on = date(1990, 2, 28)
        session.add_all(PersonTag(person_id=小王.id, tag=tag) for tag in ("女职工", "新会员"))
        session.add(Credential(person_id=小王.id, code="dg5", since=date(2024, 1, 1)))
        session.add(Credential(person_id=小赵.id, code="dg4", since=date(2024, 1, 1), until=DAY))

    both = whom.of_many(db.session.connection(), [小王.id, 小赵.id], DAY)
    assert both[小王.id] == Whom(
        tags=frozenset({"女职工", "新会员"}),
        born_on=date(1990, 2, 28),
        holds=(Held("dg5", date(2024, 1, 1)),),
    )
    assert both[小赵.id] == Whom(holds=(Held("dg4", date(2024, 1, 1), DAY),))


def test_nobody_asked_nobody_answered(site: Flask) -> None:
    a_worker()
    assert whom.of_many(db.session.connection(), [], DAY) == {}
