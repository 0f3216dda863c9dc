"""The ledger of an activity's quotas: how much of each is used, and by which bookings."""

from collections import defaultdict
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from yiqi.activities.models import Quota
from yiqi.booking.models import Booking, Consumed
from yiqi.db import Facts, db


class Account(Struct, frozen=True):
    """One quota and the bookings that ever took of it, in their order. `entries`: booking_id, person_id, party, state,
    units (seats it takes now, 0 when it gave them back), since and changed_at, aware."""

    quota: Quota
    entries: tuple[Facts, ...]

    @property
    def kept(self) -> int:
        """Places that are kept and not taken yet."""
        return max(0, self.quota.least - self.quota.used)

    def binds(self, at: datetime) -> bool:
        """Whether it still limits and keeps."""
        return self.quota.releases_at is None or at < self.quota.releases_at


def of_activity(activity_id: int) -> list[Account]:
    """The quotas of an activity with who got what; empty when there are none. Two queries."""
    quotas = db.session.scalars(
        select(Quota)
        .where(Quota.activity_id == activity_id)
        .order_by(Quota.id)
        .execution_options(populate_existing=True)
    ).all()
    rows = db.session.execute(
        select(
            Consumed.quota_id,
            Consumed.units,
            Booking.id.label("booking_id"),
            Booking.person_id,
            Booking.party,
            Booking.state,
            Booking.created_at.label("since"),
            Booking.changed_at,
        )
        .join(Booking, Booking.id == Consumed.booking_id)
        .where(Consumed.quota_id.in_([quota.id for quota in quotas]))
        .order_by(Booking.seq, Booking.id)
    )
    entries: dict[int, list[Facts]] = defaultdict(list)
    for row in rows:
        entries[row.quota_id].append(row)
    return [Account(quota, tuple(entries[quota.id])) for quota in quotas]
