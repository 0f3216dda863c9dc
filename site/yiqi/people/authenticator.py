"""The arithmetic of an authenticator app (RFC 6238) and of the codes that stand in for it. Nothing is kept here."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from datetime import datetime

import pyotp

STEP_SECONDS, STEPS_APART = 30, 1
"""A code lives for half a minute; the one before and the one after count too, because clocks differ."""
RECOVERY_CODES = 10
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_HALF = 5


def new_seed() -> str:
    """What is kept of a new authenticator: its secret comes from this and the site's own key together."""
    return secrets.token_hex(20)


def secret_of(seed: str, key: str) -> str:
    """The secret that the app holds, in base 32. A copy of the database alone does not tell it."""
    digest = hmac.new(key.encode(), f"authenticator {seed}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:20]).decode()


def address(secret: str, name: str) -> str:
    """What the QR of a secret says to an app: `otpauth://…`, under a name for its owner."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Yiqi")


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The newest step around an instant whose code this is, or None."""
    app, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    around = range(now + STEPS_APART, now - STEPS_APART - 1, -1)
    return next((step for step in around if hmac.compare_digest(app.generate_otp(step), code)), None)


def new_recovery_code() -> str:
    """Ten letters without those that are mistaken for each other, 49 random bits: `7K3M9-2XQAB`."""
    letters = "".join(secrets.choice(_LETTERS) for _n in range(2 * _HALF))
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def recovery_hash(code: str, person_id: int, key: str) -> str:
    """How a recovery code is kept, however it was typed."""
    plain = "".join(char for char in code.upper() if char in _LETTERS)
    return hmac.new(key.encode(), f"recovery {person_id} {plain}".encode(), hashlib.sha256).hexdigest()
