"""A proof before something grave: by the authenticator, or by a message where nobody must have one."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, at_time, form_of
from tests.builders import a_union, a_worker, an_organizer
from tests.desk.proving import a_phone, asking_everybody
from tests.web.asking import HTMX, a_token
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import Role

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def newest_code(person: Person) -> str:
    of_theirs = select(Notice).where(Notice.phone == person.phone).order_by(Notice.id.desc()).limit(1)
    code: str = db.session.scalars(of_theirs).one().facts["code"]
    return code


def an_admin() -> Person:
    return an_organizer(a_union(), role=Role.FEDERATION_ADMIN, name="周主任")


def takes_factor(client: Client, person: Person, **headers: str) -> tuple[int, str]:
    token = {"csrf_token": a_token(client)}
    answer = client.post(f"/desk/people/{person.id}/take-factor", data=token, headers=headers)
    return answer.status_code, answer.headers.get("Location", answer.headers.get("HX-Redirect", ""))


def proves_by_message(client: Client, person: Person, goes_to: str = "/desk/roles") -> str:
    page = client.get(f"/desk/step-up?next={goes_to}")
    page = client.follow(client.press(page, "/desk/step-up/code"))
    done = client.press(page, "/desk/step-up", code=newest_code(person))
    assert done.status_code == 303
    return done.location


def test_what_is_grave_asks_for_a_proof_and_goes_back_to_the_page_it_was_asked_on(client: Client) -> None:
    admin, organizer = an_admin(), an_organizer(a_union())
    with at_time(NOON):
        client.sign_in(admin)
        here = "http://localhost/desk/roles?who=%E6%9D%8E"

        by_form = takes_factor(client, organizer, Referer=here)
        by_htmx = takes_factor(client, organizer, **HTMX, **{"HX-Current-URL": here})

        assert by_form == (303, "/desk/step-up?next=/desk/roles?who%3D%25E6%259D%258E")
        assert by_htmx == (200, by_form[1])
        page = client.get(by_form[1])
        assert form_of(page, "/desk/step-up/code")["next"] == "/desk/roles?who=%E6%9D%8E"


def test_a_message_to_ones_own_phone_proves_it_for_ten_minutes(client: Client) -> None:
    admin, organizer = an_admin(), an_organizer(a_union())
    with at_time(NOON):
        client.sign_in(admin)
        assert takes_factor(client, organizer)[1].startswith("/desk/step-up")
        assert proves_by_message(client, admin) == "/desk/roles"
        assert takes_factor(client, organizer) == (303, "/desk/roles")
    with at_time(NOON + 10 * MINUTE - timedelta(seconds=1)):
        assert takes_factor(client, organizer) == (303, "/desk/roles")
    with at_time(NOON + 10 * MINUTE):
        assert takes_factor(client, organizer)[1].startswith("/desk/step-up")


def test_a_proof_counts_in_the_browser_it_was_given_in_only(site: Flask, client: Client) -> None:
    admin, organizer = an_admin(), an_organizer(a_union())
    elsewhere = Client(site)
    with at_time(NOON):
        client.sign_in(admin)
        elsewhere.sign_in(admin)
        proves_by_message(client, admin)

        assert takes_factor(elsewhere, organizer)[1].startswith("/desk/step-up")


def test_a_wrong_code_proves_nothing_and_five_end_it(client: Client) -> None:
    admin, organizer = an_admin(), an_organizer(a_union())
    with at_time(NOON):
        client.sign_in(admin)
        client.press(client.get("/desk/step-up"), "/desk/step-up/code")
        right = newest_code(admin)
        wrong = f"{(int(right) + 1) % 10**6:06d}"

        for code in [wrong] * 5 + [right]:
            assert client.press(client.get("/desk/step-up"), "/desk/step-up", code=code).status_code == 422
        assert takes_factor(client, organizer)[1].startswith("/desk/step-up")


def test_who_has_an_authenticator_proves_it_with_that_and_not_with_a_message(client: Client) -> None:
    admin, organizer = an_admin(), an_organizer(a_union())
    phone = a_phone(admin, NOON - 60 * MINUTE)
    with at_time(NOON):
        client.sign_in(admin)
        client.press(client.get("/desk/second-factor"), "/desk/second-factor", code=phone.code(NOON))
        assert takes_factor(client, organizer) == (303, "/desk/roles")
    later = NOON + 11 * MINUTE
    with at_time(later):
        assert takes_factor(client, organizer)[1].startswith("/desk/step-up")
        token = {"csrf_token": a_token(client)}
        client.post("/desk/step-up/code", data=token)
        assert db.session.scalar(select(Notice).where(Notice.phone == admin.phone)) is None
        done = client.press(client.get("/desk/step-up"), "/desk/step-up", code=phone.code(later))
        assert done.status_code == 303
        assert takes_factor(client, organizer) == (303, "/desk/roles")


def test_where_everybody_must_have_one_a_message_proves_nothing(site: Flask, client: Client) -> None:
    admin = an_admin()
    with asking_everybody(site), at_time(NOON):
        client.sign_in(admin)
        token = {"csrf_token": a_token(client)}

        sent = client.post("/desk/step-up/code", data=token)

        assert sent.location.startswith("/desk/second-factor")
        assert db.session.scalar(select(Notice).where(Notice.phone == admin.phone)) is None


def test_roles_of_the_federation_are_offered_and_given_after_a_proof_only(client: Client) -> None:
    admin, worker = an_admin(), a_worker(name="王芳")
    wanted = {"phone": worker.phone, "role": Role.AUDITOR.value, "programme": "", "activity": "", "union": ""}

    def held() -> list[Role]:
        return list(db.session.scalars(select(Grant.role).where(Grant.person_id == worker.id)))

    with at_time(NOON):
        client.sign_in(admin)
        page = client.get("/desk/roles")
        assert 'value="auditor"' not in page.text
        asked = client.post("/desk/roles", data=wanted | {"csrf_token": a_token(client)})
        assert (asked.status_code, held()) == (303, [])
        assert asked.location.startswith("/desk/step-up")
        proves_by_message(client, admin)
        page = client.get("/desk/roles")
        assert 'value="auditor"' in page.text
        client.post("/desk/roles", data=wanted | {"csrf_token": a_token(client)})
    assert held() == [Role.AUDITOR]


@pytest.mark.parametrize(
    "goes_to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x()"]
)
def test_a_proof_leads_nowhere_else(client: Client, goes_to: str) -> None:
    admin = an_admin()
    with at_time(NOON):
        client.sign_in(admin)
        assert proves_by_message(client, admin, goes_to) == "/desk/"
