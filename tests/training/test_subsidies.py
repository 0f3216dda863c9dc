"""Requests for subsidies: evidence, steps, and whose business they are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client
from tests.builders import a_union, an_organizer
from tests.training.builders import PNG, a_member, a_subsidy
from tests.unions.at_once import at_once, races_into
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.papers.models import Paper
from yiqi.papers.rules.kinds import Kind as PaperKind
from yiqi.people.models import Person
from yiqi.programmes.training import doctor, letters, requested, subsidies
from yiqi.programmes.training.rules.requests import MOST_PAPERS, Kind, State
from yiqi.programmes.training.subsidies import Refused, Why
from yiqi.roles.rules.permissions import Role


@pytest.fixture
def 孙师傅(site: Flask) -> Person:
    """A member of 亦庄工会."""
    return a_member(a_union().id)


def answered(subsidy_id: int, becomes: State, by: Person, because: str = "") -> bool:
    found = requested.one(subsidy_id)
    assert found is not None
    return subsidies.answer(
        subsidy_id=subsidy_id,
        becomes=becomes,
        because=because,
        seen=found.state,
        by_id=by.id,
        at=clock.now(),
    )


def state(subsidy_id: int) -> State:
    db.session.rollback()
    found = requested.one(subsidy_id)
    assert found is not None
    return State(found.state)


def handed_in(subsidy_id: int, person: Person, content: bytes) -> int:
    return subsidies.hand_in(
        subsidy_id=subsidy_id,
        person_id=person.id,
        name="证书.png",
        kind=PaperKind.PNG,
        content=content,
        at=clock.now(),
    )


def test_a_request_goes_to_the_union_that_asks_for_more_and_agrees(
    site: Flask, 孙师傅: Person, 李姐: Person
) -> None:
    made = a_subsidy(孙师傅, is_sent=True)

    answered(made.subsidy_id, State.MORE, 李姐, "少一页")
    handed_in(made.subsidy_id, 孙师傅, PNG + b"second page")
    subsidies.send(subsidy_id=made.subsidy_id, person_id=孙师傅.id, said="补好了", at=clock.now())
    answered(made.subsidy_id, State.APPROVED, 李姐)
    answered(made.subsidy_id, State.PAID, 李姐)

    steps = [(one.became, one.said) for one in requested.steps(made.subsidy_id, with_notes=False)]
    assert steps == [
        (State.PAID, ""),
        (State.APPROVED, ""),
        (State.SENT, "补好了"),
        (State.MORE, "少一页"),
        (State.SENT, ""),
        (State.BEGUN, ""),
    ]
    assert list(doctor.subsidies(clock.now())) == []


def test_nothing_is_sent_without_evidence(site: Flask, 孙师傅: Person) -> None:
    made = a_subsidy(孙师傅)
    subsidies.take_out(
        subsidy_id=made.subsidy_id, paper_id=made.paper_id, person_id=孙师傅.id, at=clock.now()
    )

    with pytest.raises(Refused) as refused:
        subsidies.send(subsidy_id=made.subsidy_id, person_id=孙师傅.id, said="", at=clock.now())

    assert refused.value.why is Why.NO_EVIDENCE
    assert db.session.scalars(select(Paper)).all() == []


def test_four_files_and_no_fifth_and_one_file_only_once(site: Flask, 孙师傅: Person) -> None:
    made = a_subsidy(孙师傅)
    for page in range(1, MOST_PAPERS):
        first = handed_in(made.subsidy_id, 孙师傅, PNG + bytes([page]))
        assert handed_in(made.subsidy_id, 孙师傅, PNG + bytes([page])) == first

    with pytest.raises(Refused) as refused:
        handed_in(made.subsidy_id, 孙师傅, PNG + b"a fifth")

    assert refused.value.why is Why.TOO_MANY
    assert len(requested.papers(made.subsidy_id)) == MOST_PAPERS


def test_what_is_with_the_union_is_not_changed_any_more(site: Flask, 孙师傅: Person, 李姐: Person) -> None:
    made = a_subsidy(孙师傅, is_sent=True)

    with pytest.raises(Refused):
        handed_in(made.subsidy_id, 孙师傅, PNG + b"later")
    with pytest.raises(Refused):
        subsidies.take_out(
            subsidy_id=made.subsidy_id, paper_id=made.paper_id, person_id=孙师傅.id, at=clock.now()
        )
    answered(made.subsidy_id, State.REFUSED, 李姐, "不在目录里")
    with pytest.raises(Refused):
        subsidies.withdraw(subsidy_id=made.subsidy_id, person_id=孙师傅.id, at=clock.now())


def test_a_no_and_a_question_say_why(site: Flask, 孙师傅: Person, 李姐: Person) -> None:
    made = a_subsidy(孙师傅, is_sent=True)

    for becomes in (State.MORE, State.REFUSED):
        with pytest.raises(Refused) as refused:
            answered(made.subsidy_id, becomes, 李姐)
        assert refused.value.why is Why.NEEDS_REASON


def test_nobody_decides_their_own_request(site: Flask, 孙师傅: Person) -> None:
    made = a_subsidy(孙师傅, is_sent=True)

    with pytest.raises(Refused) as refused:
        answered(made.subsidy_id, State.APPROVED, 孙师傅)

    assert refused.value.why is Why.OWN
    assert state(made.subsidy_id) is State.SENT


def test_anybody_else_of_the_desk_decides_it(site: Flask, 孙师傅: Person, 李姐: Person) -> None:
    """The control of the test before: it was refused for whose request it is, and nothing else."""
    made = a_subsidy(孙师傅, is_sent=True)

    assert answered(made.subsidy_id, State.APPROVED, 李姐)
    assert not answered(made.subsidy_id, State.APPROVED, 李姐)
    assert state(made.subsidy_id) is State.APPROVED


def test_of_two_answers_at_once_one_counts(site: Flask, 孙师傅: Person, 李姐: Person) -> None:
    made, by_id = a_subsidy(孙师傅, is_sent=True), 李姐.id

    assert sorted(at_once(site, *_two_answers(made.subsidy_id, by_id))) == ["Refused", "True"]
    assert len(requested.steps(made.subsidy_id, with_notes=False)) == 3


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_lock_on_the_request_both_would(
    site: Flask, 孙师傅: Person, 李姐: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: one says yes, the other no, and both were told to their person."""
    made, by_id = a_subsidy(孙师傅, is_sent=True), 李姐.id
    found = requested.one(made.subsidy_id)
    races_into(monkeypatch, subsidies, "_hold_person", "_become")
    monkeypatch.setattr(subsidies, "_hold", lambda _here, _subsidy_id: found)

    assert at_once(site, *_two_answers(made.subsidy_id, by_id)) == ["True", "True"]
    assert len(requested.steps(made.subsidy_id, with_notes=False)) == 4


def _two_answers(subsidy_id: int, by_id: int) -> list[Callable[[], bool]]:
    def says(becomes: State, because: str) -> bool:
        return subsidies.answer(
            subsidy_id=subsidy_id,
            becomes=becomes,
            because=because,
            seen=State.SENT,
            by_id=by_id,
            at=clock.now(),
        )

    return [lambda: says(State.APPROVED, ""), lambda: says(State.REFUSED, "不在目录里")]


def test_who_belongs_to_no_union_has_nobody_to_ask(site: Flask, 小赵: Person) -> None:
    with pytest.raises(Refused) as refused:
        a_subsidy(小赵)

    assert refused.value.why is Why.NO_UNION


def test_the_same_form_twice_is_one_request(site: Flask, 孙师傅: Person) -> None:
    def begun() -> int:
        return subsidies.begin(
            person_id=孙师傅.id,
            kind=Kind.DEGREE,
            what="大专",
            number="",
            obtained_on=clock.today() - timedelta(days=3),
            nonce="once",
            at=clock.now(),
        )

    assert begun() == begun()
    assert len(requested.own(孙师傅.id)) == 1


def test_its_person_is_told_what_holds_now(site: Flask, 孙师傅: Person, 李姐: Person) -> None:
    made = a_subsidy(孙师傅, is_sent=True)
    answered(made.subsidy_id, State.MORE, 李姐, "少一页")

    def told() -> list[str]:
        db.session.rollback()
        mine = select(Notice).where(Notice.person_id == 孙师傅.id, Notice.kind == "training_subsidy")
        return [one.text for notice in db.session.scalars(mine) if (one := letters.subsidy_letter(notice))]

    assert told() == ["【亦庄工会】“电工四级（中级工）”的补贴申请要补材料：少一页"]
    subsidies.send(subsidy_id=made.subsidy_id, person_id=孙师傅.id, said="", at=clock.now())
    assert told() == []


def test_evidence_is_for_its_person_and_who_may_decide(
    site: Flask, client: Client, 孙师傅: Person, 小王: Person
) -> None:
    made, other = a_subsidy(孙师傅, is_sent=True), a_subsidy(a_member(a_union().id, "李师傅"), is_sent=True)
    own = f"/training/subsidies/{made.subsidy_id}/papers/"
    desk = f"/desk{own}"
    ours = an_organizer(a_union())
    theirs = an_organizer(a_union("中芯国际工会"))
    reads = an_organizer(a_union(), programme=Programme.READING)
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    auditor = an_organizer(a_union(), role=Role.AUDITOR)

    def asked(person: Person, path: str) -> int:
        client.sign_in(person)
        client.checks = False
        return client.get(path).status_code

    assert asked(孙师傅, f"{own}{made.paper_id}") == 200
    assert [asked(person, f"{own}{made.paper_id}") for person in (小王, ours, admin)] == [404, 404, 404]
    assert [asked(person, f"{desk}{made.paper_id}") for person in (ours, admin)] == [200, 200]
    strangers = (theirs, reads, auditor, 小王)
    assert [asked(person, f"{desk}{made.paper_id}") for person in strangers] == [404, 404, 404, 404]
    assert asked(ours, f"{desk}{other.paper_id}") == 404
    assert asked(孙师傅, f"{own}{other.paper_id}") == 404


def test_the_desk_sees_nothing_of_what_was_not_sent_or_was_taken_back(
    site: Flask, client: Client, 孙师傅: Person
) -> None:
    begun, back = a_subsidy(孙师傅, what="还没提交的"), a_subsidy(孙师傅, is_sent=True, what="撤回的")
    subsidies.withdraw(subsidy_id=back.subsidy_id, person_id=孙师傅.id, at=clock.now())
    client.sign_in(an_organizer(a_union()))
    client.checks = False

    for one in (begun, back):
        assert client.get(f"/desk/training/subsidies/{one.subsidy_id}").status_code == 404
    assert "提交的" not in client.get("/desk/training/subsidies").text.replace("已提交", "")


def test_a_note_is_for_colleagues_only(site: Flask, client: Client, 孙师傅: Person) -> None:
    made, colleague = a_subsidy(孙师傅, is_sent=True), an_organizer(a_union())
    subsidies.note(subsidy_id=made.subsidy_id, said="编号查过了", by_id=colleague.id, at=clock.now())
    subsidies.note(subsidy_id=made.subsidy_id, said="编号查过了", by_id=colleague.id, at=clock.now())

    client.sign_in(孙师傅)
    assert "编号查过了" not in client.get(f"/training/subsidies/{made.subsidy_id}").text
    client.sign_in(colleague)
    assert client.get(f"/desk/training/subsidies/{made.subsidy_id}").text.count("编号查过了") == 1


def test_an_organizers_own_request_waits_for_a_colleague(site: Flask, client: Client) -> None:
    organizer = an_organizer(a_union())
    a_union(members=[organizer])
    made = a_subsidy(organizer, is_sent=True)
    client.sign_in(organizer)

    page = client.get(f"/desk/training/subsidies/{made.subsidy_id}")

    assert page.status_code == 200
    assert "请别的组织者答复" in page.text
    client.checks = False
    assert client.get(f"/desk/training/subsidies/{made.subsidy_id}/papers/{made.paper_id}").status_code == 404
