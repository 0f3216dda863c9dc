"""Commands are brought in when they are called, and each is there."""

import subprocess
import sys
from pathlib import Path

import pytest
from click import Context
from flask import Flask

from yiqi.cli import COMMANDS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [*COMMANDS, "routes", "shell"])
def test_a_command_is_there_and_says_what_it_does(name: str) -> None:
    """In a process of its own: what another test has imported must not stand in for it."""
    words = [sys.executable, "-m", "flask", name, "--help"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert f"flask {name}" in said.stdout


def test_a_process_that_serves_imports_none_of_it() -> None:
    looks = (
        "import sys, wsgi; wsgi.app.test_client().get('/livez');"
        "print([one for one in ('alembic', 'flask_migrate', 'fpdf', 'yiqi.cli.demo') if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", looks], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_what_is_no_command_is_said_to_be_none(sqlite_site: Flask) -> None:
    assert sqlite_site.cli.get_command(Context(sqlite_site.cli), "nothing") is None
