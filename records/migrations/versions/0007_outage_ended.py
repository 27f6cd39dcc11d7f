"""An outage is one until it ends, whatever clocks say of its beginning."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outage", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    # What was told of before is over: a worker that is away now is told of anew.
    op.execute("UPDATE outage SET ended_at = told_at")


def downgrade() -> None:
    op.drop_column("outage", "ended_at")
