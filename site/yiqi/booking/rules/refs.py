"""The code on a ticket: eight characters that can be read aloud and typed on a phone."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8


def new_ref() -> str:
    """A fresh random code (31^8, from the system's generator)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spoken(ref: str) -> str:
    """As printed: 7K3M-92XQ."""
    return f"{ref[:4]}-{ref[4:]}"
