"""`flask init`: the first admin of a new site comes in by a link, once, within an hour, and nobody else does."""

from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select

from tests.browsing import Client, at_time
from tests.builders import a_worker
from tests.web.asking import a_token
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people import first, persons
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Union

PHONE = "13900000009"


def run(site: Flask, *, phone: str = PHONE, name: str = "林静") -> Result:
    db.session.rollback()
    return site.test_cli_runner().invoke(args=["init", "--phone", phone, "--name", name])


def link(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return "/sign-in/first/" + result.output.strip().rsplit("/", 1)[1]


def press(client: Client, path: str) -> int:
    return client.post(path, data={"csrf_token": a_token(client)}).status_code


def test_it_makes_the_federation_and_an_admin_who_comes_in_once(site: Flask, client: Client) -> None:
    path = link(run(site))

    assert db.session.scalar(select(func.count()).select_from(Union)) == 1
    grant = db.session.scalars(select(Grant)).one()
    assert grant.role is Role.FEDERATION_ADMIN
    assert "林静" in client.get(path).text
    assert client.get("/me").status_code == 401, "to look at the link is not to use it"

    assert press(client, path) == 303

    assert client.get("/me").status_code == 200
    assert client.get("/desk/").status_code == 200
    assert press(Client(site), path) == 404
    assert client.get(path).status_code == 404
    assert run(site).exit_code == 1, "there is an admin now"


def test_before_they_came_it_gives_a_new_link_and_the_old_one_ends_with_its_use(site: Flask) -> None:
    old, new = link(run(site)), link(run(site))

    assert press(Client(site), new) == 303
    assert press(Client(site), old) == 404
    assert db.session.scalar(select(func.count()).select_from(Grant)) == 1


def test_who_signed_in_before_there_was_an_admin_becomes_the_first_one(site: Flask, client: Client) -> None:
    """The site was tried out with a code before the guide was read to its end."""
    person = a_worker(name="林静", phone=f"+86{PHONE}")
    with writing() as session:
        session.add(person)
        person.signed_in_at = clock.now()

    made = run(site)

    assert made.exit_code == 0, made.output
    assert made.output.strip().endswith("/sign-in")
    assert [one.person_id for one in db.session.scalars(select(Grant))] == [person.id]
    assert run(site).exit_code == 1, "there is an admin now"


def test_nobody_becomes_a_second_first_admin(site: Flask) -> None:
    link(run(site))

    other = run(site, phone="13900000008", name="别人")

    assert other.exit_code == 1
    assert db.session.scalar(select(func.count()).select_from(Grant)) == 1


@pytest.mark.parametrize("what", ["late", "forged", "of another key", "of SHA-1", "junk"])
def test_a_link_that_is_not_ours_or_not_fresh_is_not_there(site: Flask, client: Client, what: str) -> None:
    path = link(run(site))
    person = persons.person_by_phone(f"+86{PHONE}")
    assert person is not None
    later = timedelta()
    if what == "late":
        later = first.LIFE
    elif what == "forged":
        path = path[:-9] + ("A" if path[-9] != "A" else "B") + path[-8:]
    elif what == "of another key":
        path = "/sign-in/first/" + first.link_token(person_id=person.id, at=clock.now(), secret="x" * 40)
    elif what == "of SHA-1":
        weaker = URLSafeSerializer(site.config["SECRET_KEY"], salt="yiqi-first-link")
        until = int((clock.now() + first.LIFE).timestamp())
        path = "/sign-in/first/" + str(weaker.dumps([person.id, until]))
    else:
        path = "/sign-in/first/WzEsMl0"

    with at_time(clock.now() + later):
        assert client.get(path).status_code == 404
        assert press(client, path) == 404
        assert client.get("/me").status_code == 401


def test_what_is_no_number_is_no_admin(site: Flask) -> None:
    assert run(site, phone="12345").exit_code == 2
