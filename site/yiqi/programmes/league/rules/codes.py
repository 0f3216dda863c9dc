"""The codes that are said aloud: BDB- and four characters that cannot be mistaken for one another."""

import re
import unicodedata
from datetime import timedelta

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Neither 0 nor O, neither 1 nor I nor L."""
LENGTH = 4
LIFE = timedelta(days=14)
TRIES, WINDOW = 10, timedelta(hours=1)
"""Codes one person may try in an hour: of 900,000 possible ones."""
PEOPLE_A_DAY = 20
"""People that one captain may invite by their number in a day."""


def spoken(code: str) -> str:
    """BDB-7Q2M."""
    return f"BDB-{code}"


def typed(text: str) -> str | None:
    """A code as somebody typed it, with or without its beginning, in either case and width; None for what is none."""
    plain = re.sub(r"[\s\-_.·—–]", "", unicodedata.normalize("NFKC", text)).upper()
    plain = plain.removeprefix("BDB") if len(plain) > LENGTH else plain
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None
