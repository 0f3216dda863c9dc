"""Who writes activities in these tests, and the two unions of the matrix."""

import pytest
from flask import Flask

from tests.browsing import Client
from tests.builders import a_union, an_organizer
from tests.desk.rounds import Stage
from tests.kept import Remembered
from tests.promises.scene import Rows, grow, plant
from yiqi.people.models import Person


@pytest.fixture
def 陈老师(client: Client) -> Person:
    person = an_organizer(a_union(), name="陈老师")
    client.sign_in(person)
    return person


def two_unions() -> tuple[Rows, Rows]:
    """The rows of two scenes, each of another union."""
    ours = plant()
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr(a_union, "__defaults__", ("中芯国际工会",))
        theirs = plant()
    return grow(ours), grow(theirs)


_two_unions = Remembered(two_unions)


@pytest.fixture
def stage(site: Flask) -> Stage:
    ours, theirs = (rows.scene() for rows in _two_unions())
    assert ours.samples.union_id != theirs.samples.union_id
    return Stage(ours, theirs)
