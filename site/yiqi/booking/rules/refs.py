"""The code on a ticket: eight characters that can be read aloud and typed on a phone."""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
_TYPED = re.compile(rf"[{ALPHABET}]{{4}}[- ]?[{ALPHABET}]{{4}}")
_SCANNED = re.compile(rf"https?://[^\s/]+/t/([{ALPHABET}]{{4}}-?[{ALPHABET}]{{4}})")


def new_ref() -> str:
    """A fresh random code (31^8, from the system's generator)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spoken(ref: str) -> str:
    """As printed: 7K3M-92XQ."""
    return f"{ref[:4]}-{ref[4:]}"


def read(text: str) -> str | None:
    """The code in what a scanner, a camera or a hand gives: the address of a ticket, or the code itself with or without
    its hyphen, in either case, in full width too. None for anything else."""
    if len(text) > 300:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _SCANNED.fullmatch(plain)
    typed = found[1] if found else plain.upper()
    if found is None and not _TYPED.fullmatch(typed):
        return None
    return typed.replace("-", "").replace(" ", "")
