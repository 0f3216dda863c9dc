"""A union with its organizer at the desk."""

import pytest
from flask import Flask

from tests.browsing import Client
from tests.builders import a_union, an_organizer
from yiqi.people.models import Person
from yiqi.unions.models import Union


@pytest.fixture
def plant(site: Flask) -> Union:
    return a_union("京东方工会", parent=a_union("开发区总工会"))


@pytest.fixture
def 李姐(client: Client, plant: Union) -> Person:
    """She organizes the plant's union and is signed in."""
    organizer = an_organizer(plant)
    client.sign_in(organizer)
    return organizer
