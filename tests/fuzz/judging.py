"""What must never be: an error of ours, a trace of the inside, somebody else's address, markup that was typed, a raw text."""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, String, Text, select

from tests.fuzz.inputs import PAYLOADS
from tests.fuzz.sending import Answer
from tests.web.answers import FORBIDDEN
from yiqi.db import db

INSIDE = re.compile(
    rb"Traceback \(most recent|werkzeug\.|sqlalchemy\.|psycopg\.|sqlite3\.|\[SQL:|/site/yiqi/"
)
OURS = re.compile(r"/(?![/\\])[!-~]*|[?#][!-~]*|https?://localhost(:\d+)?(/[!-~]*)?")
PHONE = re.compile(r"(?<![0-9])(?:\+?86)?1[3-9][0-9]{9}(?![0-9])")
SLOW = 20.0
"""Seconds after which a page is a fault: nobody waits, and a pattern or a loop has run away."""
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def faults(answer: Answer, route: str = "") -> Iterator[str]:
    """What is wrong with an answer to any request at all; one address may say that the site is not ready."""
    if answer.status >= 500 and (answer.status, route) != (503, "GET /readyz"):
        yield f"answers {answer.status}"
    if INSIDE.search(answer.body):
        yield "shows the inside"
    if answer.seconds > SLOW:
        yield f"takes {answer.seconds:.0f} s"
    for name in ("location", "hx-redirect", "hx-location"):
        where = answer.headers.get(name)
        if where is not None and not OURS.fullmatch(where):
            yield f"leads to {where!r}"
    if answer.is_html:
        yield from (f"hands on {one!r}" for one in PAYLOADS if one.encode() in answer.body)


def raw_texts() -> list[str]:
    """Texts in the database that no gate may have let in: controls, direction marks, other than composed."""
    db.session.rollback()
    here, found = db.session.connection(), []
    for table in db.metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, String | Text | JSON)]
        if not columns:
            continue
        for row in here.execute(select(*columns)):
            for column, value in zip(columns, row, strict=True):
                found += [f"{table.name}.{column.name} holds {one!a}" for one in texts(value) if is_raw(one)]
    db.session.rollback()
    return found


def texts(value: Any) -> Iterator[str]:
    """The texts in a value, at whatever depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from texts(name)
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def is_raw(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return False
    return not unicodedata.is_normalized("NFC", text) or any(
        (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0 or ord(char) in FORBIDDEN
        for char in text
    )


def told(log: str, secrets: set[str]) -> list[str]:
    """Lines of a log that tell a phone number or a secret, but for the demo's own messages."""
    return [
        line[:300]
        for line in log.splitlines()
        if not re.search(r"\] message\b|\"message\"", line)
        and (PHONE.search(line) or any(one in line for one in secrets))
    ]


def memory(pid: int | str = "self") -> float:
    """What a process holds in memory, in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE / 2**20


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(one) for one in listed.split()}
