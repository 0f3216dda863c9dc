"""A draft becomes an activity: once, and with everything that was typed."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.browsing import Client, at_time, by_id, form_of, words
from tests.builders import a_union, a_worker
from tests.builders.drafts import a_draft
from tests.desk.drafting_steps import activities, at, kept, sends
from yiqi import clock
from yiqi.activities.models import (
    Activity,
    Allocation,
    Occurrence,
    Programme,
    Question,
    Quota,
    Series,
    Slot,
    quota_union,
)
from yiqi.db import db, writing
from yiqi.desk.models import Draft
from yiqi.desk.planning import known, publishing
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What


def test_an_idea_becomes_an_activity_that_workers_find(client: Client, 陈老师: Person) -> None:
    page = client.get("/desk/drafts/new")
    fields = form_of(page, "/desk/drafts")
    begun = client.post(
        "/desk/drafts",
        data=fields | {"start": "blank", "programme": "volunteering", "union": "亦庄工会"},
    )
    address = client.follow(begun).request.path
    day = clock.today() + timedelta(days=3)
    form = form_of(client.get(address), address) | {
        "title": "亦庄马拉松文明引导",
        "venue": "荣京东街站 A 口",
        "date-0-day": str(day),
        "date-0-starts": "06:00",
        "date-0-ends": "12:30",
        "slot-0-capacity": "120",
        "about": "穿运动鞋\n\n自带水杯",
        "title_en": "Marathon guides",
    }
    published = client.post(f"{address}/publish", data=form)

    done = client.follow(published)
    assert "已发布" in words(by_id(done, "main"))
    link = by_id(done, "see").get("href") or ""
    assert f"http://localhost{link}" in done.text
    assert by_id(done, "main").find(".//*[@class='qr']/*") is not None
    client.sign_in(a_worker())
    found = client.get(link)
    assert "荣京东街站 A 口" in words(by_id(found, "main"))
    deed = db.session.scalars(select(Deed).where(Deed.what == What.PUBLISHED)).one()
    assert (deed.what, deed.by_id) == (What.PUBLISHED, 陈老师.id)
    activity = db.session.scalars(select(Activity)).one()
    assert (activity.made_by_id, activity.programme, activity.title_en) == (
        陈老师.id,
        Programme.VOLUNTEERING,
        "Marathon guides",
    )


def test_pressed_twice_it_is_published_once(client: Client, 陈老师: Person) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft))

    first = client.post(at(draft, "publish"), data=form)
    second = client.post(at(draft, "publish"), data=form)

    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, at(draft))
    assert activities() == 1
    assert db.session.scalar(select(func.count()).where(Deed.what == What.PUBLISHED)) == 1


def test_without_the_look_at_what_it_became_it_would_be_published_twice(
    client: Client, 陈老师: Person
) -> None:
    """The control of the test above: the same calls, with the mark of the first taken away between them."""
    draft = a_draft(陈老师)
    row = kept(draft)
    read = known.read(row.fields, owner_id=row.owner_id, by_id=陈老师.id, at=clock.now())
    assert read.wanted is not None

    def press() -> int:
        assert read.wanted is not None
        return publishing.publish(
            draft_id=draft,
            edition=kept(draft).edition,
            fields=row.fields,
            wanted=read.wanted,
            by_id=陈老师.id,
            at=clock.now(),
        )

    assert press() == press()
    with writing() as session:
        session.get_one(Draft, draft).published_id = None
    press()
    assert activities() == 2


def test_everything_of_the_form_reaches_the_activity(client: Client, 陈老师: Person) -> None:
    plant = a_union("京东方工会", parent=a_union())
    day = str(clock.today() + timedelta(days=9))
    draft = a_draft(
        陈老师,
        venue="体育馆",
        directions="东门",
        topic="women",
        allocation="draw",
        draw_day=day,
        draw_time="12:00",
        closes_day=str(clock.today() + timedelta(days=8)),
        closes_time="18:00",
        max_party="3",
        most_open="2",
        penalties="",
        union_only="1",
        member="1",
        date=[
            {"day": day, "starts": "18:30", "ends": "20:00"},
            {
                "day": day,
                "starts": "23:00",
                "end_day": str(clock.today() + timedelta(days=10)),
                "ends": "01:00",
                "venue": "书屋",
            },
        ],
        slot=[
            {"label": "早", "capacity": "20", "dates": "1", "waitlist": "0"},
            {"label": "晚", "capacity": "", "dates": "2", "detail": "带灯"},
        ],
        quota=[{"name": "一线", "most": "9", "unions": "京东方工会", "choice": "q1=大", "slots": "1"}],
        question=[
            {"key": "q1", "kind": "choice", "label": "尺码", "choices": "大 | L\n小 | S", "required": "1"}
        ],
    )

    assert sends(client, draft, "publish").status_code == 303

    activity = db.session.scalars(select(Activity)).one()
    early, late = db.session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()
    assert (early.venue, early.directions, late.venue, late.directions) == ("体育馆", "东门", "书屋", "")
    assert late.ends_at - late.starts_at == timedelta(hours=2)
    one, two = db.session.scalars(select(Slot).order_by(Slot.position)).all()
    assert (one.capacity, one.waitlist_limit, two.capacity, two.detail) == (20, 0, None, "带灯")
    assert ([slot.occurrences[0].id for slot in (one, two)]) == [early.id, late.id]
    assert (activity.allocation, activity.topic, activity.max_party) == (Allocation.DRAW, "women", 3)
    assert (activity.most_open, activity.penalties, activity.union_only) == (2, False, True)
    assert [row["kind"] for row in activity.conditions] == ["union", "member"]
    question = db.session.scalars(select(Question)).one()
    assert (question.required, question.choices[0]["label_en"]) == (True, "L")
    quota = db.session.scalars(select(Quota)).one()
    assert (quota.most, quota.choice) == (9, "q1=c1")
    assert db.session.scalar(select(quota_union.c.union_id)) == plant.id


@pytest.mark.parametrize("drop_in", ["", "1"])
def test_a_weekly_rule_is_published_as_a_series(client: Client, 陈老师: Person, drop_in: str) -> None:
    weekly: dict[str, Any] = {
        "when": "weekly",
        "weekday-1": "1",
        "weekly_starts": "19:00",
        "weekly_ends": "20:30",
        "first_on": "2026-12-01",
        "last_on": "2026-12-22",
        "drop_in": drop_in,
    }
    with at_time(clock.at(date(2026, 11, 20), 12)):
        assert sends(client, a_draft(陈老师, **weekly), "publish").status_code == 303

    assert db.session.scalars(select(Series)).one().weekdays == "1"
    assert db.session.scalar(select(func.count()).select_from(Occurrence)) == 4
    assert db.session.scalar(select(func.count()).select_from(Slot)) == (4 if drop_in else 1)
