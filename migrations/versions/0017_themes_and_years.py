"""Themes of months, lists of commendation with their evidence, and who may be named on them.

A published list stays: nothing here is a state that could go back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "month_theme",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("line_en", sa.String(length=200), nullable=False),
        sa.Column("lifts", sa.JSON(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["kept_by_id"], ["person.id"], name=op.f("fk_month_theme_kept_by_id_person")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_month_theme")),
    )
    op.create_table(
        "commendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_commendation_published_by_id_person")
        ),
        sa.ForeignKeyConstraint(["union_id"], ["union.id"], name=op.f("fk_commendation_union_id_union")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation")),
        sa.UniqueConstraint("union_id", "year", name=op.f("uq_commendation_union_id_year")),
    )
    op.create_table(
        "commended",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("award", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["commendation.id"], name=op.f("fk_commended_list_id_commendation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_commended_person_id_person")),
        sa.ForeignKeyConstraint(["union_id"], ["union.id"], name=op.f("fk_commended_union_id_union")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commended")),
    )
    op.create_index(op.f("ix_commended_list_id"), "commended", ["list_id"])
    op.create_index(op.f("ix_commended_person_id"), "commended", ["person_id"])
    op.create_table(
        "commendation_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_commendation_correction_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["commendation.id"], name=op.f("fk_commendation_correction_list_id_commendation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation_correction")),
    )
    op.create_index(op.f("ix_commendation_correction_list_id"), "commendation_correction", ["list_id"])
    op.create_table(
        "commendation_consent",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_commendation_consent_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_commendation_consent")),
    )


def downgrade() -> None:
    op.drop_table("commendation_consent")
    op.drop_table("commendation_correction")
    op.drop_table("commended")
    op.drop_table("commendation")
    op.drop_table("month_theme")
