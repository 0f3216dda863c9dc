"""The pages of imports: a file goes in, each line says what becomes of it, and the word is given once."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests.browsing import Client, form_of, parsed, sign_in, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.sheets.files import bombs, table
from tests.web.asking import a_token
from yiqi import clock
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.desk.models import UploadedList
from yiqi.people.models import Person
from yiqi.roles.rules.permissions import Role
from yiqi.unions import rolls
from yiqi.unions.models import Union

PEOPLE: Sequence[Sequence[object]] = [
    ["姓名", "手机号"],
    ["赵一", 13800000001],
    ["钱二", "1380000"],
    ["孙三", 13800000003],
]


def organizing(client: Client, union: Union, role: Role = Role.UNION_ORGANIZER) -> Person:
    person = an_organizer(union, role=role)
    sign_in(client, person)
    return person


def sends(client: Client, page: str, data: bytes, name: str = "名册.xlsx") -> TestResponse:
    """Choose a file on a page and send its form."""
    return sends_along(client, page, form_of(client.get(page), page), data, name)


def sends_along(
    client: Client, page: str, fields: Mapping[str, str], data: bytes, name: str = "a.csv"
) -> TestResponse:
    """Send a file beside other fields. The body is put together in memory: the test client would leave a file open."""
    boundary, body = encode_multipart(
        MultiDict([*fields.items(), ("file", FileStorage(BytesIO(data), filename=name))])
    )
    return client.post(page, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_a_roll_goes_in_is_looked_at_and_is_taken_over(client: Client) -> None:
    union = a_union("京东方工会")
    organizing(client, union)

    answer = sends(client, f"/desk/unions/{union.id}/roll", table(PEOPLE))
    page = client.follow(answer)
    assert "只导入没问题的" in page.text
    assert "13800000001" not in page.text
    assert "138****0001" in page.text
    done = client.follow(client.press(page, answer.location, which="good"))

    assert "导入了" in done.text
    assert [one.name for one in rolls.members(union.id, clock.today())] == ["孙三", "赵一"]
    again = client.post(answer.location, data={"csrf_token": a_token(client), "which": "good"})
    assert again.status_code == 303
    assert len(rolls.members(union.id, clock.today())) == 2


def test_a_list_of_bookings_goes_in_is_looked_at_and_is_taken_over(client: Client) -> None:
    made = an_activity(places=1)
    organizing(client, a_union(), Role.ACTIVITY_ORGANIZER)
    address = f"/desk/activities/{made.activity_id}/import"

    answer = sends(client, address, table(PEOPLE), "名单.xlsx")
    page = client.follow(answer)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0
    assert "候补" in page.text
    client.press(page, answer.location, which="good")

    assert db.session.scalar(select(func.count()).select_from(Booking)) == 2


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_what_cannot_be_read_says_why_beside_the_form(client: Client) -> None:
    union = a_union()
    organizing(client, union)
    said = set()

    for data, _why in bombs().values():
        answer = sends(client, f"/desk/unions/{union.id}/roll", data)
        if answer.status_code == 413:
            continue
        assert answer.status_code == 422
        said.add(words(next(one for one in parsed(answer).iter("p") if one.get("id") == "file-err")))

    assert len(said) >= 9
    assert db.session.scalar(select(func.count()).select_from(UploadedList)) == 0


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["姓名", "备注"], ["赵一", "x"]], "手机号"),
        ([["姓名", "手机", "电话"], ["赵一", "1", "2"]], "都像同一列"),
    ],
)
def test_a_header_that_is_not_clear_says_what_is_missing(
    client: Client, rows: Sequence[Sequence[object]], says: str
) -> None:
    union = a_union()
    organizing(client, union)
    answer = sends(client, f"/desk/unions/{union.id}/roll", table(rows))
    assert (answer.status_code, says in answer.text) == (422, True)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_no_file_a_wrong_word_and_a_file_that_is_too_long(client: Client) -> None:
    union = a_union()
    organizing(client, union)
    page = f"/desk/unions/{union.id}/roll"
    token = {"csrf_token": a_token(client)}

    assert client.post(page, data=token).status_code == 422
    assert client.post(page, data={**token, "file": "a text"}).status_code == 422
    long = sends_along(client, page, token, b"x" * 3 * 2**20)
    assert (long.status_code, "文件最大 2 MB" in long.text) == (413, True)
    listed = sends(client, page, table(PEOPLE)).location
    wrong = client.post(listed, data={**token, "which": "some"})
    assert wrong.status_code == 422


def test_one_bad_line_keeps_all_out_when_all_are_asked_for(client: Client) -> None:
    union = a_union()
    organizing(client, union)
    listed = sends(client, f"/desk/unions/{union.id}/roll", table(PEOPLE)).location

    answer = client.post(listed, data={"csrf_token": a_token(client), "which": "all"})

    assert answer.status_code == 409
    assert "什么都还没有写入" in answer.text
    assert rolls.members(union.id, clock.today()) == []


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_lines_come_in_pages_by_verdict_and_as_a_file(client: Client) -> None:
    union = a_union("京东方工会", members=[a_worker(name="老工友")])
    organizing(client, union)
    rows: list[list[object]] = [[f"工友{n}", 13_800_000_000 + n if n % 5 else n] for n in range(250)]
    listed = sends(client, f"/desk/unions/{union.id}/roll", table([["姓名", "手机"], *rows])).location

    def names(query: str) -> list[str]:
        page = client.get(listed + query)
        assert page.status_code == 200
        return [words(cell) for cell in parsed(page).iterfind(".//tbody/tr/td[2]")]

    assert len(names("")) == 100
    assert len(names("?page=3")) == 50
    assert len(names("?show=bad")) == 50
    assert names("?sort=verdict")[:2] == ["工友0", "工友5"]
    assert names("?show=left") == ["老工友"]
    for odd in ("?page=0", "?page=9999", "?page=x", "?show=x", "?sort=__class__"):
        assert len(names(odd)) == 100
    file = client.get(f"{listed}/file")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="list-')
    assert len(file.data.decode("utf-8-sig").splitlines()) == 251
    assert "1380000000" not in file.text
    bad = client.get(f"{listed}/file?show=bad").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in bad[1:3]] == ["工友0", "工友5"]
    assert len(bad) == 51


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_list_is_there_for_who_uploaded_it_and_where_it_belongs(site: Flask, client: Client) -> None:
    union, other = a_union("京东方工会"), a_union("中芯工会")
    organizing(client, union)
    listed = sends(client, f"/desk/unions/{union.id}/roll", table(PEOPLE)).location
    colleague, stranger = Client(site), Client(site)
    organizing(colleague, union)
    organizing(stranger, other)
    elsewhere = listed.replace(f"/unions/{union.id}/", f"/unions/{other.id}/")

    for who, address in ((colleague, listed), (stranger, listed), (stranger, elsewhere), (client, elsewhere)):
        assert who.get(address).status_code == 404
        assert who.get(f"{address}/file").status_code == 404
        assert who.post(address, data={"csrf_token": a_token(who), "which": "good"}).status_code == 404
    assert client.get(listed).status_code == 200


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", [Role.CHECK_IN_STAFF, Role.AUDITOR, Role.ACTIVITY_ORGANIZER])
def test_who_keeps_no_members_has_no_roll(client: Client, role: Role) -> None:
    union = a_union()
    organizing(client, union, role)
    assert client.get(f"/desk/unions/{union.id}/roll").status_code == 404


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_stranger_has_no_room_for_a_long_body(client: Client) -> None:
    """Only who is signed in may send more than a form."""
    union = a_union()
    token = {"csrf_token": a_token(client)}
    assert sends_along(client, f"/desk/unions/{union.id}/roll", token, b"x" * 300_000).status_code == 413
