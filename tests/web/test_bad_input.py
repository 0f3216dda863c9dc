"""Whatever is typed, pasted or forged: a clear answer, the form kept, never our own fault, nothing stored raw."""

import io
import re
import unicodedata
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from urllib.parse import quote, unquote, urlsplit

import pytest
from flask import Flask
from sqlalchemy import String as Words
from sqlalchemy import Text, select
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from tests.browsing import Client, a_session, at_time, form_of, parsed
from tests.builders import an_activity
from tests.promises.routes import POSTS, ROUTES, Route
from tests.promises.scene import Scene, scene
from tests.web import bad_texts
from tests.web.asking import HTMX, RawClient, a_token
from yiqi import clock
from yiqi.booking import places
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.people import codes
from yiqi.people.models import Person, SignInCode
from yiqi.people.persons import tell_name

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
LANGUAGES = ("zh-CN", "en")
HAN = re.compile("[\u4e00-\u9fff]")
FORBIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFFFD}


def stored() -> Iterator[tuple[str, str]]:
    """Every text in the database, and where it is."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, Words | Text)]
        for row in db.session.execute(select(*columns)) if columns else ():
            for column, text in zip(columns, row, strict=True):
                if text:
                    yield f"{table.name}.{column.name}", str(text)


def nothing_is_stored_raw() -> None:
    for place, text in stored():
        assert unicodedata.is_normalized("NFC", text), (place, text)
        assert not [
            char
            for char in text
            if (ord(char) < 32 and char != "\n") or ord(char) == 127 or ord(char) in FORBIDDEN
        ], (place, text)


def complaint(page: TestResponse, field: str) -> str:
    """What a form says is wrong with a field: in the summary, at the field, and to a screen reader."""
    tree = parsed(page)
    error = tree.find(f".//*[@id='{field}-err']")
    assert error is not None, f"nothing is said of {field}"
    control = tree.find(f".//*[@id='{field}']")
    assert control is not None
    assert f"{field}-err" in control.get("aria-describedby", "").split()
    said = "".join(error.itertext()).strip()
    summary = tree.find(".//*[@id='errsum']")
    assert summary is not None
    assert f"#{field}" in [link.get("href") for link in summary.iter("a")]
    title = tree.findtext(".//title") or ""
    assert title.startswith(("出错了", "Error")), title
    return said


def in_language(said: str, lang: str) -> None:
    assert bool(HAN.search(said)) == (lang != "en"), said


def no_fault(answer: TestResponse) -> TestResponse:
    assert answer.status_code < 500, (answer.status_code, answer.request.full_path[:200])
    assert "Content-Encoding" in answer.headers or "Traceback" not in answer.text
    return answer


class Worker:
    """A signed-in worker at the sign-up form of an activity for several people."""

    def __init__(self, client: Client, lang: str = "zh-CN") -> None:
        self.client, self.lang = client, lang
        self.stage: Scene = scene()
        self.party = an_activity(places=500, max_party=5, starts_in=timedelta(hours=200))
        self.stage.enter(client, "other")
        client.set_cookie("lang", lang)
        self.form_address = f"/slots/{self.party.slot_id}/sign-up"
        self.address = f"/slots/{self.party.slot_id}/bookings"

    def submit(self, **typed: str) -> TestResponse:
        page = self.client.get(self.form_address)
        fields = form_of(page, self.address) | {"party": "1"} | typed
        return no_fault(self.client.post(self.address, data=fields))

    def booking(self) -> Booking | None:
        db.session.rollback()
        mine = select(Booking).where(
            Booking.person_id == self.stage.other.id, Booking.slot_id == self.party.slot_id
        )
        return db.session.scalars(mine.order_by(Booking.id.desc())).first()


# --- a. names and notes


def test_a_name_is_kept_clean_or_refused_with_the_form_kept(client: Client) -> None:
    stage = scene()
    stage.enter(client, "other")
    page = client.get("/me/name?next=/me")
    for typed in ("", " ", *bad_texts.NAMES):
        tell_name(person_id=stage.other.id, name="赵小兰")

        answer = no_fault(client.press(page, "/me/name", name=typed))

        db.session.rollback()
        name = db.session.get_one(Person, stage.other.id, populate_existing=True).name
        if answer.status_code == 422:
            assert name == "赵小兰", ascii(typed)
            in_language(complaint(answer, "name"), "zh-CN")
            kept = form_of(answer, "/me/name")
            assert kept["next"] == "/me"
            assert one_line(kept["name"]) == one_line(shown(typed)[:2000]), ascii(typed)
        else:
            assert (answer.status_code, answer.location) == (303, "/me"), ascii(typed)
            assert 0 < len(name) <= 50
            assert client.get("/me").status_code == 200
        nothing_is_stored_raw()


def one_line(text: str) -> str:
    return text.replace("\n", "").strip()


def shown(typed: str) -> str:
    """What a form can show again of something typed."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char
        for char in text
        if char in "\n\t"
        or not (
            unicodedata.category(char) == "Cc"
            or ord(char) in FORBIDDEN
            or 0xFDD0 <= ord(char) <= 0xFDEF
            or ord(char) & 0xFFFE == 0xFFFE
        )
    )


def test_a_note_is_kept_clean_or_refused_with_the_form_kept(client: Client) -> None:
    worker = Worker(client)
    for typed in bad_texts.NAMES:
        before = worker.booking()

        answer = worker.submit(note=typed, party="2")

        booking = worker.booking()
        if answer.status_code == 422:
            assert (booking and booking.id) == (before and before.id), ascii(typed)
            in_language(complaint(answer, "note"), "zh-CN")
            kept = form_of(answer, worker.address)
            assert (kept["party"], kept["nonce"] != "") == ("2", True)
            assert kept["note"].strip() == shown(typed)[:2000].strip(), ascii(typed)
        else:
            assert answer.status_code == 303, ascii(typed)
            assert booking is not None
            assert len(booking.note) <= 200
            assert "49" not in booking.note
            page = client.follow(answer)
            assert "<img src=x" not in page.text
            places.cancel(ref=booking.ref, person_id=worker.stage.other.id, at=clock.now())
        nothing_is_stored_raw()


@pytest.mark.parametrize(
    "good", ["𠮷野家", "𬱖", "㛃䶮", "阿卜杜拉·买买提", "O'Neil", "\U00031350", "张" * 50]
)
def test_real_names_are_kept_as_they_are(client: Client, good: str) -> None:
    stage = scene()
    stage.enter(client, "other")
    client.post("/me/name", data={"name": f" {good}\u3000", "csrf_token": a_token(client)})
    db.session.rollback()
    assert db.session.get_one(Person, stage.other.id).name == good


def test_two_spellings_of_one_name_are_stored_as_one(client: Client) -> None:
    stage = scene()
    for typed in ("é", "e\u0301"):
        stage.enter(client, "other")
        client.post("/me/name", data={"name": typed, "csrf_token": a_token(client)})
        db.session.rollback()
        assert db.session.get_one(Person, stage.other.id).name == "\u00e9"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("action", "field", "typed"),
    [
        ("/me/name", "name", ""),
        ("/me/name", "name", "x\x00"),
        ("/me/name", "name", "张" * 51),
        ("/sign-in", "phone", "138"),
        ("/sign-in", "phone", "abc"),
        ("/sign-in/code", "code", "12"),
        ("/sign-in/code", "code", "000000"),
    ],
)
def test_what_is_wrong_is_said_in_the_visitors_language(
    client: Client, lang: str, action: str, field: str, typed: str
) -> None:
    stage = scene()
    client.set_cookie("lang", lang)
    if action == "/me/name":
        stage.enter(client, "other")
    if action == "/sign-in/code":
        asked(client)

    page = client.get(action)
    answer = client.press(page, action, **{field: typed})

    assert answer.status_code == 422
    assert f'<html lang="{lang}"' in answer.text
    in_language(complaint(answer, field), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("field", "typed"), [("note", "x\x00"), ("note", "长" * 201), ("party", "x")])
def test_the_same_when_signing_up(client: Client, lang: str, field: str, typed: str) -> None:
    worker = Worker(client, lang)
    answer = worker.submit(**{"note": "好", field: typed})
    assert answer.status_code == 422
    in_language(complaint(answer, field), lang)


@pytest.mark.parametrize("escapes", bad_texts.BROKEN_BYTES)
def test_bytes_that_are_no_text_never_reach_the_database(client: Client, escapes: str) -> None:
    worker = Worker(client)
    token = quote(a_token(client))
    client.checks = False

    for address, field in (("/me/name", "name"), (worker.address, "note"), (worker.address, "nonce")):
        body = f"csrf_token={token}&party=1&name=%E7%8E%8B&{field}={escapes}&x"
        body = body.replace("&name=%E7%8E%8B", "") if field == "name" else body
        answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
        no_fault(answer)
    for address in (f"/?q={escapes}", f"/{escapes}", f"/t/{escapes}", f"/activities/{escapes}"):
        no_fault(raw(client, address))
    for address in (f"/live?slots={escapes}&was={escapes}", f"/demo/messages?phone={escapes}"):
        no_fault(raw(client, address))
    nothing_is_stored_raw()


# --- b. phones


@pytest.mark.parametrize("typed", bad_texts.GOOD_PHONES, ids=ascii)
def test_every_spelling_of_a_number_is_one_number(client: Client, typed: str) -> None:
    page = client.get("/sign-in?next=/me")

    answer = client.press(page, "/sign-in", phone=typed)

    assert (answer.status_code, answer.location) == (303, "/sign-in/code?next=/me")
    assert db.session.scalars(select(SignInCode.phone)).all() == ["+8613800138000"]


def test_what_is_no_number_is_refused_and_shown_again(client: Client) -> None:
    page = client.get("/sign-in?next=/me")
    for typed in bad_texts.BAD_PHONES:
        answer = no_fault(client.press(page, "/sign-in", phone=typed))

        assert answer.status_code == 422, ascii(typed)
        in_language(complaint(answer, "phone"), "zh-CN")
        kept = form_of(answer, "/sign-in")
        assert kept["next"] == "/me"
        assert numbers(kept["phone"]) == numbers(typed), ascii(typed)
    assert db.session.scalars(select(SignInCode.phone)).all() == []


def numbers(text: str) -> list[str]:
    return [char for char in text if char.isdigit()]


@pytest.mark.parametrize(
    "fields",
    [
        [("phone", "13800138000"), ("phone", "13900139000")],
        [("phone", "13800138000"), ("phone", "13800138000")],
        [("phone", ""), ("phone", "13800138000")],
        [("phone[]", "13800138000")],
        [("phone[$ne]", "1")],
        [("phone[0]", "13800138000")],
        [("Phone", "13800138000")],
        [(" phone", "13800138000")],
        [],
    ],
)
@SQLITE
def test_a_number_sent_twice_or_under_another_name_is_none(
    site: Flask, client: Client, fields: list[tuple[str, str]]
) -> None:
    token = a_token(client)
    body = "&".join(f"{quote(name)}={value}" for name, value in [*fields, ("csrf_token", quote(token))])
    answer = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert db.session.scalars(select(SignInCode)).all() == []


def test_known_and_unknown_numbers_get_the_same_answer(site: Flask) -> None:
    stage = scene()
    known, unknown = stage.owner.phone.removeprefix("+86"), "13800138999"
    answers = []
    for phone in (known, unknown):
        client = Client(site)
        sent = client.press(client.get("/sign-in"), "/sign-in", phone=phone)
        page = client.follow(sent)
        wrong = client.press(page, "/sign-in/code", code="000000")
        again = client.press(client.get("/sign-in"), "/sign-in", phone=phone)
        answers.append(
            [
                (
                    one.status_code,
                    one.headers.get("Location"),
                    blank(one.text, phone),
                    set(one.headers.keys()),
                )
                for one in (sent, page, wrong, again)
            ]
        )
    assert answers[0] == answers[1]


def blank(body: str, phone: str) -> str:
    body = re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", body)
    for spelled in (phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}"):
        body = body.replace(spelled, "□")
    return re.sub(r"[0-9]+ 秒", "□ 秒", body)


# --- c. codes


def asked(client: Client, phone: str = "13800138000") -> TestResponse:
    """The page for the code, after asking for one."""
    return client.follow(client.press(client.get("/sign-in"), "/sign-in", phone=phone))


def sent_code(client: Client, phone: str = "13800138000") -> str:
    page = client.get(f"/demo/messages?phone={phone}")
    return next(code for one in parsed(page).iter("li") if (code := one.get("data-code")))


def full_width(code: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in code)


def test_what_is_no_code_costs_no_try(client: Client) -> None:
    page = asked(client)
    for typed in bad_texts.BAD_CODES:
        answer = no_fault(client.press(page, "/sign-in/code", code=typed))

        assert answer.status_code == 422, ascii(typed)
        in_language(complaint(answer, "code"), "zh-CN")
    db.session.rollback()
    assert db.session.scalar(select(SignInCode.tries)) == 0


@pytest.mark.parametrize(
    "spell", [str, full_width, lambda code: f" {code} ", lambda code: f"{code[:3]} {code[3:]}"]
)
def test_a_code_may_be_typed_as_it_was_read(client: Client, spell: type[str]) -> None:
    page = asked(client)
    answer = client.press(page, "/sign-in/code", code=spell(sent_code(client)))
    assert (answer.status_code, answer.location) == (303, "/me/name?next=/")


def wrong_for(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_works_once_here_in_time_and_after_few_errors(site: Flask, client: Client) -> None:
    page = asked(client)
    code = sent_code(client)
    thief = Client(site)
    refused = thief.press(asked(thief, "13800138001"), "/sign-in/code", code=code)
    assert refused.status_code == 422

    for left in (4, 3, 2, 1):
        said = complaint(client.press(page, "/sign-in/code", code=wrong_for(code)), "code")
        assert str(left) in said
    client.press(page, "/sign-in/code", code=wrong_for(code))
    assert client.press(page, "/sign-in/code", code=code).status_code == 422
    assert client.get("/me").status_code == 401


def test_a_used_an_old_and_a_late_code_are_refused(site: Flask) -> None:
    now = clock.now()
    with at_time(now):
        first = Client(site)
        asked(first)
        code = sent_code(first)
    with at_time(now + timedelta(seconds=61)):
        page = asked(first)
        newer = sent_code(first)
        if newer != code:
            assert first.press(page, "/sign-in/code", code=code).status_code == 422
    with at_time(now + timedelta(seconds=62)):
        assert first.press(page, "/sign-in/code", code=newer).status_code == 303
    with at_time(now + timedelta(seconds=63)):
        second = Client(site)
        page = asked(second, "13800138001")
        late = sent_code(second, "13800138001")
        assert second.press(page, "/sign-in/code", code=newer).status_code == 422
    with at_time(now + timedelta(seconds=63 + 300)):
        assert second.press(page, "/sign-in/code", code=late).status_code == 422


# --- d. numbers and dates


def test_what_is_no_party_is_refused_with_the_form_kept(client: Client) -> None:
    worker = Worker(client)
    for typed in bad_texts.BAD_PARTIES:
        answer = worker.submit(party=typed, note="晚到 10 分钟")

        assert answer.status_code == 422, ascii(typed)
        in_language(complaint(answer, "party"), "zh-CN")
        assert form_of(answer, worker.address)["note"] == "晚到 10 分钟"
    assert worker.booking() is None


@pytest.mark.parametrize(("typed", "taken"), [("2", 2), ("０２", 2), ("２", 2), (" 3 ", 3), ("05", 5)])
def test_a_party_in_full_width_digits_is_a_party(client: Client, typed: str, taken: int) -> None:
    worker = Worker(client)
    assert worker.submit(party=typed).status_code == 303
    booking = worker.booking()
    assert booking is not None
    assert booking.party == taken


@pytest.mark.parametrize("typed", ["6", "99"])
def test_a_party_larger_than_allowed_is_refused_by_name_with_the_form_kept(
    client: Client, typed: str
) -> None:
    worker = Worker(client)
    answer = worker.submit(party=typed, note="带孩子")
    assert answer.status_code == 409
    assert 'data-refusal="party_too_big"' in answer.text
    assert form_of(answer, worker.address)["note"] == "带孩子"


@SQLITE
@pytest.mark.parametrize("name", ["day", "week"])
def test_days_that_make_no_sense_are_passed_over(client: Client, name: str) -> None:
    scene()
    for typed in bad_texts.DATES:
        assert client.get("/", query_string={name: typed}).status_code == 200


@pytest.mark.parametrize("name", ["q", "programme", "free", "after"])
def test_odd_filters_are_passed_over_and_shown_as_text(client: Client, name: str) -> None:
    scene()
    for typed in bad_texts.SEARCHES:
        page = client.get("/", query_string={name: typed})
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "<b>粗" not in page.text
    nothing_is_stored_raw()


@SQLITE
def test_the_same_query_twice_or_as_a_list_is_no_trouble(client: Client) -> None:
    scene()
    for query in (
        "day=2026-11-18&day=x",
        "q[]=1&q[$ne]=1",
        "programme=league&programme=x",
        "page=-1&sort=__class__&page=1e9",
        "&&&==&",
        "x=" + "y" * 7_000,
        "&".join(f"p{n}=1" for n in range(1_500)),
    ):
        assert raw(client, f"/?{query}").status_code == 200


# --- addresses


def raw(client: Client, address: str, method: str = "GET", **headers: str) -> TestResponse:
    """Ask for an address byte by byte, as a server hands it on: path unquoted, query as it is."""
    path, _mark, query = address.partition("?")
    environ = EnvironBuilder(path="/", method=method, headers=list(headers.items())).get_environ()
    from_bytes = unquote(path, encoding="latin-1")
    environ |= {"PATH_INFO": from_bytes, "QUERY_STRING": query, "REQUEST_URI": address, "RAW_URI": address}
    return client.open(environ)


PATHS = (
    *(f"/activities/{quote(one, safe='%')}" for one in bad_texts.IDS),
    *(f"/slots/{quote(one, safe='%')}/_places" for one in bad_texts.IDS),
    *(f"/slots/{quote(one, safe='%')}/sign-up" for one in bad_texts.IDS),
    *(f"/t/{quote(one, safe='%')}" for one in bad_texts.REFS),
    "/%00",
    "/%2e%2e/",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/%2e%2e/wsgi.py",
    "/static/..%2f..%2fwsgi.py",
    "/static/css/yiqi.css%00.png",
    "/static/",
    "/static",
    "/.git/config",
    "/.env",
    "/instance/yiqi.db",
    "/" + "x" * 8_000,
    "/" + "a/" * 2_000,
    "/me/",
    "/sign-in/",
    "/activities/",
    "/ME",
    "/me%20",
    "/me;x=1",
    "/%E5%BC",
    "/%C0%AF",
)


@SQLITE
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_an_address_that_is_nobodys_is_missing(client: Client, method: str) -> None:
    stage = scene()
    stage.enter(client, "owner")
    for path in PATHS:
        answer = no_fault(raw(client, path, method))
        assert answer.status_code in (404, 405), path


@SQLITE
def test_doubled_slashes_stay_on_the_site(client: Client) -> None:
    scene()
    for path in (
        "//evil.example",
        "//evil.example/",
        "//sign-in",
        "/%2f%2fevil.example",
        "///me",
        "/static/%2fetc/passwd",
    ):
        answer = no_fault(raw(client, path))
        where = urlsplit(answer.headers.get("Location", "/"))
        assert where.netloc in ("", "localhost"), path


def test_a_code_that_is_none_cancels_nothing(client: Client) -> None:
    stage = scene()
    stage.enter(client, "owner")
    for typed in bad_texts.REFS:
        answer = raw(client, f"/bookings/{quote(typed, safe='%')}/cancel", "POST")
        assert answer.status_code in (403, 404), ascii(typed)


def test_an_id_beyond_the_databases_numbers_is_missing(client: Client) -> None:
    scene().enter(client, "owner")
    for one in ("2147483647", "2147483648", "9999999999"):
        for path in (f"/activities/{one}", f"/slots/{one}/_places", f"/slots/{one}/sign-up"):
            assert client.get(path).status_code == 404


def test_a_poll_for_odd_slots_is_no_trouble(client: Client) -> None:
    stage = scene()
    for who in ("visitor", "owner"):
        stage.enter(client, who)
        for slots in bad_texts.LIVE_SLOTS:
            for view in ("page", "list", "mine", "", "x", "__class__", "\x00"):
                query = {"slots": slots, "view": view, "was": slots}
                answer = client.get("/live", query_string=query, headers=HTMX)
                assert answer.status_code in (200, 204, 286), (slots, view)


def test_what_the_poller_says_was_shown_is_never_believed_or_shown(client: Client) -> None:
    stage = scene()
    slot = stage.samples.slot_id
    for was in (*bad_texts.NAMES, f"{slot}.<b>x</b>", f"{slot}.open,{slot}.x", "." * 4_000, f"{slot}."):
        answer = client.get("/live", query_string={"slots": f"{slot}.0", "was": was}, headers=HTMX)
        assert answer.status_code == 200
        assert "<b>x" not in answer.text


# --- where to go next


def goes_to(answer: TestResponse) -> str:
    return answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")


def stays(answer: TestResponse) -> None:
    where = goes_to(answer)
    assert re.match(r"/(?![/\\])[!-~]*$", where), where
    assert "evil.example" not in where or where.startswith("/"), where
    assert len(answer.headers.getlist("Location")) <= 1
    assert "x=1" not in str(answer.headers.getlist("Set-Cookie"))


@SQLITE
@pytest.mark.parametrize("target", bad_texts.LEAVING, ids=ascii)
def test_no_next_leads_off_the_site(site: Flask, client: Client, target: str) -> None:
    stage = scene()
    asking = {"next": target, "back": target}
    for address in ("/display?text=l", "/sign-in/code"):
        for headers in ({}, HTMX):
            answer = client.get(address.partition("?")[0], query_string=asking, headers=headers)
            stays(answer)
            assert "evil" not in goes_to(answer)
    page = client.get("/sign-in", query_string=asking)
    assert form_of(page, "/sign-in")["next"] == "/"
    sent = client.press(page, "/sign-in", phone="13800138000", next=target)
    assert sent.location == "/sign-in/code?next=/"
    code_page = client.follow(sent)
    bad = client.press(code_page, "/sign-in/code", code="1", next=target)
    assert form_of(bad, "/sign-in/code")["next"] == "/"
    done = client.press(code_page, "/sign-in/code", code=sent_code(client), next=target)
    assert done.location == "/me/name?next=/"

    stage.enter(client, "owner")
    for headers in ({}, HTMX):
        stays(client.get("/sign-in", query_string=asking, headers=headers))
        token = {"csrf_token": a_token(client)}
        told = client.post("/me/name", data={"name": "王小明", **asking, **token}, headers=headers)
        stays(told)
        assert goes_to(told) == "/me"
    assert "evil" not in str(client.get("/me/name", query_string=asking).text.count('href="//evil'))
    page = client.get("/me/name", query_string=asking)
    for link in parsed(page).iter("a"):
        assert not (link.get("href") or "").startswith(("//", "http", "javascript", "\\"))


@SQLITE
@pytest.mark.parametrize("target", bad_texts.STAYING)
def test_an_odd_path_of_our_own_is_kept_as_it_is(client: Client, target: str) -> None:
    answer = client.get("/display", query_string={"back": target})
    assert answer.location == target


@SQLITE
@pytest.mark.parametrize("target", bad_texts.LEAVING, ids=ascii)
def test_where_htmx_says_it_is_never_leads_off_the_site(client: Client, target: str) -> None:
    stage = scene()
    sayable = target.encode("latin-1", "ignore").decode("latin-1")
    if any(char in sayable for char in "\r\n"):
        sayable = quote(sayable)
    url = f"/slots/{stage.samples.slot_id}/bookings"
    for name in ("HX-Current-URL", "Referer"):
        answer = client.post(url, headers=HTMX | {name: sayable})
        assert answer.status_code == 401
        assert answer.headers["HX-Redirect"] == "/sign-in?next=/"
        plain = client.post(url, headers={name: sayable})
        assert plain.status_code == 401
        assert form_of(plain, "/sign-in")["next"] == "/"


# --- f. requests


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_a_body_beyond_the_limit_is_too_large_everywhere(client: Client, route: Route) -> None:
    stage = scene()
    stage.enter(client, "owner")
    token, url = a_token(client), route.url(stage.samples)
    big = "x" * (256 * 1024)

    for headers in ({}, HTMX):
        typed = client.post(url, data={"csrf_token": token, "note": big}, headers=headers)
        assert typed.status_code == 413
        sent = {"csrf_token": token, "file": (io.BytesIO(big.encode()), "a.txt")}
        assert client.post(url, data=sent, headers=headers).status_code == 413


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_a_large_body_behind_a_good_header_is_no_trouble(client: Client, route: Route) -> None:
    stage = scene()
    stage.enter(client, "owner")
    token = {"X-CSRF-Token": a_token(client)}
    answer = client.post(route.url(stage.samples), data={"note": "x" * (256 * 1024)}, headers=token)
    assert no_fault(answer).status_code in (413, 303)


FORM = "application/x-www-form-urlencoded"
PARTS = "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(1_001))
BODIES: tuple[tuple[str | bytes, str], ...] = (
    ("&".join(f"f{n}=1" for n in range(20_000)), FORM),
    ("csrf_token=x" + "&" * 50_000, FORM),
    ("=&=&=", FORM),
    (b"\xff\xfe\x00", FORM),
    ("csrf_token=%ED%A0%80", FORM),
    (PARTS + "--b--\r\n", "multipart/form-data; boundary=b"),
    (PARTS, "multipart/form-data; boundary=b"),
    ("--b\r\n\r\n", "multipart/form-data; boundary=b"),
    ("x", "multipart/form-data"),
    ("x", "multipart/form-data; boundary="),
    ("x", "multipart/form-data; boundary=" + "b" * 5_000),
    (
        '--b\r\nContent-Disposition: form-data; name="csrf_token"; filename="../x"\r\n\r\n1\r\n--b--',
        "multipart/form-data; boundary=b",
    ),
    ('{"csrf_token": "x"}', "application/json"),
    ("{", "application/json"),
    ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "application/xml"),
    ("csrf_token=x", "text/FORM"),
    ("csrf_token=x", FORM + "; charset=utf-7"),
    ("csrf_token=x", FORM + "; charset=nonsense"),
    ("csrf_token=x", "nonsense"),
    ("csrf_token=x", ""),
    ("", FORM),
)


@SQLITE
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_odd_bodies_are_refused_or_passed_over_everywhere(client: Client, route: Route) -> None:
    stage = scene()
    url, client.checks = route.url(stage.samples), False
    for body, kind in BODIES:
        stage.enter(client, "owner")
        refused = no_fault(client.post(url, data=body, content_type=kind))
        assert refused.status_code in (400, 403, 413, 415), (kind, body[:50])
        token = {"X-CSRF-Token": a_token(client)}
        no_fault(client.post(url, data=body, content_type=kind, headers=token))
        no_fault(client.post(url, data=body, content_type=kind, headers=token | HTMX))
    nothing_is_stored_raw()


@SQLITE
@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "99999999999999999999", "1, 1", ""])
def test_a_body_whose_length_is_a_lie_is_no_trouble(client: Client, length: str) -> None:
    builder = EnvironBuilder(path="/sign-in", method="POST", data={"phone": "13800138000"})
    environ = builder.get_environ() | {"CONTENT_LENGTH": length}
    no_fault(client.open(environ))


COOKIES = (
    "x",
    "",
    "x" * 4_096,
    "\xff\xfe",
    "中文",
    "%00",
    '"quoted"',
    "a" * 43,
    "../../etc/passwd",
    "1; yiqi=2",
    "null",
)


@SQLITE
@pytest.mark.parametrize("name", ["yiqi", "yiqi-device", "lang", "text", "theme", "session"])
def test_junk_in_a_cookie_is_a_stranger_with_the_usual_page(site: Flask, name: str) -> None:
    scene()
    for value in COOKIES:
        jar = f"{name}={value}".encode().decode("latin-1")
        for path in ("/", "/me", "/sign-in", "/live"):
            answer = no_fault(raw(RawClient(site), path, "GET", Cookie=jar))
            assert answer.status_code == {"/me": 401, "/live": 286}.get(path, 200)
            if path == "/":
                assert '<html lang="zh-CN">' in answer.text


@SQLITE
def test_a_session_cookie_that_is_nearly_right_opens_nothing(site: Flask, client: Client) -> None:
    stage = scene()
    held = client.sign_in(stage.owner)
    other = "A" if held.token[0] != "A" else "B"
    spoilt = (
        other + held.token[1:],
        held.token[:-1],
        held.token + "=",
        held.token.swapcase(),
        codes.fingerprint(held.token),
    )
    for token in spoilt:
        assert raw(RawClient(site), "/me", "GET", Cookie=f"yiqi={token}").status_code == 401
    twice = f"yiqi={held.token}; yiqi=junk"
    assert raw(RawClient(site), "/me", "GET", Cookie=twice).status_code in (200, 401)
    many = "; ".join(f"c{n}={n}" for n in range(200)) + f"; yiqi={held.token}"
    assert raw(RawClient(site), "/me", "GET", Cookie=many).status_code == 200
    over = a_session(stage.owner.id, lasts=timedelta(seconds=-1))
    assert raw(RawClient(site), "/me", "GET", Cookie=f"yiqi={over.token}").status_code == 401


HEADERS = {
    "X-Request-ID": ("x", "a" * 65, "a" * 100_000, "a\tb12345678", "<script>", "中文中文", "../../x/../y"),
    "HX-Request": ("TRUE", "1", "yes", "", "true, true"),
    "HX-Current-URL": ("javascript:1", "http://[", "http://localhost:99999999/", "x" * 60_000, "%%%"),
    "HX-Target": ("x" * 60_000, "<b>", "\xff"),
    "HX-Trigger": ("\x01", "x"),
    "HX-Prompt": ("\xe5\xbc\xa0",),
    "Accept-Language": ("*", "xx-" * 5_000, "en;q=nonsense", "\xff"),
    "Accept-Encoding": ("br;q=x", "*", "identity;q=0", "gzip, " * 2_000),
    "Accept": ("nonsense", "*/*;q=nan"),
    "Range": ("bytes=0-", "bytes=-1", "nonsense"),
    "If-None-Match": ("*", '"x', "W/"),
    "If-Modified-Since": ("nonsense", "Thu, 99 Xxx 9999 99:99:99 GMT"),
    "Referer": ("http://[", "//", "\xff", "x" * 60_000),
    "User-Agent": ("", "x" * 60_000, "\xff\xfe"),
    "X-Forwarded-For": ("1.2.3.4", "1.2.3.4, " * 500, "nonsense"),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("https", "javascript"),
    "X-HTTP-Method-Override": ("DELETE",),
    "Content-Encoding": ("gzip", "nonsense"),
    "Authorization": ("Basic !!!", "Bearer x", "\xff"),
    "X-CSRF-Token": ("\xff", "x" * 60_000),
}


@SQLITE
@pytest.mark.parametrize("name", HEADERS)
def test_odd_headers_are_no_trouble(client: Client, name: str) -> None:
    stage = scene()
    stage.enter(client, "owner")
    client.checks = name not in ("HX-Request", "Accept-Encoding")
    for value in HEADERS[name]:
        for path in ("/", "/me", f"/activities/{stage.samples.activity_id}", "/nothing-here"):
            answer = no_fault(client.get(path, headers={name: value}))
            assert "Content-Encoding" in answer.headers or "evil.example" not in answer.text
            assert len(answer.headers["X-Request-ID"]) <= 64
        no_fault(client.post("/sign-out", headers={name: value}))
        no_fault(client.post(f"/bookings/{stage.samples.ref}/cancel", headers={name: value}))


@SQLITE
@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil", "evil:80", "x" * 5_000, "[::1", "中文", " "],
    ids=lambda host: ascii(host)[:20],
)
def test_another_name_of_the_host_is_refused_before_anything_else(site: Flask, host: str) -> None:
    for path in ("/sign-in", "/nothing-here", "/static/css/yiqi.css", "/live"):
        environ = EnvironBuilder(path=path).get_environ()
        environ |= {"HTTP_HOST": host.encode().decode("latin-1"), "SERVER_NAME": "evil.example"}

        body, status, headers = Context().run(run_wsgi_app, site, environ, buffered=True)

        assert status.startswith("400"), path
        assert b"evil" not in b"".join(body)
        assert "Set-Cookie" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"


@SQLITE
def test_the_limit_of_an_address_is_not_evaded_by_saying_another(client: Client) -> None:
    page = client.get("/sign-in")
    for n in range(60):
        answer = client.press(page, "/sign-in", phone=f"1380013{n:04d}")
        assert answer.status_code == 303
    for n, name in enumerate(("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP")):
        headers = {name: f"1.2.3.{n}"}
        fields = form_of(page, "/sign-in") | {"phone": f"1380014{n:04d}"}
        assert client.post("/sign-in", data=fields, headers=headers).status_code == 429


# --- g. replays


@pytest.mark.parametrize("times", [2, 10])
def test_a_sign_up_sent_again_is_the_first_result(client: Client, times: int) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    answers = [client.press(page, worker.address, party="2", note="好") for _time in range(times)]

    assert {(one.status_code, one.location) for one in answers} == {
        (303, f"/activities/{worker.party.activity_id}#booking-{worker.party.slot_id}")
    }
    assert len(db.session.scalars(select(Booking).where(Booking.slot_id == worker.party.slot_id)).all()) == 1


@pytest.mark.parametrize("times", [2, 10])
def test_a_cancel_sent_again_is_the_first_result(client: Client, times: int) -> None:
    stage = scene()
    stage.enter(client, "owner")
    page = client.get(f"/activities/{stage.samples.activity_id}")
    action = f"/bookings/{stage.samples.ref}/cancel"

    answers = [client.press(page, action) for _time in range(times)]

    assert {one.status_code for one in answers} == {303}
    db.session.rollback()
    assert db.session.scalars(select(Booking.state)).one() == "cancelled"


def test_the_form_of_a_place_given_back_does_not_take_it_again(client: Client) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    client.press(page, worker.address)
    booking = worker.booking()
    assert booking is not None
    client.post(f"/bookings/{booking.ref}/cancel", data={"csrf_token": a_token(client)})

    back_and_again = client.press(page, worker.address)

    assert back_and_again.status_code == 303
    newest = worker.booking()
    assert newest is not None
    assert (newest.ref, newest.state) == (booking.ref, "cancelled")


def test_after_signing_out_an_open_page_leads_to_sign_in(client: Client) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    client.post("/sign-out", data={"csrf_token": a_token(client)})
    answer = client.press(page, worker.address)
    assert answer.status_code == 401
    assert worker.booking() is None


def test_after_sign_up_closed_an_open_page_is_told_so_with_the_form_kept(client: Client) -> None:
    worker = Worker(client)
    page = client.get(worker.form_address)
    with at_time(worker.party.closes_at):
        answer = client.press(page, worker.address, note="好")
    assert answer.status_code == 409
    assert 'data-refusal="closed"' in answer.text
    assert form_of(answer, worker.address)["note"] == "好"
    assert worker.booking() is None


def test_two_tabs_make_one_booking(client: Client) -> None:
    worker = Worker(client)
    one, two = client.get(worker.form_address), client.get(worker.form_address)
    assert client.press(one, worker.address, party="2").status_code == 303
    assert client.press(two, worker.address, party="3").status_code == 303
    booking = worker.booking()
    assert booking is not None
    assert booking.party == 2


def test_the_list_of_bad_inputs_is_long() -> None:
    lists = [value for name, value in vars(bad_texts).items() if name.isupper()]
    assert sum(map(len, lists)) + len(PATHS) + sum(map(len, HEADERS.values())) >= 400
    assert len(ROUTES) >= 24
