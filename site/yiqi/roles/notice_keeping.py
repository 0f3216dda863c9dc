"""What the desk does with letters that no channel took, each with its line in the audit trail. Whether `by_id` may is the
gate's question."""

from datetime import datetime

from yiqi.db import retried, writing
from yiqi.notices import dead
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What


@retried
def send_again(*, notice_id: int, at: datetime, by_id: int) -> bool:
    """Put a dead letter back in line; False when it is none (any more)."""
    return _settled(notice_id, at, by_id, again=True)


@retried
def give_up(*, notice_id: int, at: datetime, by_id: int) -> bool:
    """Close a dead letter: it stays in its person's inbox; False when it is none (any more)."""
    return _settled(notice_id, at, by_id, again=False)


def _settled(notice_id: int, at: datetime, by_id: int, *, again: bool) -> bool:
    with writing() as session:
        here = session.connection()
        found = dead.hold(here, notice_id)
        if found is None:
            session.rollback()
            return False
        (dead.revive if again else dead.close)(here, notice_id, at)
        deed = "sent_again" if again else "given_up"
        trail.note(
            here,
            What.NOTICE_KEPT,
            at=at,
            by_id=by_id,
            person_id=found.person_id,
            because=found.reason,
            deed=deed,
        )
        return True
