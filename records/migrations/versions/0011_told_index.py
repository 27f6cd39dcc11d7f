"""Who was told when by which channel is looked up for each message: that read the whole table."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_notification_delivery_told",
        "notification_delivery",
        ["member_id", "channel", "settled_at"],
        postgresql_where=sa.text("state = 'sent'"),
        sqlite_where=sa.text("state = 'sent'"),
    )


def downgrade() -> None:
    op.drop_index("ix_notification_delivery_told", "notification_delivery")
