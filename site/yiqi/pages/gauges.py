"""What `/metrics` reads from the database each time it is asked: queues, the outbox, signs of life."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from yiqi.activities.models import Slot
from yiqi.db import db
from yiqi.notices import dead, outbox
from yiqi.notices.heartbeat import BACKGROUND, DOCTOR, last_beat, last_number


class _Now(Collector):
    """The gauges as of an instant."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def collect(self) -> Iterator[Metric]:
        for name, what, value in self._gauges():
            if value is not None:
                yield GaugeMetricFamily(name, what, value=value)

    def _gauges(self) -> Iterable[tuple[str, str, float | None]]:
        at = self._at
        waiting = select(func.coalesce(func.sum(Slot.waiting), 0), func.coalesce(func.max(Slot.waiting), 0))
        everybody, longest = db.session.execute(waiting.where(Slot.ends_at > at)).one()
        yield "yiqi_waiting", "Bookings that wait in the queues of what is still to come.", everybody
        yield "yiqi_longest_queue", "How many wait in the longest of them.", longest
        outbox_now = outbox.waiting(at)
        yield "yiqi_outbox_due", "Notices that could go out now.", outbox_now.many
        yield (
            "yiqi_outbox_lag_seconds",
            "How long the first of them could have.",
            _age(outbox_now.due_since, at) or 0.0,
        )
        yield "yiqi_outbox_dead", "Notices that were given up: the desk lists them.", dead.count()
        yield (
            "yiqi_background_age_seconds",
            "Since background work gave a sign of life.",
            _age(last_beat(BACKGROUND), at),
        )
        yield "yiqi_doctor_age_seconds", "Since `flask doctor` ran.", _age(last_beat(DOCTOR), at)
        yield "yiqi_broken_invariants", "Rows that it found broken then.", last_number(DOCTOR)


def _age(since: datetime | None, at: datetime) -> float | None:
    return max(0.0, (at - since).total_seconds()) if since else None


def text(at: datetime) -> bytes:
    """The gauges in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Now(at))
    return generate_latest(registry)
