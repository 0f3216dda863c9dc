"""What an operation costs: CPU of the server's processes, time as a phone sees it, statements, bytes, memory."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import psutil

MB = 2**20


class Wrong(AssertionError):
    """The site did something that it must never do, however fast."""


def must(right: bool, what: str) -> None:
    """Correctness comes first: a fast wrong answer is no figure. Raises `Wrong`."""
    if not right:
        raise Wrong(what)


def percentile(values: Iterable[float], part: float) -> float:
    """The value that `part` of them do not exceed (0.5 is the middle one); 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[max(0, ceil(part * len(ordered)) - 1)]


@dataclass(frozen=True)
class Tree:
    """A server: its first process and all that came of it."""

    pid: int

    def processes(self) -> list[psutil.Process]:
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of CPU so far, of processes that have ended as well."""
        total = 0.0
        for process in self.processes():
            try:
                spent = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += spent.user + spent.system
            if process.pid == self.pid:
                total += spent.children_user + spent.children_system
        return total

    def memory(self) -> tuple[float, float]:
        """RSS and PSS of its largest worker in MB. PSS shares out what several processes have in common."""
        workers = self.processes()[1:] or self.processes()
        largest = max(workers, key=lambda process: process.memory_info().rss)
        try:
            pss = largest.memory_full_info().pss
        except psutil.AccessDenied:
            pss = 0
        return largest.memory_info().rss / MB, pss / MB

    def all_memory(self) -> float:
        """RSS of all its processes together in MB, each page of each of them counted."""
        total = 0
        for process in self.processes():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / MB


@dataclass(frozen=True)
class Answer:
    """What came back, and what it cost. `status` 0 is a connection that broke, -1 one that was not answered in time."""

    status: int
    text: str
    headers: dict[str, str]
    seconds: float
    bytes: int = 0
    statements: int | None = None


@dataclass
class Spent:
    """What a stretch of work cost in all."""

    seconds: float = 0.0
    site_cpu: float = 0.0
    database_cpu: float = 0.0


@contextmanager
def spending(site: Tree, database: Tree | None) -> Iterator[Spent]:
    """Count CPU and time of what happens inside; SQLite's CPU is the site's."""
    spent = Spent()
    before = site.cpu(), database.cpu() if database else 0.0
    began = time.perf_counter()
    yield spent
    spent.seconds = time.perf_counter() - began
    spent.site_cpu = site.cpu() - before[0]
    spent.database_cpu = (database.cpu() if database else 0.0) - before[1]


@dataclass
class Figures:
    """One line of results: what was done, how often, and what one of them cost. Times in milliseconds."""

    scenario: str
    case: str
    database: str
    operations: int
    seconds: float = 0.0
    cpu_ms: float | None = None
    database_cpu_ms: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    statements: float | None = None
    kilobytes: float | None = None
    rss_mb: float | None = None
    pss_mb: float | None = None
    floor: str = ""
    times_floor: float | None = None
    right: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.operations / self.seconds if self.seconds else 0.0


def figures(
    scenario: str,
    case: str,
    database: str,
    *,
    operations: int,
    spent: Spent,
    answers: Sequence[Answer] = (),
    seconds: Sequence[float] | None = None,
    right: str = "",
    **more: Any,
) -> Figures:
    """Costs per operation. `seconds` is how long each of them took, where one is more than one request."""
    took = [answer.seconds for answer in answers] if seconds is None else seconds
    said = [answer.statements for answer in answers if answer.statements is not None]
    each = max(1, operations)
    return Figures(
        scenario,
        case,
        database,
        operations,
        round(spent.seconds, 3),
        cpu_ms=round(1000 * spent.site_cpu / each, 3),
        database_cpu_ms=round(1000 * spent.database_cpu / each, 3),
        p50_ms=round(1000 * percentile(took, 0.5), 1),
        p99_ms=round(1000 * percentile(took, 0.99), 1),
        statements=round(sum(said) / each, 2) if said else None,
        kilobytes=round(sum(answer.bytes for answer in answers) / each / 1000, 2) if answers else None,
        right=right,
        more=more,
    )
