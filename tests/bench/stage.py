"""What is measured on: the real site under gunicorn with its demo, on SQLite or on a PostgreSQL of our own that syncs."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, func, insert, select, text, update

from tests.bench.measuring import Figures, Tree, must
from tests.browsing import form_token
from tests.builders import Made, workers
from tests.concurrency.crowd import Browser, Ground
from tests.databases import built
from tests.servers import ROOT, PostgreSQL, flask, migrate, serving, throwaway_postgresql
from yiqi import clock
from yiqi.activities.models import Occurrence, Slot
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import State
from yiqi.db import db, table, writing
from yiqi.people.browser import cookie_name
from yiqi.people.models import BrowserSession
from yiqi.people.rules import WORKER_IDLE
from yiqi.people.sessions import fingerprint

KEPT = ROOT / "instance" / "bench"
SITE, FLOOR = "tests.bench.counted:app", "tests.bench.floor:app"
PRODUCTION = {"YIQI_LOG": "json"}
"""As in production: JSON lines, background work (here in a worker), metrics. Channels of notices are the demo's: nothing is sent."""
SURNAMES, NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰涛明超兰霞"


@dataclass
class Options:
    """What a run is asked for. Numbers that are None are each scenario's own."""

    people: int | None = None
    places: int | None = None
    clients: int | None = None
    seconds: float | None = None
    watch: int | None = None
    even: bool = False
    most: int = 100_000
    app: str = SITE

    def many(self, people: int) -> int:
        return self.people or people


@dataclass
class Stage:
    """A site that runs, the database below it, and a hand on its tables."""

    database: str
    url: str
    ground: Ground
    base: str
    site: Tree
    below: Tree | None
    options: Options
    is_grown: bool = False
    """Whether bulk rows were written, of activities that are long over: they are not as the verbs leave them today."""
    taken: dict[str, Any] = field(default_factory=dict)

    def activity(self, **facts: Any) -> Made:
        """Publish an activity at a time at which no other of this run takes place."""
        number = self.taken["activities"] = self.taken.get("activities", 0) + 1
        return self.ground.activity(starts_in=timedelta(days=3, hours=3 * number), **facts)

    def people(self, many: int) -> list[Browser]:
        """People with names of all kinds, who hold nothing and are signed in."""
        with self.ground.app.app_context():
            crowd, rng = workers(many), Random(many)
            tokens = [f"bench-{one.id}-{rng.getrandbits(120):x}" for one in crowd]
            at, name = clock.now(), cookie_name(self.ground.app)
            sessions: list[dict[str, Any]] = [
                {
                    "token_hash": fingerprint(token),
                    "csrf": f"{rng.getrandbits(256):x}",
                    "person_id": one.id,
                    "created_at": at,
                    "seen_at": at,
                    "expires_at": at + WORKER_IDLE,
                }
                for token, one in zip(tokens, crowd, strict=True)
            ]
            with writing() as session:
                session.connection().execute(insert(BrowserSession), sessions)
                for one in crowd:
                    called = rng.choice(SURNAMES) + "".join(rng.choices(NAMES, k=2))
                    session.merge(one).name = called
            return [
                Browser(one.id, f"{name}={token}", form_token(row["csrf"]))
                for one, token, row in zip(crowd, tokens, sessions, strict=True)
            ]

    def booked(self, made: Made, crowd: Sequence[Browser]) -> list[str]:
        """Give everybody a place in bulk, with ticket, counter and audit row, as the verb would leave them; answers the
        codes on their tickets."""
        return self._written(made, [one.person_id for one in crowd], State.CONFIRMED)

    def queued(self, made: Made, people: Sequence[int]) -> None:
        """Let people stand in line behind those who are there, by their ids, in bulk as well."""
        self._written(made, people, State.WAITING)

    def _written(self, made: Made, people: Sequence[int], state: State) -> list[str]:
        at = clock.now()
        facts = {"slot_id": made.slot_id, "party": 1, "state": state, "nonce": "bulk", "note": ""}
        facts |= {"passed_over": 0, "skipped_because": "", "created_at": at, "changed_at": at}
        with self.ground.app.app_context(), writing() as session:
            here = session.connection()
            slot = here.execute(select(table(Slot)).where(table(Slot).c.id == made.slot_id)).one()
            rows: list[dict[str, Any]] = [
                {**facts, "ref": new_ref(), "person_id": person_id, "seq": seq}
                for seq, person_id in enumerate(people, slot.seq + 1)
            ]
            here.execute(insert(Booking), rows)
            booking = table(Booking)
            ids = here.execute(
                select(booking.c.id, booking.c.person_id).where(
                    booking.c.slot_id == made.slot_id, booking.c.seq > slot.seq
                )
            )
            changes = [
                {
                    "booking_id": one.id,
                    "at": at,
                    "was": None,
                    "became": state,
                    "by_id": one.person_id,
                    "why": "",
                }
                for one in ids
            ]
            here.execute(insert(table(BookingChange)), changes)
            held, waiting = (len(rows), 0) if state is State.CONFIRMED else (0, len(rows))
            counters = {
                "held": slot.held + held,
                "waiting": slot.waiting + waiting,
                "seq": slot.seq + len(rows),
                "version": slot.version + len(rows),
            }
            here.execute(update(table(Slot)).where(table(Slot).c.id == made.slot_id).values(**counters))
            here.execute(text("ANALYZE"))
        return [row["ref"] for row in rows]

    def tidied_up(self) -> None:
        """Have the database do what writing in bulk leaves it to do: else it does that beside what is measured next, and its
        CPU counts as theirs."""
        if self.database == "postgresql":
            with self.ground.app.app_context():
                engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
                with engine.connect() as here:
                    here.execute(text("VACUUM (ANALYZE)"))
                    here.execute(text("CHECKPOINT"))

    def begins_at(self, made: Made, when: datetime) -> None:
        """Move an activity to another time, past the verbs: so its door opens."""
        times = {"starts_at": when, "ends_at": when + timedelta(hours=2)}
        with self.ground.app.app_context(), writing() as session:
            for moved, which in ((table(Slot), made.slot_id), (table(Occurrence), self.occurrence(made))):
                session.execute(update(moved).where(moved.c.id == which).values(**times))

    def occurrence(self, made: Made) -> int:
        """The id of an activity's only date."""
        (found,) = self.ground.found(
            "SELECT id FROM occurrence WHERE activity_id = :one", one=made.activity_id
        )
        return int(found)

    def with_memory(self, one: Figures) -> Figures:
        rss, pss = self.site.memory()
        one.rss_mb, one.pss_mb = round(rss, 1), round(pss, 1)
        return one


@contextmanager
def staged(database: str, options: Options) -> Iterator[Stage]:
    """The site on a database of a kind, with the demo of today. Raises `servers.Unavailable`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if database == "sqlite":
            shutil.copy(_demo(), folder / "yiqi.db")
            with _opened(database, f"sqlite:///{folder / 'yiqi.db'}", folder, None, options) as stage:
                yield stage
            return
        with throwaway_postgresql(fsync=True) as server:
            below = Tree(_postmaster(server))
            with _opened(database, server.new_database(), folder, below, options) as stage:
                yield stage


@contextmanager
def _opened(database: str, url: str, folder: Path, below: Tree | None, options: Options) -> Iterator[Stage]:
    with built(url, folder) as app:
        with app.app_context():
            if below is not None:
                _carry_over(_demo())
            db.engine.dispose()
        ground = Ground(app)
        faults = _faults(ground)
        with serving(url, env=PRODUCTION, app=options.app) as (base, master):
            stage = Stage(database, url, ground, base, Tree(master), below, options)
            yield stage
        if stage.is_grown:
            return
        fresh = sorted(_faults(ground) - faults)
        must(not fresh, f"the tables are not whole: {len(fresh)} faults, such as {fresh[:5]}")


def _faults(ground: Ground) -> set[str]:
    """What is wrong in the tables. Letters apart: old ones are forgotten while we look on."""
    return {fault for fault in ground.faults() if "nobody was told" not in fault}


@contextmanager
def floor_site() -> Iterator[tuple[str, Tree]]:
    """The floor's own gunicorn, set up as the site's is."""
    with serving("", app=FLOOR) as (base, master):
        yield base, Tree(master)


def _postmaster(server: PostgreSQL) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def _demo() -> Path:
    """A SQLite file with the demo of today, made once a day and schema: loading it takes most of a minute."""
    newest = max(path.name for path in (ROOT / "migrations" / "versions").glob("*.py")).partition("_")[0]
    kept = KEPT / f"demo-{clock.today():%Y%m%d}-{newest}.db"
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob("demo-*"):
            old.unlink()
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            made = Path(folder) / "yiqi.db"
            url = f"sqlite:///{made}"
            migrate(url)
            flask(url, "demo", "load")
            with closing(sqlite3.connect(made)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.execute("ANALYZE")
                connection.commit()
            made.rename(kept)
    return kept


def _carry_over(file: Path) -> None:
    """The rows of a SQLite file into the empty PostgreSQL of the present application."""
    source = create_engine(f"sqlite:///{file}")
    with db.engine.begin() as there, source.connect() as here:
        there.execute(text("SET LOCAL session_replication_role = replica"))
        for one in db.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in here.execute(one.select())]
            if rows:
                there.execute(insert(one), rows)
            if "id" in one.columns:
                next_id = select(func.coalesce(func.max(one.c.id), 0) + 1).scalar_subquery()
                counter = func.pg_get_serial_sequence(f'"{one.name}"', "id")
                there.execute(select(func.setval(counter, next_id, False)))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as there:
        there.execute(text("ANALYZE"))
    source.dispose()
