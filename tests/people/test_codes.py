"""Signing in by phone and code: every limit, counted where everybody counts, and sessions that end when they end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browsing import Client, at_time, form_of, sign_in
from tests.builders import a_worker
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people import codes, rules, sessions
from yiqi.people.browser import cookie_name
from yiqi.people.codes import TooMany, WrongCode
from yiqi.people.models import BrowserSession, KnownDevice, Person, SignInCode
from yiqi.people.sessions import NewSession, fingerprint

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PHONE, OTHER_PHONE = "+8613800138000", "+8613900139000"
SECRET = "the secret that codes are kept under"


@dataclass
class Browser:
    """One browser: its session's token, and what tells that it signed in before."""

    token: str
    device: str = ""

    @property
    def hash(self) -> str:
        return fingerprint(self.token)

    @property
    def row_id(self) -> int:
        found = db.session.scalar(select(BrowserSession.id).where(BrowserSession.token_hash == self.hash))
        db.session.rollback()
        return found or 0

    def asks(self, phone: str = PHONE, at: datetime = NOON, address: str = "10.0.0.1") -> str:
        """Ask for a code; answers the code that is in the message."""
        codes.ask(phone=phone, browser=self.hash, address=address, device=self.device, at=at, secret=SECRET)
        newest = select(Notice).where(Notice.phone == phone).order_by(Notice.id.desc()).limit(1)
        code: str = db.session.scalars(newest).one().facts["code"]
        db.session.rollback()
        return code

    def enters(
        self, code: str, phone: str = PHONE, at: datetime = NOON, address: str = "10.0.0.1"
    ) -> NewSession:
        return codes.sign_in(
            phone=phone,
            code=code,
            browser=self.hash,
            browser_id=self.row_id,
            device=self.device,
            at=at,
            secret=SECRET,
            lang="zh-CN",
            address=address,
        )


def a_browser(at: datetime = NOON) -> Browser:
    return Browser(sessions.open_visit(at=at).token)


def a_known_browser(phone: str = PHONE, at: datetime = NOON - 25 * HOUR) -> Browser:
    """One that signed this phone in the day before, and is in a fresh visit now."""
    browser = a_browser(at)
    entered = browser.enters(browser.asks(phone, at), phone, at)
    return Browser(sessions.open_visit(at=at).token, entered.device)


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def how_many(what: type[object]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(what)) or 0


def test_the_right_code_signs_in_and_makes_the_person(site: Flask) -> None:
    browser = a_browser()

    entered = browser.enters(browser.asks())

    person = db.session.get_one(Person, entered.person_id)
    assert (person.phone, person.name, person.signed_in_at) == (PHONE, "", NOON)
    assert entered.expires_at == NOON + timedelta(days=14)


def test_somebody_on_the_books_signs_in_as_themselves(site: Flask) -> None:
    person = a_worker(name="小王", phone=PHONE)
    browser = a_browser()

    entered = browser.enters(browser.asks())

    assert entered.person_id == person.id
    assert how_many(Person) == 1


def test_a_code_is_six_digits_and_kept_only_as_a_hash(site: Flask) -> None:
    code = a_browser().asks()

    kept = db.session.scalars(select(SignInCode)).one()
    assert (len(code), code.isdigit()) == (6, True)
    assert code not in (kept.code_hash, kept.browser, kept.phone)
    assert len(kept.code_hash) == 64


def test_a_code_works_only_in_the_browser_that_asked(site: Flask) -> None:
    asking, stealing = a_browser(), a_browser()
    code = asking.asks()

    with pytest.raises(WrongCode):
        stealing.enters(code)

    assert asking.enters(code).person_id


def test_a_code_works_only_for_its_phone(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks(PHONE)
    browser.asks(OTHER_PHONE)

    with pytest.raises(WrongCode):
        browser.enters(code, phone=OTHER_PHONE)

    assert browser.enters(code, phone=PHONE).person_id


def test_a_code_works_once(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()
    browser.enters(code)

    with pytest.raises(WrongCode) as again:
        browser.enters(code)

    assert again.value.expired


def test_a_new_code_makes_the_old_one_void(site: Flask) -> None:
    browser = a_browser()
    old = browser.asks()
    new = browser.asks(at=NOON + MINUTE)

    if old != new:
        with pytest.raises(WrongCode):
            browser.enters(old, at=NOON + MINUTE)

    assert browser.enters(new, at=NOON + MINUTE).person_id


def test_a_new_code_asked_elsewhere_makes_the_old_one_void_too(site: Flask) -> None:
    one, other = a_browser(), a_browser()
    old = one.asks()
    other.asks(at=NOON + MINUTE)

    with pytest.raises(WrongCode) as refused:
        one.enters(old, at=NOON + MINUTE)

    assert refused.value.expired


@pytest.mark.parametrize(("late", "works"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_a_code_lives_five_minutes_to_the_second(site: Flask, late: timedelta, works: bool) -> None:
    browser = a_browser()
    code = browser.asks()
    at = NOON + 5 * MINUTE + late

    if works:
        assert browser.enters(code, at=at).person_id
    else:
        with pytest.raises(WrongCode) as refused:
            browser.enters(code, at=at)
        assert refused.value.expired


def test_after_five_wrong_codes_the_right_one_is_of_no_use(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()

    left = []
    for _ in range(5):
        with pytest.raises(WrongCode) as refused:
            browser.enters(wrong(code))
        left.append(refused.value.left)
    with pytest.raises(WrongCode):
        browser.enters(code)

    assert left == [4, 3, 2, 1, 0]
    assert db.session.scalars(select(SignInCode.tries)).one() == 5


def test_four_wrong_codes_are_forgiven(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()
    for _ in range(4):
        with pytest.raises(WrongCode):
            browser.enters(wrong(code))

    entered = browser.enters(code)

    assert entered.person_id


def test_a_new_code_brings_five_new_tries(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()
    for _ in range(5):
        with pytest.raises(WrongCode):
            browser.enters(wrong(code))

    fresh = browser.asks(at=NOON + MINUTE)

    assert browser.enters(fresh, at=NOON + MINUTE).person_id


def test_one_code_a_minute(site: Flask) -> None:
    browser = a_browser()
    browser.asks()

    with pytest.raises(TooMany) as refused:
        browser.asks(at=NOON + 59 * SECOND)

    assert refused.value.wait == SECOND
    assert browser.asks(at=NOON + 60 * SECOND)
    assert how_many(Notice) == 2


def test_five_codes_an_hour_whichever_browser_asks(site: Flask) -> None:
    for number in range(5):
        a_browser().asks(at=NOON + number * MINUTE)

    with pytest.raises(TooMany) as refused:
        a_browser().asks(at=NOON + 10 * MINUTE)

    assert refused.value.wait == 50 * MINUTE
    assert a_browser().asks(at=NOON + HOUR)


def test_ten_codes_a_day_of_which_three_are_kept_for_a_browser_that_was_here_before(site: Flask) -> None:
    known = a_known_browser()
    hours = [NOON + number * 2 * HOUR for number in range(12)]
    for at in hours[:7]:
        a_browser().asks(at=at)

    with pytest.raises(TooMany):
        a_browser().asks(at=hours[7])
    for at in hours[7:10]:
        assert known.asks(at=at)
    with pytest.raises(TooMany) as refused:
        known.asks(at=hours[10])

    assert refused.value.wait == NOON + 24 * HOUR - hours[10]


def test_a_browser_that_was_here_with_another_phone_is_a_stranger_to_this_one(site: Flask) -> None:
    elsewhere = a_known_browser(OTHER_PHONE)
    for number in range(7):
        a_browser().asks(at=NOON + number * 2 * HOUR)

    with pytest.raises(TooMany):
        elsewhere.asks(at=NOON + 14 * HOUR)

    assert how_many(KnownDevice) == 1


def test_a_made_up_device_token_helps_nobody(site: Flask) -> None:
    for number in range(7):
        a_browser().asks(at=NOON + number * 2 * HOUR)

    liar = Browser(a_browser().token, device="x" * 32)

    with pytest.raises(TooMany):
        liar.asks(at=NOON + 14 * HOUR)


def test_sixty_codes_from_one_address_in_ten_minutes(site: Flask) -> None:
    browser = a_browser()
    for number in range(60):
        browser.asks(f"+86136{number:08d}", at=NOON + number * SECOND)

    with pytest.raises(TooMany) as refused:
        browser.asks("+8613612345678", at=NOON + 60 * SECOND)

    assert refused.value.wait == 9 * MINUTE
    assert browser.asks("+8613612345678", at=NOON + 60 * SECOND, address="10.0.0.2")
    assert browser.asks("+8613600000000", at=NOON + 10 * MINUTE)


def test_a_refused_wish_for_a_code_sends_nothing_and_keeps_the_old_one_good(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()

    with pytest.raises(TooMany):
        browser.asks(at=NOON + SECOND)

    assert how_many(Notice) == 1
    assert browser.enters(code, at=NOON + SECOND).person_id


def test_known_and_unknown_phones_leave_the_same_rows(site: Flask) -> None:
    a_worker(phone=PHONE)
    rows = []
    for phone in (PHONE, OTHER_PHONE):
        before = how_many(SignInCode), how_many(Notice), how_many(Person)
        a_browser().asks(phone)
        after = how_many(SignInCode), how_many(Notice), how_many(Person)
        rows.append([b - a for a, b in zip(before, after, strict=True)])

    assert rows[0] == rows[1] == [1, 1, 0]


def test_when_wrong_codes_pour_in_only_browsers_that_were_here_before_may_still_enter_codes(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules.WRONG_CODES_AN_HOUR == 1000
    monkeypatch.setattr(codes, "WRONG_CODES_AN_HOUR", 10)
    known, stranger = a_known_browser(), a_browser()
    for number in range(2):
        guessing = a_browser()
        phone = f"+86136{number:08d}"
        code = guessing.asks(phone)
        for _ in range(5):
            with pytest.raises(WrongCode):
                guessing.enters(wrong(code), phone)

    right = stranger.asks(OTHER_PHONE)
    with pytest.raises(TooMany) as refused:
        stranger.enters(right, OTHER_PHONE, at=NOON + MINUTE)

    assert refused.value.wait == 59 * MINUTE
    assert known.enters(known.asks(), at=NOON + MINUTE).person_id


def test_one_address_that_guesses_shuts_out_its_own_strangers_and_nobody_elses(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules.WRONG_CODES_AN_ADDRESS < rules.WRONG_CODES_AN_HOUR
    monkeypatch.setattr(codes, "WRONG_CODES_AN_ADDRESS", 5)
    guessing, here, there, known = a_browser(), a_browser(), a_browser(), a_known_browser()
    code = guessing.asks("+8613600000000")
    for _ in range(5):
        with pytest.raises(WrongCode):
            guessing.enters(wrong(code), "+8613600000000")

    with pytest.raises(TooMany):
        here.enters(here.asks(OTHER_PHONE), OTHER_PHONE)

    assert there.enters(there.asks("+8613600000001"), "+8613600000001", address="10.9.0.1").person_id
    assert known.enters(known.asks()).person_id


def test_the_next_hour_begins_at_nothing(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "WRONG_CODES_AN_HOUR", 5)
    guessing, stranger = a_browser(), a_browser()
    code = guessing.asks()
    for _ in range(5):
        with pytest.raises(WrongCode):
            guessing.enters(wrong(code))

    at = NOON + HOUR

    assert stranger.enters(stranger.asks(OTHER_PHONE, at=at), OTHER_PHONE, at=at).person_id


def test_guesses_that_are_not_even_looked_at_do_not_shut_everybody_else_out(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "WRONG_CODES_AN_HOUR", 10)
    guessing, stranger = a_browser(), a_browser()
    code = guessing.asks()
    for _ in range(30):
        with pytest.raises(WrongCode):
            guessing.enters(wrong(code))

    entered = stranger.enters(stranger.asks(OTHER_PHONE), OTHER_PHONE)

    assert entered.person_id


def test_a_clock_set_back_does_not_make_an_expired_code_good_again(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()
    with pytest.raises(WrongCode):
        browser.enters(code, at=NOON + 6 * MINUTE)

    with pytest.raises(WrongCode) as refused:
        browser.enters(code, at=NOON + 4 * MINUTE)

    assert refused.value.expired


def test_a_code_sent_before_the_clock_was_set_back_does_not_live_for_hours(site: Flask) -> None:
    browser = a_browser()
    code = browser.asks()

    with pytest.raises(WrongCode) as refused:
        browser.enters(code, at=NOON - 2 * HOUR)

    assert refused.value.expired


def test_a_clock_set_back_does_not_make_a_session_good_again(site: Flask) -> None:
    browser = a_browser()
    entered = browser.enters(browser.asks())
    late = entered.expires_at + SECOND
    assert sessions.visit(entered.token, late) is None

    early = sessions.visit(entered.token, NOON + HOUR)

    assert early is None
    assert how_many(BrowserSession) == 0


def test_a_clock_set_back_brings_no_code_earlier(site: Flask) -> None:
    browser = a_browser()
    browser.asks()

    with pytest.raises(TooMany):
        browser.asks(at=NOON - 2 * HOUR)

    assert how_many(SignInCode) == 1


def test_purging_leaves_what_still_counts_and_forgets_the_rest(site: Flask) -> None:
    browser = a_browser()
    entered = browser.enters(browser.asks())
    a_browser().asks(OTHER_PHONE, at=NOON + 23 * HOUR)

    for _ in range(2):
        codes.purge(NOON + 25 * HOUR)

    assert db.session.scalars(select(SignInCode.phone)).all() == [OTHER_PHONE]
    assert sessions.visit(entered.token, NOON + 25 * HOUR) is not None
    codes.purge(entered.expires_at + SECOND)
    assert how_many(BrowserSession) == 0


# In a browser


def signs_in(client: Client, typed: str = "138 0013 8000") -> None:
    """From the front door to being signed in, by the forms."""
    page = client.get("/sign-in?next=/me")
    page = client.follow(client.press(page, "/sign-in", phone=typed))
    newest = select(Notice).where(Notice.kind == "code").order_by(Notice.id.desc()).limit(1)
    code = db.session.scalars(newest).one().facts["code"]
    entered = client.press(page, "/sign-in/code", code=code)
    assert entered.status_code == 303


def cookie(client: Client) -> str:
    found = client.get_cookie(cookie_name(client.application))
    assert found is not None
    return found.value


def test_the_whole_way_in_by_forms(client: Client) -> None:
    signs_in(client)

    page = client.get("/me/name")

    assert page.status_code == 200
    assert db.session.scalars(select(Person.phone)).all() == [PHONE]


def test_signing_in_is_a_new_session_and_the_old_cookie_opens_nothing(client: Client) -> None:
    client.get("/sign-in")
    before = cookie(client)

    signs_in(client)

    assert cookie(client) != before
    db.session.rollback()
    hashes = db.session.scalars(select(BrowserSession.token_hash)).all()
    assert hashes == [fingerprint(cookie(client))]


def test_a_cookie_copied_before_signing_out_is_dead_afterwards(client: Client) -> None:
    signs_in(client)
    copied = cookie(client)
    page = client.get("/me/name")
    client.post("/sign-out", data={"csrf_token": form_of(page, "/me/name")["csrf_token"]})

    thief = Client(client.application)
    thief.set_cookie(cookie_name(client.application), copied)

    assert thief.get("/me").status_code == 401
    assert how_many(BrowserSession) == 1  # the visit that the sign-in form just opened


def test_a_session_revoked_on_the_server_is_out_on_the_next_request(client: Client) -> None:
    made = sign_in(client, a_worker())
    assert client.get("/me").status_code == 200

    sessions.sign_out(browser_id=made.browser_id)

    assert client.get("/me").status_code == 401


def test_a_session_ends_after_fourteen_days_without_a_visit(client: Client) -> None:
    with at_time(NOON):
        sign_in(client, a_worker())

    with at_time(NOON + timedelta(days=13)):
        assert client.get("/me").status_code == 200
    with at_time(NOON + timedelta(days=26)):
        assert client.get("/me").status_code == 200
    with at_time(NOON + timedelta(days=40)):
        assert client.get("/me").status_code == 401


def test_a_session_ends_after_ninety_days_however_busy(client: Client) -> None:
    with at_time(NOON):
        sign_in(client, a_worker())

    for day in range(10, 90, 10):
        with at_time(NOON + timedelta(days=day)):
            assert client.get("/me").status_code == 200
    with at_time(NOON + timedelta(days=90)):
        assert client.get("/me").status_code == 401


def test_known_and_unknown_phones_get_the_same_answer(client: Client) -> None:
    a_worker(phone=PHONE)
    answers = []
    for typed in ("13800138000", "13900139000"):
        visitor = Client(client.application)
        page = visitor.get("/sign-in")
        answer = visitor.press(page, "/sign-in", phone=typed)
        answers.append((answer.status_code, answer.location, answer.text))

    assert answers[0] == answers[1]


def test_too_many_codes_are_answered_with_when_to_come_again(client: Client) -> None:
    with at_time(NOON):
        page = client.get("/sign-in")
        client.press(page, "/sign-in", phone="13800138000")
        again = client.press(page, "/sign-in", phone="13800138000")

    assert (again.status_code, again.headers["Retry-After"]) == (429, "60")
    assert "60" in again.text


@pytest.mark.parametrize("typed", ["12345", "1234567", "", "abcdef", "123a56", "１２３４５", "12 34 5"])
def test_what_is_not_six_digits_costs_no_try(client: Client, typed: str) -> None:
    page = client.get("/sign-in")
    page = client.follow(client.press(page, "/sign-in", phone="13800138000"))

    answer = client.press(page, "/sign-in/code", code=typed)

    assert answer.status_code == 422
    assert db.session.scalars(select(SignInCode.tries)).one() == 0


@pytest.mark.parametrize("shape", ["{}", " {} ", "full-width", "halves"])
def test_a_code_may_be_typed_with_blanks_or_full_width(client: Client, shape: str) -> None:
    page = client.get("/sign-in")
    page = client.follow(client.press(page, "/sign-in", phone="13800138000"))
    code = db.session.scalars(select(Notice).where(Notice.kind == "code")).one().facts["code"]
    if shape == "full-width":
        typed = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    elif shape == "halves":
        typed = f"{code[:3]} {code[3:]}"
    else:
        typed = shape.format(code)

    answer = client.press(page, "/sign-in/code", code=typed)

    assert answer.status_code == 303


def test_the_limits_of_an_address_cannot_be_escaped_by_claiming_another(client: Client) -> None:
    with at_time(NOON):
        page = client.get("/sign-in")
        answers = [
            client.post(
                "/sign-in",
                data=form_of(page, "/sign-in") | {"phone": f"136{number:08d}"},
                headers={"X-Forwarded-For": f"203.0.113.{number}"},
            ).status_code
            for number in range(61)
        ]

    assert answers == [303] * 60 + [429]
