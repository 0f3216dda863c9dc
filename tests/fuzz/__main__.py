"""`make fuzz`: bad requests by the ten thousand. `n=` how many, `seed=` which ones; `again=FILE` sends kept ones again.

Half of them in this process on SQLite, most others on PostgreSQL, a share over a socket to gunicorn on both.
"""

import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tests.databases import ROOT, SECRET, built
from tests.fuzz.attacks import Attack, Maker, read
from tests.fuzz.judging import children, memory, told
from tests.fuzz.runs import Fault, Run, a_stage, learnt
from tests.fuzz.sending import InProcess, OverTheWire
from tests.fuzz.wire import hangs_up_politely
from tests.servers import PostgreSQL, serving, throwaway_postgresql

FAILED = ROOT / "instance" / "fuzz-failed.jsonl"
SHARES = {"sqlite": 0.45, "postgresql": 0.4, "sqlite over the wire": 0.08, "postgresql over the wire": 0.07}
MORE_MIB = 200
"""How much a process may grow between its first thousand requests and its last."""
WARM = 1000


def main(arguments: list[str]) -> int:
    options = dict(one.split("=", 1) for one in arguments)
    many = int(options.get("n") or 50_000)
    of_seed = int(options.get("seed") or datetime.now(UTC).strftime("%Y%m%d"))
    logging.disable(logging.WARNING)
    print(f"seed={of_seed} n={many}: make fuzz seed={of_seed} n={many} does the same again", flush=True)
    again = (
        [read(line) for line in Path(options["again"]).read_text("utf-8").splitlines()]
        if options.get("again")
        else None
    )
    found: list[Fault] = []
    with throwaway_postgresql() as server:
        for number, (name, share) in enumerate(SHARES.items()):
            if options.get("only", name) == name:
                found += _part(name, round(many * share), of_seed * 10 + number, server, again)
    FAILED.parent.mkdir(exist_ok=True)
    FAILED.write_text("".join(f"{one.attack.written()}\n" for one in found), "utf-8")
    print(f"{len(found)} found; kept in {FAILED.relative_to(ROOT)}" if found else "Nothing found.")
    return 1 if found else 0


def _part(name: str, many: int, of_seed: int, server: PostgreSQL, again: list[Attack] | None) -> list[Fault]:
    """One share of the requests, on a database of its own. Answers what it found; raises `AssertionError` when a process
    died, grew without end or told a secret."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        kind, wire = name.partition(" ")[0], name.endswith("wire")
        url = f"sqlite:///{Path(folder) / 'yiqi.db'}" if kind == "sqlite" else server.new_database()
        app = stack.enter_context(built(url, Path(folder)))
        stack.enter_context(app.app_context())
        stage = a_stage(app)
        maker = Maker(of_seed, stage.scene.samples, learnt(stage))
        base, master = "", 0
        run = Run(stage, InProcess(app), tell=lambda one: print(one, file=sys.__stdout__, flush=True))
        if wire:
            base, master = stack.enter_context(serving(url, 2, {"SECRET_KEY": SECRET}))
            run.carry = OverTheWire(base)
        attacks = iter(again) if again is not None else islice(_all_kinds(maker), many)
        before = children(master) if wire else set()
        run.go(islice(attacks, WARM))
        held = _memory(before)
        run.go(attacks)
        if wire:
            hangs_up_politely(base)
            assert children(master) == before, f"{name}: a worker died"
            log = Path(f"/proc/{master}/fd/2").read_text("utf-8", "replace")
            assert not (telling := told(log, run.stage.cast.secrets)), f"{name}: the log tells {telling[0]}"
        grown = max(now - then for now, then in zip(_memory(before), held, strict=True))
        assert grown < MORE_MIB, f"{name}: {grown:.0f} MiB more"
    print(
        f"{name}: {run.summary()}, {grown:+.0f} MiB, {time.monotonic() - began:.0f} s, {len(run.found)} found",
        flush=True,
    )
    return run.found


def _all_kinds(maker: Maker) -> Iterator[Attack]:
    yield from maker.each_route_once()
    yield from maker.for_ever()


def _memory(workers: set[int]) -> list[float]:
    return [memory(one) for one in sorted(workers)] if workers else [memory()]


if __name__ == "__main__":
    random.seed(0)
    sys.exit(main(sys.argv[1:]))
