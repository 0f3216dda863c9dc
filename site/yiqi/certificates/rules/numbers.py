"""The number of a certificate: a series, a year, a running number, and four characters that nobody can guess.

`PX-2026-000123-7K3M`. The last part keeps a machine from reading all certificates by counting; it stands in the QR.
"""

import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is misread on paper: 0 and O, 1, I and L, U."""
TAIL = 4
NUMBER = re.compile(rf"[A-Z]{{2}}-\d{{4}}-\d{{6}}-[{ALPHABET}]{{{TAIL}}}")


def numbered(series: str, year: int, running: int, tail: str) -> str:
    """The number as printed. `series`: two capital letters; `tail`: drawn by the caller from `ALPHABET`."""
    number = f"{series}-{year:04d}-{running:06d}-{tail}"
    if NUMBER.fullmatch(number) is None:
        raise ValueError(number)
    return number


def typed(text: str) -> str | None:
    """The number that somebody typed or scanned, in capitals and with its hyphens; None for what can be none."""
    bare = re.sub(r"[\s\-–—－]+", "", text).upper()
    parts = re.fullmatch(r"([A-Z]{2})(\d{4})(\d{6})([0-9A-Z]{4})", bare)
    if parts is None:
        return None
    number = "-".join(parts.groups())
    return number if NUMBER.fullmatch(number) else None
