"""What is printed."""

from collections.abc import Sequence

from msgspec import Struct


class Page(Struct, frozen=True):
    """One sheet of paper: what stands above its lines, and the lines."""

    heading: str
    line: str
    rows: Sequence[Sequence[str]]
