"""A volunteer says that their hours are wrong."""

from datetime import datetime

from yiqi.db import Facts, retried, writing
from yiqi.hours import ledger


@retried
def dispute(*, service_id: int, seen: int, person_id: int, words: str, at: datetime) -> Facts:
    """Object to the hours of a service of one's own; a second time answers what stands. They count on as they did.

    Raises `LookupError` for somebody else's and for none, `ValueError` without words, `Refused(TOO_LATE)` thirty days
    after an organizer's word, or against a reason that was given.
    """
    if not words:
        raise ValueError("a dispute says what is wrong")
    with writing() as session:
        here = session.connection()
        line = ledger.hold(here, [service_id])[service_id]
        if line.person_id != person_id:
            raise LookupError(service_id)
        if line.entry_id != seen and line.replaces_id == seen and line.by_id == person_id:
            session.rollback()
            return line
        return ledger.dispute(here, line, person_id=person_id, words=words, at=at)
