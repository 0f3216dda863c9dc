"""A board that neither scrolls nor clips: so much on a screen, and the next screen after so long."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

TODAY = 4
"""Rows of today on one screen."""
CELLS, LINES = (18, 16, 12, 10, 6), (9, 8, 6, 4, 3)
"""Rows of the days after today beside so many of today: side by side, and one under the other. The least that an upright
and a lying screen have room for; `static/css/kiosk.css` says how high they are."""
SECONDS = 12

Row = TypeVar("Row")


def screens(rows: Sequence[Row], most: int) -> list[list[Row]]:
    """The rows in screens of `most`; one empty screen for no rows."""
    return [list(rows[start : start + most]) for start in range(0, len(rows), most)] or [[]]


def beside(today: int, *, in_cells: bool) -> int:
    """How many rows of the days after today stand on a screen with those of today, the fullest of whose screens counts."""
    return (CELLS if in_cells else LINES)[min(today, TODAY)]


def showing(at: datetime, many: int) -> int:
    """Which of so many screens is on at an instant, counted from 0: the same one on every kiosk."""
    return int(at.timestamp()) // SECONDS % many
