"""Databases for faults: one of each kind for a test module, which nobody else uses."""

from pathlib import Path

import pytest

from tests.servers import PostgreSQL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def database_url(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'yiqi.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()
