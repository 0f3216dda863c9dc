"""How many are expected at a date, came, and left: kept with the version of the slot at which they were counted."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("expected", "came", "gone", "counted_version"):
        op.add_column("slot_occurrence", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("expected", "came", "gone", "counted_version"):
        op.drop_column("slot_occurrence", name)
