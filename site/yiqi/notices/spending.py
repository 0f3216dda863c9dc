"""The daily budget of short messages: each letter is taken from it before it goes, in one transaction, so that any number of
workers together never send more than there is."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from yiqi import clock
from yiqi.db import db, retried, table, touched, writing
from yiqi.notices.models import Notice, SmsSpent
from yiqi.notices.rules.budget import SHORT, Budget, Purse, Rank, Short, Take
from yiqi.notices.rules.ways import Way

KEEP_SHARES, KEEP_DAYS = timedelta(days=2), timedelta(days=40)
"""How long it is kept what went to a person or of a message, and what went out in all."""

_notice, _spent = table(Notice), table(SmsSpent)


class Day(Struct, frozen=True):
    """How a Beijing day stands: parts taken so far, and of what did not fit how many stayed in the inbox, by the reason,
    how many wait there for a day that has room, how many went another way, and how many codes reached nobody."""

    budget: Budget
    parts: int
    stayed: Mapping[Short, int] = field(default_factory=dict)
    waiting: int = 0
    other_ways: int = 0
    codes: int = 0

    @property
    def held_back(self) -> int:
        return sum(self.stayed.values()) + self.waiting + self.codes

    @property
    def is_short(self) -> bool:
        """Whether somebody should look: little is left, or something did not fit."""
        return self.budget.is_nearly_spent(self.parts) or self.held_back > 0

    @property
    def left(self) -> int | None:
        """What letters that can wait may still take today; None is without limit."""
        most = self.budget.open_to(Rank.CAN_WAIT)
        return None if most is None else max(0, most - self.parts)


@retried
def take(*, notice_id: int, parts: int, rank: Rank, budget: Budget, at: datetime) -> Short | None:
    """Take a letter's parts from the budget of the Beijing day of `at`; answers which purse had too little, and takes nothing
    then. What the same notice was taken for before, on the same day, counts."""
    on = clock.beijing(at).date()
    with writing() as session:
        here = session.connection()
        columns = (_notice.c.person_id, _notice.c.facts, _notice.c.charged_on, _notice.c.charged)
        notice = here.execute(select(*columns).where(_notice.c.id == notice_id).with_for_update()).one()
        before = notice.charged if notice.charged_on == on else 0
        if parts <= before:
            return None
        for one in budget.takes(rank, notice.person_id, notice.facts.get("message")):
            if not _taken(here, one, on, parts - before):
                session.rollback()
                return SHORT[one.purse]
        _note(here, notice_id, on, parts)
    return None


@retried
def give_back(*, notice_id: int) -> None:
    """Put back what a letter was taken for that its channel refused for good: it cost nothing."""
    with writing() as session:
        here = session.connection()
        columns = (_notice.c.person_id, _notice.c.facts, _notice.c.charged_on, _notice.c.charged)
        notice = here.execute(select(*columns).where(_notice.c.id == notice_id).with_for_update()).one()
        if not notice.charged:
            return
        whose = {
            Purse.DAY: 0,
            Purse.PERSON: notice.person_id,
            Purse.MESSAGE: notice.facts.get("message"),
        }
        for purse, of_id in whose.items():
            this = (_spent.c.on == notice.charged_on, _spent.c.purse == purse, _spent.c.of_id == of_id)
            rest = _spent.c.parts - notice.charged
            here.execute(update(_spent).where(*this, rest >= 0).values(parts=rest))
        _note(here, notice_id, None, 0)


def of_day(budget: Budget, at: datetime) -> Day:
    """How the Beijing day of an instant stands. Two statements."""
    on = clock.beijing(at).date()
    begins = clock.at(on)
    in_all = select(SmsSpent.parts).where(SmsSpent.on == on, SmsSpent.purse == Purse.DAY)
    parts = db.session.scalar(in_all) or 0
    waits = and_(Notice.sent_at.is_(None), Notice.dead_at.is_(None))
    told = or_(Notice.sent_at >= begins, Notice.dead_at >= begins, waits)
    found = db.session.execute(
        select(
            Notice.reason,
            Notice.way,
            Notice.dead_at.is_not(None).label("is_dead"),
            func.count().label("many"),
        )
        .where(told, Notice.reason.in_(list(Short)))
        .group_by(Notice.reason, Notice.way, Notice.dead_at.is_not(None))
    ).all()
    stayed: dict[Short, int] = {}
    for row in found:
        if row.way is Way.SITE:
            stayed[Short(row.reason)] = row.many
    nowhere = [row for row in found if row.way is None]
    return Day(
        budget,
        parts,
        stayed,
        waiting=sum(row.many for row in nowhere if not row.is_dead),
        other_ways=sum(row.many for row in found if row.way not in (Way.SITE, None)),
        codes=sum(row.many for row in nowhere if row.is_dead),
    )


def purge(at: datetime) -> None:
    """Forget old days; what went to whom first."""
    today = clock.beijing(at).date()
    shares = (_spent.c.purse != Purse.DAY, _spent.c.on < today - KEEP_SHARES)
    with writing() as session:
        session.execute(delete(_spent).where(*shares))
        session.execute(delete(_spent).where(_spent.c.on < today - KEEP_DAYS))


def _taken(here: Connection, one: Take, on: date, parts: int) -> bool:
    """Add parts to a purse where they still fit: looking and writing are one statement."""
    kind = postgresql if here.dialect.name == "postgresql" else sqlite
    fresh: dict[str, Any] = {"on": on, "purse": one.purse, "of_id": one.of_id, "parts": 0}
    here.execute(kind.insert(_spent).values(**fresh).on_conflict_do_nothing())
    this = [_spent.c.on == on, _spent.c.purse == one.purse, _spent.c.of_id == one.of_id]
    if one.most is not None:
        this.append(_spent.c.parts + parts <= one.most)
    return touched(here.execute(update(_spent).where(*this).values(parts=_spent.c.parts + parts))) > 0


def _note(here: Connection, notice_id: int, on: date | None, parts: int) -> None:
    this = update(_notice).where(_notice.c.id == notice_id)
    here.execute(this.values(charged_on=on, charged=parts))
