"""Who is to be given a certificate, and whether that is still what somebody looked at."""

import hashlib
from collections.abc import Iterable

from msgspec import Struct


class Passed(Struct, frozen=True):
    """Somebody who passed: evenings they came to, of all, and the exam in tenths (None without one)."""

    person_id: int
    came: int
    evenings: int
    tenths: int | None = None


def digest(passed: Iterable[Passed]) -> str:
    """What stands for a list of people who passed: any other person, evening or point makes another one."""
    rows = sorted((one.person_id, one.came, one.evenings, one.tenths or 0) for one in passed)
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
