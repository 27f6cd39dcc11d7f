"""A promise that ended without being kept says so, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "follow_up",
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it ended without being kept",
        ),
    )
    op.add_column("follow_up", sa.Column("ended_why", sa.String(length=20), nullable=True))


def downgrade() -> None:
    # The former version knows kept and open alone: an ended promise must not come back as open.
    op.execute("UPDATE follow_up SET met_at = ended_at WHERE met_at IS NULL")
    op.drop_column("follow_up", "ended_why")
    op.drop_column("follow_up", "ended_at")
