"""How the title of an activity is spelled in Latin letters: written with it, so that no search has to know the readings."""

import sqlalchemy as sa
from alembic import op

from yiqi.people.spelling import latin

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("spelled", sa.String(length=300), server_default="", nullable=False))
    activity = sa.table("activity", sa.column("id"), sa.column("title"), sa.column("spelled"))
    here = op.get_bind()
    rows = [
        {"of": row.id, "read": latin(row.title)}
        for row in here.execute(sa.select(activity.c.id, activity.c.title))
    ]
    if rows:
        said = sa.update(activity).where(activity.c.id == sa.bindparam("of"))
        here.execute(said.values(spelled=sa.bindparam("read")), rows)


def downgrade() -> None:
    op.drop_column("activity", "spelled")
