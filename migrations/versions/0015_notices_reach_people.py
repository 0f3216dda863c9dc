"""Notices reach people the way they chose: how each went, what became of it, the inbox, and reminders.

Rows of before are taken as read: an inbox that begins with a hundred old letters helps nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        notice.add_column(sa.Column("way", sa.String(length=16), nullable=True))
        notice.add_column(sa.Column("receipt", sa.String(length=64), nullable=False, server_default=""))
        notice.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))
        notice.add_column(sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
        notice.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        notice.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        notice.create_index(op.f("ix_notice_dead_at"), ["dead_at"])
    op.execute("UPDATE notice SET read_at = created_at")
    op.create_table(
        "reach",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email_token", sa.String(length=64), nullable=False),
        sa.Column("email_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("openid", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reach_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reach")),
        sa.UniqueConstraint("openid", name=op.f("uq_reach_openid")),
    )
    op.create_table(
        "reminded",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_reminded_occurrence_id_occurrence")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "lead", "starts_at", name=op.f("pk_reminded")),
    )


def downgrade() -> None:
    op.drop_table("reminded")
    op.drop_table("reach")
    with op.batch_alter_table("notice") as notice:
        notice.drop_index(op.f("ix_notice_dead_at"))
        for column in ("read_at", "closed_at", "dead_at", "reason", "receipt", "way", "until"):
            notice.drop_column(column)
