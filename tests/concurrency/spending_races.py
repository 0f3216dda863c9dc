"""Workers that take the last part of a day's budget at once, in threads on the database of a site."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import count

from sqlalchemy import select, text, update

from tests.concurrency.crowd import Ground
from yiqi import clock
from yiqi.db import db, writing
from yiqi.notices import delivery, outbox, spending
from yiqi.notices.letter import Letter
from yiqi.notices.models import Notice, SmsSpent
from yiqi.notices.rules.budget import Budget, Rank, Short

WINDOW_SECONDS = 0.05
_rounds = count(1)


def the_last_part(ground: Ground, workers: int = 4, left: int = 1) -> tuple[int, int]:
    """As many workers as there are letters deliver one each at once, and the budget has room for `left`; answers how many
    went out, and what the day's count says was taken."""
    with ground.app.app_context():
        at = clock.now()
        with writing() as session:
            session.execute(text("DELETE FROM sms_spent"))
            number = next(_rounds)
            for worker in range(workers):
                key = f"spent-{number}-{worker}"
                outbox.put(
                    session.connection(), "code", key=key, phone=f"+861380000{worker:04d}", at=at, code="1"
                )
        keys = [f"spent-{number}-{worker}" for worker in range(workers)]
        ids = list(db.session.scalars(select(Notice.id).where(Notice.key.in_(keys))))
        db.session.remove()
    sent: list[Letter] = []
    gate = threading.Barrier(workers)

    def go(notice_id: int) -> None:
        with ground.app.app_context():
            gate.wait(timeout=30)
            delivery.deliver(notice_id, {"code": _letter}, _keeping(sent), at, budget=Budget(day=left))
            db.session.remove()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(go, ids))
    (taken,) = ground.found("SELECT sum(parts) FROM sms_spent WHERE purse = 'day'")
    return len(sent), int(taken)


def unguarded_take(*, notice_id: int, parts: int, rank: Rank, budget: Budget, at: datetime) -> Short | None:
    """What `spending.take` would be if it believed what it read before it wrote."""
    on: date = clock.beijing(at).date()
    with db.engine.connect() as reader:
        found = reader.execute(select(SmsSpent.parts).where(SmsSpent.on == on)).scalar()
    db.session.rollback()
    time.sleep(WINDOW_SECONDS)
    if (found or 0) + parts > budget.day:
        return Short.DAY
    with writing() as session:
        here = session.connection()
        for one in budget.takes(rank, None, None):
            spending._taken(here, type(one)(one.purse, one.of_id, None), on, parts)
        session.execute(update(Notice).where(Notice.id == notice_id).values(charged_on=on, charged=parts))
    return None


def _letter(notice: Notice) -> Letter:
    return Letter(notice.phone or "", "验证码", "1")


def _keeping(sent: list[Letter]) -> Callable[[Letter], str]:
    def keep(letter: Letter) -> str:
        sent.append(letter)
        return ""

    return keep
