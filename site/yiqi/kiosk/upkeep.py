"""What background work does of the screens: forget."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from yiqi.kiosk import calls, scans, visits

CHORES: Sequence[tuple[timedelta, Callable[[datetime], object]]] = (
    (timedelta(seconds=15), visits.purge),
    (timedelta(hours=1), scans.purge),
    (timedelta(hours=1), calls.purge),
)
