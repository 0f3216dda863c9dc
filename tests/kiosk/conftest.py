"""A screen, and a client that is one."""

import pytest
from flask import Flask

from tests.browsing import Client
from tests.kiosk.screens import Screen, a_screen, at_screen


@pytest.fixture
def screen(site: Flask) -> Screen:
    """A screen at the service centre."""
    return a_screen()


@pytest.fixture
def kiosk(site: Flask, screen: Screen) -> Client:
    """Its browser."""
    return at_screen(Client(site), screen)
