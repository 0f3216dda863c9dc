"""What it was measured on: a figure without its machine says nothing."""

import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil

from tests.servers import ROOT


@dataclass(frozen=True)
class Machine:
    """The machine and the commit; `busy` is how many processes wanted a core in the minute before."""

    at: str
    commit: str
    cores: int
    memory_gb: int
    python: str
    system: str
    busy: float


def present() -> Machine:
    """As it is now. The commit ends in + where the checkout has changes of its own, and is - without git."""
    return Machine(
        at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        commit=_commit(),
        cores=psutil.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 2**30),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        busy=round(psutil.getloadavg()[0], 1),
    )


def _commit() -> str:
    named = _git("rev-parse", "--short=9", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{named}+" if changed else named or "-"


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
