"""The code that hangs at a venue, changing each minute, and the word it leaves in a browser that scanned it: arithmetic
with a secret. A forwarded photograph of it is worth nothing two minutes later."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

CHANGES_EVERY = timedelta(seconds=60)
HERE_FOR = timedelta(minutes=15)
"""How long a browser that scanned the code may take to sign in and press the button."""

_CODE = re.compile(r"([1-9][0-9]{0,9})\.([0-9A-Za-z_-]{16})")
_WORD = re.compile(r"([1-9][0-9]{0,9})\.([0-9]{1,12})\.([0-9A-Za-z_-]{16})")


def code(secret: str, occurrence_id: int, at: datetime) -> str:
    """What the screen shows at an instant: `<occurrence>.<16 characters>`."""
    return f"{occurrence_id}.{_signed(secret, 'venue', occurrence_id, _window(at))}"


def changes_at(at: datetime) -> datetime:
    """When the present code is replaced by the next one."""
    return datetime.fromtimestamp((_window(at) + 1) * CHANGES_EVERY.total_seconds(), UTC)


def scanned(secret: str, typed: str, at: datetime) -> int | None:
    """The occurrence of a code that hangs there now, or hung there a window ago; None for any other text."""
    found = _CODE.fullmatch(typed)
    if found is None:
        return None
    occurrence_id, now = int(found[1]), _window(at)
    right = [_signed(secret, "venue", occurrence_id, window) for window in (now, now - 1)]
    return occurrence_id if any(hmac.compare_digest(found[2], one) for one in right) else None


def word(secret: str, occurrence_id: int, at: datetime) -> str:
    """What a browser keeps after scanning: that it was at an occurrence, and when."""
    since = int(at.timestamp())
    return f"{occurrence_id}.{since}.{_signed(secret, 'here', occurrence_id, since)}"


def kept(secret: str, carried: str, at: datetime) -> int | None:
    """The occurrence a browser scanned within `HERE_FOR`; None for an older or another text."""
    found = _WORD.fullmatch(carried)
    if found is None:
        return None
    occurrence_id, since = int(found[1]), int(found[2])
    right = _signed(secret, "here", occurrence_id, since)
    age = at.timestamp() - since
    fresh = -CHANGES_EVERY.total_seconds() <= age < HERE_FOR.total_seconds()
    return occurrence_id if fresh and hmac.compare_digest(found[3], right) else None


def _window(at: datetime) -> int:
    return int(at.timestamp() // CHANGES_EVERY.total_seconds())


def _signed(secret: str, what: str, *facts: int) -> str:
    text = " ".join((what, *map(str, facts)))
    return urlsafe_b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)[:12]).decode()
