"""Posts with a minimum, squads with a leader, a briefing; and telling the organizer that people are missing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.browsing import Client, at_time
from tests.builders import a_union, a_worker, an_organizer
from tests.builders.serving import HOUR, an_event, books
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.programmes.volunteering import coming, letters, posts, staffing
from yiqi.programmes.volunteering.posts import NotConfirmed, Posted

DAY = timedelta(days=1)


def told() -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).where(Notice.kind == "volunteering_short")))


def test_two_days_before_the_organizer_hears_once_of_a_post_that_is_short(site: Flask, 小王: Person) -> None:
    organizer = an_organizer(a_union())
    event = an_event(NOON, posts=("补给站", "终点物资"))
    books(小王, event)
    needs = {event.slot_ids[0]: Posted(least=3), event.slot_ids[1]: Posted(least=0)}
    posts.keep(activity_id=event.activity_id, posts=needs, at=NOON - 9 * DAY, by_id=organizer.id)

    assert staffing.warn(NOON - 49 * HOUR) == 0
    assert staffing.warn(NOON - 48 * HOUR) == 1
    assert staffing.warn(NOON - 47 * HOUR) == 0

    (notice,) = told()
    letter = letters.short_letter(notice)
    assert notice.person_id == organizer.id
    assert letter is not None
    assert "补给站还差 2 人" in letter.text
    for name in ("小赵", "老陈"):
        books(a_worker(name=name), event)
    assert letters.short_letter(notice) is None


def test_a_minimum_that_rises_is_warned_of_anew(site: Flask) -> None:
    organizer = an_organizer(a_union())
    event = an_event(NOON)
    for least, hours in ((2, 30), (4, 29)):
        posts.keep(
            activity_id=event.activity_id,
            posts={event.slot_id: Posted(least=least)},
            at=NOON - 9 * DAY,
            by_id=organizer.id,
        )
        assert staffing.warn(NOON - hours * HOUR) == 1
    assert [one.person_id for one in told()] == [organizer.id] * 2


def test_posts_short_of_people_come_first(site: Flask, 李姐: Person) -> None:
    early, late = an_event(NOON + DAY, title="早的"), an_event(NOON + 3 * DAY, title="晚的")
    posts.keep(activity_id=late.activity_id, posts={late.slot_id: Posted(least=5)}, at=NOON, by_id=李姐.id)
    found = coming.short(NOON)
    assert [(one.facts.title, one.missing) for one in found] == [("晚的", 5)]
    assert early.activity_id not in {one.facts.activity_id for one in found}


def test_what_is_of_another_event_is_not_kept(site: Flask, 李姐: Person, 小王: Person) -> None:
    event, other = an_event(NOON), an_event(NOON + DAY)
    same = {"activity_id": event.activity_id, "at": NOON - DAY, "by_id": 李姐.id}
    theirs = posts.keep_squad(
        activity_id=other.activity_id, squad_id=None, name="别队", leader_id=None, at=NOON, by_id=李姐.id
    )

    with pytest.raises(LookupError):
        posts.keep(posts={other.slot_id: Posted(least=1)}, **same)  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        posts.keep(posts={event.slot_id: Posted(squad_id=theirs)}, **same)  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        posts.keep_squad(squad_id=theirs, name="一队", leader_id=None, **same)  # type: ignore[arg-type]
    with pytest.raises(NotConfirmed):
        posts.keep_squad(squad_id=None, name="一队", leader_id=小王.id, **same)  # type: ignore[arg-type]
    assert posts.drop_squad(squad_id=theirs, **same) is False  # type: ignore[arg-type]


def test_the_briefing_is_for_those_with_a_place(
    client: Client, 李姐: Person, 小王: Person, 小赵: Person
) -> None:
    event = an_event(NOON, posts=("补给站", "终点物资"))
    books(小王, event)
    posts.keep(
        activity_id=event.activity_id,
        posts={event.slot_id: Posted(least=3, break_minutes=30)},
        at=NOON - DAY,
        by_id=李姐.id,
    )
    posts.brief(
        activity_id=event.activity_id,
        text="穿深色长裤",
        briefing_at=NOON - HOUR,
        at=NOON - DAY,
        by_id=李姐.id,
    )

    for person, reads in ((None, False), (小赵, False), (小王, True)):
        if person is not None:
            client.sign_in(person)
        with at_time(NOON - 5 * HOUR):
            page = client.get(f"/activities/{event.activity_id}")
        assert ("穿深色长裤" in page.text) is reads
        assert "还差 2 人" in page.text.replace("\u00a0", " ")
        assert "30 分钟" in page.text.replace("\u00a0", " ")


def test_the_desk_keeps_posts_and_squads_and_shows_what_is_wrong(client: Client, 小王: Person) -> None:
    organizer = an_organizer(a_union())
    event = an_event(NOON)
    books(小王, event)
    client.sign_in(organizer)
    path = f"/desk/volunteering/events/{event.activity_id}"
    with at_time(NOON - DAY):
        page = client.get(f"{path}/posts")
        wrong = client.press(page, f"{path}/posts", **{f"{event.slot_id}-least": "很多"})
        assert wrong.status_code == 422
        assert "很多" in wrong.text
        assert client.press(page, f"{path}/posts", **{f"{event.slot_id}-least": "３"}).status_code == 303
        made = client.press(page, f"{path}/squads", name="一小队", leader=str(小王.id))
        assert made.status_code == 303
        stranger = client.press(page, f"{path}/squads", name="二小队", leader=str(organizer.id))
        assert stranger.status_code == 422

        (post,) = staffing.of_event(event.activity_id)
        assert (post.facts.least, post.missing) == (3, 2)
        assert "还差 2 人" in words_of(client.get(f"{path}/posts"))
        assert [(one.name, one.leader) for one in staffing.squads(event.activity_id)] == [("一小队", "小王")]


def words_of(page: object) -> str:
    return page.text.replace("\u00a0", " ")  # type: ignore[attr-defined, no-any-return]
