"""What an activity is published with: questions, conditions and quotas, and the plans that are refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import a_union, an_activity
from yiqi.activities.models import Activity, Allocation, Question, Quota, quota_slot, quota_union
from yiqi.activities.planning import Pool, Share
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.db import db

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
SHIRT = Asked(
    "shirt",
    QuestionKind.CHOICE,
    "球衣尺码",
    required=True,
    choices=(Choice("m", "中号", "Medium"), Choice("l", "大号", "Large")),
)


def test_questions_stand_in_the_order_they_were_written_with_their_choices(site: Flask) -> None:
    made = an_activity(now=NOON, questions=[SHIRT, Asked("diet", QuestionKind.TEXT, "忌口", most=40)])

    asked = db.session.scalars(
        select(Question).where(Question.activity_id == made.activity_id).order_by(Question.position)
    ).all()

    assert [(one.key, one.version, one.required, one.most) for one in asked] == [
        ("shirt", 1, True, None),
        ("diet", 1, False, 40),
    ]
    assert asked[0].choices[1] == {"code": "l", "label": "大号", "label_en": "Large"}


def test_a_quota_covers_every_slot_unless_it_names_some(site: Flask) -> None:
    factory = a_union("北京奔驰工会")
    made = an_activity(
        now=NOON,
        pools=[Pool(10, "甲组"), Pool(10, "乙组")],
        questions=[SHIRT],
        quotas=[
            Share("大号", most=3, choice="shirt=l"),
            Share("奔驰", least=4, releases_at=NOON, unions=(factory.id,), pools=(1,)),
        ],
    )

    large, kept = db.session.scalars(
        select(Quota).where(Quota.activity_id == made.activity_id).order_by(Quota.id)
    ).all()
    covers = {(row.quota_id, row.slot_id) for row in db.session.execute(select(quota_slot))}
    assert covers == {(large.id, made.slot_ids[0]), (large.id, made.slot_ids[1]), (kept.id, made.slot_ids[1])}
    assert db.session.execute(select(quota_union)).all() == [(kept.id, factory.id)]
    assert (large.most, large.choice, kept.least, kept.releases_at) == (3, "shirt=l", 4, NOON)


def test_a_draw_and_its_settings_are_kept(site: Flask) -> None:
    made = an_activity(
        now=NOON, allocation=Allocation.DRAW, most_open=2, penalties=False, conditions=[{"kind": "member"}]
    )

    activity = db.session.get_one(Activity, made.activity_id)
    assert (activity.allocation, activity.draw_at) == (Allocation.DRAW, made.closes_at)
    assert (activity.most_open, activity.penalties) == (2, False)
    assert activity.conditions == [{"kind": "member"}]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"quotas": [Share("甲", least=2)], "pools": [Pool(5), Pool(5)]}, "exactly one slot"),
        ({"quotas": [Share("甲", least=2, pools=(0, 1))], "pools": [Pool(5), Pool(5)]}, "exactly one slot"),
        ({"quotas": [Share("甲", most=2, pools=(1,))]}, "a slot that is not there"),
        ({"quotas": [Share("甲", most=2, choice="shirt=xl")], "questions": [SHIRT]}, "nobody is asked"),
        ({"quotas": [Share("甲", most=2, choice="shirt=l")]}, "nobody is asked"),
        ({"quotas": [Share("甲", least=3, most=2)]}, "impossible number"),
        ({"quotas": [Share("甲", most=-1)]}, "impossible number"),
        ({"questions": [SHIRT, SHIRT]}, "two questions"),
        ({"draw_at": NOON}, "a draw needs"),
        ({"allocation": Allocation.DRAW, "draw_at": NOON}, "after sign-up has closed"),
        ({"conditions": [{"kind": "zodiac"}]}, "no condition"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_in_plain_words(
    site: Flask, plan: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        an_activity(now=NOON, **plan)

    assert db.session.scalars(select(Activity)).all() == []
