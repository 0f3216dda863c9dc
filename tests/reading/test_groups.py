"""Reading groups: members leave a line, the host writes after a meeting, and the desk answers what is reported."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, form_of
from tests.builders import Made, a_union, an_activity, an_organizer
from tests.reading.making import HOUR, a_copy, a_group, now, receives
from tests.web.asking import a_token
from yiqi import clock
from yiqi.booking import places
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.people.rules import national
from yiqi.programmes.reading import groups, meetings, notes, trails
from yiqi.programmes.reading.models import ReaderNote, ReadingGroup
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What


def met(*, owner: str = "亦庄工会") -> Made:
    """A meeting that began three hours ago."""
    return an_activity(places=9, starts_in=-3 * HOUR, opens_in=-5 * HOUR, owner=a_union(owner))


def joins(person: Person, activity: Made) -> None:
    places.sign_up(
        slot_id=activity.slot_id,
        person_id=person.id,
        party=1,
        nonce="n",
        at=activity.starts_at - timedelta(hours=1),
    )


def note() -> ReaderNote:
    db.session.rollback()
    return db.session.scalars(
        select(ReaderNote).order_by(ReaderNote.id.desc()).execution_options(populate_existing=True)
    ).first() or ReaderNote(text="")


def test_who_has_a_place_is_a_member_and_may_leave_a_line(client: Client, 小王: Person, 小赵: Person) -> None:
    activity = met()
    joins(小王, activity)
    group_id = a_group(activities=[activity.activity_id])
    url = f"/reading/groups/{group_id}"

    client.sign_in(小赵)
    assert "报名并确认后" in client.get(url).text
    stranger = client.post(f"{url}/lines", data={"text": "我来了", "csrf_token": a_token(client)})
    client.sign_in(小王)
    page = client.get(url)
    first = client.press(page, f"{url}/lines", text="换型少等了一刻钟")
    client.press(page, f"{url}/lines", text="换型少等了一刻钟")

    assert (stranger.status_code, first.status_code) == (404, 303)
    found = meetings.one(group_id, None, clock.now())
    assert found is not None
    assert (found.members, [one.text for one in found.lines]) == (1, ["换型少等了一刻钟"]), "twice is once"


def test_only_the_host_writes_of_a_meeting_and_only_of_one_that_has_begun(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    over, ahead = met(), an_activity(places=9)
    joins(小赵, over)
    group_id = a_group(host=小王, activities=[over.activity_id, ahead.activity_id])
    url = f"/reading/groups/{group_id}"
    client.sign_in(小王)
    page = client.get(url)
    meeting = form_of(page, f"{url}/notes")["meeting"]
    (coming,) = meetings.one(group_id, 小王.id, clock.now()).coming  # type: ignore[union-attr]

    wrong = client.press(page, f"{url}/notes", text="还没开", meeting=str(coming.facts.occurrence_id))
    good = client.press(page, f"{url}/notes", text="聊了主要矛盾", meeting=meeting)
    client.sign_in(小赵)
    other = client.post(
        f"{url}/notes", data={"text": "我写", "meeting": meeting, "csrf_token": a_token(client)}
    )

    assert (wrong.status_code, good.status_code, other.status_code) == (422, 303, 404)
    assert "聊了主要矛盾" in client.get(url).text
    assert "聊了主要矛盾" in client.get(f"/activities/{over.activity_id}").text, "beside the activity, too"


def test_a_meeting_for_one_union_only_is_not_told_to_others(site: Flask, 小王: Person) -> None:
    activity = an_activity(places=9, union_only=True, owner=a_union("京东方", members=[小王]))
    group_id = a_group(activities=[activity.activity_id])

    seen = [meetings.one(group_id, who, clock.now()) for who in (None, 小王.id)]

    assert [len(one.coming) for one in seen if one is not None] == [0, 1]


def test_an_activity_is_of_one_group_and_a_reading_one(site: Flask) -> None:
    activity = met()
    group_id, other = a_group(activities=[activity.activity_id]), a_group(name="另一组")

    with pytest.raises(groups.NotTheirs):
        groups.meets_at(group_id=other, activity_id=activity.activity_id, at=clock.now(), by_id=1)
    groups.meets_no_more_at(group_id=group_id, activity_id=activity.activity_id)
    assert meetings.of_activity(activity.activity_id) is None


def test_the_desk_shows_a_groups_host_by_number_and_saving_the_page_as_it_is_changes_nothing(
    client: Client, 小王: Person
) -> None:
    union = a_union()
    url = f"/desk/reading/groups/{a_group(union_id=union.id, host=小王)}"
    client.sign_in(an_organizer(union))
    page = client.get(url)

    saved = client.press(page, url)

    assert form_of(page, url)["host"] == national(小王.phone)
    assert saved.status_code == 303
    assert db.session.scalars(select(ReadingGroup.host_id)).one() == 小王.id


def test_a_reported_note_waits_at_the_desk_and_is_hidden_with_a_reason(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    union = a_union()
    copy = a_copy(union_id=union.id)
    receives(小王, copy, text="加我微信卖书")
    note_id = note().id
    client.sign_in(小赵)
    url = f"/reading/notes/{note_id}/report"
    sent = client.press(client.get(url), f"{url}?back=/reading", because="广告")
    assert "工会会核实" in client.follow(sent).text
    organizer = an_organizer(union)
    client.sign_in(organizer)
    assert "核实被举报的留言（1 条）" in client.get("/desk/reading/").text

    bare = client.press(client.get("/desk/reading/notes"), f"/desk/reading/notes/{note_id}/hide", because="")
    done = client.press(
        client.get("/desk/reading/notes"), f"/desk/reading/notes/{note_id}/hide", because="广告"
    )

    assert (bare.status_code, done.status_code) == (422, 303)
    assert (note().hidden_because, note().hidden_by_id) == ("广告", organizer.id)
    stop = trails.trail(now(copy.id), clock.now()).stops[0]
    assert stop.note is not None
    assert (stop.note.is_hidden, stop.note.text) == (True, "")
    assert "加我微信卖书" not in client.get(f"/reading/drift/{copy.id}").text
    deed = db.session.scalars(select(Deed).where(Deed.what == What.NOTE_SETTLED)).one()
    assert (deed.because, deed.person_id) == ("广告", 小王.id)

    client.press(client.get("/desk/reading/notes?tab=hidden"), f"/desk/reading/notes/{note_id}/keep")
    assert note().hidden_at is None


def test_what_is_hidden_is_not_reported_and_nobody_reports_twice(小王: Person, 小赵: Person) -> None:
    receives(小王, a_copy(), text="好看")
    note_id, at = note().id, clock.now()
    for _twice in range(2):
        notes.report(note_id=note_id, person_id=小赵.id, because="吵", at=at)
    assert notes.settle(note_id=note_id, is_hidden=True, because="吵", at=at, by_id=小王.id)
    assert not notes.settle(note_id=note_id, is_hidden=True, because="吵", at=at, by_id=小王.id)

    with pytest.raises(LookupError):
        notes.report(note_id=note_id, person_id=小赵.id, because="吵", at=at)
