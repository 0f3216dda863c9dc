"""A file system of a few megabytes, which can be filled to its last byte and freed again."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from io import FileIO
from pathlib import Path

import pytest

from tests.plugins.no_skips import OPTIONAL

CHUNKS = (1 << 20, 4096, 1)


def _takes(file: FileIO, size: int) -> bool:
    try:
        file.write(bytes(size))
    except OSError as full:
        if full.errno != ENOSPC:
            raise
        return False
    return True


@dataclass(frozen=True)
class SmallDisk:
    """Where it is mounted."""

    path: Path

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Until not one byte more can be written."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in CHUNKS:
                while _takes(file, size):
                    pass

    def free(self) -> None:
        """Somebody has made room."""
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount one that everybody may use; skips where that is not permitted."""
    with tempfile.TemporaryDirectory(prefix="yiqi-disk-") as folder:
        path = Path(folder) / "disk"
        path.mkdir()
        path.parent.chmod(0o711)
        with _mounted(path, megabytes):
            yield SmallDisk(path)


@contextmanager
def _mounted(path: Path, megabytes: int) -> Iterator[None]:
    options = f"size={megabytes}m,mode=777"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "yiqi-test", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if os.geteuid() or done.returncode:
        pytest.skip(f"{OPTIONAL}no file system can be mounted here (it takes root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
