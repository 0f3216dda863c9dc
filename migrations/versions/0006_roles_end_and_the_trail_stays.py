"""Roles may end at a day; the database itself keeps the trails from being changed.

A batch migration of `deed` or `booking_change` makes the table anew on SQLite, without its triggers: put them back after it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = (("deed", "UPDATE"), ("deed", "DELETE"), ("booking_change", "UPDATE"))
"""What is never done to a trail. Changes of bookings go with their bookings when the time to keep those is over."""


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("ends_on", sa.Date(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION trail_stays() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, deed in KEPT:
        op.execute(_trigger(table, deed))


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, deed in KEPT:
        op.execute(f"DROP TRIGGER {_name(table, deed)}" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        op.execute("DROP FUNCTION trail_stays()")
    op.drop_column("role_grant", "ends_on")


def _name(table: str, deed: str) -> str:
    return f"{table}_no_{deed.lower()}"


def _trigger(table: str, deed: str) -> str:
    when = f"CREATE TRIGGER {_name(table, deed)} BEFORE {deed} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        return f"{when} EXECUTE FUNCTION trail_stays()"
    return f"{when} BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
