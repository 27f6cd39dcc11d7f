"""The index that 0003 got after its first use: who was installed before lacks it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_outbox_unseen",
        "outbox",
        ["level", "created_at"],
        if_not_exists=True,
        postgresql_where=sa.text("seen_at IS NULL"),
        sqlite_where=sa.text("seen_at IS NULL"),
    )


def downgrade() -> None:
    """0003 takes it away."""
