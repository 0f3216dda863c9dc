"""How the site reaches its database: pools, and after how long a line that says nothing counts as lost.

Without these limits Linux takes a quarter of an hour to give up what was sent, and two hours to ask whether
anybody is still there: so long a page would wait for a database that is gone, and so long the database would
keep a slot's row locked for a host that is.
"""

from typing import Any

from sqlalchemy import Engine, event, make_url

CONNECT_SECONDS = 5
SILENT_SECONDS, ASKED_EVERY_SECONDS, ASKED = 4, 2, 3
"""A line is asked whether it stands when nothing came over it for so long, so often, and counts as lost after
so many questions: ten seconds in all."""
UNTAKEN_MS = 10_000
"""What was sent and is not taken for so long ends the connection."""
IDLE_MS = 120_000
"""A transaction in which nothing is said for so long is rolled back: its process stands still, and others wait
for its rows. The slowest that the site does between two statements is to hand a letter to a mail server that
takes its time, some sixty seconds at the worst."""

OURS: dict[str, int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": SILENT_SECONDS,
    "keepalives_interval": ASKED_EVERY_SECONDS,
    "keepalives_count": ASKED,
    "tcp_user_timeout": UNTAKEN_MS,
}
THEIRS: dict[str, int] = {
    "tcp_keepalives_idle": SILENT_SECONDS,
    "tcp_keepalives_interval": ASKED_EVERY_SECONDS,
    "tcp_keepalives_count": ASKED,
    "tcp_user_timeout": UNTAKEN_MS,
    "idle_in_transaction_session_timeout": IDLE_MS,
}
_SETTINGS = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in THEIRS.items())


def engine_options(url: str) -> dict[str, Any]:
    """Pool settings: one connection for each of a worker's 32 threads at the most. Values never reach the log.
    What the address says of a connection counts for more; `?prepare_threshold=none` prepares no statements, for
    a pooler that gives each transaction another connection and knows nothing of them."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}, "pool_size": 32, "max_overflow": 8, "hide_parameters": True}
    said = make_url(url).query
    ours: dict[str, int | None] = {name: value for name, value in OURS.items() if name not in said}
    if said.get("prepare_threshold") == "none":
        ours["prepare_threshold"] = None
    return {
        "connect_args": ours,
        # As many as threads are kept: what is opened beyond is closed after each use, and in a rush that was a sixth
        # of all requests and a quarter of the database's work.
        "pool_size": 32,
        "max_overflow": 4,
        "pool_pre_ping": True,
        "pool_timeout": 20,
        "hide_parameters": True,
    }


def let_go_of_the_lost(engine: Engine) -> None:
    """Tell PostgreSQL, on each new connection, after how long it may count us as lost. With a statement, not as
    the connection begins: PgBouncer refuses those settings there. Does nothing on SQLite."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SELECT {_SETTINGS}")
        connection.autocommit = False
