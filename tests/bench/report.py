"""What becomes of figures: a line each on the screen, JSON lines in instance/bench; with `keep` a history in docs, its
tables and its picture."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.goals import GOALS, Goal, Row, cpu
from tests.bench.machine import Machine
from tests.bench.measuring import Figures
from tests.servers import ROOT

FOLDER = ROOT / "instance" / "bench"
HISTORY = ROOT / "docs" / "performance" / "history.jsonl"
PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "img" / "performance.svg"
DRAWN = (("home", "#b3261e"), ("activity", "#1f5fa8"), ("my bookings", "#5b6b2f"), ("8 clients", "#8a5a00"))
WIDE, HIGH, EDGE = 720, 260, 40
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
        publish()


def publish() -> None:
    """Write the tables of the history into its page, between the markers, and draw the picture."""
    rows = [json.loads(line) for line in HISTORY.read_text(encoding="utf-8").splitlines()]
    page = PAGE.read_text(encoding="utf-8")
    for name, table in (("goals", goals(rows)), ("results", results(rows))):
        before, _begin, rest = page.partition(f"<!-- {name} -->\n")
        _old, _end, after = rest.partition(f"<!-- /{name} -->")
        page = f"{before}<!-- {name} -->\n{table}<!-- /{name} -->{after}"
    PAGE.write_text(page, encoding="utf-8")
    PICTURE.write_text(picture(rows), encoding="utf-8")


def runs(rows: Sequence[Row]) -> list[str]:
    """The runs of a history, oldest first, by the minute they began."""
    return list(dict.fromkeys(row["at"] for row in rows))


def floor_of(rows: Sequence[Row], run: str) -> float:
    """CPU of a page of Flask without a database in a run, in milliseconds, of the smallest that was measured; in the run
    before where it was not measured in this one, 0 where it never was."""
    pages = [row for row in rows if row["at"] <= run and row["case"].startswith("Flask")]
    found = [row for row in pages if row["at"] == pages[-1]["at"]]
    return cpu(min(found, key=lambda row: int(row["case"].split()[1]))) if found else 0.0


def goals(rows: Sequence[Row]) -> str:
    """The table of goals: the newest figure of each, on PostgreSQL, beside the floor of its run, or of the last run that measured one."""
    lines = [
        "| what | goal | `make bench only=` | measured | pages of bare Flask | where the goals were set | |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_of_goal(goal, rows) for goal in GOALS]
    return "\n".join(lines) + "\n"


def _of_goal(goal: Goal, rows: Sequence[Row]) -> str:
    found = [
        row
        for row in rows
        if row["scenario"] == goal.only.split()[0]
        and row["database"] == "postgresql"
        and row["case"].startswith(goal.case)
        and goal.read(row)
    ]
    begins = f"| {goal.what} | {goal.goal} | `{goal.only}` |"
    if not found:
        return f"{begins} not measured yet | | | |"
    value, floor = goal.read(found[-1]), floor_of(rows, found[-1]["at"])
    beside = f"{value / floor:.1f}" if goal.read is cpu and floor else ""
    there = goal.there(value, floor)
    as_there = f"{there:,.3g} {goal.unit}" if goal.timed and floor else ""
    reached = "reached" if goal.reached(there) else f"{_far(goal, there):.1f} × off"
    return f"{begins} {value:,.3g} {goal.unit} | {beside} | {as_there} | {reached} |"


def _far(goal: Goal, value: float) -> float:
    return goal.limit / value if goal.more else value / goal.limit


def results(rows: Sequence[Row]) -> str:
    """The newest figure of each case on each database, with what it was in the run before."""
    newest: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        newest.setdefault((row["scenario"], row["case"], row["database"]), []).append(row)
    lines = [
        "| | case | on | a second | CPU ms | before | p50 ms | p99 ms | statements | KB | as it must be |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (scenario, case, database), found in newest.items():
        last, before = found[-1], f"{cpu(found[-2]):.1f}" if len(found) > 1 else ""
        cells = [scenario, case, database, f"{last['per_second']:,.1f}", f"{cpu(last):.1f}", before]
        cells += [
            f"{last[name]:,.1f}" if name in last else ""
            for name in ("p50_ms", "p99_ms", "statements", "kilobytes")
        ]
        lines.append("| " + " | ".join([*cells, last.get("right", "")]) + " |")
    return "\n".join(lines) + "\n"


def picture(rows: Sequence[Row]) -> str:
    """CPU of four operations in pages of bare Flask, run by run: what no machine changes."""
    order = [run for run in runs(rows) if floor_of(rows, run)]
    lines: dict[str, list[tuple[int, float]]] = {}
    for name, _colour in DRAWN:
        for number, run in enumerate(order):
            found = [
                cpu(row)
                for row in rows
                if (row["at"], row["case"], row["database"]) == (run, name, "postgresql")
                and row["scenario"] in ("browse", "signup")
            ]
            if found:
                lines.setdefault(name, []).append((number, found[-1] / floor_of(rows, run)))
    most = max((value for line in lines.values() for _at, value in line), default=1.0)

    def place(number: int, value: float) -> str:
        across = EDGE + (WIDE - 180 - EDGE) * (number / max(1, len(order) - 1))
        return f"{across:.1f},{HIGH - EDGE - (HIGH - 2 * EDGE) * value / most:.1f}"

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
        f'<text x="{EDGE}" y="20">CPU in pages of bare Flask, PostgreSQL, run by run (to {most:.0f})</text>',
        f'<path d="M{EDGE} {EDGE}V{HIGH - EDGE}H{WIDE - 180}" fill="none" stroke="#999"/>',
    ]
    for number, (name, colour) in enumerate(DRAWN):
        at = [place(*point) for point in lines.get(name, [])]
        drawn.append(f'<polyline points="{" ".join(at)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [
            f'<circle cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="3" fill="{colour}"/>'
            for point in at
        ]
        last = f": {lines[name][-1][1]:.1f}" if name in lines else ""
        label = "sign-up" if name == "8 clients" else name
        drawn.append(f'<text x="{WIDE - 165}" y="{EDGE + 20 * number}" fill="{colour}">{label}{last}</text>')
    return "\n".join([*drawn, "</svg>"]) + "\n"
