"""Runs every test in four parts (`make test`), two of them beside each other, and says in one closing line how it went
and what was skipped."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pytest

from tests.plugins.no_skips import KEPT, closing

PARTS = (
    (
        (
            "rules, pages and promises",
            "not race and not fault and not browser",
            ["-n", "2", "--dist", "loadscope"],
        ),
    ),
    (
        ("races", "race", ["-p", "no:xdist", "tests/concurrency"]),
        ("faults", "fault", ["-n", "2", "--dist", "loadscope", "tests/faults"]),
    ),
    (("browser", "browser", ["-n", "2", "--dist", "loadscope", "tests/browser"]),),
)
"""To find the tests takes half a minute, which only the first part needs: `plugins/places.py` sees to it that those of
the others are in their folders. Races and faults wait for their servers much of the time, so they run beside each
other; each has servers and databases of its own. What the first of them says is seen at once, the rest after it."""
FINE = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "skips"
        kept.touch()
        failed = [name for beside in PARTS for name in _run(beside, arguments, kept)]
        skipped = closing(json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines())
    print(f"\n{'FAILED: ' + ', '.join(failed) + '.' if failed else 'All passed.'} {skipped}")
    return 1 if failed else 0


def _run(beside: Sequence[tuple[str, str, list[str]]], arguments: list[str], kept: Path) -> list[str]:
    """Run parts beside each other; answers the names of those that failed."""
    failed = []
    with ExitStack() as until_all_end:
        runs: list[tuple[str, subprocess.Popen[bytes], IO[bytes] | None]] = []
        for name, marked, options in beside:
            said = until_all_end.enter_context(tempfile.TemporaryFile()) if runs else None
            command = [sys.executable, "-m", "pytest", "-q", "-m", marked, *options, *arguments]
            if said is None:
                print(f"\n=== {name}", flush=True)
            run = subprocess.Popen(
                command,
                env={**os.environ, KEPT: str(kept)},
                stdout=said,
                stderr=subprocess.STDOUT if said else None,
            )
            runs.append((name, until_all_end.enter_context(run), said))
        for name, run, heard in runs:
            if run.wait() not in FINE:
                failed.append(name)
            if heard is not None:
                heard.seek(0)
                print(f"\n=== {name}\n{heard.read().decode()}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
