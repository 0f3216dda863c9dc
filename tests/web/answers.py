"""What an answer to bad input must be, and the worker who gives it: a clear word, the form kept, nothing stored raw."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import Select, Text, select
from sqlalchemy import String as Words
from werkzeug.test import EnvironBuilder, TestResponse

from tests.browsing import Client, form_of, parsed
from tests.builders import an_activity
from tests.promises.scene import Scene, scene
from yiqi.booking.models import Booking
from yiqi.db import db

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
LANGUAGES = ("zh-CN", "en")
HAN = re.compile("[\u4e00-\u9fff]")
FORBIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFFFD}


def stored() -> Iterator[tuple[str, str]]:
    """Every text in the database, and where it is."""
    db.session.rollback()
    here = db.session.connection()
    for statement, places in _texts():
        for row in here.execute(statement):
            for place, text in zip(places, row, strict=True):
                if text:
                    yield place, str(text)


@cache
def _texts() -> list[tuple[Select[Any], list[str]]]:
    """What reads the texts of each table, and where they stand in it."""
    texts = {
        table: [one for one in table.columns if isinstance(one.type, Words | Text)]
        for table in db.metadata.sorted_tables
    }
    return [
        (select(*columns), [f"{table.name}.{column.name}" for column in columns])
        for table, columns in texts.items()
        if columns
    ]


def nothing_is_stored_raw() -> None:
    for place, text in stored():
        assert unicodedata.is_normalized("NFC", text), (place, text)
        assert not [
            char
            for char in text
            if (ord(char) < 32 and char != "\n") or ord(char) == 127 or ord(char) in FORBIDDEN
        ], (place, text)


def complaint(page: TestResponse, field: str) -> str:
    """What a form says is wrong with a field: in the summary, at the field, and to a screen reader."""
    tree = parsed(page)
    error = tree.find(f".//*[@id='{field}-err']")
    assert error is not None, f"nothing is said of {field}"
    control = tree.find(f".//*[@id='{field}']")
    assert control is not None
    assert f"{field}-err" in control.get("aria-describedby", "").split()
    said = "".join(error.itertext()).strip()
    summary = tree.find(".//*[@id='errsum']")
    assert summary is not None
    assert f"#{field}" in [link.get("href") for link in summary.iter("a")]
    title = tree.findtext(".//title") or ""
    assert title.startswith(("出错了", "Error")), title
    return said


def in_language(said: str, lang: str) -> None:
    assert bool(HAN.search(said)) == (lang != "en"), said


def no_fault(answer: TestResponse) -> TestResponse:
    assert answer.status_code < 500, (answer.status_code, answer.request.full_path[:200])
    assert "Content-Encoding" in answer.headers or b"Traceback" not in answer.data
    return answer


class Worker:
    """A signed-in worker at the sign-up form of an activity for several people."""

    def __init__(self, client: Client, lang: str = "zh-CN") -> None:
        self.client, self.lang = client, lang
        self.stage: Scene = scene()
        self.party = an_activity(places=500, max_party=5, starts_in=timedelta(hours=200))
        self.stage.enter(client, "other")
        client.set_cookie("lang", lang)
        self.form_address = f"/slots/{self.party.slot_id}/sign-up"
        self.address = f"/slots/{self.party.slot_id}/bookings"

    def submit(self, **typed: str) -> TestResponse:
        page = self.client.get(self.form_address)
        fields = form_of(page, self.address) | {"party": "1"} | typed
        return no_fault(self.client.post(self.address, data=fields))

    def booking(self) -> Booking | None:
        db.session.rollback()
        mine = select(Booking).where(
            Booking.person_id == self.stage.other.id, Booking.slot_id == self.party.slot_id
        )
        return db.session.scalars(mine.order_by(Booking.id.desc())).first()


def asked(client: Client, phone: str = "13800138000") -> TestResponse:
    """The page for the code, after asking for one."""
    return client.follow(client.press(client.get("/sign-in"), "/sign-in", phone=phone))


def sent_code(client: Client, phone: str = "13800138000") -> str:
    page = client.get(f"/demo/messages?phone={phone}")
    return next(code for one in parsed(page).iter("li") if (code := one.get("data-code")))


def raw(client: Client, address: str, method: str = "GET", **headers: str) -> TestResponse:
    """Ask for an address byte by byte, as a server hands it on: path unquoted, query as it is."""
    path, _mark, query = address.partition("?")
    environ = EnvironBuilder(path="/", method=method, headers=list(headers.items())).get_environ()
    from_bytes = unquote(path, encoding="latin-1")
    environ |= {"PATH_INFO": from_bytes, "QUERY_STRING": query, "REQUEST_URI": address, "RAW_URI": address}
    return client.open(environ)
