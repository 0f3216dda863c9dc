"""What short messages cost on a day: counted where several workers look, and on each notice, so that none is counted twice."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("charged_on", sa.Date(), nullable=True))
    op.add_column("notice", sa.Column("charged", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "sms_spent",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("purse", sa.String(length=16), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("on", "purse", "of_id", name=op.f("pk_sms_spent")),
    )


def downgrade() -> None:
    op.drop_table("sms_spent")
    for column in ("charged", "charged_on"):
        op.drop_column("notice", column)
