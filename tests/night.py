"""What a machine does by night (`make nightly`): the races, the fuzz, the two hosts, every test without taking turns, and
every test as if it were another time. Each goes its way whatever the others found, with its words in a file of its
own, and the last line says how it went.

`only=fuzz` does one of them; `races=2 fuzz=100` makes them small.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.plugins.another_time import AT

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "instance" / "nightly"
NIGHTS = 14
"""How many nights' files are kept."""


def main(arguments: Sequence[str]) -> int:
    asked = dict(one.split("=", 1) for one in arguments)
    parts = {
        "races": ["tests.concurrency", asked.get("races", "100")],
        "fuzz": ["tests.fuzz", f"n={asked.get('fuzz', '')}"],
        "hosts": ["tests.hosts", "if-possible"],
        "tests": ["tests", "--hypothesis-profile=nightly"],
    }
    commands = {name: [sys.executable, "-m", *words] for name, words in parts.items()}
    for name, at in _other_times(datetime.now(UTC).date()).items():
        commands[name] = ["env", f"{AT}={at}", sys.executable, "-m", "tests"]
    chosen = {name: words for name, words in commands.items() if asked.get("only", name) == name}
    return night(chosen, KEPT)


def _other_times(today: date) -> dict[str, str]:
    """When else the tests have to pass, Beijing's clock: as a week has begun, in the evening of a working day, as a year ends."""
    monday = today + timedelta(days=7 - today.weekday())
    return {
        "monday": f"{monday} 00:05",
        "tuesday": f"{monday + timedelta(days=1)} 18:30",
        "year": f"{today.year}-12-31 23:50",
    }


def night(parts: Mapping[str, Sequence[str]], folder: Path) -> int:
    """Run commands one after the other, each with its words in `DAY-NAME.log` of a folder; answers 1 when one failed, or when
    another night is still going on."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another night is still going on: {folder}")
            return 1
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        told = {name: _run(command, folder / f"{day}-{name}.log") for name, command in parts.items()}
        _forget(folder)
    failed = [name for name, (code, _minutes) in told.items() if code]
    took = ", ".join(f"{name} {minutes:.0f} min" for name, (_code, minutes) in told.items())
    print(f"{'FAILED: ' + ', '.join(failed) if failed else 'All passed'} ({took}); {folder}/{day}-*.log")
    return 1 if failed else 0


def _run(command: Sequence[str], log: Path) -> tuple[int, float]:
    """The command's exit code and how many minutes it took. What it says goes on the screen as well."""
    began = time.monotonic()
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'site'}", "PYTHONUNBUFFERED": "1"}
    with (
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or ():
            kept.write(line)
            kept.flush()
            sys.stdout.write(line)
    return process.returncode, (time.monotonic() - began) / 60


def _forget(folder: Path) -> None:
    days = sorted({one.name[:10] for one in folder.glob("*.log")})
    for day in days[:-NIGHTS]:
        for one in folder.glob(f"{day}-*.log"):
            one.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
