"""A squad leader signs their own people in and out, and sees their names while the roll is called."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.browsing import Client, at_time, parsed, words
from tests.builders import Made, a_worker
from tests.builders.serving import HOUR, MINUTE, an_event, books, occurrence_of
from yiqi.booking import attendance
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.programmes.volunteering import posts, squads
from yiqi.programmes.volunteering.posts import Posted
from yiqi.programmes.volunteering.squads import NotTheirs

DAY = timedelta(days=1)


def led_by(leader: Person, event: Made, *, post: int = 0) -> int:
    """A squad of one post under somebody with a place in the event."""
    same = {"activity_id": event.activity_id, "at": NOON - DAY, "by_id": leader.id}
    squad_id = posts.keep_squad(squad_id=None, name=f"{leader.name}小队", leader_id=leader.id, **same)  # type: ignore[arg-type]
    posts.keep(posts={event.slot_ids[post]: Posted(squad_id=squad_id)}, **same)  # type: ignore[arg-type]
    return squad_id


def test_names_are_in_full_from_an_hour_before_until_a_day_after(site: Flask, 小王: Person) -> None:
    event = an_event(NOON)
    books(小王, event)
    books(a_worker(name="欧阳娜娜"), event)
    squad_id = led_by(小王, event)

    def names(at: object) -> set[str]:
        found = squads.led(squad_id, 小王.id, at)  # type: ignore[arg-type]
        assert found is not None
        return {one.name for one in found.members}

    assert names(NOON - 61 * MINUTE) == {"小王", "欧阳**"}
    assert names(NOON - 60 * MINUTE) == {"小王", "欧阳娜娜"}
    assert names(event.ends_at + DAY - MINUTE) == {"小王", "欧阳娜娜"}
    assert names(event.ends_at + DAY) == {"小王", "欧阳**"}


def test_a_leader_signs_in_their_own_people_only_and_not_themselves(
    site: Flask, 小王: Person, 小赵: Person
) -> None:
    event = an_event(NOON, posts=("补给站", "终点物资"))
    mine, own, other = books(小赵, event), books(小王, event), books(a_worker(), event, post=1)
    squad_id, shift = led_by(小王, event), occurrence_of(event)
    same = {"squad_id": squad_id, "occurrence_id": shift, "leaves": False, "at": NOON}

    squads.sign(ref=mine, leader_id=小王.id, **same)  # type: ignore[arg-type]
    for ref, leader in ((own, 小王), (other, 小王), (mine, 小赵)):
        with pytest.raises(NotTheirs):
            squads.sign(ref=ref, leader_id=leader.id, **same)  # type: ignore[arg-type]

    found = squads.led(squad_id, 小王.id, NOON)
    assert found is not None
    assert (found.came, found.left, len(found.members)) == (1, 0, 2)


def test_on_the_phone_one_tap_signs_in_and_the_next_one_out(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    event = an_event(NOON)
    ref = books(小赵, event)
    books(小王, event)
    squad_id = led_by(小王, event)
    path = f"/volunteering/squads/{squad_id}"
    client.sign_in(小王)
    with at_time(NOON - 2 * HOUR):
        early = client.get(path)
        assert "小赵" not in early.text
        assert f"{path}/{ref}/in" not in early.text
    with at_time(NOON):
        assert client.press(client.get(path), f"{path}/{ref}/in").status_code == 303
        assert client.post(f"{path}/{ref}/in", data={}).status_code in (403, 404)
        page = client.get(path)
        assert "签到 1 人" in words(parsed(page)).replace("\u00a0", " ")
    with at_time(event.ends_at):
        assert client.press(client.get(path), f"{path}/{ref}/out").status_code == 303
    (entry,) = attendance.of([_booking(ref)])[_booking(ref)]
    assert (entry.in_at, entry.out_at) == (NOON, event.ends_at)


def test_somebody_elses_squad_is_not_there(client: Client, 小王: Person, 小赵: Person) -> None:
    event = an_event(NOON)
    books(小王, event)
    squad_id = led_by(小王, event)
    client.sign_in(小赵)
    assert client.get(f"/volunteering/squads/{squad_id}").status_code == 404
    assert client.get("/volunteering/squads/987654").status_code == 404


def _booking(ref: str) -> int:
    found = db.session.scalar(select(Booking.id).where(Booking.ref == ref))
    assert found is not None
    return found
