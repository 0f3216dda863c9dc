"""A skipped test is named with its reason in the closing line, and is a failure where `CI=true`, unless it is optional."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

IS_CI = os.environ.get("CI", "").lower() in ("1", "true")
KEPT = "YIQI_TEST_SKIPS"
"""Names the file in which several runs collect their reasons, for one closing line (`python -m tests`)."""

OPTIONAL = "optional: "
"""How the reason begins of what may be skipped everywhere: a test by a program that the site does not run on."""

_reasons = pytest.StashKey[list[str]]()
_config: list[pytest.Config] = []


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_reasons] = []
    _config[:] = [config]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _note(report.longrepr)


def _note(longrepr: object) -> None:
    said = longrepr[2] if isinstance(longrepr, tuple) else longrepr
    _config[0].stash[_reasons].append(str(said).removeprefix("Skipped: "))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reasons = session.config.stash[_reasons]
    if hasattr(session.config, "workerinput") or not reasons:
        return
    if kept := os.environ.get(KEPT):
        with Path(kept).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(reason) + "\n" for reason in reasons)
    if IS_CI and session.exitstatus == pytest.ExitCode.OK and not _are_optional(reasons):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons = config.stash[_reasons]
    if reasons:
        fails = IS_CI and not _are_optional(reasons)
        terminalreporter.write_line(closing(reasons), yellow=not fails, red=fails)


def _are_optional(reasons: Iterable[str]) -> bool:
    return all(reason.startswith(OPTIONAL) for reason in reasons)


def closing(reasons: Iterable[str]) -> str:
    """The one line: how many were skipped and why."""
    counted = Counter(reasons)
    if not counted:
        return "Nothing was skipped."
    why = "; ".join(f"{number} × {reason}" for reason, number in counted.most_common())
    verdict = "With CI=true that is a failure." if IS_CI and not _are_optional(counted) else ""
    return f"Skipped {counted.total()}: {why}. {verdict}".strip()
