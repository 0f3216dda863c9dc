"""The tree of unions: adding, renaming, moving without a ring, ending."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.builders import a_union, a_worker
from tests.unions.at_once import at_once, races_into
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.roles import member_keeping, union_keeping
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.unions import tree
from yiqi.unions.models import Membership, Union


@pytest.fixture
def admin(site: Flask) -> Person:
    return a_worker("陈主任")


def adds(admin: Person, name: str, under: Union | None = None) -> int:
    return union_keeping.add(
        name=name, name_en="", parent_id=under.id if under else None, at=NOON, by_id=admin.id
    )


def moves(admin: Person, union: Union, under: Union | None) -> None:
    union_keeping.move(union_id=union.id, parent_id=under.id if under else None, at=NOON, by_id=admin.id)


def fresh(union_id: int) -> Union:
    db.session.rollback()
    return db.session.get_one(Union, union_id, populate_existing=True)


def test_a_union_is_added_renamed_moved_and_ended_and_each_stands_in_the_trail(admin: Person) -> None:
    top, other = a_union("开发区总工会"), a_union("联合工会")
    made = adds(admin, "京东方工会", top)
    union_keeping.rename(union_id=made, name="京东方", name_en="BOE", at=NOON, by_id=admin.id)
    moves(admin, fresh(made), other)
    ended = union_keeping.end(union_id=made, at=NOON, by_id=admin.id)
    again = union_keeping.end(union_id=made, at=NOON, by_id=admin.id)

    it = fresh(made)
    assert (it.name, it.name_en, it.parent_id, it.ended_on) == ("京东方", "BOE", other.id, NOON.date())
    assert (ended, again) == (True, False)
    deeds = db.session.scalars(select(Deed).order_by(Deed.id)).all()
    assert [deed.facts["deed"] for deed in deeds] == ["added", "renamed", "moved", "ended"]
    assert {(deed.what, deed.union_id, deed.by_id) for deed in deeds} == {(What.UNION_KEPT, made, admin.id)}


def test_what_changes_nothing_is_in_no_trail(admin: Person) -> None:
    top = a_union("开发区总工会")
    made = a_union("京东方工会", parent=top)

    moves(admin, made, top)
    union_keeping.rename(union_id=made.id, name="京东方工会", name_en="", at=NOON, by_id=admin.id)

    assert db.session.scalars(select(Deed)).all() == []


def test_a_name_is_given_once(admin: Person) -> None:
    one, other = a_union("一厂"), a_union("二厂")

    with pytest.raises(tree.NameTaken):
        adds(admin, "一厂")
    with pytest.raises(tree.NameTaken):
        union_keeping.rename(union_id=other.id, name=one.name, name_en="", at=NOON, by_id=admin.id)


def test_nothing_is_put_under_itself_or_below(admin: Person) -> None:
    top = a_union("开发区总工会")
    middle = a_union("京东方工会", parent=top)
    low = a_union("一车间", parent=middle)

    for under in (top, middle, low):
        with pytest.raises(tree.InARing):
            moves(admin, top, under)
    assert fresh(top.id).parent_id is None


def test_an_ended_union_takes_no_group_and_no_member_and_keeps_those_it_had(admin: Person) -> None:
    worker = a_worker("王芳")
    union, other = a_union("一厂", members=[worker]), a_union("二厂")
    union_keeping.end(union_id=union.id, at=NOON, by_id=admin.id)

    with pytest.raises(tree.Ended):
        adds(admin, "一车间", union)
    with pytest.raises(tree.Ended):
        moves(admin, other, union)
    with pytest.raises(tree.Ended):
        member_keeping.add(
            union_id=union.id, phone="+8613811112222", name="", number="", at=NOON, by_id=admin.id
        )
    assert [one.person_id for one in db.session.scalars(select(Membership))] == [worker.id]


def test_a_union_ends_after_its_groups(admin: Person) -> None:
    union = a_union("一厂")
    group = a_union("一车间", parent=union)

    with pytest.raises(tree.HasGroups):
        union_keeping.end(union_id=union.id, at=NOON, by_id=admin.id)
    union_keeping.end(union_id=group.id, at=NOON, by_id=admin.id)

    assert union_keeping.end(union_id=union.id, at=NOON, by_id=admin.id)


def two_into_each_other(site: Flask, admin: Person) -> list[str]:
    """Two organizers put A under B and B under A at once; answers what became of each."""
    top = a_union("开发区总工会")
    one, other = a_union("一厂", parent=top), a_union("二厂", parent=top)
    return at_once(
        site,
        lambda: moves(admin, one, other),
        lambda: moves(admin, other, one),
    )


def is_ringed() -> bool:
    db.session.rollback()
    parents = {union.id: union.parent_id for union in db.session.scalars(select(Union))}
    for start in parents:
        seen, here = set(), parents[start]
        while here is not None and here not in seen:
            if here == start:
                return True
            seen.add(here)
            here = parents[here]
    return False


def test_two_who_move_at_once_make_no_ring(site: Flask, admin: Person) -> None:
    outcomes = two_into_each_other(site, admin)

    assert sorted(outcomes) == ["InARing", "done"]
    assert not is_ringed()


def test_without_the_lock_they_would(site: Flask, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: each looks before the other has written. SQLite has one writer anyway."""
    races_into(monkeypatch, tree, "_hold", "above")

    two_into_each_other(site, admin)

    assert is_ringed() is (db.engine.dialect.name == "postgresql")
