"""What workers ask of a union: one open request each, answered once, and told."""

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import HOUR, NOON, asks, state
from tests.builders import a_union, a_worker, an_activity
from tests.unions.at_once import at_once
from yiqi.db import db, table, writing
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.people.models import Person
from yiqi.roles import member_keeping
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.unions import membership, requests, tree
from yiqi.unions.models import Membership, MembershipRequest, RequestKind, Union

JOIN, CORRECT, LEAVE = RequestKind.JOIN, RequestKind.CORRECT, RequestKind.LEAVE


@pytest.fixture
def 组织者(site: Flask) -> Person:
    return a_worker("陈老师")


def asking(worker: Person, union: Union, kind: RequestKind = JOIN, said: str = "") -> int:
    return requests.ask(person_id=worker.id, union_id=union.id, kind=kind, said=said, at=NOON)


def answers(by: Person, request_id: int, *, granted: bool = True, because: str = "") -> bool:
    return member_keeping.answer(
        request_id=request_id, granted=granted, because=because, at=NOON + HOUR, by_id=by.id
    )


def letters() -> list[str]:
    db.session.rollback()
    found = [letter(notice) for notice in db.session.scalars(select(Notice).order_by(Notice.id))]
    return [one.text for one in found if one is not None]


def memberships() -> list[Membership]:
    db.session.rollback()
    return list(db.session.scalars(select(Membership).execution_options(populate_existing=True)))


def test_who_is_confirmed_is_a_member_and_hears_of_it(小赵: Person, 组织者: Person) -> None:
    union = a_union("京东方工会")
    request_id = asking(小赵, union, said="工号 8801")
    assert requests.open_count([union.id]) == 1

    assert answers(组织者, request_id)

    (one,) = memberships()
    assert (one.person_id, one.union_id, one.since) == (小赵.id, union.id, NOON.date())
    assert requests.open_count(None) == 0
    assert letters() == ["【亦庄工会】京东方工会确认了你是会员，可以报本单位的活动了。"]
    deed = db.session.scalars(select(Deed)).one()
    assert (deed.what, deed.union_id, deed.person_id, deed.by_id) == (
        What.REQUEST_ANSWERED,
        union.id,
        小赵.id,
        组织者.id,
    )


def test_a_refusal_has_a_reason_that_is_told(小赵: Person, 组织者: Person) -> None:
    request_id = asking(小赵, a_union("京东方工会"))

    with pytest.raises(ValueError, match="reason"):
        answers(组织者, request_id, granted=False)
    answers(组织者, request_id, granted=False, because="名册上没有这个号码")

    assert memberships() == []
    assert "名册上没有这个号码" in letters()[0]


def test_who_has_left_is_a_member_no_more_and_keeps_what_was_booked(小王: Person, 组织者: Person) -> None:
    union = a_union("京东方工会", members=[小王])
    only, open_to_all = (
        an_activity(now=NOON, owner=union, union_only=True, title="厂区接力"),
        an_activity(now=NOON, starts_in=90 * HOUR),
    )
    tickets = [asks(小王, only), asks(小王, open_to_all)]

    answers(组织者, asking(小王, union, LEAVE))

    assert [one.until for one in memberships()] == [NOON.date()]
    assert [state(one) for one in tickets] == ["confirmed", "confirmed"]
    told = letters()[-1]
    assert "只给会员的 1 场" in told
    assert "厂区接力" in told


def test_the_same_is_asked_once_at_a_time(小赵: Person, 组织者: Person) -> None:
    union, other = a_union("京东方工会"), a_union("联合工会")

    first, again, elsewhere = asking(小赵, union), asking(小赵, union), asking(小赵, other)
    requests.withdraw(request_id=first, person_id=小赵.id, at=NOON)
    anew = asking(小赵, union)

    assert first == again
    assert len({first, elsewhere, anew}) == 3
    assert not answers(组织者, first)


def test_nobody_withdraws_what_somebody_else_asked(小赵: Person, 小王: Person) -> None:
    request_id = asking(小赵, a_union())

    with pytest.raises(LookupError):
        requests.withdraw(request_id=request_id, person_id=小王.id, at=NOON)
    assert requests.open_count(None) == 1


def test_members_need_no_confirming_and_strangers_cannot_leave(小王: Person, 小赵: Person) -> None:
    union = a_union(members=[小王])

    with pytest.raises(requests.IsAMember):
        asking(小王, union)
    for kind in (CORRECT, LEAVE):
        with pytest.raises(requests.NotAMember):
            asking(小赵, union, kind)


def test_a_union_that_is_no_more_confirms_nobody(小赵: Person, 组织者: Person) -> None:
    union = a_union()
    request_id = asking(小赵, union)
    with writing() as session:
        session.get_one(Union, union.id).ended_on = NOON.date()

    with pytest.raises(tree.Ended):
        answers(组织者, request_id)
    with pytest.raises(tree.Ended):
        asking(a_worker(), union)
    assert requests.open_count(None) == 1


def test_two_who_ask_the_same_at_once_have_asked_once(site: Flask, 小赵: Person) -> None:
    union = a_union()

    at_once(site, *[lambda: asking(小赵, union)] * 4)

    assert requests.open_count(None) == 1


def two_answer(site: Flask, worker: Person, by: list[Person]) -> list[str]:
    """One organizer says yes and another says no at once."""
    request_id = asking(worker, a_union("京东方工会"))
    return at_once(
        site,
        lambda: answers(by[0], request_id),
        lambda: answers(by[1], request_id, granted=False, because="名册上没有"),
    )


def test_two_who_answer_at_once_answer_once(site: Flask, 小赵: Person, 组织者: Person) -> None:
    outcomes = two_answer(site, 小赵, [组织者, a_worker("李老师")])

    assert sorted(outcomes) == ["False", "True"]
    row = db.session.scalars(select(MembershipRequest).execution_options(populate_existing=True)).one()
    assert len(memberships()) == (1 if row.granted else 0)
    assert len(db.session.scalars(select(Deed)).all()) == 1


def test_without_the_one_statement_that_answers_they_answer_twice(
    site: Flask, 小赵: Person, 组织者: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: each looks whether it is open, outside any lock, and writes then what it thought."""
    rows = table(MembershipRequest)

    def looks_first(here: Any, *, request_id: int, granted: bool, because: str, at: Any, by_id: int) -> Any:
        said = seen[by_id]
        on = at.date()
        here.execute(rows.update().where(rows.c.id == request_id).values(answered_at=at, granted=granted))
        if granted:
            membership.join(here, person_id=said.person_id, union_id=said.union_id, number="", on=on)
        return said if said.answered_at is None else None

    seen: dict[int, Any] = {}
    real = member_keeping.answer

    def believing(**facts: Any) -> bool:
        seen[facts["by_id"]] = requests.one(facts["request_id"])
        db.session.rollback()
        time.sleep(0.3)
        return real(**facts)

    monkeypatch.setattr(requests, "answer", looks_first)
    monkeypatch.setattr(member_keeping, "answer", believing)

    assert two_answer(site, 小赵, [组织者, a_worker("李老师")]) == ["True", "True"]
