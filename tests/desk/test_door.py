"""At the door: codes that are scanned or typed, several desks at once, and workers who scan the code that hangs there."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.booking.steps import asks
from tests.booking.test_changes import does
from tests.browsing import Client, by_id, form_of, parsed, sign_in, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer
from tests.promises.measured import counted
from tests.web.asking import HTMX, a_token, press_by_htmx
from yiqi import clock
from yiqi.activities.models import Allocation, Occurrence
from yiqi.activities.planning import Meeting, Pool
from yiqi.booking import door, places
from yiqi.booking.doctor import counts
from yiqi.booking.models import Attendance, Booking
from yiqi.booking.rules import venue
from yiqi.booking.rules.changes import CallOffSlot
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role

SOON = timedelta(minutes=30)


def at_the_door(client: Client, *, role: Role = Role.UNION_ORGANIZER, **options: object) -> Made:
    """An activity that begins in half an hour, and the client of somebody who checks people in there."""
    made = an_activity(places=9, starts_in=SOON, max_party=3, **options)  # type: ignore[arg-type]
    sign_in(client, an_organizer(a_union(), role=role))
    return made


def booked(made: Made, name: str = "王芳", *, party: int = 1) -> tuple[Person, str]:
    worker = a_worker(name=name)
    return worker, asks(worker, made, party=party, at=clock.now()).ref


def the_date(made: Made) -> int:
    found = db.session.scalar(select(Occurrence.id).where(Occurrence.activity_id == made.activity_id))
    assert found is not None
    return found


def scans(client: Client, made: Made, code: str, **more: str) -> str:
    page = client.get(f"/desk/activities/{made.activity_id}/check-in")
    return press_by_htmx(
        client, page, f"/desk/activities/{made.activity_id}/check-in", code=code, **more
    ).text


def test_a_code_lets_its_worker_in_with_their_party_and_a_second_scan_is_amber(client: Client) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made, party=3)

    first = scans(client, made, f"http://localhost/t/{ref}")
    second = scans(client, made, f"{ref[:4]}-{ref[4:]}".lower())

    assert 'data-result="in"' in first
    assert "王芳" in first
    assert "连本人" in first
    assert '<dd id="door-came">3 ' in first
    assert 'data-result="again"' in second
    assert "已于" in second
    assert len(db.session.scalars(select(Attendance)).all()) == 1


def test_a_code_asks_no_more_often_however_many_have_come(client: Client) -> None:
    """Who asks, whether they may, the slot's lock, the ticket with its entry, and who has come; SQLite says the entry, its
    count and whose record signs for it one by one."""
    made = at_the_door(client)
    path, typed = f"/desk/activities/{made.activity_id}/check-in", {"occurrence": str(the_date(made))}
    typed["csrf_token"] = a_token(client)
    said = []
    for number in range(9):
        ref = booked(made, f"工友{number}")[1]
        db.session.rollback()
        with counted() as statements:
            assert 'data-result="in"' in client.post(path, data=typed | {"code": ref}, headers=HTMX).text
        said.append(len(statements))

    assert set(said) == {5 if db.engine.dialect.name == "postgresql" else 8}


def test_a_plain_form_does_the_same(client: Client) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)
    page = client.get(f"/desk/activities/{made.activity_id}/check-in")

    first = client.follow(client.press(page, f"/desk/activities/{made.activity_id}/check-in", code=ref))
    again = client.follow(client.press(first, f"/desk/activities/{made.activity_id}/check-in", code=ref))

    assert 'data-result="in"' in first.text
    assert 'data-result="again"' in again.text


def test_leaving_is_kept_too(client: Client) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)

    early = scans(client, made, ref, leaving="1")
    scans(client, made, ref)
    out = scans(client, made, ref, leaving="1")

    assert "还没签到，不能签退" in early
    assert 'data-result="out"' in out
    assert db.session.scalars(select(Attendance.out_at)).one() is not None


@pytest.mark.parametrize("leaving", [{}, {"leaving": "1"}])
def test_a_code_that_has_left_is_told_of_in_the_same_words_with_and_without_scripts(
    client: Client, leaving: dict[str, str]
) -> None:
    made = at_the_door(client)
    address = f"/desk/activities/{made.activity_id}/check-in"
    _worker, ref = booked(made)
    scans(client, made, ref)
    scans(client, made, ref, leaving="1")
    for number in range(door.NEWEST):
        scans(client, made, booked(made, f"后来的{number}")[1])

    by_script = scans(client, made, ref, **leaving)
    page = client.press(client.get(address), address, code=ref, **leaving)
    plain = client.follow(page)

    entry = db.session.scalars(select(Attendance).where(Attendance.out_at.is_not(None))).one()
    came, left = (clock.beijing(at).strftime("%H:%M") for at in (entry.in_at, entry.out_at or entry.in_at))
    said = f"王芳 已于 {left} 签退" if leaving else f"王芳 已于 {came} 签到，{left} 签退"
    assert words(by_id(plain, "door-result")) == f"{said} 又回来了，撤销签退 王芳"
    assert said in words(by_id(by_script, "door-result"))


def test_a_door_goes_the_way_its_page_says_until_whoever_keeps_it_turns_it(client: Client) -> None:
    made = at_the_door(client)
    address = f"/desk/activities/{made.activity_id}/check-in"
    out = f"{address}?way=out"
    refs = [booked(made, f"工友{number}")[1] for number in range(2)]
    for ref in refs:
        scans(client, made, ref)
    way = next(one for one in parsed(client.get(address)).iter("a") if one.get("id") == "way-out")
    page = client.get(way.get("href", ""))

    for ref in refs:
        page = client.follow(client.press(page, out, code=ref))
        assert 'data-result="out"' in page.text
        assert (words(by_id(page, "scan")), by_id(page, "way-out").get("aria-current")) == ("签退", "true")
    undone = client.follow(client.press(page, f"{address}/undo?way=out", ref=refs[0]))

    assert "签退撤销了" in words(by_id(undone, "door-result"))
    assert words(by_id(undone, "scan")) == "签退"
    assert words(by_id(client.get(address), "scan")) == "签到"


def test_who_comes_while_others_leave_is_let_in_with_one_press_and_the_other_way_round(
    client: Client,
) -> None:
    made = at_the_door(client)
    address = f"/desk/activities/{made.activity_id}/check-in"
    out = f"{address}?way=out"
    _worker, ref = booked(made)

    refused = client.press(client.get(out), out, code=ref)
    by_script = press_by_htmx(client, client.get(out), out, code=ref)
    assert (refused.status_code, by_script.status_code) == (409, 409)
    assert words(by_id(refused, "turn")) == words(by_id(by_script, "turn")) == "现在签到 王芳"
    came = client.follow(client.press(refused, out))
    assert 'data-result="in"' in came.text
    assert words(by_id(came, "scan")) == "签退"

    again = client.follow(client.press(client.get(address), address, code=ref))
    assert words(by_id(again, "turn")) == "现在签退 王芳"
    left = press_by_htmx(client, again, address)

    assert 'data-result="out"' in left.text
    assert 'id="turn"' not in left.text
    assert db.session.scalars(select(Attendance.out_at)).one() is not None


@pytest.mark.parametrize("way", ["", "?way=out"])
def test_who_had_left_and_is_back_is_in_again_with_one_press_and_leaves_anew(
    client: Client, way: str
) -> None:
    made = at_the_door(client)
    here = f"/desk/activities/{made.activity_id}/check-in"
    address, undo = f"{here}{way}", f"{here}/undo{way}"
    _worker, ref = booked(made)
    scans(client, made, ref)
    scans(client, made, ref, leaving="1")

    plain = client.follow(client.press(client.get(address), address, code=ref))
    back = client.follow(client.press(plain, undo))
    by_script = press_by_htmx(client, plain, undo)

    assert words(by_id(plain, "turn")) == "又回来了，撤销签退 王芳"
    assert words(by_id(back, "door-result")) == "王芳 签退撤销了"
    assert "没有签退，不用撤销" in by_script.text
    assert db.session.scalars(select(Attendance.out_at)).one() is None
    assert 'data-result="out"' in scans(client, made, ref, leaving="1")


@pytest.mark.parametrize("typed", ["王芳", "wangf", "Daniel Weber", "8000", "138 0013 8000", "WANGFANG"])
def test_who_types_a_name_or_a_number_in_place_of_a_code_is_led_to_it_on_the_roster(
    client: Client, typed: str
) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)
    here = f"/desk/activities/{made.activity_id}"

    page = client.press(client.get(f"{here}/check-in"), f"{here}/check-in", code=typed)
    by_script = press_by_htmx(client, client.get(f"{here}/check-in"), f"{here}/check-in", code=typed)

    links = [by_id(one, "search-roster") for one in (page, by_script)]
    assert [words(one) for one in links] == [f"在名单里找“{typed}”"] * 2
    found = client.get(links[0].get("href", ""))
    assert by_id(found, "q").get("value") == typed
    assert (f'id="b-{ref}"' in found.text) is (typed == "王芳")


@pytest.mark.parametrize("typed", ["", "12", "7K3M-92X", "https://elsewhere.cn/王芳", "<b>", "王" * 51])
def test_what_looks_like_nobody_is_not_searched_for(client: Client, typed: str) -> None:
    made = at_the_door(client)
    here = f"/desk/activities/{made.activity_id}/check-in"

    page = client.press(client.get(here), here, code=typed)

    assert (page.status_code, 'id="search-roster"' in page.text) == (422, False)


def test_a_code_that_is_somebodys_is_not_taken_for_a_name(client: Client) -> None:
    made = at_the_door(client)
    elsewhere = an_activity(places=9, starts_in=SOON, title="别处")
    _worker, ref = booked(elsewhere, "外人")
    with writing() as session:
        session.execute(update(Booking).where(Booking.ref == ref).values(ref="ABCDEFGH"))
    here = f"/desk/activities/{made.activity_id}/check-in"

    page = client.press(client.get(here), here, code="ABCDEFGH")

    assert (page.status_code, 'id="search-roster"' in page.text) == (409, False)


def test_nobody_is_offered_to_come_in_at_a_door_that_has_closed_or_with_a_code_of_elsewhere(
    client: Client,
) -> None:
    made = an_activity(places=9, starts_in=timedelta(hours=5))
    sign_in(client, an_organizer(a_union()))
    address = f"/desk/activities/{made.activity_id}/check-in?way=out"
    elsewhere = an_activity(places=9, starts_in=SOON, title="别处")

    for ref in (booked(made)[1], booked(elsewhere, "外人")[1]):
        refused = client.press(client.get(address), address, code=ref)
        assert (refused.status_code, 'id="turn"' in refused.text) == (409, False)


@pytest.mark.parametrize("leaving", [{}, {"leaving": "1"}])
def test_undoing_without_scripts_says_what_was_taken_back_until_it_is_so_no_more(
    client: Client, leaving: dict[str, str]
) -> None:
    made = at_the_door(client)
    address = f"/desk/activities/{made.activity_id}/check-in"
    _worker, ref = booked(made)
    scans(client, made, ref)
    if leaving:
        scans(client, made, ref, **leaving)

    sent = client.press(client.get(address), f"{address}/undo", ref=ref)
    undone = client.follow(sent)

    assert words(by_id(undone, "door-result")) == ("王芳 签退撤销了" if leaving else "王芳 签到撤销了")
    scans(client, made, ref, **leaving)
    assert "撤销了" not in words(by_id(client.get(sent.location or ""), "door-result"))


def test_undoing_takes_the_entry_back_and_stands_in_the_trail(client: Client) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)
    scans(client, made, ref)
    page = client.get(f"/desk/activities/{made.activity_id}/check-in")

    undone = press_by_htmx(client, page, f"/desk/activities/{made.activity_id}/check-in/undo", ref=ref)

    assert 'data-result="undone"' in undone.text
    assert db.session.scalars(select(Attendance)).all() == []
    deed = db.session.scalars(select(Deed).where(Deed.what == What.CHECK_IN_UNDONE)).one()
    assert (deed.activity_id, deed.booking_ref) == (made.activity_id, ref)


def test_of_who_left_the_check_out_is_taken_back_first_and_then_the_check_in(client: Client) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made, party=2)
    address = f"/desk/activities/{made.activity_id}/check-in"
    scans(client, made, ref)
    came = client.get(address)
    scans(client, made, ref, leaving="1")
    left = client.get(address)

    assert (words(by_id(came, f"undo-{ref}")), words(by_id(left, f"undo-{ref}"))) == (
        "撤销签到 王芳",
        "撤销签退 王芳",
    )
    too_old = press_by_htmx(client, came, f"{address}/undo", ref=ref)
    assert (too_old.status_code, "先撤销签退" in too_old.text) == (409, True)
    said = [press_by_htmx(client, left, f"{address}/undo", ref=ref).text for _desk in range(2)]

    assert "签退撤销了" in said[0]
    assert "没有签退，不用撤销" in said[1]
    assert words(by_id(client.get(address), "door-left")) == "0 人"
    assert words(by_id(client.get(address), "door-came")) == "2 人"
    entry = db.session.scalars(select(Attendance)).one()
    assert entry.out_at is None
    assert list(counts.doors(clock.now())) == []
    last = press_by_htmx(client, client.get(address), f"{address}/undo", ref=ref)
    assert "签到撤销了" in last.text
    assert db.session.scalars(select(Attendance)).all() == []
    assert list(counts.doors(clock.now())) == []


def test_in_english_the_door_asks_for_a_code_and_counts_one_person_and_two_people(client: Client) -> None:
    made = at_the_door(client)
    client.set_cookie("lang", "en")
    _worker, ref = booked(made)
    booked(made, party=2)
    scans(client, made, ref)

    page = client.get(f"/desk/activities/{made.activity_id}/check-in")

    (label,) = (one for one in parsed(page).iter("label") if one.get("for") == "code")
    assert words(label) == "Check-in code"
    counted = [words(one) for one in by_id(page, "poller").iter("dd")]
    assert counted == ["3 people", "1 person", "0 people"]


def test_without_scripts_a_roster_says_above_itself_what_was_ticked_and_is_where_it_was(
    client: Client,
) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)
    here = f"/desk/activities/{made.activity_id}"
    tick, page = f"{here}/bookings/{ref}/check-in", client.get(f"{here}?q={ref}")
    said = []

    def press(page: TestResponse) -> TestResponse:
        sent = client.post(tick, data=form_of(page, tick), headers={"Referer": page.request.url})
        page = client.follow(sent)
        said.append(words(by_id(page, "did")))
        assert by_id(page, "q").get("value") == ref
        return page

    page = press(page)
    scans(client, made, ref, leaving="1")
    press(press(client.get(f"{here}?q={ref}")))

    assert said == ["王芳已签到", "王芳的签退撤销了", "王芳的签到撤销了"]
    assert 'id="did"' not in client.get(f"{here}?last={ref}&did=in").text
    assert 'id="did"' not in client.get(f"{here}?last={ref}&did=rejected").text


def test_without_scripts_a_roster_says_above_itself_whose_sign_up_was_let_through(client: Client) -> None:
    made = at_the_door(client, allocation=Allocation.APPROVAL)
    _worker, ref = booked(made)
    here = f"/desk/activities/{made.activity_id}"
    approve, page = f"{here}/bookings/{ref}/approve", client.get(f"{here}?tab=pending")

    sent = client.post(approve, data=form_of(page, approve), headers={"Referer": page.request.url})

    assert words(by_id(client.follow(sent), "did")) == "王芳：已通过，现在是“已确认”。"
    assert "tab=pending" in (sent.location or "")


def test_a_roster_counts_people_as_its_door_does_and_names_sign_ups_where_they_are_others(
    client: Client,
) -> None:
    made = at_the_door(client)
    roster = f"/desk/activities/{made.activity_id}"
    _worker, ref = booked(made)
    scans(client, made, ref)

    alone = client.get(roster)
    _other, ref = booked(made, "李芳", party=3)
    scans(client, made, ref)
    both = client.get(roster)

    door = client.get(f"{roster}/check-in")
    assert [words(by_id(page, "counts")) for page in (alone, both)] == [
        "已确认1 / 9，余 8 已签到1 人 候补0 人 已取消0 人",
        "已确认4 / 9，余 5，2 份报名 已签到4 人，2 份报名 候补0 人 已取消0 人",
    ]
    assert words(by_id(door, "door-came")) == "4 人"
    said = [client.get(f"{roster}?q={q}") for q in ("芳", "王")]
    feet = [next(parsed(page).iterfind(".//p[@class='lt__key']")) for page in (alone, both, *said)]
    assert [words(foot) for foot in feet] == [
        "共 1 人",
        "共 2 份报名，4 人",
        "“芳”找到 2 份报名，4 人，共 4 人",
        "“王”找到 1 人，共 4 人",
    ]


def test_a_row_of_the_roster_says_when_somebody_came_and_left_and_takes_back_what_was_done_last(
    client: Client,
) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)
    scans(client, made, ref)
    scans(client, made, ref, leaving="1")
    roster = f"/desk/activities/{made.activity_id}"
    tick = f"{roster}/bookings/{ref}/check-in"

    row = by_id(client.get(roster), f"tick-{ref}")
    entry = db.session.scalars(select(Attendance)).one()
    came, left = (clock.beijing(at).strftime("%H:%M") for at in (entry.in_at, entry.out_at or entry.in_at))
    assert words(row) == f"{came}–{left}"
    assert row.get("aria-label") == "王芳签退"
    told = [words(one) for one in parsed(client.get(f"{roster}/bookings/{ref}")).iter("dt")]
    assert ("签到" in told, "签退" in told) == (True, True)
    first = press_by_htmx(client, client.get(roster), tick)
    between = [one.out_at for one in db.session.scalars(select(Attendance))]
    db.session.rollback()
    second = press_by_htmx(client, client.get(roster), tick)

    assert "王芳的签退撤销了" in first.text
    assert between == [None]
    assert words(by_id(first.text, f"tick-{ref}")) == came
    assert "王芳的签到撤销了" in second.text
    assert db.session.scalars(select(Attendance)).all() == []


def test_a_roster_says_of_whose_place_ended_that_the_activity_was_called_off(client: Client) -> None:
    made = at_the_door(client)
    _worker, ref = booked(made)

    places.call_off(activity_id=made.activity_id, at=clock.now())
    page = client.get(f"/desk/activities/{made.activity_id}?tab=cancelled")

    line = words(by_id(page, f"b-{ref}"))
    assert "活动取消" in line
    assert "已结束" not in line


@pytest.mark.parametrize(
    ("what", "status", "told"),
    [
        ("garbage", 422, "这不是签到码"),
        ("nobody's", 409, "这个码不是这一场的"),
        ("another activity's", 409, "这个码不是这一场的"),
        ("cancelled", 409, "已临时取消"),
        ("waiting", 409, "候补中"),
    ],
)
def test_a_code_that_is_no_place_here_says_what_is_the_matter(
    client: Client, what: str, status: int, told: str
) -> None:
    made = at_the_door(client, promotion_minutes=5)
    elsewhere = an_activity(places=1, starts_in=timedelta(hours=9), title="别处")
    worker, ref = booked(made)
    if what == "cancelled":
        places.cancel(ref=ref, person_id=worker.id, at=clock.now(), accepts_late=True)
    if what == "waiting":
        booked(made, party=3), booked(made, party=3), booked(made, party=2)
        ref = booked(made, "排队的", party=1)[1]
    code = {
        "garbage": "<b>hello</b>",
        "nobody's": "ZZZZZZZ2",
        "another activity's": booked(elsewhere, "外人")[1],
    }.get(what, ref)

    page = client.get(f"/desk/activities/{made.activity_id}/check-in")
    answer = press_by_htmx(client, page, f"/desk/activities/{made.activity_id}/check-in", code=code)
    plain = client.press(page, f"/desk/activities/{made.activity_id}/check-in", code=code)

    assert answer.status_code == plain.status_code == status
    assert told in answer.text
    assert told in plain.text
    assert "外人" not in answer.text
    assert db.session.scalars(select(Attendance)).all() == []


def test_before_the_doors_open_nobody_is_let_in(client: Client) -> None:
    made = an_activity(places=9, starts_in=timedelta(hours=5))
    sign_in(client, an_organizer(a_union()))
    _worker, ref = booked(made)

    assert "还没到签到时间" in scans(client, made, ref)


def test_check_in_staff_see_a_surname_only(client: Client) -> None:
    made = at_the_door(client, role=Role.CHECK_IN_STAFF)
    _worker, ref = booked(made, "欧小美")

    answer = scans(client, made, ref)
    page = client.get(f"/desk/activities/{made.activity_id}/check-in")

    assert "欧**" in answer
    assert "小美" not in answer + page.text


def test_a_date_of_a_course_is_chosen_and_one_of_another_activity_is_missing(client: Client) -> None:
    now = clock.now()
    days = [now + SOON + timedelta(days=n) for n in range(3)]
    made = at_the_door(
        client,
        meetings=[Meeting(day, day + timedelta(hours=1)) for day in days],
        pools=[Pool(5)],
    )
    other = an_activity(title="别处")
    address = f"/desk/activities/{made.activity_id}/check-in"
    dates = list(
        db.session.scalars(
            select(Occurrence.id)
            .where(Occurrence.activity_id == made.activity_id)
            .order_by(Occurrence.starts_at)
        )
    )
    _worker, ref = booked(made)

    later = press_by_htmx(client, client.get(f"{address}?occurrence={dates[1]}"), address, code=ref)
    today = press_by_htmx(client, client.get(address), address, code=ref)

    assert "还没到签到时间" in later.text
    assert 'data-result="in"' in today.text
    for odd in (str(the_date(other)), "x", "0", "9" * 30, "-1"):
        assert client.get(f"{address}?occurrence={odd}").status_code == 404


def test_a_worker_scans_what_hangs_there_signs_in_and_is_in(site: Flask, client: Client) -> None:
    made = at_the_door(client)
    worker, _ref = booked(made)
    shown = client.get(f"/desk/activities/{made.activity_id}/venue-code").text
    path = shown.split('data-url="http://localhost')[1].split('"')[0]

    phone = Client(site)
    assert phone.get(path).location == "/here"
    assert phone.get("/here").status_code == 401
    sign_in(phone, worker)
    phone.get(path)
    page = phone.get("/here")
    signed = phone.follow(phone.press(page, "/here"))

    assert "已签到" in signed.text
    entry = db.session.scalars(select(Attendance)).one()
    assert entry.by_id == worker.id


def test_a_code_of_two_minutes_ago_opens_nothing(site: Flask, client: Client) -> None:
    made = at_the_door(client)
    worker, _ref = booked(made)
    secret = site.config["SECRET_KEY"]
    old = venue.code(secret, the_date(made), clock.now() - timedelta(seconds=121))
    fresh = venue.code(secret, the_date(made), clock.now())

    for code, let_in in ((old, False), (fresh, True)):
        phone = Client(site)
        sign_in(phone, worker)
        phone.get(f"/check-in/{code}")
        sent = phone.post("/here", data={"csrf_token": a_token(phone)}, headers=HTMX)
        assert sent.status_code == 200
        assert bool(db.session.scalars(select(Attendance)).all()) is let_in


def test_who_holds_nothing_there_is_shown_the_way(site: Flask, client: Client) -> None:
    made = at_the_door(client)
    phone = Client(site)
    sign_in(phone, a_worker(name="路过的"))
    phone.get(f"/check-in/{venue.code(site.config['SECRET_KEY'], the_date(made), clock.now())}")

    page = phone.get("/here")

    assert "你没有报这一场" in page.text
    assert f"/activities/{made.activity_id}" in page.text


def test_who_had_a_place_and_scans_what_hangs_there_reads_that_it_was_called_off(
    site: Flask, client: Client
) -> None:
    made = at_the_door(client)
    worker, _ref = booked(made)
    code = venue.code(site.config["SECRET_KEY"], the_date(made), clock.now())
    places.call_off(activity_id=made.activity_id, because="停电", at=clock.now())

    for one in (worker, a_worker(name="路过的")):
        phone = Client(site)
        sign_in(phone, one)
        phone.get(f"/check-in/{code}")
        page = phone.get("/here")
        assert words(by_id(page, "called-off")) == "活动取消了。 因为：停电。 不用处理，也不记爽约。"
        assert "你没有报这一场" not in page.text


def test_whose_slot_alone_was_called_off_is_shown_the_others(site: Flask, client: Client) -> None:
    made = at_the_door(client, pools=[Pool(3, label="甲"), Pool(3, label="乙")])
    worker = a_worker()
    asks(worker, made.slot_ids[0], at=clock.now())
    does(CallOffSlot(made.slot_ids[0], because="少一位老师"), clock.now())
    phone = Client(site)
    sign_in(phone, worker)
    phone.get(f"/check-in/{venue.code(site.config['SECRET_KEY'], the_date(made), clock.now())}")

    page = phone.get("/here")

    assert "你报的这一组取消了。" in words(by_id(page, "called-off"))
    assert f"/activities/{made.activity_id}" in page.text


def test_a_door_and_its_code_say_that_it_was_called_off_also_where_they_were_open(client: Client) -> None:
    made = at_the_door(client)
    booked(made)
    address, here = f"/desk/activities/{made.activity_id}", {"query_string": {"occurrence": the_date(made)}}
    polls = ("check-in", "_door"), ("venue-code", "_venue_code")
    before = [client.get(f"{address}/{poll}", headers=HTMX, **here) for _page, poll in polls]
    places.call_off(activity_id=made.activity_id, because="停电", at=clock.now())

    after = [client.get(f"{address}/{poll}", headers=HTMX, **here) for _page, poll in polls]
    door, code = client.get(f"{address}/check-in"), client.get(f"{address}/venue-code")
    told = client.get(by_id(door, "poller").get("hx-get", ""), headers=HTMX)

    assert [one.headers.get("HX-Redirect") for one in before] == [None, None]
    assert [one.headers["HX-Redirect"].partition("?")[0] for one in after] == [
        f"{address}/{page}" for page, _poll in polls
    ]
    assert words(by_id(door, "door-off")) == "活动取消了。 因为：停电。 不用签到。"
    assert 'id="scan"' not in door.text
    assert "js/scan" not in door.text, "it looks for the form that is not there"
    assert "HX-Redirect" not in told.headers
    assert "活动取消了" in words(by_id(code, "venue-off"))
    assert "data-url" not in code.text


def test_every_page_of_an_activity_leads_back_to_its_roster(client: Client) -> None:
    made = at_the_door(client)
    roster = f"/desk/activities/{made.activity_id}"
    for page in ("check-in", "venue-code", "export", "import"):
        assert f'href="{roster}"' in client.get(f"{roster}/{page}").text.split("<h1")[0], page
