"""Book rooms: what is open now, days that differ, and a whole list taken over."""

from datetime import timedelta
from io import BytesIO

from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, at_time, form_of
from tests.builders import a_union, an_organizer
from tests.reading.making import a_copy, a_room, desk_hand
from tests.web.asking import a_token
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.programmes.reading import room_lists, rooms
from yiqi.programmes.reading.models import BookRoom

MORNING = clock.at(clock.today() + timedelta(days=1), 10)
LIST = "书屋名称,片区,地址,工作日,周末\n甲书屋,核心区,荣华中路,08:30-20:00,\n乙书屋,路南区,博兴路,九点开,\n"


def test_rooms_that_are_open_now_come_first_and_can_be_shown_alone(client: Client) -> None:
    a_room("夜里开的", week="20:00-02:00")
    a_room("白天开的", week="09:00-18:00")
    with at_time(MORNING):
        page, alone = client.get("/reading/rooms").text, client.get("/reading/rooms?open=1").text

    assert page.index("白天开的") < page.index("夜里开的")
    assert "开到 18:00" in page
    assert "20:00 开" in page
    assert "夜里开的" not in alone
    with at_time(MORNING + timedelta(hours=15)):
        assert "开到 02:00" in client.get("/reading/rooms?open=1").text


def test_a_room_shows_the_days_that_differ_its_books_and_a_plain_link_to_maps(client: Client) -> None:
    room_id = a_room("甲书屋")
    a_copy("三体", room_id=room_id)
    day = clock.today() + timedelta(days=2)
    rooms.differ(room_id=room_id, day=day, spans=(), because="消防检修", at=clock.now(), by_id=desk_hand())
    with writing() as session:
        found = session.get_one(BookRoom, room_id)
        found.latitude, found.longitude = "39.7951", "116.5062"

    page = client.get(f"/reading/rooms/{room_id}").text

    assert "消防检修" in page
    assert "三体" in page
    assert 'href="geo:39.7951,116.5062?q=39.7951,116.5062(' in page
    rooms.differ(room_id=room_id, day=day, spans=None, because="", at=clock.now(), by_id=desk_hand())
    assert "消防检修" not in client.get(f"/reading/rooms/{room_id}").text


def test_a_list_is_looked_at_first_and_its_good_lines_taken_over_once(client: Client, site: Flask) -> None:
    union = a_union()
    client.sign_in(an_organizer(union))
    file = {
        "file": (BytesIO(LIST.encode()), "书屋.csv"),
        "union": str(union.id),
        "csrf_token": a_token(client),
    }

    shown = client.post("/desk/reading/rooms/list", data=file, content_type="multipart/form-data")
    assert "1 行能导入，1 行不能" in shown.text.replace("\u00a0", " ")
    assert room_lists.all_of(MORNING) == []
    sent = form_of(shown, "/desk/reading/rooms/list/take")
    for _twice in range(2):
        assert client.post("/desk/reading/rooms/list/take", data=sent).status_code == 303

    db.session.rollback()
    (room,) = db.session.scalars(select(BookRoom)).all()
    assert (room.name, room.hours[0], room.hours[6]) == ("甲书屋", [[510, 1200]], [])


def test_lines_that_nobody_showed_are_checked_again(client: Client, site: Flask) -> None:
    union = a_union()
    client.sign_in(an_organizer(union))
    for lines in ("", "nonsense", "[1]", '[{"name": "甲"}]', '{"a": 1}'):
        data = {"union": str(union.id), "lines": lines, "csrf_token": a_token(client)}
        assert client.post("/desk/reading/rooms/list/take", data=data).status_code == 422
    assert db.session.scalars(select(BookRoom)).all() == []


def test_a_form_that_comes_twice_makes_one_room_and_wrong_hours_come_back_as_typed(
    client: Client, 小王: Person
) -> None:
    union = a_union()
    client.sign_in(an_organizer(union))
    page = client.get("/desk/reading/rooms")
    typed = {"name": "新书屋", "area": "核心区", "address": "荣华中路"}

    wrong = client.press(page, "/desk/reading/rooms", **typed, mon="九点")
    assert (wrong.status_code, form_of(wrong, "/desk/reading/rooms")["mon"]) == (422, "九点")
    first = client.press(page, "/desk/reading/rooms", **typed)
    again = client.press(page, "/desk/reading/rooms", **typed)

    assert first.location == again.location
    assert len(room_lists.all_of(MORNING)) == 1


def test_a_room_that_is_no_more_is_not_on_the_list(client: Client) -> None:
    room_id = a_room("旧书屋")
    rooms.close(room_id=room_id, is_closed=True, at=clock.now(), by_id=desk_hand())

    assert "旧书屋" not in client.get("/reading/rooms").text
    assert "停用" in client.get(f"/reading/rooms/{room_id}").text
