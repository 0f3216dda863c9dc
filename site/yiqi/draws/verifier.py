"""The twenty lines with which anybody checks a draw: the file that is downloaded is the one shown and the one tested."""

from functools import cache
from pathlib import Path

NAME = "draw/verify.py"
"""Under the static files."""


@cache
def verifier_text(static_folder: str) -> str:
    """The program's text."""
    return (Path(static_folder) / NAME).read_text(encoding="utf-8")
