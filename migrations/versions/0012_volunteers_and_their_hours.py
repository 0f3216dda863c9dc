"""Posts of volunteers and the ledger of their hours.

Rows of the ledger are never changed or deleted: the database itself refuses, as it does for the trails (0006). A batch
migration of `hours_entry` makes the table anew on SQLite, without its triggers: put them back after it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LEDGER, KEPT_FROM = "hours_entry", ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "hours_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        *_to(
            "hours_service", activity="activity", booking="booking", occurrence="occurrence", person="person"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_service")),
        sa.UniqueConstraint(
            "booking_id", "occurrence_id", name=op.f("uq_hours_service_booking_id_occurrence_id")
        ),
    )
    op.create_index(op.f("ix_hours_service_person_id"), "hours_service", ["person_id"])
    op.create_index(op.f("ix_hours_service_activity_id"), "hours_service", ["activity_id"])
    op.create_table(
        LEDGER,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.String(length=200), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_hours_entry_minutes")),
        sa.CheckConstraint("proposed IS NULL OR proposed >= 0", name=op.f("ck_hours_entry_proposed")),
        *_to(LEDGER, service="hours_service", replaces="hours_entry", by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_entry")),
    )
    op.create_index(op.f("ix_hours_entry_service_id"), LEDGER, ["service_id"])
    op.create_index("uq_hours_entry_replaces_id", LEDGER, ["replaces_id"], unique=True)
    first = sa.text("replaces_id IS NULL")
    op.create_index(
        "uq_hours_entry_first",
        LEDGER,
        ["service_id"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(
            "CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for deed in KEPT_FROM:
        op.execute(_trigger(deed, is_postgresql))

    op.create_table(
        "volunteering_event",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("briefing", sa.Text(), nullable=False),
        sa.Column("briefing_at", sa.DateTime(timezone=True), nullable=True),
        *_to("volunteering_event", activity="activity"),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_volunteering_event")),
    )
    op.create_table(
        "volunteering_squad",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        *_to("volunteering_squad", activity="activity", leader="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteering_squad")),
        sa.UniqueConstraint("activity_id", "name", name=op.f("uq_volunteering_squad_activity_id_name")),
    )
    op.create_index(op.f("ix_volunteering_squad_leader_id"), "volunteering_squad", ["leader_id"])
    op.create_table(
        "volunteering_post",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("is_briefing", sa.Boolean(), nullable=False),
        sa.Column("squad_id", sa.Integer(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("least >= 0", name=op.f("ck_volunteering_post_least")),
        sa.CheckConstraint("break_minutes >= 0", name=op.f("ck_volunteering_post_break_minutes")),
        *_to("volunteering_post", slot="slot", squad="volunteering_squad"),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_volunteering_post")),
    )
    op.create_index(op.f("ix_volunteering_post_squad_id"), "volunteering_post", ["squad_id"])
    op.create_table(
        "volunteering_volunteer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        *_to("volunteering_volunteer", person="person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_volunteering_volunteer")),
    )
    op.create_table(
        "volunteering_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *_to("volunteering_consent", person="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteering_consent")),
    )
    given = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_volunteering_consent_given",
        "volunteering_consent",
        ["person_id", "purpose"],
        unique=True,
        sqlite_where=given,
        postgresql_where=given,
    )
    op.create_table(
        "volunteering_proof",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_to("volunteering_proof", person="person"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_volunteering_proof")),
    )
    op.create_index(op.f("ix_volunteering_proof_person_id"), "volunteering_proof", ["person_id"])


def downgrade() -> None:
    for table in ("proof", "consent", "volunteer", "post", "squad", "event"):
        op.drop_table(f"volunteering_{table}")
    op.drop_table(LEDGER)
    op.drop_table("hours_service")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_stays()")


def _to(table: str, **others: str) -> list[sa.ForeignKeyConstraint]:
    """References of `<name>_id` columns to the ids of other tables."""
    return [
        sa.ForeignKeyConstraint([f"{name}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_id_{other}"))
        for name, other in others.items()
    ]


def _trigger(deed: str, is_postgresql: bool) -> str:
    when = f"CREATE TRIGGER {LEDGER}_no_{deed.lower()} BEFORE {deed} ON {LEDGER} FOR EACH ROW"
    if is_postgresql:
        return f"{when} EXECUTE FUNCTION ledger_stays()"
    return f"{when} BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
