"""`make bench [only=signup,stampede] [db=sqlite] [people=500] [places=] [clients=] [seconds=] [watch=] [even=1] [full=1] [keep=1]`.

Runs the scenarios, prints a line each, and exits with 1 where the site did something wrong.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine

from tests.bench import floors, growth, line, reading, report, rush, writing
from tests.bench.machine import present
from tests.bench.measuring import Figures, Wrong
from tests.bench.stage import Options, Stage, staged
from tests.servers import NO_POSTGRESQL, Unavailable, postgresql_programs

Scenario = Callable[[Stage], Coroutine[None, None, list[Figures]]]
SCENARIOS: dict[str, Scenario] = {
    "browse": reading.browse,
    "signup": writing.sign_up,
    "stampede": writing.stampede,
    "doubletap": writing.double_tap,
    "storm": writing.storm,
    "watch": reading.watch,
    "checkin": writing.check_in,
    "search": reading.search,
    "import": writing.rolls,
    "verb": floors.verb,
    "rush": rush.rush,
    "line": line.line,
    "growth": growth.growth,
}
DATABASES = ("sqlite", "postgresql")
NUMBERS = {"people": int, "places": int, "clients": int, "watch": int, "even": bool, "seconds": float}


def asked(arguments: list[str]) -> tuple[list[str], list[str], Options, bool]:
    """What `name=value` words ask for: scenarios, databases, sizes, and whether the results are kept. Exits for what is
    not known."""
    given = dict(word.partition("=")[::2] for word in arguments)
    names = [name for name in given.pop("only", "").split(",") if name] or list(SCENARIOS)
    databases = [name for name in given.pop("db", "").split(",") if name] or list(DATABASES)
    for wrong in {*names} - {*SCENARIOS} | {*databases} - {*DATABASES}:
        sys.exit(f"There is no {wrong}: only={','.join(SCENARIOS)} db={','.join(DATABASES)}")
    options, keep = Options(), bool(given.pop("keep", ""))
    if given.pop("full", ""):
        options.most = 1_000_000
    for name, value in given.items():
        if name not in NUMBERS:
            sys.exit(f"There is no {name}=: {', '.join(NUMBERS)}, full, keep")
        if value:
            setattr(options, name, NUMBERS[name](value))
    return names, databases, options, keep


def run(names: list[str], database: str, options: Options) -> list[Figures]:
    """The scenarios on a database of a kind. Raises `Wrong`, and `servers.Unavailable`."""
    done: list[Figures] = []
    with staged(database, options) as stage:
        for name in names:
            for one in asyncio.run(SCENARIOS[name](stage)):
                print(report.line(one), flush=True)
                done.append(one)
    return done


def main(arguments: list[str]) -> int:
    names, databases, options, keep = asked(arguments)
    # A site that compiles itself anew takes longer to start, and keeps three megabytes of what that needed.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    machine, done, problems = present(), [], []
    print(report.HEAD)
    for database in databases:
        if database == "postgresql" and postgresql_programs() is None:
            print(f"PostgreSQL: not run: {NO_POSTGRESQL}")
            continue
        try:
            done += run(names, database, options)
        except (Wrong, ExceptionGroup, Unavailable) as problem:
            problems.append(f"{database}: {problem!r}")
    for one in asyncio.run(floors.compare(done)):
        print(report.line(one))
        done.append(one)
    report.written(machine, done, keep=keep)
    for wrong in problems:
        print(f"NOT as it must be: {wrong}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
