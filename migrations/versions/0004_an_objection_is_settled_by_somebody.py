"""an objection is settled by somebody, with a reason; bookings are found by their slot."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("settled_because", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_mark_settled_by_id_person"), "person", ["settled_by_id"], ["id"]
        )
        batch_op.drop_column("lifted_because")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_slot_id_state"), ["slot_id", "state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_slot_id_state"))
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lifted_because", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.drop_constraint(batch_op.f("fk_mark_settled_by_id_person"), type_="foreignkey")
        batch_op.drop_column("settled_because")
        batch_op.drop_column("settled_by_id")
