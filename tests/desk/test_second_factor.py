"""The second factor at the desk: set up, asked for, used once, limited, lost and replaced."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browsing import Client, a_session, at_time, by_id, form_of, words
from tests.builders import a_union, an_organizer
from tests.databases import SECRET
from tests.desk.proving import Phone, a_phone, asking_everybody, secret_kept
from yiqi.db import db
from yiqi.people import second_factor
from yiqi.people.browser import cookie_name
from yiqi.people.codes import WrongCode
from yiqi.people.models import BrowserSession, Person, RecoveryCode, SecondFactor
from yiqi.people.tallies import TooMany
from yiqi.roles import securing
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
STEP, MINUTE, HOUR = timedelta(seconds=30), timedelta(minutes=1), timedelta(hours=1)
WRONG = "000000"


def shows(client: Client, code: str, path: str = "/desk/second-factor") -> int:
    page = client.get(path)
    return client.press(page, path, code=code).status_code


def opens(client: Client, path: str = "/desk/audit") -> bool:
    """Whether a page of the desk is shown, or the second factor asked for."""
    answer = client.get(path)
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.location) == (303, f"/desk/second-factor?next={path}")
    return False


def tries(person: Person, typed: str, at: datetime) -> bool | int:
    """Whether a code opens the desk, or how many tries are left; -1 for none any more."""
    browser = a_session(person.id, at=at)
    try:
        securing.unlock(person_id=person.id, browser_id=browser.browser_id, typed=typed, at=at, key=SECRET)
    except WrongCode as wrong:
        return wrong.left
    except TooMany:
        return -1
    return True


def test_who_has_none_sets_it_up_and_comes_back_to_where_they_were_going(site: Flask, client: Client) -> None:
    person = an_organizer(a_union())
    with asking_everybody(site), at_time(NOON):
        client.sign_in(person)
        page = client.follow(client.get("/desk/roles?who=%E7%8E%8B"))
        assert "/desk/roles?who=%E7%8E%8B" in form_of(page, "/desk/second-factor")["next"]
        spelled = words(by_id(page, "main").find(".//p[@class='proof__key num']"))  # type: ignore[arg-type]
        assert spelled.replace(" ", "") == secret_kept(person)
        assert "<svg" in page.text
        assert "演示环境不强制" not in page.text

        wrong = client.press(page, "/desk/second-factor", code=WRONG)
        assert wrong.status_code == 422
        done = client.press(wrong, "/desk/second-factor", code=pyotp.TOTP(secret_kept(person)).at(NOON))

        codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", done.text)
        assert len(set(codes)) == 10
        assert by_id(done, "noted").get("href") == "/desk/roles?who=%E7%8E%8B"
        assert opens(client)
        assert codes[0] not in client.get("/desk/second-factor").text
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not any(code.replace("-", "") in one for code in codes for one in kept)
    assert [deed.what for deed in db.session.scalars(select(Deed).where(Deed.what == What.FACTOR_SET))]


def test_a_reload_shows_the_same_secret_and_one_that_waited_an_hour_is_replaced(client: Client) -> None:
    person = an_organizer(a_union())
    seen = []
    for at in (NOON, NOON + 59 * MINUTE, NOON + 62 * MINUTE):
        with at_time(at):
            client.sign_in(person)
            client.get("/desk/second-factor")
            seen.append(secret_kept(person))

    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize(
    ("role", "idle", "life"),
    [(Role.UNION_ORGANIZER, 2 * HOUR, 12 * HOUR), (Role.FEDERATION_ADMIN, 30 * MINUTE, 8 * HOUR)],
)
def test_the_desk_locks_itself_inside_a_session_that_goes_on(
    site: Flask, client: Client, role: Role, idle: timedelta, life: timedelta
) -> None:
    person = an_organizer(a_union(), role=role)
    phone = a_phone(person, NOON - HOUR)
    with asking_everybody(site):
        with at_time(NOON):
            client.sign_in(person)
            assert not opens(client)
            assert shows(client, phone.code(NOON)) == 303
            assert opens(client)
        with at_time(NOON + idle - MINUTE):
            assert opens(client)
        with at_time(NOON + 2 * idle - 2 * MINUTE):
            assert opens(client)
        later = NOON + 3 * idle - MINUTE
        with at_time(later):
            assert not opens(client)
            assert client.get("/me").status_code == 200
            assert shows(client, phone.code(later)) == 303
        used = later
        while used < later + life - MINUTE:
            used = min(used + idle - MINUTE, later + life - timedelta(seconds=1))
            with at_time(used):
                assert opens(client)
        with at_time(later + life):
            assert not opens(client)


def test_use_is_noted_at_most_once_a_minute(client: Client) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)

    def noted() -> datetime | None:
        mine = (BrowserSession.person_id == person.id, BrowserSession.factor_at == NOON)
        return db.session.scalar(select(BrowserSession.desk_at).where(*mine))

    with at_time(NOON):
        client.sign_in(person)
        shows(client, phone.code(NOON))
    for after, then in ((59, 0), (60, 60), (119, 60), (120, 120)):
        with at_time(NOON + timedelta(seconds=after)):
            opens(client)
        assert noted() == NOON + timedelta(seconds=then)


def test_where_nobody_must_have_one_only_who_has_one_is_asked(client: Client) -> None:
    with_one, without = an_organizer(a_union()), an_organizer(a_union(), name="老陈")
    a_phone(with_one, NOON - HOUR)
    with at_time(NOON):
        client.sign_in(without)
        assert opens(client)
        assert "演示环境不强制" in client.get("/desk/second-factor").text
        client.sign_in(with_one)
        assert not opens(client)


def test_a_worker_is_told_nothing_of_a_second_factor(site: Flask, client: Client, 小王: Person) -> None:
    with asking_everybody(site):
        client.sign_in(小王)
        assert client.get("/desk/").status_code == client.get("/desk/second-factor").status_code == 404


def test_a_code_opens_once_and_no_older_one_after_it(site: Flask) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    code, before = phone.code(NOON), phone.code(NOON - STEP)

    assert tries(person, code, NOON) is True
    assert tries(person, code, NOON) is not True
    assert tries(person, code, NOON + STEP) is not True
    assert tries(person, before, NOON) is not True
    assert tries(person, phone.code(NOON + STEP), NOON + STEP) is True


def test_the_first_code_that_set_it_up_opens_nothing_more(site: Flask) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON)

    assert tries(person, phone.code(NOON), NOON) is not True


def test_five_wrong_codes_and_the_right_one_must_wait_a_quarter_of_an_hour(site: Flask) -> None:
    person, other = an_organizer(a_union()), an_organizer(a_union(), name="老陈")
    phone, others = a_phone(person, NOON - HOUR), a_phone(other, NOON - HOUR)

    assert [tries(person, WRONG, NOON) for _n in range(6)] == [4, 3, 2, 1, 0, -1]
    assert tries(person, phone.code(NOON), NOON) == -1
    assert tries(person, phone.codes[0], NOON) == -1
    assert tries(other, others.code(NOON), NOON) is True
    later = NOON + 15 * MINUTE
    assert tries(person, phone.code(later), later) is True
    assert tries(person, WRONG, later) == 4


def test_fifty_guesses_a_day_and_no_more(site: Flask) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    at = NOON
    for _quarter in range(10):
        assert [tries(person, WRONG, at) for _n in range(5)] == [4, 3, 2, 1, 0]
        at += 15 * MINUTE

    assert tries(person, phone.code(at), at) == -1
    tomorrow = at + timedelta(days=1)
    assert tries(person, phone.code(tomorrow), tomorrow) is True
    assert tries(person, WRONG, tomorrow) == 4


def test_who_gets_a_new_authenticator_begins_at_no_tries(site: Flask) -> None:
    person = an_organizer(a_union())
    a_phone(person, NOON - HOUR)
    assert [tries(person, WRONG, NOON) for _n in range(6)][-1] == -1

    securing.take_away(person_id=person.id, at=NOON, by_id=None)
    fresh = a_phone(person, NOON)

    assert tries(person, fresh.code(NOON + MINUTE), NOON + MINUTE) is True


def test_the_limit_is_said_on_the_page(client: Client) -> None:
    person = an_organizer(a_union())
    a_phone(person, NOON - HOUR)
    with at_time(NOON):
        client.sign_in(person)
        assert [shows(client, WRONG) for _n in range(6)] == [422] * 5 + [429]


def test_a_recovery_code_opens_once_and_stands_in_the_trail(site: Flask, client: Client) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    with at_time(NOON):
        client.sign_in(person)
        assert shows(client, phone.codes[3].lower().replace("-", " ")) == 303
        assert opens(client)
        kept = second_factor.standing(person.id)
        assert kept is not None
        assert kept.codes_left == 9
    assert tries(person, phone.codes[3], NOON) is not True
    used = Deed.what == What.RECOVERY_CODE_USED
    assert db.session.scalar(select(func.count()).select_from(Deed).where(used)) == 1


def test_somebody_elses_recovery_code_opens_nothing(site: Flask) -> None:
    person, other = an_organizer(a_union()), an_organizer(a_union(), name="老陈")
    a_phone(person, NOON - HOUR)
    others = a_phone(other, NOON - HOUR)

    assert tries(person, others.codes[0], NOON) == 4


def test_new_recovery_codes_take_the_place_of_the_old_and_ask_for_a_proof(client: Client) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    with at_time(NOON):
        client.sign_in(person)
        shows(client, phone.code(NOON))
    later = NOON + 11 * MINUTE
    with at_time(later):
        page = client.get("/desk/second-factor")
        asked = client.press(page, "/desk/second-factor/codes")
        assert (asked.status_code, asked.location) == (303, "/desk/step-up?next=/")
        assert shows(client, phone.code(later), "/desk/step-up") == 303
        made = client.press(client.get("/desk/second-factor"), "/desk/second-factor/codes")
        fresh = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", made.text)
    assert len(fresh) == 10
    assert tries(person, phone.codes[0], later) is not True
    assert tries(person, fresh[0], later) is True


def test_a_new_phone_is_set_up_with_the_old_one_in_hand(client: Client) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    with at_time(NOON):
        client.sign_in(person)
        shows(client, phone.code(NOON))
        page = client.follow(client.press(client.get("/desk/second-factor"), "/desk/second-factor/replace"))
        fresh = secret_kept(person)
        assert fresh != phone.secret
        done = client.press(page, "/desk/second-factor", code=pyotp.TOTP(fresh).at(NOON))
        assert done.status_code == 200
    later = NOON + HOUR
    assert tries(person, Phone(phone.secret, ()).code(later), later) is not True
    assert tries(person, phone.codes[0], later) is not True
    assert tries(person, Phone(fresh, ()).code(later), later) is True


def test_an_old_session_sets_no_factor_up(site: Flask, client: Client) -> None:
    """Whoever found a cookie must not become the holder of the second factor."""
    person = an_organizer(a_union())
    with asking_everybody(site), at_time(NOON):
        client.sign_in(person)
        page = client.get("/desk/second-factor")
        secret = secret_kept(person)
    later = NOON + 3 * HOUR
    with asking_everybody(site), at_time(later):
        refused = client.press(page, "/desk/second-factor", code=pyotp.TOTP(secret).at(later))

        assert refused.status_code == 409
        assert by_id(refused, "sign-out").tag == "button"
        assert secret not in client.get("/desk/second-factor").text.replace(" ", "")
        assert second_factor.standing(person.id) is None
        client.sign_in(person)
        assert "<svg" in client.get("/desk/second-factor").text


def test_a_new_phone_closes_the_desk_wherever_the_old_one_opened_it(site: Flask, client: Client) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    elsewhere = Client(site)
    with asking_everybody(site), at_time(NOON):
        elsewhere.sign_in(person)
        shows(elsewhere, phone.code(NOON))
        assert opens(elsewhere)
    with asking_everybody(site), at_time(NOON + MINUTE):
        client.sign_in(person)
        shows(client, phone.code(NOON + MINUTE))
        page = client.follow(client.press(client.get("/desk/second-factor"), "/desk/second-factor/replace"))

        assert "<svg" in page.text
        assert not opens(elsewhere)
        assert elsewhere.get("/me").status_code == 200


def test_a_cookie_copied_before_the_factor_was_shown_opens_no_desk(site: Flask, client: Client) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    with at_time(NOON):
        before = client.sign_in(person)
        shows(client, phone.code(NOON))
        assert opens(client)
        thief = Client(site)
        thief.set_cookie(cookie_name(site), before.token)

        assert thief.get("/desk/audit").status_code == 401
        assert thief.get("/me").status_code == 401


def test_a_database_alone_tells_no_secret(site: Flask) -> None:
    person = an_organizer(a_union())
    phone = a_phone(person, NOON - HOUR)
    kept = db.session.scalars(select(SecondFactor.secret)).one()

    assert phone.secret not in kept
    assert tries(person, phone.code(NOON), NOON) is True
