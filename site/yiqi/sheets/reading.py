"""Reading an uploaded list: the file is opened in a process of its own, and what comes back passes the gate for texts."""

import json
import signal
import subprocess
import sys
import threading
from typing import Any

from msgspec import Struct

from yiqi.sheets import opening
from yiqi.sheets.opening import MOST_BYTES, MOST_ROWS, Unreadable, Why
from yiqi.web.texts import Unwritable, plain

__all__ = ["MOST_BYTES", "MOST_ROWS", "Row", "Sheet", "Unreadable", "Why", "read"]

SECONDS, WAIT_SECONDS = 10, 15
AT_ONCE = threading.BoundedSemaphore(2)
"""Files that one process of the site has open at the same time: each may take 150 MB for a moment."""


class Row(Struct, frozen=True):
    """A row that says something. `number` is the file's own, from 1; a cell is None where it holds what is never stored."""

    number: int
    cells: tuple[str | None, ...]


Sheet = tuple[Row, ...]


def read(data: bytes) -> list[Sheet]:
    """The visible sheets of an xlsx, xls or csv file, in their order, without blank rows. At most 10 seconds.

    Raises `Unreadable`.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(Why.TOO_BIG)
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Unreadable(Why.BUSY)
    try:
        answer = _opened(data)
    finally:
        AT_ONCE.release()
    if "why" in answer:
        raise Unreadable(Why(answer["why"]), answer.get("row", 0), answer.get("column", 0))
    return [_gated(rows) for rows in answer["sheets"]]


def _opened(data: bytes) -> dict[str, Any]:
    """What the other process says of a file. One that was stopped by its limits says nothing."""
    program = [sys.executable, "-I", "-X", "utf8", opening.__file__]
    try:
        done = subprocess.run(  # noqa: S603
            program,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={"MALLOC_ARENA_MAX": "1"},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(Why.TOO_SLOW) from None
    if done.returncode != 0:
        raise Unreadable(Why.TOO_SLOW if done.returncode == -signal.SIGXCPU else Why.TOO_BIG)
    answer: dict[str, Any] = json.loads(done.stdout.decode("utf-8", "surrogatepass"))
    return answer


def _gated(rows: list[list[str]]) -> Sheet:
    sheet = []
    for number, row in enumerate(rows, start=1):
        cells = [_gate(cell) for cell in row]
        if any(cell != "" for cell in cells):
            sheet.append(Row(number, tuple(cells)))
    return tuple(sheet)


def _gate(cell: str) -> str | None:
    """A cell as it may be stored: on one line, its tabs blanks."""
    try:
        return plain(" ".join(cell.splitlines()).replace("\t", " "))
    except Unwritable:
        return None
