"""When to come again: whoever is told to wait gets an appointment, in the order in which they came, as fast as people are served."""

import threading
from collections import deque

SOONEST, LATEST = 4.0, 90.0
"""Seconds: nobody comes again before the one, or is sent away for longer than the other."""
LATELY = 5.0
"""Seconds of which is known how many were served."""
SHARE = 0.5
"""The part of what is served that goes to appointments: who comes for a page presses a button on it afterwards."""
SLOWEST = 2.0
"""So many a second are served at the least, as long as nothing else is known."""


class Line:
    """What one process knows of its own line. Instants are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served: deque[float] = deque(maxlen=5_000)
        self._next = 0.0

    def serves(self, now: float) -> None:
        """One more is served."""
        with self._lock:
            self._served.append(now)

    def appointment(self, now: float) -> float:
        """In how many seconds the next one who is told to wait is to come again."""
        with self._lock:
            while self._served and self._served[0] < now - LATELY:
                self._served.popleft()
            pace = max(SLOWEST, SHARE * len(self._served) / LATELY)
            at = max(self._next, now + SOONEST)
            self._next = min(at + 1 / pace, now + LATEST)
            return at - now
