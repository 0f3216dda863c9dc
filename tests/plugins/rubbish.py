"""Python looks for rubbish less often, and not among the thousands of tests themselves."""

import gc

import pytest

ALLOCATIONS = 50_000
"""More than there are by default before it looks. A parsed page is some ten thousand objects."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 20, 20)
