"""The code that enrols a device: eight digits, made from the site's secret, so that it is kept nowhere."""

import hashlib
import hmac

from yiqi.kiosk.rules.keys import ENROL


def code(secret: str, device_id: int, serial: int) -> str:
    """The code of a device; the next serial makes it another one."""
    signed = hmac.digest(secret.encode(), f"kiosk {device_id} {serial}".encode(), hashlib.sha256)
    return f"{int.from_bytes(signed[:8]) % 10**ENROL:0{ENROL}d}"


def is_right(secret: str, device_id: int, serial: int, typed: str) -> bool:
    """Whether what was typed is the code of a device."""
    return hmac.compare_digest(code(secret, device_id, serial), typed)


def spoken(digits: str) -> str:
    """As it is read aloud: 4821 7730."""
    return f"{digits[:4]} {digits[4:]}"
