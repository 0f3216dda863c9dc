"""Every setting that the source reads can be found by somebody who sets the site up."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""(?:env\.\w+|environ(?:\.get)?|getenv)[\[(]\s*["']([A-Z][A-Z_]+)["']""")


def settings_read() -> set[str]:
    sources = [
        ROOT / "site" / "yiqi" / "config.py",
        ROOT / "site" / "yiqi" / "channel_settings.py",
        *(path for name in ("gunicorn.conf.py", "wsgi.py") if (path := ROOT / name).exists()),
    ]
    return {name for path in sources for name in READ.findall(path.read_text("utf-8"))}


def test_the_source_reads_settings() -> None:
    assert {"DATABASE_URL", "SECRET_KEY", "YIQI_ENV", "HOST"} <= settings_read()


@pytest.mark.parametrize("document", [".env.example", "README.md"])
def test_a_document_lists_every_setting(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert {name for name in settings_read() if not re.search(rf"\b{name}\b", text)} == set()


def test_no_document_lists_a_setting_that_nothing_reads() -> None:
    example = set(
        re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    rows = re.findall(r"^\| (`[A-Z][^|]+)\|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    table = {name for row in rows for name in re.findall(r"`([A-Z_]{4,})`", row)}

    assert example | table == settings_read()
