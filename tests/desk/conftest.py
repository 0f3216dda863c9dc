"""Who writes activities in these tests, and the two unions of the matrix."""

import pytest
from flask import Flask

from tests.browsing import Client
from tests.builders import a_union, an_organizer
from tests.desk.rounds import Stage
from tests.promises.scene import scene
from yiqi.people.models import Person


@pytest.fixture
def 陈老师(client: Client) -> Person:
    person = an_organizer(a_union(), name="陈老师")
    client.sign_in(person)
    return person


@pytest.fixture
def stage(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Stage:
    ours = scene()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(a_union, "__defaults__", ("中芯国际工会",))
        theirs = scene()
    assert ours.samples.union_id != theirs.samples.union_id
    return Stage(ours, theirs)
