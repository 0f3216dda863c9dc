"""What becomes of figures: a line each on the screen, JSON lines in instance/bench, and history that is kept in docs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.machine import Machine
from tests.bench.measuring import Figures
from tests.servers import ROOT

FOLDER = ROOT / "instance" / "bench"
HISTORY = ROOT / "docs" / "performance" / "history.jsonl"
HEAD = (
    f"{'scenario':10} {'case':34} {'on':10} {'a second':>9} {'cpu ms':>8} {'+ db':>7} {'p50 ms':>8} {'p99 ms':>8}"
    f" {'stmts':>6} {'KB':>7} {'MB':>5}  as it must be"
)


def line(one: Figures) -> str:
    """A result for people to read."""

    def number(value: float | None, width: int, digits: int) -> str:
        return f"{value:{width},.{digits}f}" if value is not None else " " * width

    more = " ".join(f"{name}={value}" for name, value in one.more.items() if name != "raw_bytes")
    floor = f" {one.times_floor:.1f} × {one.floor}" if one.times_floor else ""
    return (
        f"{one.scenario:10} {one.case:34} {one.database:10} {one.per_second:9,.1f} {number(one.cpu_ms, 8, 2)}"
        f" {number(one.database_cpu_ms, 7, 2)} {number(one.p50_ms, 8, 1)} {number(one.p99_ms, 8, 1)}"
        f" {number(one.statements, 6, 1)} {number(one.kilobytes, 7, 2)} {number(one.rss_mb, 5, 0)}"
        f"  {one.right}{floor} {more}".rstrip()
    )


def kept(machine: Machine, one: Figures) -> dict[str, Any]:
    """A result as one JSON object; what was not measured is left out."""
    facts = {**asdict(machine), **asdict(one), "per_second": round(one.per_second, 2)}
    return {name: value for name, value in facts.items() if value not in (None, "", {})}


def written(machine: Machine, done: Sequence[Figures], *, keep: bool) -> None:
    """Add the results to this machine's file, and with `keep` to the project's history."""
    lines = [json.dumps(kept(machine, one), ensure_ascii=False) + "\n" for one in done]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "results.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(lines)
    if keep:
        HISTORY.parent.mkdir(parents=True, exist_ok=True)
        with HISTORY.open("a", encoding="utf-8") as file:
            file.writelines(lines)
