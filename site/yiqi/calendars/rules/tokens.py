"""The address of somebody's calendar: whose it is, and a signature that only this site can make. Nothing is kept here."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

_BYTES = 20


def token(key: str, person_id: int, generation: int) -> str:
    """`<person>-<27 characters>`: whoever has it reads the calendar, until its generation is over."""
    said = f"calendar feed {person_id} {generation}".encode()
    signed = hmac.new(key.encode(), said, hashlib.sha256).digest()[:_BYTES]
    return f"{person_id}-{urlsafe_b64encode(signed).decode().rstrip('=')}"


def owner(given: str) -> int:
    """Whose calendar a token says it opens; whether it does `holds` tells."""
    return int(given.partition("-")[0])


def holds(given: str, key: str, person_id: int, generation: int) -> bool:
    """Whether a token is the present one of a person."""
    return hmac.compare_digest(given.encode(), token(key, person_id, generation).encode())
