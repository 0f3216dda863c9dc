"""A copy for developers: nobody is in it, everything still adds up, and the trails refuse changes as before."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.builders import CAST
from tests.privacy.searching import found_in_files, found_in_tables, write_everywhere
from tests.promises.scene import whole_scene
from yiqi import clock
from yiqi.booking.models import Booking
from yiqi.cli.doctor import CHECKS
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.roles import trail
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing


def test_nobody_is_left_and_everything_adds_up(site: Flask) -> None:
    stage = whole_scene()
    numbers = [one[3:] for one in db.session.scalars(select(Person.phone))]
    names = [stage.owner.name, stage.other.name]
    write_everywhere("138 0013 8000", beside=names[0])
    bookings = db.session.scalar(select(func.count()).select_from(Booking)) or 0
    assert found_in_tables(*numbers, *names) != []

    done = site.test_cli_runner().invoke(args=["anonymise", "--this-is-a-copy"])

    assert done.exit_code == 0, done.output
    assert found_in_tables(*numbers, *names, "138 0013 8000", *CAST) == []
    assert found_in_files(site, *numbers, names[0]) == []
    assert db.session.scalar(select(func.count()).select_from(Booking)) == bookings
    assert set(db.session.scalars(select(func.substr(Person.phone, 1, 6)))) == {"+86199"}
    at = clock.now()
    core = [name for name in CHECKS if not name.startswith("training")]
    assert [f"{name}: {one}" for name in core for one in CHECKS[name](at) if name != "notices"] == []


def test_what_a_deed_without_a_reason_was_about_goes_too(site: Flask, 李姐: Person) -> None:
    """A course that is kept says who teaches it; the trail opens afterwards all the same."""
    with writing() as session:
        facts: dict[str, Any] = {"lessons": 6, "teachers": ["诸葛云帆"], "said": {"who": "诸葛云帆"}}
        here = session.connection()
        trail.note(here, What.COURSE_KEPT, at=clock.now(), by_id=李姐.id, thing=Thing(None), **facts)
    assert found_in_tables("诸葛云帆") == ["deed.facts"]

    site.test_cli_runner().invoke(args=["anonymise", "--this-is-a-copy"])

    assert found_in_tables("诸葛云帆") == []
    assert found_in_files(site, "诸葛云帆") == []


def test_the_trails_refuse_changes_afterwards(site: Flask) -> None:
    whole_scene()
    site.test_cli_runner().invoke(args=["anonymise", "--this-is-a-copy"])

    assert db.session.scalars(select(Deed.id)).first() is not None
    with pytest.raises(DBAPIError), writing() as session:
        session.execute(text("UPDATE deed SET because = 'x'"))


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_it_is_not_done_without_the_word(site: Flask, 小王: Person) -> None:
    done = site.test_cli_runner().invoke(args=["anonymise"])

    assert done.exit_code == 1
    assert found_in_tables("小王") == ["person.name"]
