"""A board that neither scrolls nor clips: so much on a screen, and the next screen after so long."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

TODAY, WEEK = 4, 3
"""Rows of today and of the days after it on one screen (DESIGN §7)."""
SECONDS = 12

Row = TypeVar("Row")


def screens(rows: Sequence[Row], most: int) -> list[list[Row]]:
    """The rows in screens of `most`; one empty screen for no rows."""
    return [list(rows[start : start + most]) for start in range(0, len(rows), most)] or [[]]


def showing(at: datetime, many: int) -> int:
    """Which of so many screens is on at an instant, counted from 0: the same one on every kiosk."""
    return int(at.timestamp()) // SECONDS % many
