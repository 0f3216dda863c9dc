"""`flask init`: a new site becomes one that somebody can run."""

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import insert, select

from yiqi import clock
from yiqi.db import Again, db, retried, table, writing
from yiqi.people import first, persons
from yiqi.people.models import Person
from yiqi.people.rules import mainland_mobile
from yiqi.roles import granting
from yiqi.roles.models import Grant
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Union

NAME = "北京经济技术开发区总工会"
NAME_EN = "Federation of Trade Unions of Beijing E-Town"


@click.command("init")
@click.option("--phone", required=True, help="The first admin's mobile number.")
@click.option("--name", required=True, help="The first admin's name.")
@click.option("--federation", default=NAME, show_default=True, help="The name of the federation.")
@click.option("--federation-en", default=NAME_EN, show_default=True, help="Its name in English.")
def command(phone: str, name: str, federation: str, federation_en: str) -> None:
    """Migrate, make the federation and its first admin, and print the link they come in with, once, within an hour; who
    has signed in here before needs none.

    Again before they did: a new link. After that it refuses.
    """
    number = mainland_mobile(phone)
    if number is None:
        raise click.UsageError(f"{phone} is no mobile number.")
    settings = current_app.config["YIQI"]
    upgrade(directory=str(settings.root / "migrations"))
    at = clock.now()
    _federate(federation, federation_en)
    person = _person(number, name)
    knows_us, base = person.signed_in_at is not None, settings.base_url or "http://127.0.0.1:8000"
    admins = set(db.session.scalars(select(Grant.person_id).where(Grant.role == Role.FEDERATION_ADMIN)))
    if admins - {person.id} or (admins and knows_us):
        raise click.ClickException("There is an admin already: roles are given at the desk.")
    granting.grant(person_id=person.id, role=Role.FEDERATION_ADMIN, at=at, by_id=None)
    if knows_us:
        click.echo(
            f"{person.name or name} has signed in here before, and is the admin now: by code, at\n{base}/sign-in"
        )
        return
    token = first.link_token(person_id=person.id, at=at, secret=settings.secret_key)
    click.echo(f"{name} comes in, once and within an hour, at\n{base}/sign-in/first/{token}")


def _federate(name: str, name_en: str) -> None:
    with writing() as session:
        if session.scalar(select(Union.id).limit(1)) is None:
            session.execute(insert(table(Union)), {"name": name, "name_en": name_en})


@retried
def _person(phone: str, name: str) -> Person:
    with writing() as session:
        person_id = persons.somebody(session.connection(), phone=phone, name=name, at=clock.now())
    person = db.session.get(Person, person_id)
    if person is None:
        raise Again
    return person
