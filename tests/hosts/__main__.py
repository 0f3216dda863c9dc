"""Two app hosts behind a proxy, tried on machines of our own: python -m tests.hosts [if-possible] [pytest's options]."""

import shutil
import subprocess
import sys

from tests.hosts.network import NEEDS_ROOT, may_lay
from tests.proxies import NO_NGINX
from tests.servers import NO_POSTGRESQL, postgresql_programs


def lacking() -> str:
    """What is missing here, in a sentence; empty when nothing is."""
    if not may_lay():
        return NEEDS_ROOT
    if postgresql_programs() is None:
        return NO_POSTGRESQL
    return "" if shutil.which("nginx") else NO_NGINX


def main(arguments: list[str]) -> int:
    reason = lacking()
    if reason:
        print(f"Not tried: {reason}")
        return 0 if "if-possible" in arguments else 1
    more = [word for word in arguments if word != "if-possible"]
    options = ["-q", "-s", "-p", "no:xdist", "-m", "hosts", *more, "tests/hosts"]
    return subprocess.run([sys.executable, "-m", "pytest", *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
