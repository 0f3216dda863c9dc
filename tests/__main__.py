"""Runs every test in four parts (`make test`) and says in one closing line how it went and what was skipped."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.plugins.no_skips import KEPT, closing

PARTS = (
    (
        "rules, pages and promises",
        "not race and not fault and not browser and not hosts",
        ["-n", "2", "--dist", "loadscope"],
    ),
    ("races", "race", ["-p", "no:xdist", "tests/concurrency"]),
    ("faults", "fault", ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder", "tests/faults"]),
    ("browser", "browser", ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder", "tests/browser"]),
)
"""To find the tests takes half a minute, which only the first part needs: `plugins/places.py` sees to it that those of
the others are in their folders. In the last two the longest modules have few tests: they come as they stand, not at the end.
"""
COMPILES_ANEW = "PYTHONDONTWRITEBYTECODE"
"""With it each of some eighty processes would compile the site again, and each part all of its tests."""
FINE = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "skips"
        kept.touch()
        failed = [
            name
            for name, marked, options in PARTS
            if _run(name, ["-m", marked, *options, *arguments], kept) not in FINE
        ]
        skipped = closing(json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines())
    print(f"\n{'FAILED: ' + ', '.join(failed) + '.' if failed else 'All passed.'} {skipped}")
    return 1 if failed else 0


def _run(name: str, arguments: list[str], kept: Path) -> int:
    print(f"\n=== {name}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    env = {name: value for name, value in os.environ.items() if name != COMPILES_ANEW} | {KEPT: str(kept)}
    return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
