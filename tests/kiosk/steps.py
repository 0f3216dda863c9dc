"""What somebody does at a screen, as a browser without JavaScript sends it."""

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client, parsed, words
from tests.web.asking import a_token
from yiqi.activities.models import Occurrence
from yiqi.booking import places
from yiqi.clock import now
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.people.rules import national


def sends(kiosk: Client, path: str, **fields: Any) -> TestResponse:
    """Send a form of the screen."""
    return kiosk.post(path, data={"csrf_token": a_token(kiosk), **fields})


def presses(kiosk: Client, path: str, keys: str) -> TestResponse:
    """Key by key; answers the last answer."""
    answer = None
    for key in keys:
        answer = sends(kiosk, path, k=key)
    assert answer is not None
    return answer


def newest_code(client: Client, phone: str) -> str:
    """The code that was last sent to a phone."""
    found = re.search(r'data-code="(\d{6})"', client.get(f"/demo/messages?phone={national(phone)}").text)
    assert found is not None
    return found[1]


def steps_up(kiosk: Client, slot_id: int, phone: str) -> TestResponse:
    """Choose a slot, tell a number, and type the code that is sent to it."""
    sends(kiosk, f"/kiosk/slots/{slot_id}/walk-in")
    sends(kiosk, "/kiosk/visit", typed=national(phone))
    return sends(kiosk, "/kiosk/visit", typed=newest_code(kiosk, phone))


def a_ticket(slot_id: int, person: Person, party: int = 1) -> str:
    """A place of somebody; answers its ref."""
    return places.sign_up(
        slot_id=slot_id, person_id=person.id, party=party, nonce=f"{slot_id}-{person.id}", at=now()
    ).ref


def occurrence_of(activity_id: int) -> int:
    """The only date of an activity."""
    return db.session.scalars(select(Occurrence.id).where(Occurrence.activity_id == activity_id)).one()


def said(page: TestResponse) -> str:
    """All the words of a page."""
    return words(parsed(page))
