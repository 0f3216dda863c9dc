"""Organizers confirm, settle, correct and take hours away; nobody their own, nothing of another event."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from tests.booking.steps import NOON
from tests.browsing import Client, at_time, parsed, words
from tests.builders import a_union, a_worker, an_organizer
from tests.builders.serving import HOUR, an_event, by, counted, line_of, served, signs
from tests.desk.test_exports import FULL, rows
from tests.web.asking import a_token
from yiqi.booking import merging
from yiqi.cli.doctor import CHECKS
from yiqi.db import db, table, writing
from yiqi.hours import accounts, ledger
from yiqi.hours.models import Entry, Service
from yiqi.hours.rules.standing import State
from yiqi.notices.models import Notice
from yiqi.people import merging as people
from yiqi.people.models import BrowserSession, Person
from yiqi.programmes.volunteering import confirming, consents, doctor, letters
from yiqi.programmes.volunteering.models import Purpose
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What

DAY = timedelta(days=1)


def text_of(page: object) -> str:
    return words(parsed(page)).replace("\u00a0", " ")  # type: ignore[arg-type]


def test_confirming_all_leaves_ones_own_and_tells_what_needs_a_look(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    organizer = an_organizer(a_union())
    event = an_event(NOON)
    for person, left in ((小王, 120), (小赵, None), (organizer, 120)):
        signs(person, event, left=left)
    counted(event)
    client.sign_in(organizer)
    path = f"/desk/volunteering/events/{event.activity_id}/hours"
    with at_time(NOON + 5 * HOUR):
        went = client.press(client.get(path), f"{path}/confirm")
        told = text_of(client.follow(went))
        again = client.press(client.get(path), f"{path}/confirm")
    assert "已入账 1 次" in told
    assert "2 次要单独看" in told
    assert again.status_code == 303
    assert [line_of(one).state for one in (小王, 小赵, organizer)] == ["credited", "pending", "pending"]
    db.session.rollback()
    deeds = db.session.scalars(select(Deed).where(Deed.what == What.HOURS_CONFIRMED)).all()
    assert [(one.by_id, one.facts["minutes"]) for one in deeds] == [(organizer.id, 120)]


def test_settling_by_the_clock_and_a_letter_that_says_so(client: Client, 小赵: Person) -> None:
    organizer = an_organizer(a_union())
    event = an_event(NOON)
    signs(小赵, event)
    counted(event)
    line = line_of(小赵)
    client.sign_in(organizer)
    path = f"/desk/volunteering/events/{event.activity_id}/hours/{line.service_id}"
    with at_time(NOON + 5 * HOUR):
        page = client.get(path)
        wrong = client.press(page, f"{path}/settle", came="12:00", left="11:70", because="")
        assert wrong.status_code == 422
        assert (
            client.press(page, f"{path}/settle", came="12:00", left="13:30", because="小队长证明").status_code
            == 303
        )
        twice = client.press(page, f"{path}/settle", came="12:00", left="13:45", because="小队长证明")
    assert twice.status_code == 409
    assert line_of(小赵).minutes == 90
    notice = db.session.scalars(select(Notice).where(Notice.kind == "volunteering_hours")).one()
    letter = letters.hours_letter(notice)
    assert letter is not None
    assert "1.5 小时已入账" in letter.text


def test_ones_own_hours_show_no_form_and_a_forged_one_is_refused(client: Client) -> None:
    organizer = an_organizer(a_union())
    event = an_event(NOON)
    signs(organizer, event, left=120)
    counted(event)
    line = line_of(organizer)
    client.sign_in(organizer)
    path = f"/desk/volunteering/events/{event.activity_id}/hours/{line.service_id}"
    with at_time(NOON + 5 * HOUR):
        page = client.get(path)
        assert "自己的时长要请同事来办" in page.text
        assert f'action="{path}' not in page.text
        sent = {"csrf_token": a_token(client), "seen": str(line.entry_id), "because": "x", "minutes": "120"}
        answers = [
            client.post(f"{path}/{verb}", data=sent).status_code for verb in ("confirm", "adjust", "reverse")
        ]
    assert answers == [409, 409, 409]
    assert line_of(organizer).state == State.PENDING


def test_a_service_of_another_event_is_not_there(client: Client, 小王: Person) -> None:
    organizer = an_organizer(a_union())
    event, other = an_event(NOON), an_event(NOON + DAY)
    signs(小王, event, left=120)
    counted(event)
    line = line_of(小王)
    client.sign_in(organizer)
    path = f"/desk/volunteering/events/{other.activity_id}/hours/{line.service_id}"
    with at_time(NOON + 2 * DAY):
        assert client.get(path).status_code == 404
        sent = {"csrf_token": a_token(client), "seen": str(line.entry_id), "because": "x"}
        assert client.post(f"{path}/confirm", data=sent).status_code == 404
    assert line_of(小王).state == State.PENDING


def test_a_list_for_the_city_names_only_who_agreed_to_be_passed_on(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    union = a_union()
    organizer = an_organizer(union)
    for person in (小王, 小赵):
        served(person, NOON, organizer=a_worker(name="陈老师"))
    consents.give(person_id=小王.id, purpose=Purpose.PASSING_ON, at=NOON)
    consents.tell_number(person_id=小王.id, number="110115202300318")
    event_id = line_of(小王).activity_id
    client.sign_in(organizer)
    with at_time(NOON + DAY):
        path = f"/desk/volunteering/events/{event_id}/export"
        masked = client.post(path, data={"kind": "csv", "csrf_token": a_token(client)})
        proof = client.post(
            f"{path}/phones", data={"kind": "csv", "because": "报送", "csrf_token": a_token(client)}
        )
        with writing() as session:
            session.execute(update(BrowserSession).values(stepped_up_at=NOON + DAY))
        fields = {
            "kind": "csv",
            "because": "报送",
            "first": "2026-07-01",
            "last": "2026-07-02",
            "union": union.id,
        }
        full = client.post("/desk/volunteering/export/phones", data={**fields, "csrf_token": a_token(client)})

    header, mine = rows(masked)
    assert header[:3] == ("姓名", "手机号", "志愿者编号")
    assert mine == (
        "小王",
        "139****0002",
        "110115202300318",
        "地铁站文明引导",
        "文明引导",
        "2026-07-01",
        "12:00",
        "14:00",
        "2.00",
        "陈老师",
    )
    assert not FULL.search(masked.data.replace(b"110115202300318", b""))
    assert proof.status_code == 303
    assert {row[:2] for row in rows(full)[1:]} == {("小王", "13900000002"), ("小**", "")}
    db.session.rollback()
    taken = db.session.scalars(select(Deed).where(Deed.what == What.EXPORTED).order_by(Deed.id)).all()
    assert [(one.facts["of"], one.facts["full"]) for one in taken] == [("hours", False), ("hours", True)]


def test_two_records_of_one_person_count_the_same_time_once(site: Flask, 小王: Person, 李姐: Person) -> None:
    second = a_worker(name="小王")
    served(小王, NOON, organizer=李姐)
    served(second, NOON + HOUR, organizer=李姐)
    served(second, NOON + 3 * DAY, organizer=李姐)
    consents.give(person_id=second.id, purpose=Purpose.HONOUR, at=NOON)

    merging.merge(
        kept_id=小王.id,
        gone_id=second.id,
        keeps=people.Keeps.KEPT,
        because="同一个人",
        at=NOON + 5 * DAY,
        by_id=李姐.id,
    )

    assert accounts.of(小王.id, NOON + 5 * DAY).minutes == 240
    assert accounts.of(second.id, NOON + 5 * DAY).minutes == 0
    assert consents.of(小王.id) == {Purpose.HONOUR}
    db.session.rollback()
    states = sorted(row.state for row in db.session.execute(ledger.heads()))
    assert states == ["credited", "credited", "pending"]
    assert sound()


def sound() -> bool:
    db.session.rollback()
    found = [one for name in doctor.CHECKS for one in CHECKS[name](NOON)]
    db.session.rollback()
    return not found


def test_the_doctor_finds_what_the_ledger_would_never_write(site: Flask, 小王: Person, 李姐: Person) -> None:
    event = served(小王, NOON, organizer=李姐)
    assert sound()
    line = line_of(小王)
    entry = table(Entry)
    row = {"service_id": line.service_id, "deed": "adjusted", "state": "credited", "at": NOON, "because": ""}
    times = {"starts_at": line.starts_at, "ends_at": line.ends_at}
    for spoilt in ({"minutes": 999, "by_id": 李姐.id}, {"minutes": 100, "by_id": 小王.id}):
        newest = line_of(小王).entry_id
        with writing() as session:
            session.execute(entry.insert().values(**row, **times, **spoilt, replaces_id=newest))
        assert not sound()
    confirming.adjust(
        activity_id=event.activity_id,
        service_id=line.service_id,
        seen=line_of(小王).entry_id,
        minutes=120,
        by=by(李姐, NOON + DAY),
    )
    assert sound()
    with writing() as session:
        session.execute(table(Service).update().values(most=60))
    assert not sound()
