"""Tests that run in a part of their own are in the folder that this part looks in (`python -m tests`)."""

import pytest

FOLDERS = {
    "race": "tests/concurrency",
    "fault": "tests/faults",
    "browser": "tests/browser",
    "hosts": "tests/hosts",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark, folder in FOLDERS.items():
            if item.get_closest_marker(mark) and not item.nodeid.startswith(f"{folder}/"):
                raise pytest.UsageError(f"{item.nodeid} is a {mark}, which nobody looks for outside {folder}")
