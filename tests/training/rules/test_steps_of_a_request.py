"""Which step of a request may follow which, and the codes of levels."""

from itertools import product

from yiqi.programmes.training.rules import levels, requests
from yiqi.programmes.training.rules.certified import Passed, digest
from yiqi.programmes.training.rules.requests import EDITED, OPEN, State


def test_what_is_decided_is_only_paid_afterwards() -> None:
    later = {(was, becomes) for was, becomes in product(State, State) if requests.may_follow(was, becomes)}

    assert {becomes for was, becomes in later if was not in OPEN} == {State.PAID}
    assert {was for was, becomes in later if becomes is State.PAID} == {State.APPROVED}


def test_the_desk_answers_what_was_sent_and_nothing_that_was_not() -> None:
    assert requests.answers(State.BEGUN) == []
    assert requests.answers(State.SENT) == [State.MORE, State.APPROVED, State.REFUSED]
    assert requests.answers(State.WITHDRAWN) == requests.answers(State.PAID) == []


def test_only_what_is_not_with_the_union_is_edited() -> None:
    assert {one for one in State if requests.may_follow(one, State.SENT)} == EDITED


def test_the_code_of_a_level_is_read_again_and_others_are_none() -> None:
    assert levels.of_credential(levels.credential("lathe-cnc", 4)) == ("lathe-cnc", 4)
    assert levels.of_credential("first-aider") is None
    assert levels.of_credential("electrician-6") is None
    assert levels.of_credential("-4") is None


def test_another_person_evening_or_point_is_another_list() -> None:
    seen = [Passed(1, 9, 10, 800), Passed(2, 8, 10, None)]

    assert digest(seen) == digest(reversed(seen))
    assert digest(seen) != digest(seen[:1])
    assert digest(seen) != digest([Passed(1, 9, 10, 801), seen[1]])
    assert digest(seen) != digest([Passed(1, 10, 10, 800), seen[1]])
