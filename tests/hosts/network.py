"""Machines of our own on two networks: each is a network namespace, each network a bridge. The proxy and visitors are on
the one, the database on the other, the app hosts on both; this process stands on both as well.

Addresses are of 198.18.0.0/15, which is set aside for measuring networks (RFC 2544).
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

NUMBERS = {"ourselves": 1, "front": 2, "database": 5, "app1": 11, "app2": 12}
ON = {"front": ("outer",), "database": ("inner",), "app1": ("outer", "inner"), "app2": ("outer", "inner")}
NEEDS_ROOT = "make hosts lays networks and namespaces: it has to be root, on Linux, with iproute2 (Debian: apt install iproute2)."


class Network:
    """The machines of this process. What is left of one that was killed is taken away first."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        number = self._pid % 250 + 1
        self._nets = {"outer": f"198.18.{number}", "inner": f"198.19.{number}"}

    def address(self, machine: str, net: str) -> str:
        return f"{self._nets[net]}.{NUMBERS[machine]}"

    def subnet(self, net: str) -> str:
        return f"{self._nets[net]}.0/24"

    def inside(self, machine: str) -> list[str]:
        """What a command begins with that is to run on a machine; the process keeps its number."""
        return ["ip", "netns", "exec", _named(self._pid, machine)]

    def lay(self) -> None:
        for net, base in self._nets.items():
            bridge = self._bridge(net)
            _ip("link", "add", bridge, "type", "bridge")
            _ip("address", "add", f"{base}.{NUMBERS['ourselves']}/24", "dev", bridge)
            _ip("link", "set", bridge, "up")
        for machine, nets in ON.items():
            space = _named(self._pid, machine)
            _ip("netns", "add", space)
            _ip("-n", space, "link", "set", "lo", "up")
            for net in nets:
                end = self._end(machine, net)
                _ip("link", "add", end, "type", "veth", "peer", "name", net, "netns", space)
                _ip("link", "set", end, "master", self._bridge(net), "up")
                _ip("-n", space, "address", "add", f"{self.address(machine, net)}/24", "dev", net)
                _ip("-n", space, "link", "set", net, "up")

    @contextmanager
    def cut(self, machine: str, net: str) -> Iterator[None]:
        """Nothing comes through between a machine and a network, and nobody is told so."""
        end = self._end(machine, net)
        _ip("link", "set", end, "nomaster")
        try:
            yield
        finally:
            _ip("link", "set", end, "master", self._bridge(net))

    def clear(self) -> None:
        """End every process on the machines and take everything away; of what is not there nothing is said."""
        clear(self._pid)

    def _bridge(self, net: str) -> str:
        return f"yq{self._pid}{net[0]}"

    def _end(self, machine: str, net: str) -> str:
        return f"yq{self._pid}{net[0]}{NUMBERS[machine]}"


@contextmanager
def laid() -> Iterator[Network]:
    """The machines, gone afterwards whatever happened."""
    for pid in leftovers():
        clear(pid)
    network = Network()
    try:
        network.lay()
        yield network
    finally:
        network.clear()


def may_lay() -> bool:
    """Whether this process can make machines here."""
    if os.geteuid() != 0:
        return False
    probe = f"yiqi-{os.getpid()}-probe"
    try:
        _ip("netns", "add", probe)
        _ip("netns", "delete", probe)
    except (OSError, RuntimeError):
        return False
    return True


def leftovers() -> list[int]:
    """The processes that laid machines and are no more."""
    said = _ip("netns", "list") if Path("/run/netns").is_dir() else ""
    pids = {int(pid) for pid in re.findall(r"^yiqi-(\d+)-", said, re.MULTILINE)}
    return [pid for pid in pids if not Path(f"/proc/{pid}").exists()]


def clear(pid: int) -> None:
    for machine in ON:
        space = _named(pid, machine)
        if Path("/run/netns", space).exists():
            _end_all(space)
            with suppress(RuntimeError):
                _ip("netns", "delete", space)
    for net in ("outer", "inner"):
        with suppress(RuntimeError):
            _ip("link", "delete", f"yq{pid}{net[0]}")


def _end_all(space: str) -> None:
    for _time in range(20):
        pids = [int(word) for word in _ip("netns", "pids", space).split()]
        if not pids:
            return
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _named(pid: int, machine: str) -> str:
    return f"yiqi-{pid}-{machine}"


def _ip(*words: str) -> str:
    return _said("ip", *words)


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


__all__: Sequence[str] = ("NEEDS_ROOT", "Network", "laid", "leftovers", "may_lay")
