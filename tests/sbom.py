"""`make sbom`: what the site is made of, as CycloneDX 1.5 in JSON: the packages of the lock and the files of others."""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = re.compile(
    r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)((?:.*\\\n +--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE
)
HASH = re.compile(r"sha256:([0-9a-f]{64})")
ROW = re.compile(
    r"^\| `([^`]+)` \|.*npm package `([^`]+)`.*?\| ([0-9.]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE
)
CHECKSUM = re.compile(r"`([0-9a-f]{64})`")


def made() -> str:
    """The list as JSON: the same for the same lock, without the time of day."""
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    table = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    site = {"type": "application", "name": "yiqi", "version": version[1] if version else ""}
    parts = [_part(name, at, "pypi", HASH.findall(hashes)) for name, at, hashes in PACKAGE.findall(lock)]
    parts += [
        _part(name, at, "npm", CHECKSUM.findall(sums))
        | {"licenses": [{"license": {"name": licence.strip()}}]}
        for _file, name, at, licence, sums in ROW.findall(table)
    ]
    listed = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}
    return json.dumps(listed | {"metadata": {"component": site}, "components": parts}, indent=1)


def _part(name: str, version: str, kind: str, hashes: list[str]) -> dict[str, Any]:
    url = f"pkg:{kind}/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": url,
        "name": name,
        "version": version,
        "purl": url,
        "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
    }


if __name__ == "__main__":
    sys.stdout.write(made() + "\n")
