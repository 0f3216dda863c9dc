"""Who writes activities in these tests."""

import pytest

from tests.browsing import Client
from tests.builders import a_union, an_organizer
from yiqi.people.models import Person


@pytest.fixture
def 陈老师(client: Client) -> Person:
    person = an_organizer(a_union(), name="陈老师")
    client.sign_in(person)
    return person
