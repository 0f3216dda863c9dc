"""Lists that organizers take away: as text, hidden as the table says, counted, and readable again."""

import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.booking.steps import asks
from tests.browsing import Client, form_of, parsed, sign_in, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer
from tests.sheets.test_writing import storable
from tests.web.asking import a_token
from yiqi import clock
from yiqi.activities.models import Occurrence
from yiqi.activities.rules.questions import Asked, QuestionKind
from yiqi.booking import attendance, places, questions
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.desk.files import export_words, exports
from yiqi.desk.files.exports import MOST_AN_HOUR, Column, Group, Seen
from yiqi.i18n import in_language
from yiqi.people.models import BrowserSession, Person
from yiqi.people.spelling import pinyin
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role
from yiqi.sheets import printing
from yiqi.sheets.reading import read

FULL = re.compile(rb"1[3-9][0-9]{9}")
EVERYTHING = {"columns": [str(one) for one in Column], "states": [str(one) for one in Group]}


def taking(
    client: Client, made: Made, *, phones: bool = False, kind: str = "csv", **fields: object
) -> TestResponse:
    address = f"/desk/activities/{made.activity_id}/export" + ("/phones" if phones else "")
    data = MultiDict({**EVERYTHING, "kind": kind, "csrf_token": a_token(client), **fields})
    return client.post(address, data=data)


def proven(person: Person) -> None:
    """They have just shown who they are."""
    with writing() as session:
        session.execute(
            update(BrowserSession)
            .where(BrowserSession.person_id == person.id)
            .values(stepped_up_at=clock.now())
        )


def rows(answer: TestResponse) -> list[tuple[str | None, ...]]:
    assert answer.status_code == 200, answer.text[:200]
    return [row.cells for row in read(answer.data)[0]]


def told_everything(made: Made) -> Person:
    """Somebody with a number in every text that can hold one."""
    person = a_worker(name="王13800138000芳", phone="+8613912345678")
    a_union("京东方工会", members=[person])
    asked = {one.key: one.id for one in questions.asked(made.activity_id)}
    answers = {asked["call"]: "+8613712345678", asked["diet"]: "打 13612345678"}
    places.sign_up(
        slot_id=made.slot_id,
        person_id=person.id,
        party=1,
        nonce="n",
        at=clock.now(),
        note="找 135 1234 5678",
        answers=answers,
    )
    return person


ASKED = [
    Asked("call", QuestionKind.PHONE, "紧急联系人", "Emergency number"),
    Asked("diet", QuestionKind.TEXT, "忌口", "Diet"),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "role", [Role.ACTIVITY_ORGANIZER, Role.UNION_ORGANIZER, Role.FEDERATION_ADMIN, Role.AUDITOR]
)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_no_export_of_a_masked_role_holds_a_full_number(client: Client, role: Role, kind: str) -> None:
    made = an_activity(places=5, questions=ASKED)
    told_everything(made)
    who = an_organizer(a_union(), role=role)
    sign_in(client, who)
    proven(who)

    everything = EVERYTHING["columns"]
    if role is Role.AUDITOR:
        assert taking(client, made, kind=kind).status_code == 422  # not offered to them
        everything = [one for one in everything if one not in exports.TOLD]
    answer = taking(client, made, kind=kind, columns=everything)

    cells = [cell for row in rows(answer) for cell in row]
    assert "139****5678" in cells
    if role is Role.AUDITOR:
        assert "王**" in cells
    else:
        cells = [
            cell for cell in cells if not (cell or "").startswith("王")
        ]  # a name is a name, whatever it holds
    assert not FULL.search(" ".join(cell or "" for cell in cells).replace(" ", "").encode())
    for address in (
        f"/desk/activities/{made.activity_id}/sign-in-sheet",
        f"/desk/activities/{made.activity_id}/export",
    ):
        assert b"13912345678" not in client.get(address).data


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("names", [True, False])
def test_what_people_told_is_for_who_sees_their_names(site: Flask, names: bool) -> None:
    """As on the roster. The control: who sees names gets it."""
    made = an_activity(places=5, questions=ASKED)
    told_everything(made)
    wanted, groups = [Column.NAME, Column.NOTE, Column.ANSWERS], [Group.CONFIRMED]

    with site.test_request_context():
        seen, say = Seen(names=names), export_words.all_words()
        taken = exports.bookings(made.activity_id, wanted, groups, seen, say)

    assert [len(row) for row in (taken.header, *taken.rows)] == [4 if names else 1] * 2
    assert ("打 136****5678" in taken.rows[0], "找 135****5678" in taken.rows[0]) == (names, names)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_look_for_full_numbers_would_find_one(client: Client) -> None:
    """The control: with full numbers the same look finds them."""
    made = an_activity(places=5, questions=ASKED)
    told_everything(made)
    who = an_organizer(a_union())
    sign_in(client, who)
    proven(who)
    cells = [cell or "" for row in rows(taking(client, made, phones=True, because="保险")) for cell in row]
    assert {"13912345678", "13712345678", "打 13612345678", "找 135 1234 5678"} <= set(cells)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", [Role.ACTIVITY_ORGANIZER, Role.AUDITOR, Role.CHECK_IN_STAFF])
def test_full_numbers_are_not_there_for_who_may_not_have_them(client: Client, role: Role) -> None:
    made = an_activity()
    who = an_organizer(a_union(), role=role)
    sign_in(client, who)
    proven(who)
    assert client.get(f"/desk/activities/{made.activity_id}/export/phones").status_code == 404
    assert taking(client, made, phones=True, because="x").status_code == 404


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_full_numbers_need_a_proof_and_a_reason_which_is_kept(client: Client) -> None:
    made = an_activity(places=5)
    asks(a_worker(name="王芳"), made, at=clock.now())
    who = an_organizer(a_union())
    sign_in(client, who)

    unproven = taking(client, made, phones=True, because="给保险公司")
    assert unproven.status_code == 303
    assert "step-up" in unproven.location
    proven(who)
    without = taking(client, made, phones=True)
    assert (without.status_code, "写一句用来做什么" in without.text) == (422, True)
    taking(client, made, phones=True, because="给保险公司")

    deed = db.session.scalars(select(Deed).where(Deed.what == What.EXPORTED)).one()
    assert (deed.because, deed.by_id, deed.activity_id) == ("给保险公司", who.id, made.activity_id)
    assert deed.facts == {"of": "bookings", "count": 1, "full": True, "kind": "csv"}


def test_a_list_tells_slots_answers_unions_and_when_they_came(client: Client) -> None:
    made = an_activity(places=2, questions=ASKED, starts_in=timedelta(hours=3), max_party=2)
    told_everything(made)
    ref = db.session.scalars(select(Booking.ref)).one()
    waiting = a_worker(name="李四")
    asks(waiting, made, party=2, at=clock.now())
    occurrence = db.session.scalars(select(Occurrence.id)).one()
    came = made.starts_at - timedelta(minutes=20)
    attendance.check_in(ref=ref, occurrence_id=occurrence, at=came, by_id=None)
    sign_in(client, an_organizer(a_union()))

    head, first, *rest = rows(taking(client, made))

    told = dict(zip(head, first, strict=True))
    assert (told["单位"], told["人数"], told["状态"], told["忌口"]) == (
        "京东方工会",
        "1",
        "已确认",
        "打 136****5678",
    )
    assert told["签到"] == f"{clock.beijing(came):%Y-%m-%d %H:%M}"
    assert told["签到码"] == f"{ref[:4]}-{ref[4:]}"
    assert [dict(zip(head, row, strict=True))["姓名"] for row in rest] == ["李四"]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_two_columns_or_states_of_a_list_are_called_by_one_anothers_name(site: Flask, lang: str) -> None:
    """When the words of both were one dictionary the column of those who left was called as the state of a waiter who did."""
    with site.test_request_context(), in_language(lang):
        say = export_words.all_words()
        assert set(say.columns) == set(Column)
        assert set(say.states) == set(State)
        assert len(set(say.columns.values())) == len(Column)
        assert len(set(say.states.values())) == len(State)
        made = an_activity(places=5)
        taken = exports.bookings(made.activity_id, list(Column), list(Group), Seen(), say)
    left = taken.header[list(Column).index(Column.LEFT)]
    assert left == {"zh-CN": "签退", "en": "Check out"}[lang]
    assert set(map(str, Column)) & set(map(str, State)) == {"left"}, "the control: they would be one key"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_workbook_adds_up_people_and_numbers_and_leaves_codes_alone(client: Client) -> None:
    asked = [
        Asked("size", QuestionKind.NUMBER, "鞋码", "Shoe size"),
        Asked("badge", QuestionKind.TEXT, "工牌", "Badge"),
    ]
    made = an_activity(places=5, questions=asked, max_party=3)
    ids = {one.key: one.id for one in questions.asked(made.activity_id)}
    places.sign_up(
        slot_id=made.slot_id,
        person_id=a_worker(name="=1+1").id,
        party=3,
        nonce="n",
        at=clock.now(),
        answers={ids["size"]: "42", ids["badge"]: "0012"},
    )
    sign_in(client, an_organizer(a_union()))

    taken = taking(client, made, kind="xlsx")
    head, first = CalamineWorkbook.from_object(BytesIO(taken.data)).get_sheet_by_index(0).to_python()
    told = dict(zip(head, first, strict=True))

    assert (told["人数"], told["鞋码"], told["工牌"], told["姓名"]) == (3, 42, "0012", "=1+1")
    assert [told[one] for one in ("人数", "鞋码")] != ["3", "42"], "the control: as texts they were these"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_what_was_taken_away_is_imported_elsewhere_unchanged(client: Client, kind: str) -> None:
    made, other = an_activity(places=None), an_activity(places=None, starts_in=timedelta(hours=200))
    names = [text for text in storable() if len(text) <= 50]
    for number, name in enumerate(names):
        asks(a_worker(name=name, phone=f"+86136{number:08d}"), made, at=clock.now())
    who = an_organizer(a_union())
    sign_in(client, who)
    proven(who)
    taken = taking(
        client,
        made,
        phones=True,
        because="搬到下一场",
        kind=kind,
        columns=["name", "phone"],
        states=["confirmed"],
    )
    with writing() as session:
        session.execute(update(Person).where(Person.phone.like("+86136%")).values(name=""))

    page = f"/desk/activities/{other.activity_id}/import"
    fields = form_of(client.get(page), page)
    sent = client.post(page, data={**fields, "file": (BytesIO(taken.data), f"a.{kind}")})
    client.press(client.follow(sent), sent.location, which="all")

    found = select(Person.name).join(Booking).where(Booking.slot_id == other.slot_id)
    assert sorted(db.session.scalars(found)) == sorted(names)
    assert len(names) >= 40


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_nobody_takes_more_than_twenty_lists_an_hour(client: Client) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))

    statuses = [taking(client, made).status_code for _time in range(MOST_AN_HOUR + 1)]
    assert statuses == [200] * MOST_AN_HOUR + [429]
    pdf = {"csrf_token": a_token(client)}
    assert client.post(f"/desk/activities/{made.activity_id}/sign-in-sheet", data=pdf).status_code == 429
    assert client.post(f"/desk/unions/{a_union().id}/export", data=pdf).status_code == 429
    colleague = Client(client.application)
    sign_in(colleague, an_organizer(a_union()))
    assert taking(colleague, made).status_code == 200


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_nothing_chosen_is_asked_again(client: Client) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    assert taking(client, made, columns=[]).status_code == 422
    assert taking(client, made, states=["nobody"]).status_code == 422
    assert taking(client, made, kind="exe").status_code == 422


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_file_is_called_what_the_activity_is_called(client: Client) -> None:
    made = an_activity(title='读书会 "7月"/夜')
    sign_in(client, an_organizer(a_union()))
    told = taking(client, made).headers["Content-Disposition"]
    assert unquote(told.split("filename*=UTF-8''")[1]) == "读书会 7月夜名单.csv"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_sheet_to_sign_has_25_lines_a_page_and_its_header_on_each(client: Client) -> None:
    made = an_activity(places=None)
    for number in range(30):
        asks(a_worker(name=f"工友{number}"), made, at=clock.now())
    sign_in(client, an_organizer(a_union()))

    page = client.get(f"/desk/activities/{made.activity_id}/sign-in-sheet")
    sheets = list(parsed(page).iter("table"))

    assert [len(sheet.findall(".//tbody/tr")) for sheet in sheets] == [25, 5]
    assert all("签名" in words(sheet.find(".//thead")) for sheet in sheets)  # type: ignore[arg-type]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_sheet_in_pdf_embeds_its_font(client: Client) -> None:
    made = an_activity(places=None, title="读书会")
    asks(a_worker(name="𠮷野欧阳"), made, at=clock.now())
    sign_in(client, an_organizer(a_union()))
    assert printing.font() is not None, "the tests need a font with Chinese in it"

    answer = client.press(
        client.get(f"/desk/activities/{made.activity_id}/sign-in-sheet"),
        f"/desk/activities/{made.activity_id}/sign-in-sheet",
    )

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert b"/FontFile" in answer.data
    assert b"/MediaBox" in answer.data
    assert len(answer.data) < 200_000


def test_without_a_font_there_is_no_pdf(site: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "FONTS", ())
    made = an_activity()
    sign_in(client, an_organizer(a_union()))
    address = f"/desk/activities/{made.activity_id}/sign-in-sheet"

    page = client.get(address)

    assert "下载 PDF" not in page.text
    assert "没有中文字体" in page.text
    assert client.post(address, data={"csrf_token": a_token(client)}).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_members_of_a_union_with_its_groups_come_with_hidden_numbers(client: Client, kind: str) -> None:
    union = a_union("京东方工会", members=[a_worker(name="赵一", phone="+8613800000001")])
    a_union("生产组", parent=union, members=[a_worker(name="钱二", phone="+8613800000002")])
    a_union("中芯工会", members=[a_worker(name="孙三")])
    with writing() as session:
        for person in session.scalars(select(Person)):
            person.pinyin = pinyin(person.name)
    sign_in(client, an_organizer(union))

    answer = client.post(
        f"/desk/unions/{union.id}/export", data={"csrf_token": a_token(client), "kind": kind}
    )

    found = rows(answer)
    assert found[0] == ("姓名", "手机号", "工号", "入会日期", "工会")
    assert [(one[0], one[1], one[4]) for one in found[1:]] == [
        ("钱二", "138****0002", "生产组"),
        ("赵一", "138****0001", "京东方工会"),
    ]
