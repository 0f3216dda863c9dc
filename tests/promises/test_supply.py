"""What the site is made of is named, locked and listed; no secret is in the repository."""

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests import sbom

ROOT = Path(__file__).parents[2]
LOCKED = re.compile(
    r"^([a-z0-9.\[\]_-]+)==(\S+)(?: ; [^\\]+)?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)
VENDORED = re.compile(r"\.min\.js$|/vendor/|\.(?:woff2?|ttf|otf)$")
SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |DSA |ENCRYPTED )?PRIVATE KEY-----"),
    "a key of a cloud": re.compile(
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAKID[0-9A-Za-z]{32}\b|\bLTAI[0-9A-Za-z]{12,20}\b"
    ),
    "a token of a code host": re.compile(
        r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,}|glpat-[\w-]{20})\b"
    ),
    "a password in an address": re.compile(
        r"\b[a-z][a-z0-9+]*://[^\s/:@{}<>$]+:(?!(?:yiqi|password|PASSWORD|…|secret|x|pw)@)[^\s/:@{}<>$]{6,}@"
    ),
    "an app secret of WeChat": re.compile(
        r"(?i)(?:app_?secret|secret_?key|api_?key)\s*[=:]\s*[\"']?[0-9a-f]{32}\b"
    ),
}
KNOWN = {
    "tests/notices/test_channels.py": "the example in the gateway's own manual, against which a signature is checked",
    "tests/notices/localhost.pem": "a certificate of localhost for a mail server in the tests, with its key",
}
READABLE = {
    ".py",
    ".md",
    ".toml",
    ".in",
    ".txt",
    ".html",
    ".js",
    ".css",
    ".sh",
    ".yml",
    ".yaml",
    ".conf",
    ".pem",
    ".ini",
}


def listed() -> list[str]:
    said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [one for one in said.stdout.split("\0") if one and (ROOT / one).is_file()]


def secrets_in(text: str) -> list[str]:
    return [name for name, pattern in SECRETS.items() if pattern.search(text)]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_locked_to_one_version_and_its_hashes(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8")
    packages = re.findall(r"^[a-z0-9][^\s#]*==", lines, re.MULTILINE)
    assert len(packages) > 20
    assert len(LOCKED.findall(lines)) == len(packages)
    assert not re.search(r"^(?:-e|git\+|https?:|\./)", lines, re.MULTILINE), "from nowhere but the index"


def test_every_file_of_others_is_named_with_its_version_and_checksum_and_is_that_file() -> None:
    table = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    vendored = [one for one in listed() if VENDORED.search(one)]
    assert len(vendored) >= 3
    for one in vendored:
        assert sha256((ROOT / one).read_bytes()).hexdigest() in table, one
        assert re.search(r"\d+\.\d+\.\d+", one), f"{one} does not say its version"
    assert sha256(b"changed").hexdigest() not in table, "the control"


def test_the_list_of_parts_holds_every_package_and_every_file_of_others() -> None:
    made = json.loads(sbom.made())
    named = {(one["name"], one["version"]) for one in made["components"]}
    locked = {
        (name.partition("[")[0], version)
        for name, version, _hashes in LOCKED.findall((ROOT / "requirements.txt").read_text("utf-8"))
    }

    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.5")
    assert locked <= named
    assert {("htmx.org", "2.0.11"), ("qr-scanner", "1.4.2")} <= named
    assert all(one["hashes"] and one["purl"].startswith("pkg:") for one in made["components"])
    assert len({one["bom-ref"] for one in made["components"]}) == len(made["components"])
    assert sbom.made() == sbom.made(), "the same lock makes the same list"


def test_no_secret_is_in_the_repository() -> None:
    found = {
        one: said
        for one in listed()
        if Path(one).suffix in READABLE and one not in KNOWN and not one.endswith("promises/test_supply.py")
        if (said := secrets_in((ROOT / one).read_text("utf-8", "replace")))
    }
    assert found == {}
    assert not [
        one
        for one in listed()
        if Path(one).name in (".env", "secret_key") or one.endswith((".db", ".sqlite"))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "postgresql://site:" + "hunter2hunter2@db/yiqi",
        "APPSECRET=" + "0123456789abcdef" * 2,
    ],
)
def test_a_secret_would_be_noticed(text: str) -> None:
    assert secrets_in(f"x = 1\n{text}\n")
