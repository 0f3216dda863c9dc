"""What is printed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One sheet of paper: what stands above its lines, and the lines."""

    heading: str
    line: str
    rows: Sequence[Sequence[str]]
