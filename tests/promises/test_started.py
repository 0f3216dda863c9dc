"""What a worker process has in memory from its first moment: what most requests need, nothing that few do. Each library
that comes with everything else costs every process megabytes for as long as it runs."""

import json
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions

import pytest

from tests.bench import OF_THE_TESTS
from tests.promises.test_supply import LOCKED
from tests.servers import ROOT, environment

LATE = {
    "icalendar": "from yiqi.calendars import writing; writing.ics('亦起', [])",
    "xlsxwriter": "from yiqi.sheets.writing import xlsx; xlsx('名单', ['姓名'], [])",
    "python_calamine": "from yiqi.sheets import opening, writing; opening.opened(writing.xlsx('名单', ['姓名'], []))",
    "fpdf": "import yiqi.sheets.pdf",
    "PIL": "import yiqi.sheets.pdf",
    "pypinyin": "from yiqi.people import spelling; spelling.pinyin('王伟')",
    "alembic": "import yiqi.cli.backup",
    "smtplib": "import yiqi.notices.channels.mail",
}
"""Libraries that only some rooms of the site need, and what brings each of them in."""


URLS = {"sqlite": "sqlite:///nowhere.db", "postgresql": "postgresql://yiqi@127.0.0.1:1/nowhere"}
OF_ONE_DATABASE = {"psycopg": "postgresql", "sqlite3": "sqlite"}
"""What a database is reached by, of which a process has use for one."""
EXPRESSIONS = """
import gc
gc.unfreeze()
print([type(one).__name__ for one in gc.get_objects()].count("AnnotatedColumn"))
"""


def loaded(after: str, *, without: tuple[str, ...] = (), database: str = "sqlite") -> set[str]:
    """The modules of a fresh process that started the site and then did something, but for those Python begins with."""
    return set(json.loads(said(program(after, without), database)))


def program(after: str, without: tuple[str, ...]) -> str:
    return (
        f"import json, sys; sys.modules.update(dict.fromkeys({without})); before = set(sys.modules); import wsgi; {after}\n"
        "print(json.dumps(sorted(name for name in {*sys.modules} - before if sys.modules[name] is not None)))"
    )


def said(program: str, database: str = "sqlite") -> str:
    """The last line that a process prints."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(URLS[database]),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@cache
def started() -> set[str]:
    return loaded("pass", without=OF_THE_TESTS)


@pytest.mark.parametrize("library", LATE)
def test_a_process_that_starts_has_nothing_that_few_requests_need(library: str) -> None:
    assert {"yiqi.app", "sqlalchemy.orm"} <= started(), "the site was started"
    assert library not in started()


@pytest.mark.parametrize(("library", "asked_for"), LATE.items())
def test_the_room_that_needs_a_library_brings_it_in(library: str, asked_for: str) -> None:
    assert library in loaded(asked_for), "else the test above would look for a name that nothing has"


@pytest.mark.parametrize(("library", "its"), OF_ONE_DATABASE.items())
def test_a_process_has_the_library_of_its_own_database_and_no_other(library: str, its: str) -> None:
    other = next(name for name in URLS if name != its)
    connects = "\nwith wsgi.app.app_context(): from yiqi.db import db; db.engine.dialect.import_dbapi()"

    assert library not in loaded("pass", database=other)
    assert library in loaded(connects, database=its)


def test_a_column_is_an_expression_when_a_statement_asks_for_it() -> None:
    asked_for = int(said(f"import wsgi{EXPRESSIONS}"))
    every_one = int(
        said(
            "import sys; sys.path.insert(0, 'site')\nfrom yiqi import listeners; listeners.ask_plainly = lambda: None\n"
            f"import wsgi{EXPRESSIONS}"
        )
    )
    assert asked_for < every_one / 2, "as SQLAlchemy has it, all of them are"


def test_the_site_starts_from_what_is_deployed_and_the_bench_measures_that() -> None:
    """What else is found in the tests' environment would be measured as memory of the site."""
    deployed = {name for name, *_rest in LOCKED.findall((ROOT / "requirements.txt").read_text("utf-8"))}
    comes_from = packages_distributions()
    strangers = {
        f"{top} of {one}"
        for top in {name.partition(".")[0] for name in started()} - set(OF_THE_TESTS)
        for one in comes_from.get(top, ())
        if one.lower().replace("_", "-").replace(".", "-") not in deployed
    }

    assert strangers == set()
    assert set(OF_THE_TESTS) <= loaded("pass"), "they would come in, if they were not kept out"
