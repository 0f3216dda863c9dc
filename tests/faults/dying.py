"""Killing the site at every point of a request, and sending the request again to a new one."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

from tests.concurrency.crowd import Browser, Ground
from tests.databases import built
from tests.servers import ROOT, environment, stops_with_us


@dataclass(frozen=True)
class Case:
    """A request about to be sent, and the activity it is about."""

    activity_id: int
    who: Browser
    path: str
    method: str = "POST"
    fields: dict[str, object] = field(default_factory=dict)


Scene = Callable[[Ground], Case]


@dataclass(frozen=True)
class Struck:
    """What one blow left: what was answered (0: nothing), whether things stood as before the request or as after it,
    what was wrong in the tables; and the same once the request was sent again."""

    status: int
    stood: str
    faults: list[str]
    status_again: int
    stands: str
    faults_again: list[str]


@dataclass(frozen=True)
class Mortal(Ground):
    """The site in a process that forks for each request."""

    process: "subprocess.Popen[str]"
    letters: Path

    def send(self, case: Case, at_point: int = 0, blow: str = "kill") -> dict[str, int]:
        """Send a request; at a point of it its process is struck, which another one does not know of. 0: nowhere."""
        fields = {name: str(value) for name, value in case.fields.items()} | {"csrf_token": case.who.csrf}
        return self._ask(
            path=case.path,
            method=case.method,
            cookie=case.who.cookie,
            fields=fields if case.method == "POST" else None,
            at_point=at_point,
            blow=blow,
        )

    def deliver(self, at_point: int = 0, later: int = 0) -> dict[str, int]:
        """One round of the background work, some seconds later than now."""
        return self._ask(path="background", at_point=at_point, blow="kill", later=later)

    def _ask(self, **asked: Any) -> dict[str, int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, int] = json.loads(self.process.stdout.readline())
        return answer

    def picture(self, activity_id: int) -> tuple[Any, ...]:
        """How an activity stands: states in the order of asking, counters, changes and letters."""
        states = self.rows(
            """SELECT b.state FROM booking b JOIN slot s ON s.id = b.slot_id
               WHERE s.activity_id = :activity ORDER BY b.id""",
            activity=activity_id,
        )
        counted = self.rows(
            "SELECT held, waiting FROM slot WHERE activity_id = :activity ORDER BY id", activity=activity_id
        )
        used = self.rows("SELECT used FROM quota WHERE activity_id = :activity", activity=activity_id)
        trail = self.found(
            """SELECT count(*), count(n.id) FROM booking_change c
               JOIN booking b ON b.id = c.booking_id JOIN slot s ON s.id = b.slot_id
               LEFT JOIN notice n ON n.key = 'booking-' || b.id || '-' || c.id
               WHERE s.activity_id = :activity""",
            activity=activity_id,
        )
        return *(row[0] for row in states), *map(tuple, counted), *map(tuple, used), trail

    def struck_everywhere(self, scene: Scene, blow: str = "kill", every: int = 1) -> list[Struck]:
        """Send a request as often as it has points, to a new scene each time, and strike the site at the next point."""
        whole = scene(self)
        pictures = {self.picture(whole.activity_id): "before"}
        points = self.send(whole, blow=blow)["points"]
        pictures[self.picture(whole.activity_id)] = "after"
        assert len(pictures) == 2
        return [self._struck(scene(self), point, blow, pictures) for point in range(1, points + 1, every)]

    def _struck(self, case: Case, point: int, blow: str, pictures: dict[tuple[Any, ...], str]) -> Struck:
        first = self.send(case, point, blow)
        assert blow != "kill" or first == {"killed_by": SIGKILL}
        stood, faults = pictures.get(self.picture(case.activity_id), "neither"), self.faults()
        again = self.send(case)
        stands = pictures.get(self.picture(case.activity_id), "neither")
        return Struck(first.get("status", 0), stood, faults, again["status"], stands, self.faults())


@contextmanager
def mortal(database_url: str, folder: Path, control: str = "") -> Iterator[Mortal]:
    """The site on a database, migrated first, in a process that forks for each request."""
    letters = folder / f"letters{control}"
    letters.touch()
    with built(database_url, folder) as ours:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal", str(letters), control],
            cwd=ROOT,
            env=environment(database_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=partial(stops_with_us, SIGTERM),
        )
        try:
            yield Mortal(ours, process, letters)
        finally:
            process.terminate()
            process.communicate()
