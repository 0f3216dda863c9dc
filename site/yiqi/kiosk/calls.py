"""The verbs of calls for help: one at a time from a screen, until somebody at the desk says that they are coming."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, false, func, or_, select, true, update

from yiqi.activities.models import Activity
from yiqi.db import Facts, db, retried, writing
from yiqi.desk import reach
from yiqi.kiosk.models import Call, Device, Outcome, Scan
from yiqi.roles.rules.permissions import EVERYWHERE, TABLE, Action, Held

KEPT_FOR = timedelta(days=30)
HEARD_FOR = timedelta(hours=2)
"""After it nobody waits at the screen any more."""
MANY = 50


@retried
def call(*, device_id: int, at: datetime) -> None:
    """Somebody at a screen needs help. Pressed again while nobody has answered it is the same call."""
    with writing() as session:
        session.scalar(select(Device.id).where(Device.id == device_id).with_for_update())
        open_one = (Call.device_id == device_id, Call.answered_at.is_(None), Call.at > at - HEARD_FOR)
        if session.scalar(select(Call.id).where(*open_one).limit(1)) is None:
            session.add(Call(device_id=device_id, at=at))


def answer(*, device_id: int, by_id: int, at: datetime) -> None:
    """Somebody is on their way to a screen. A second time changes nothing."""
    mine = (Call.device_id == device_id, Call.answered_at.is_(None))
    with writing() as session:
        session.execute(update(Call).where(*mine).values(answered_at=at, answered_by_id=by_id))


def purge(at: datetime) -> None:
    """Forget calls of long ago."""
    with writing() as session:
        session.execute(delete(Call).where(Call.at < at - KEPT_FOR))


def newest(device_id: int, at: datetime) -> Call | None:
    """The last call from a screen that somebody may still wait for."""
    mine = (Call.device_id == device_id, Call.at > at - HEARD_FOR)
    fresh = select(Call).where(*mine).order_by(Call.id.desc()).limit(1)
    return db.session.scalar(fresh.execution_options(populate_existing=True))


def version(at: datetime) -> str:
    """Another one as soon as somebody calls or is answered, wherever that is."""
    waits = (Call.answered_at.is_(None), Call.at > at - HEARD_FOR)
    last, many = db.session.execute(select(func.max(Call.id), func.count()).where(*waits)).one()
    return f"{last or 0}.{many}"


def waiting(held: Sequence[Held], at: datetime) -> Sequence[Facts]:
    """Calls that nobody has answered, within reach: `device_id`, `name`, `place`, `place_en`, `at`."""
    found = (
        select(Call.device_id, Device.name, Device.place, Device.place_en, Call.at)
        .join(Device, Device.id == Call.device_id)
        .where(Call.answered_at.is_(None), Call.at > at - HEARD_FOR, Device.revoked_at.is_(None))
        .where(devices(held))
        .order_by(Call.at)
        .limit(MANY)
    )
    return db.session.execute(found).all()


def conflicts(held: Sequence[Held]) -> Sequence[Scan]:
    """Scans that could not be entered, within reach, the oldest first."""
    about = or_(
        Scan.activity_id.in_(select(Activity.id).where(reach.activities(held, Action.CHECK_IN))),
        Scan.activity_id.is_(None) & Scan.device_id.in_(select(Device.id).where(devices(held))),
    )
    found = select(Scan).where(Scan.outcome == Outcome.CONFLICT, Scan.settled_at.is_(None), about)
    fresh = found.order_by(Scan.scanned_at, Scan.id).limit(MANY)
    return db.session.scalars(fresh.execution_options(populate_existing=True)).all()


def devices(held: Sequence[Held]) -> ColumnElement[bool]:
    """The screens at whose place these roles check people in, as a condition on `Device`."""
    within: list[ColumnElement[bool]] = [false()]
    for one in held:
        if one.role not in TABLE[Action.CHECK_IN]:
            continue
        if one.role in EVERYWHERE:
            return true()
        if one.activity_id is None and one.programme is None:
            within.append(Device.union_id.in_(one.unions))
    return or_(*within)
