"""kill -9 and power cuts at random moments while people press (faults: C1, C3): nothing that was acknowledged is lost."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL

import psycopg
import pytest

from tests.concurrency.crowd import Door
from tests.databases import built
from tests.faults.load import PEOPLE, Load, under_load
from tests.servers import PostgreSQL, postgresql_programs, serving, throwaway_postgresql
from yiqi.db import db

pytestmark = pytest.mark.fault

KILLS = 20
WORKERS = 3
READY_TO_FORK = {"GUNICORN_CMD_ARGS": "--preload"}
"""The program is read before the workers are forked, so that a new one is there at once."""


@contextmanager
def opened(database_url: str, folder: Path, app: str = "wsgi:app") -> Iterator[tuple[Door, int]]:
    """The site, and the process id of its master."""
    with (
        built(database_url, folder) as ours,
        serving(database_url, WORKERS, READY_TO_FORK, app) as (base, master),
    ):
        yield Door(ours, base), master


def workers(master: int) -> list[int]:
    said = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=False)
    return [int(line) for line in said.stdout.split()]


def kill_workers(master: int, times: int, load: Load) -> None:
    """Again and again, some acknowledgements after the last time."""
    chance = random.Random(times)
    for _kill in range(times):
        load.goes_on(chance.randint(1, 4))
        time.sleep(chance.uniform(0, 0.05))
        _kill_one(workers(master), chance)
    load.goes_on(PEOPLE)


def _kill_one(pids: list[int], chance: random.Random) -> None:
    """One that still lives: a worker killed before may be listed for a moment more."""
    for pid in chance.sample(pids, len(pids)):
        with suppress(ProcessLookupError):
            os.kill(pid, SIGKILL)
            return


def drop_connections(server: PostgreSQL) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'yiqi%'"
        )


def cut_power(server: PostgreSQL, times: int, load: Load) -> None:
    chance = random.Random(times)
    for _cut in range(times):
        load.goes_on(chance.randint(6, 20))
        server.crash()
        server.start()
    load.goes_on(PEOPLE)


def told_while_it_is_away(door: Door, server: PostgreSQL) -> None:
    """What people are told while there is no database at all, and that the same processes serve them once it is back."""
    (who,), slot_id = door.people(1), door.activity().slot_id
    with door.app.app_context():
        db.engine.dispose()
    server.stop()
    told = [door.ask("GET", "/"), door.signs_up(who, slot_id, nonce="n"), door.ask("GET", "/readyz")]
    lives = door.ask("GET", "/livez")
    server.start()
    again = [door.ask("GET", "/"), door.signs_up(who, slot_id, nonce="n")]

    assert [one.status for one in told] == [503] * 3
    assert "现在人太多，稍等一下" in told[1].text
    assert 'name="nonce" value="n"' in told[1].text
    assert "the database does not answer" in told[2].text
    assert lives.status == 200
    assert [one.status for one in again] == [200, 303]


def was_rough(load: Load, breaks: int) -> bool:
    """Whether the faults were felt at all: broken connections or errors, and answers to forms sent again."""
    return sum(load.answers.values()) - load.answers[200] >= breaks and load.answered_again > 0


def test_workers_killed_at_random_lose_nothing_they_acknowledged(database_url: str, folder: Path) -> None:
    with opened(database_url, folder) as (door, master):
        with under_load(door) as load:
            kill_workers(master, KILLS, load)

        assert load.lost() == []
        assert door.faults() == []
        assert was_rough(load, breaks=KILLS)
        assert set(load.answers) <= {0, 200}


def test_a_site_that_answers_before_it_writes_loses_what_it_acknowledged(
    database_url: str, folder: Path
) -> None:
    with opened(database_url, folder, "tests.faults.hasty:app") as (door, master):
        with under_load(door) as load:
            kill_workers(master, 4, load)
        time.sleep(2)

        assert load.lost() != []


class TestPostgreSQLFails:
    """The database's own faults. Its server really waits for the disk here."""

    @pytest.fixture
    def durable(self) -> Iterator[PostgreSQL]:
        yield from _server(fsync=True)

    @pytest.fixture
    def careless(self) -> Iterator[PostgreSQL]:
        yield from _server(fsync=False)

    def test_dropped_connections_and_power_cuts_lose_nothing_acknowledged(
        self, durable: PostgreSQL, tmp_path: Path
    ) -> None:
        with opened(durable.new_database(), tmp_path) as (door, _master):
            with under_load(door) as load:
                for _drop in range(8):
                    load.goes_on(4)
                    drop_connections(durable)
                cut_power(durable, 4, load)

            assert load.lost() == []
            assert door.faults() == []
            assert was_rough(load, breaks=8)
            assert set(load.answers) <= {0, 200, 503}
            told_while_it_is_away(door, durable)

    def test_a_server_that_does_not_wait_for_the_disk_loses_what_was_acknowledged(
        self, careless: PostgreSQL, tmp_path: Path
    ) -> None:
        """A cut may find everything on the disk by luck: several rounds, until one does not."""
        with opened(careless.new_database(), tmp_path) as (door, _master):
            for _round in range(6):
                with under_load(door) as load:
                    cut_power(careless, 4, load)
                if load.lost():
                    break
            else:
                pytest.fail(
                    "a server that waits for no disk lost nothing in six rounds: these tests see nothing"
                )


def _server(*, fsync: bool) -> Iterator[PostgreSQL]:
    if postgresql_programs() is None:
        pytest.skip("no PostgreSQL server programs here (Debian: apt install postgresql, or set PG_BIN)")
    with throwaway_postgresql(fsync=fsync) as server:
        yield server
