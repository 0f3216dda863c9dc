"""Questions at sign-up: kept with their version, changed by the worker, put another way by the organizer."""

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select, update

from tests.booking.invariants import broken
from tests.booking.steps import HOUR, MINUTE, NOON, row, seats, state, states
from tests.builders import Made, a_union, a_worker, an_activity
from yiqi.activities.models import Allocation, Question, Quota
from yiqi.activities.planning import Share
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.booking import approval, places, questions
from yiqi.booking.answers import change_answers, revise
from yiqi.booking.asking import Ticket
from yiqi.booking.models import Consumed
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.db import db, writing
from yiqi.people.models import Person

SHIRT = Asked(
    "shirt",
    QuestionKind.CHOICE,
    "球衣尺码",
    required=True,
    reapproves=True,
    choices=(Choice("m", "中号"), Choice("l", "大号")),
)
DIET = Asked("diet", QuestionKind.TEXT, "忌口", most=40)
LARGE = Share("大号", most=1, choice="shirt=l")


def ids(made: Made) -> dict[str, int]:
    """The present questions of an activity, by key."""
    db.session.rollback()
    return {question.key: question.id for question in questions.asked(made.activity_id)}


def answers(made: Made, **said: str) -> dict[int, str]:
    return {ids(made)[key]: value for key, value in said.items()}


def asks(person: Person, made: Made, party: int = 1, **said: str) -> Ticket:
    return places.sign_up(
        slot_id=made.slot_id,
        person_id=person.id,
        party=party,
        nonce=f"nonce-{person.id}",
        at=NOON,
        answers=answers(made, **said),
    )


def changes(person: Person, ticket: Ticket, made: Made, **said: str) -> Ticket:
    return change_answers(ref=ticket.ref, person_id=person.id, answers=answers(made, **said), at=NOON + HOUR)


def given(ticket: Ticket) -> dict[str, str]:
    return {answer.key: answer.value for answer in questions.given_by(row(ticket).id)}


def used(made: Made) -> list[int]:
    """What each quota of an activity counts; its rows must say the same."""
    db.session.rollback()
    found = db.session.execute(
        select(Quota.id, Quota.used).where(Quota.activity_id == made.activity_id).order_by(Quota.id)
    ).all()
    for quota_id, count in found:
        assert sum(db.session.scalars(select(Consumed.units).where(Consumed.quota_id == quota_id))) == count
    return [count for _id, count in found]


def test_answers_are_kept_beside_the_questions_and_an_empty_one_is_none(site: Flask, 小王: Person) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT, DIET])

    ticket = asks(小王, made, shirt="m", diet="")

    assert state(ticket) == "confirmed"
    assert given(ticket) == {"shirt": "m"}


def test_a_required_answer_must_be_there_and_a_stranger_question_is_none(site: Flask, 小王: Person) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT])
    other = an_activity(now=NOON, places=5, questions=[DIET])

    for wrong in ({}, answers(made, shirt="m") | answers(other, diet="素")):
        with pytest.raises(Refused) as refused:
            places.sign_up(
                slot_id=made.slot_id, person_id=小王.id, party=1, nonce="n", at=NOON, answers=wrong
            )
        assert refused.value.why is Refusal.STALE_FORM
    assert seats(made) == (0, 0)


def test_whether_the_form_is_needed_is_known_beforehand(site: Flask) -> None:
    assert questions.must_ask(an_activity(questions=[SHIRT, DIET]).activity_id)
    assert not questions.must_ask(an_activity(questions=[DIET]).activity_id)
    assert not questions.must_ask(an_activity().activity_id)


def test_a_limited_choice_says_what_is_left_and_leads_to_the_queue_when_it_is_full(
    site: Flask, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT], quotas=[LARGE])
    assert questions.left(made.slot_id, NOON) == {"shirt=l": 1}

    tickets = [asks(小王, made, shirt="l"), asks(小赵, made, shirt="l"), asks(老陈, made, shirt="m")]

    assert questions.left(made.slot_id, NOON) == {"shirt=l": 0}
    assert states(*tickets) == ["confirmed", "waiting", "confirmed"]


def test_a_limit_for_some_is_not_shown_to_all_and_a_released_one_to_nobody(site: Flask) -> None:
    made = an_activity(
        now=NOON,
        places=5,
        questions=[SHIRT],
        quotas=[
            replace(LARGE, unions=(a_union().id,)),
            replace(LARGE, tag="女职工"),
            Share("中号", most=2, choice="shirt=m", releases_at=NOON + HOUR),
        ],
    )

    assert questions.left(made.slot_id, NOON) == {"shirt=m": 2}
    assert questions.left(made.slot_id, NOON + HOUR) == {}


def test_changed_answers_replace_the_old_ones_and_twice_is_once(site: Flask, 小王: Person) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT, DIET])
    ticket = asks(小王, made, shirt="m", diet="不吃辣")

    first, again = (changes(小王, ticket, made, shirt="l") for _ in range(2))

    assert (first.fresh, again.fresh) == (True, False)
    assert given(ticket) == {"shirt": "l"}
    assert row(ticket).recheck_since is None
    assert broken(NOON + HOUR) == []


def test_a_changed_choice_moves_its_seats_from_one_quota_to_the_other(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    union = a_union(members=[小王, 小赵])
    made = an_activity(
        now=NOON,
        places=6,
        max_party=2,
        questions=[SHIRT],
        quotas=[
            Share("大号", most=2, choice="shirt=l"),
            Share("中号", most=4, choice="shirt=m"),
            Share("亦庄", most=5, unions=(union.id,)),
        ],
    )
    ticket = asks(小王, made, party=2, shirt="m")
    assert used(made) == [0, 2, 2]

    changes(小王, ticket, made, shirt="l")

    assert used(made) == [2, 0, 2]
    assert states(ticket, asks(小赵, made, shirt="l")) == ["confirmed", "waiting"]


def test_a_full_choice_is_refused_to_who_holds_a_place_and_nothing_has_changed(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT], quotas=[LARGE])
    asks(小王, made, shirt="l")
    ticket = asks(小赵, made, shirt="m")

    with pytest.raises(Refused) as refused:
        changes(小赵, ticket, made, shirt="l")

    assert refused.value.why is Refusal.QUOTA_FULL
    assert (given(ticket), state(ticket), used(made)) == ({"shirt": "m"}, "confirmed", [1])


def test_another_answer_may_change_though_ones_own_choice_is_over_its_limit(
    site: Flask, 小王: Person
) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT, DIET], quotas=[LARGE])
    ticket = asks(小王, made, shirt="l")
    with writing() as session:
        session.execute(update(Quota).values(most=0))

    changes(小王, ticket, made, shirt="l", diet="素")

    assert (given(ticket), used(made)) == ({"shirt": "l", "diet": "素"}, [1])


def test_who_gives_a_limited_choice_up_lets_the_first_in_line_move_up_at_once(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT], quotas=[LARGE])
    ticket, waits = asks(小王, made, shirt="l"), asks(小赵, made, shirt="l")
    assert state(waits) == "waiting"

    changes(小王, ticket, made, shirt="m")

    assert states(ticket, waits) == ["confirmed", "confirmed"]
    assert used(made) == [1]
    assert broken(NOON + HOUR) == []


def test_a_waiter_who_changes_to_a_free_choice_moves_up(site: Flask, 小王: Person, 小赵: Person) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT], quotas=[LARGE])
    asks(小王, made, shirt="l")
    waits = asks(小赵, made, shirt="l")

    changes(小赵, waits, made, shirt="m")

    assert state(waits) == "confirmed"


def test_a_seat_kept_for_a_choice_is_not_taken_along_when_none_is_free_for_all(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    kept = Share("留给大号", least=1, choice="shirt=l")
    made = an_activity(now=NOON, places=2, questions=[SHIRT], quotas=[kept])
    ticket = asks(小王, made, shirt="l")
    asks(小赵, made, shirt="m")

    with pytest.raises(Refused) as refused:
        changes(小王, ticket, made, shirt="m")

    assert refused.value.why is Refusal.QUOTA_FULL
    assert used(made) == [1]


def test_a_seat_kept_for_a_choice_is_left_for_a_free_one(site: Flask, 小王: Person) -> None:
    kept = Share("留给大号", least=1, choice="shirt=l")
    made = an_activity(now=NOON, places=2, questions=[SHIRT], quotas=[kept])
    ticket = asks(小王, made, shirt="l")

    changes(小王, ticket, made, shirt="m")

    assert (state(ticket), used(made)) == ("confirmed", [0])


def test_an_organizer_looks_again_at_an_answer_that_matters_and_the_place_is_kept(
    site: Flask, 小王: Person, 李姐: Person
) -> None:
    made = an_activity(now=NOON, places=5, allocation=Allocation.APPROVAL, questions=[SHIRT, DIET])
    ticket = asks(小王, made, shirt="m")
    changes(小王, ticket, made, shirt="l")
    assert (state(ticket), row(ticket).recheck_since) == ("pending", None)
    approval.approve(ref=ticket.ref, by_id=李姐.id, at=NOON)

    changes(小王, ticket, made, shirt="l", diet="素")
    assert row(ticket).recheck_since is None

    changes(小王, ticket, made, shirt="m", diet="素")
    assert (state(ticket), row(ticket).recheck_since) == ("confirmed", NOON + HOUR)
    assert seats(made) == (1, 0)


def test_answers_of_somebody_else_of_nobody_and_of_a_booking_that_ended_do_not_change(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT])
    ticket = asks(小王, made, shirt="m")

    for stranger, ref in ((小赵, ticket.ref), (小王, "ZZZZZZZZ")):
        with pytest.raises(Refused) as refused:
            change_answers(ref=ref, person_id=stranger.id, answers=answers(made, shirt="l"), at=NOON)
        assert refused.value.why is Refusal.NOT_YOURS

    places.cancel(ref=ticket.ref, person_id=小王.id, at=NOON)
    assert not changes(小王, ticket, made, shirt="l").fresh
    assert given(ticket) == {"shirt": "m"}


def test_answers_do_not_change_once_it_has_started(site: Flask, 小王: Person) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT])
    ticket = asks(小王, made, shirt="m")
    wanted = answers(made, shirt="l")

    with pytest.raises(Refused) as refused:
        change_answers(ref=ticket.ref, person_id=小王.id, answers=wanted, at=made.starts_at)
    assert refused.value.why is Refusal.CLOSED

    before = made.starts_at - MINUTE
    assert change_answers(ref=ticket.ref, person_id=小王.id, answers=wanted, at=before).fresh


def test_a_question_put_another_way_leaves_old_answers_beside_the_old_words(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT, DIET])
    old = ids(made)
    ticket = asks(小王, made, shirt="m")

    new_id = revise(question_id=old["shirt"], asked=replace(SHIRT, label="T 恤尺码"), at=NOON)

    assert [question.label for question in questions.asked(made.activity_id)] == ["T 恤尺码", "忌口"]
    assert [answer.question_id for answer in questions.given_by(row(ticket).id)] == [old["shirt"]]
    assert db.session.get_one(Question, new_id).version == 2
    with pytest.raises(Refused) as refused:
        places.sign_up(
            slot_id=made.slot_id,
            person_id=小赵.id,
            party=1,
            nonce="of-an-old-page",
            at=NOON,
            answers={old["shirt"]: "m"},
        )
    assert refused.value.why is Refusal.STALE_FORM


def test_who_answers_the_new_words_no_longer_answers_the_old_ones(site: Flask, 小王: Person) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT], quotas=[LARGE])
    ticket = asks(小王, made, shirt="l")
    revise(question_id=ids(made)["shirt"], asked=replace(SHIRT, label="T 恤尺码"), at=NOON)

    same = changes(小王, ticket, made, shirt="l")

    assert not same.fresh
    assert [(one.question_id, one.value) for one in questions.given_by(row(ticket).id)] == [
        (ids(made)["shirt"], "l")
    ]
    assert used(made) == [1]


def test_a_revision_that_cannot_stand_is_refused(site: Flask) -> None:
    made = an_activity(now=NOON, places=5, questions=[SHIRT, DIET], quotas=[LARGE])
    shirt = ids(made)["shirt"]

    for wrong, words in (
        (replace(SHIRT, key="size"), "keeps its key"),
        (replace(SHIRT, choices=(Choice("m", "中号"),)), "would be gone"),
        (replace(SHIRT, label=""), "asks nothing"),
    ):
        with pytest.raises(ValueError, match=words):
            revise(question_id=shirt, asked=wrong, at=NOON)
    revise(question_id=shirt, asked=SHIRT, at=NOON)
    for gone in (shirt, 999_999):
        with pytest.raises(LookupError):
            revise(question_id=gone, asked=SHIRT, at=NOON)


def test_of_eight_who_change_to_a_choice_for_three_five_are_refused(site: Flask) -> None:
    made = an_activity(now=NOON, places=8, questions=[SHIRT], quotas=[replace(LARGE, most=3)])
    crowd = [a_worker(f"工友{number}") for number in range(8)]
    tickets = [asks(person, made, shirt="m") for person in crowd]
    refusals = 0
    for person, ticket in zip(crowd, tickets, strict=True):
        try:
            changes(person, ticket, made, shirt="l")
        except Refused:
            refusals += 1

    assert (refusals, used(made), seats(made)) == (5, [3], (8, 0))
