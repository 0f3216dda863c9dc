"""Certificates of hours (志愿服务记录证明): made for whoever asks for their own, revoked when the record is corrected.

What stands in them follows 民政部令第67号 and 民发〔2015〕149号: who served, when and how long, at what, who says so, number and
date. No identity number: the site has none.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, insert, select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.models import Booking
from yiqi.certificates import issuing
from yiqi.certificates.rules.stated import Stated
from yiqi.db import Facts, retried, table, writing
from yiqi.hours import ledger
from yiqi.hours.models import Entry, Service
from yiqi.people.models import Person
from yiqi.programmes.volunteering.models import Proof, Volunteer
from yiqi.programmes.volunteering.words import hours as in_hours
from yiqi.unions.models import Union

SERIES = "ZY"
MOST_LINES = 15
"""Services listed one by one; of more, the rest in one line."""
CORRECTED = "时长后来更正了，可以重新开"
TITLE, TITLE_EN = "志愿服务记录证明", "Record of volunteer service"

_service, _entry, _proof = table(Service), table(Entry), table(Proof)


class NothingServed(Exception):
    """There are no credited hours in the period."""


class NoName(Exception):
    """A certificate needs the name of its person."""


class Period(Struct, frozen=True):
    """Beijing days, the first and the last included."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        return clock.at(self.first)

    @property
    def ends_at(self) -> datetime:
        return clock.at(self.last + timedelta(days=1))


@retried
def prove(*, person_id: int, period: Period, at: datetime) -> str:
    """A certificate of what somebody served in a period; answers its number. The same record is certified once.

    Raises `NothingServed`, `NoName`.
    """
    with writing() as session:
        here = session.connection()
        named = select(Person.name).where(Person.id == person_id).with_for_update()
        if not here.scalar(named):
            raise NoName
        served = _served(here, person_id, period)
        if not served:
            raise NothingServed
        minutes = sum(row.minutes for row in served)
        days = f"{period.first:%Y%m%d}-{period.last:%Y%m%d}"
        key = f"volunteering-{person_id}-{days}-{max(row.entry_id for row in served)}-{len(served)}"
        issuer = here.execute(
            select(Union.name, Union.name_en).where(Union.parent_id.is_(None)).order_by(Union.id).limit(1)
        ).one()
        number = issuing.issue(
            here,
            series=SERIES,
            key=key,
            person_id=person_id,
            title=TITLE,
            title_en=TITLE_EN,
            issuer=issuer.name,
            issuer_en=issuer.name_en,
            lines=_lines(here, person_id, period, served, minutes),
            at=at,
            by_id=None,
        )
        if here.scalar(select(_proof.c.number).where(_proof.c.number == number)) is None:
            row = {"starts_at": period.starts_at, "ends_at": period.ends_at, "minutes": minutes}
            here.execute(insert(_proof), {"number": number, "person_id": person_id, "made_at": at, **row})
        return number


def revoke(here: Connection, *, person_id: int, served_at: datetime, at: datetime) -> None:
    """End the certificates, in the caller's transaction, that stand for what somebody served at an instant."""
    covers = (_proof.c.starts_at <= served_at, _proof.c.ends_at > served_at)
    for number in here.scalars(select(_proof.c.number).where(_proof.c.person_id == person_id, *covers)).all():
        issuing.revoke(here, number=number, because=CORRECTED, at=at)


def _served(here: Connection, person_id: int, period: Period) -> Sequence[Facts]:
    """What counts of a period, the earliest first, with the names of activity and post."""
    head = (
        ledger.heads()
        .where(
            _service.c.person_id == person_id,
            _entry.c.minutes > 0,
            _entry.c.starts_at >= period.starts_at,
            _entry.c.starts_at < period.ends_at,
        )
        .subquery()
    )
    return here.execute(
        select(
            head.c.entry_id,
            head.c.minutes,
            head.c.starts_at,
            Activity.title,
            Activity.title_en,
            Activity.contact,
            Activity.contact_en,
            Slot.label,
            Slot.label_en,
            Occurrence.venue,
            Occurrence.venue_en,
        )
        .join(Activity, Activity.id == head.c.activity_id)
        .join(Occurrence, Occurrence.id == head.c.occurrence_id)
        .join(Booking, Booking.id == head.c.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .order_by(head.c.starts_at, head.c.entry_id)
    ).all()


def _lines(
    here: Connection, person_id: int, period: Period, served: Sequence[Facts], minutes: int
) -> list[Stated]:
    number = here.scalar(select(Volunteer.number).where(Volunteer.person_id == person_id))
    hours = in_hours(minutes)
    names = list(dict.fromkeys((row.title, row.title_en or row.title) for row in served))
    lines = [
        Stated(
            "服务时段",
            f"{period.first:%Y-%m-%d} 至 {period.last:%Y-%m-%d}",
            "Period",
            f"{period.first:%Y-%m-%d} to {period.last:%Y-%m-%d}",
        ),
        Stated(
            "志愿时长",
            f"{hours} 小时（{len(served)} 次）",
            "Hours served",
            f"{hours} hours ({len(served)} times)",
        ),
        Stated(
            "服务内容",
            "、".join(zh for zh, _en in names[:6]) + (f" 等 {len(names)} 项" if len(names) > 6 else ""),
            "Service",
            ", ".join(en for _zh, en in names[:6])
            + (f" and {len(names) - 6} more" if len(names) > 6 else ""),
        ),
    ]
    if number:
        lines.append(Stated("志愿者编号", number, "Volunteer number", number, public=False))
    lines += [_line(row) for row in served[:MOST_LINES]]
    rest = served[MOST_LINES:]
    if rest:
        left = in_hours(sum(row.minutes for row in rest))
        lines.append(
            Stated(
                "另有", f"{len(rest)} 次，{left} 小时", "And", f"{len(rest)} more, {left} hours", public=False
            )
        )
    last = served[-1]
    if last.contact:
        lines.append(Stated("经办", last.contact, "Contact", last.contact_en or last.contact))
    return lines


def _line(row: Facts) -> Stated:
    """One service: its day, what it was, where, how long. Only its person reads it."""
    day = f"{clock.beijing(row.starts_at):%Y-%m-%d}"
    zh = [row.title, row.label, row.venue, f"{row.minutes} 分钟"]
    en = [
        row.title_en or row.title,
        row.label_en or row.label,
        row.venue_en or row.venue,
        f"{row.minutes} minutes",
    ]
    return Stated(day, "，".join(filter(None, zh)), day, ", ".join(filter(None, en)), public=False)
