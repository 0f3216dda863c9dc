"""The races a hundred times over, on both databases, with their numbers (`make races`). Not part of `make test`."""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.concurrency import races
from tests.concurrency.crowd import Door, opened
from tests.concurrency.test_mix import a_rush, last_day, one_time
from tests.servers import NO_POSTGRESQL, postgresql_programs, throwaway_postgresql

PEOPLE, PLACES = 40, 5
CONTROLS = 20
RUSH_SECONDS = 60.0
GUARDED, NAIVE = "tests.concurrency.desk:app", "tests.concurrency.unguarded:app"


def main(runs: int) -> int:
    wrong = sum(on_sqlite(report, runs) for report in (guarded, naive))
    if postgresql_programs() is None:
        print(f"PostgreSQL: not run: {NO_POSTGRESQL}")
        return 1
    wrong += sum(on_postgresql(report, runs) for report in (guarded, naive))
    print("As it must be." if not wrong else "NOT as it must be.")
    return 1 if wrong else 0


Report = Callable[[str, str, int], int]


def on_sqlite(report: Report, runs: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return report("SQLite", f"sqlite:///{Path(folder) / 'yiqi.db'}", runs)


def on_postgresql(report: Report, runs: int) -> int:
    with throwaway_postgresql() as server:
        return report("PostgreSQL", server.new_database(), runs)


@contextmanager
def door(database_url: str, app: str) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder, opened(database_url, Path(folder), app) as site:
        yield site


def guarded(name: str, database_url: str, runs: int) -> int:
    """Every race on the site as it is; answers how many went wrong."""
    with door(database_url, GUARDED) as site:
        stampedes = [races.stampede(site, PEOPLE, PLACES) for _ in range(runs)]
        oversold = sum(states.count("confirmed") != PLACES for states, _statuses in stampedes)
        failed = sum(statuses != {303} for _states, statuses in stampedes)
        say(
            name, f"{runs} × {PEOPLE} people for {PLACES} places: {oversold} oversold, {failed} with an error"
        )

        parties = races.three_seats_for_a_party_and_three_more(site, runs)
        partly = sum(held not in ([3], [1, 1, 1]) for held in parties)
        say(name, f"{runs} × a party of three against three for three seats: {partly} in part")

        quotas = [races.two_slots_of_one_quota(site, 20, 5) for _ in range(runs // 2)]
        beyond = sum(confirmed != 5 for confirmed, _statuses in quotas)
        say(name, f"{len(quotas)} × 20 people for a quota of five over two slots: {beyond} beyond it")

        errors, seconds = 0, min(RUSH_SECONDS, float(runs))
        for scene in (last_day, one_time):
            statuses, _seen = a_rush(site, *scene(site), seconds)
            errors += errors_in(statuses)
            say(name, f"{seconds:.0f} s of {scene.__name__}: {dict(statuses)}{deadlocks(name, site)}")
        faults = site.faults()
        say(name, f"recounted: {faults or 'all is as it must be'}")
    return oversold + failed + partly + beyond + errors + len(faults)


def naive(name: str, database_url: str, _runs: int) -> int:
    """The stampede on the site without guards; answers 1 when it was never lost."""
    with door(database_url, NAIVE) as site:
        sold = [races.stampede(site, PEOPLE, PLACES)[0].count("confirmed") for _ in range(CONTROLS)]
    oversold = sum(one > PLACES for one in sold)
    say(name, f"without guards: {oversold} of {CONTROLS} oversold, up to {max(sold)} of {PLACES}")
    return int(oversold == 0)


def errors_in(statuses: Counter[int]) -> int:
    return sum(number for status, number in statuses.items() if status not in (200, 303, 409))


def deadlocks(name: str, site: Door) -> str:
    """How many deadlocks PostgreSQL resolved; each was tried again."""
    if name != "PostgreSQL":
        return ""
    resolved = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return f", deadlocks resolved so far: {site.found(resolved)[0]}"


def say(name: str, line: str) -> None:
    print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
