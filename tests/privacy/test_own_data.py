"""The pages of one's own data: a copy of everything, deleting the account with a code, and a notice that asks again."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import Enum, select

from tests.browsing import Client, at_time, by_id, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.promises.scene import whole_scene
from yiqi import clock
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.kiosk import models as kiosk
from yiqi.notices.models import Notice
from yiqi.papers import keeping
from yiqi.papers.rules.kinds import Kind
from yiqi.people import agreeing
from yiqi.people.models import Consent, Person
from yiqi.privacy import handing_out, wording
from yiqi.privacy.inventory import EVERYTHING
from yiqi.roles.rules.permissions import Role

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


def code_sent_to(person: Person) -> str:
    newest = select(Notice).where(Notice.phone == person.phone).order_by(Notice.id.desc()).limit(1)
    return str(db.session.scalars(newest).one().facts["code"])


def test_a_copy_holds_everything_about_me_and_nothing_of_others(site: Flask, client: Client) -> None:
    stage = whole_scene()
    with writing() as session:
        keeping.keep(
            session.connection(),
            person_id=stage.owner.id,
            name="=毕业证.pdf",
            kind=Kind.PDF,
            content=b"%PDF-1.7 mine",
            at=clock.now(),
        )
    client.sign_in(stage.owner)

    answer = client.press(client.get("/me/privacy"), "/me/privacy/copy")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    told = json.loads(packed.read("yiqi.json"))["tables"]
    assert told["person"]["rows"][0]["phone"] == stage.owner.phone
    assert stage.samples.ref in {row["ref"] for row in told["booking"]["rows"]}
    for room in ("league_", "troupe_", "training_", "hours_"):
        assert any(name.startswith(room) for name in told), room
    assert all(one["why"] and one["kept"] and one["title"] for one in told.values())
    (paper,) = [name for name in packed.namelist() if "毕业证" in name]
    assert packed.read(paper) == b"%PDF-1.7 mine"
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(packed.read("yiqi.xlsx"))).sheet_names
    assert len(sheets) == len(told)
    text = packed.read("yiqi.json").decode()
    for other in (stage.other, stage.organizer):
        assert other.phone not in text
        assert "+" + other.phone[3:] not in text
    for secret in ("token_hash", "csrf", "code_hash", "nonce"):
        assert f'"{secret}"' not in text


def test_a_row_of_the_copy_says_in_words_what_it_is_about(site: Flask, client: Client, 小王: Person) -> None:
    union = a_union("北方精密工会", members=[小王])
    made = an_activity(now=NOON, title="合唱排练")
    places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="a", at=NOON)
    with at_time(NOON):
        client.sign_in(小王)
        answer = client.press(client.get("/me/privacy"), "/me/privacy/copy")

    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    told = json.loads(packed.read("yiqi.json"))["tables"]
    starts = f"{clock.beijing(made.starts_at):%H:%M}"
    for name in ("booking", "booking_change"):
        about = told[name]["rows"][0]["about"]
        assert about.startswith("合唱排练 · ")
        assert about.endswith(starts)
    assert (told["membership"]["rows"][0]["about"], union.name) == ("北方精密工会", "北方精密工会")
    book = CalamineWorkbook.from_filelike(io.BytesIO(packed.read("yiqi.xlsx")))
    assert book.get_sheet_by_name("报名").to_python()[0][:3] == ["关于", "编号", "签到码"]


def test_every_column_and_every_word_of_a_closed_list_is_told_in_words(site: Flask) -> None:
    columns = {
        column for kept in EVERYTHING if kept.whose and not kept.withheld for column in handing_out.told(kept)
    }
    lists: set[Any] = {column.type.enum_class for column in columns if isinstance(column.type, Enum)}

    assert {column.name for column in columns} - wording.HEADS.keys() == set()
    assert len(lists) > 20
    assert lists - wording.MEANINGS.keys() == {kiosk.Purpose, kiosk.Stage}
    for one in lists:
        known = wording.MEANINGS.get(one, wording.OF_SCREENS)
        assert {word for word in one if word not in known} == set(), one


def test_a_state_stands_in_the_workbook_as_pages_call_it(site: Flask, client: Client, 小王: Person) -> None:
    made = an_activity(now=NOON)
    places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="a", at=NOON)
    with at_time(NOON):
        client.sign_in(小王)
        answer = client.press(client.get("/me/privacy"), "/me/privacy/copy")

    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    book = CalamineWorkbook.from_filelike(io.BytesIO(packed.read("yiqi.xlsx")))
    heads, row = book.get_sheet_by_name("报名").to_python()[:2]
    assert dict(zip(heads, row, strict=True))["状态"] == "已确认"
    assert json.loads(packed.read("yiqi.json"))["tables"]["booking"]["rows"][0]["state"] == "confirmed"


def test_every_sheet_has_a_name_of_its_own() -> None:
    titles = [str(kept.title) for kept in EVERYTHING if kept.whose and not kept.withheld]
    assert len(titles) == len(set(titles))
    assert all(0 < len(title) <= 31 for title in titles)


def test_a_sixth_copy_within_the_hour_has_to_wait(client: Client, 小王: Person) -> None:
    with at_time(NOON):
        client.sign_in(小王)
        page = client.get("/me/privacy")
        statuses = [client.press(page, "/me/privacy/copy").status_code for _n in range(6)]

        assert statuses == [200] * 5 + [429]


def test_somebody_elses_rows_are_in_nobodys_copy(site: Flask, 小王: Person, 小赵: Person) -> None:
    made = an_activity(places=3)
    for person in (小王, 小赵):
        places.sign_up(
            slot_id=made.slot_id, person_id=person.id, party=1, nonce=str(person.id), at=clock.now()
        )

    found = handing_out.everything(小王.id)

    assert len(found["booking"]) == 1
    assert len(found["booking_change"]) == 1
    assert [row["phone"] for row in found["person"]] == [小王.phone]


def test_an_account_is_deleted_by_whoever_has_the_phone(site: Flask, client: Client, 小王: Person) -> None:
    made = an_activity(now=NOON)
    ref = places.sign_up(slot_id=made.slot_id, person_id=小王.id, party=1, nonce="a", at=NOON).ref
    with at_time(NOON):
        client.sign_in(小王)
        page = client.get("/me/privacy/delete")
        assert "1 个报名让出来" in words(by_id(page, "main")).replace("\u00a0", " ")
        assert client.press(page, "/me/privacy/delete/code").status_code == 303
        page = client.get("/me/privacy/delete")
        code = code_sent_to(小王)
        bad = f"{(int(code) + 1) % 10**6:06d}"

        assert client.press(page, "/me/privacy/delete", code=bad).status_code == 422
        assert db.session.get_one(Person, 小王.id).left_at is None
        done = client.press(page, "/me/privacy/delete", code=code)

        assert done.status_code == 303
        assert "账号已删除" in client.follow(done).text
        assert client.get("/me").status_code == 401
    assert db.session.get_one(Person, 小王.id, populate_existing=True).left_at == NOON
    assert db.session.scalars(select(Booking.state).where(Booking.ref == ref)).one() is State.CANCELLED


def test_without_a_code_nothing_is_deleted(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    page = client.get("/me/privacy/delete")
    token = {
        "csrf_token": client.get("/me/privacy/delete").text.split('csrf_token" value="')[1].split('"')[0]
    }
    assert page.status_code == 200

    for code in ("", "123456"):
        assert client.post("/me/privacy/delete", data={**token, "code": code}).status_code == 422
    assert db.session.get_one(Person, 小王.id, populate_existing=True).left_at is None


def test_the_last_admin_reads_why_not(client: Client) -> None:
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    with at_time(NOON):
        client.sign_in(admin)
        client.press(client.get("/me/privacy/delete"), "/me/privacy/delete/code")
        answer = client.press(
            client.get("/me/privacy/delete"), "/me/privacy/delete", code=code_sent_to(admin)
        )

    assert answer.status_code == 409
    assert "最后一位总工会管理员" in words(by_id(answer, "last-admin"))
    assert db.session.get_one(Person, admin.id, populate_existing=True).left_at is None


def test_a_new_notice_asks_again_and_once(client: Client) -> None:
    person = a_worker()
    with writing() as session:
        session.add(person)
        person.agreed = agreeing.NOTICE - 1
    client.sign_in(person)

    away = client.get("/me?tab=past")
    assert away.status_code == 303
    for open_page in ("/privacy", "/me/privacy", "/me/privacy/delete", "/me/sessions"):
        assert client.get(open_page).status_code == 200
    page = client.follow(away)
    old = client.press(page, "/me/privacy/notice", version="1")
    assert old.location.startswith("/me/privacy/notice")

    agreed = client.press(page, "/me/privacy/notice")
    client.press(page, "/me/privacy/notice")

    assert agreed.location == "/me?tab=past"
    assert client.get("/me").status_code == 200
    rows = db.session.execute(select(Consent.version, Consent.withdrawn_at)).all()
    assert [tuple(row) for row in rows] == [(agreeing.NOTICE, None)]


def test_who_agreed_to_the_present_notice_or_was_never_asked_is_left_alone(client: Client) -> None:
    for agreed in (0, agreeing.NOTICE):
        person = a_worker()
        with writing() as session:
            session.add(person)
            person.agreed = agreed
        client.sign_in(person)
        assert client.get("/me").status_code == 200


def test_signing_in_writes_down_what_was_agreed_to_once(site: Flask, client: Client) -> None:
    phone = "13800138123"
    for day in range(2):
        with at_time(NOON + timedelta(days=day)):
            client.press(client.get("/sign-in"), "/sign-in", phone=phone)
            code = db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one().facts["code"]
            client.press(client.get("/sign-in/code"), "/sign-in/code", code=code)
            client.post("/sign-out")
            client = Client(site)

    person = db.session.scalars(select(Person)).one()
    assert person.agreed == agreeing.NOTICE
    (consent,) = agreeing.of(person.id)
    assert (consent.version, consent.given_at) == (agreeing.NOTICE, NOON)
