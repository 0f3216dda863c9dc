"""Calendars that are subscribed to; what people agreed to, how they leave, and what stays without them.

`revision` counts the changes of what a calendar shows, and starts at 0 for what is there. Whoever signed in before has
seen the first version of the privacy notice: the form said so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ZERO = sa.text("0")


def upgrade() -> None:
    for table in ("activity", "occurrence"):
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default=ZERO, nullable=False))
    op.add_column("person", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("agreed", sa.Integer(), server_default=ZERO, nullable=False))
    op.add_column("browser_session", sa.Column("claims_id", sa.Integer(), nullable=True))
    op.add_column(
        "browser_session", sa.Column("claim_tries", sa.Integer(), server_default=ZERO, nullable=False)
    )
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("with_waiting", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guardian_name", sa.String(length=50), nullable=False),
        sa.Column("guardian_phone", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    given = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_consent_given",
        "consent",
        ["person_id", "purpose", "version"],
        unique=True,
        sqlite_where=given,
        postgresql_where=given,
    )
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasure")),
    )
    op.execute("UPDATE person SET agreed = 1 WHERE signed_in_at IS NOT NULL")
    op.execute(
        "INSERT INTO consent (person_id, purpose, version, given_at, guardian_name, guardian_phone) "
        "SELECT id, 'notice', 1, created_at, '', '' FROM person WHERE signed_in_at IS NOT NULL"
    )


def downgrade() -> None:
    for table in ("erasure", "consent", "calendar_feed"):
        op.drop_table(table)
    for table, column in (
        ("browser_session", "claim_tries"),
        ("browser_session", "claims_id"),
        ("person", "agreed"),
        ("person", "left_at"),
        ("occurrence", "revision"),
        ("activity", "revision"),
    ):
        op.drop_column(table, column)
