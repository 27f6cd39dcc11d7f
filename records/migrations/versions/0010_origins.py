"""Where people come from, counted by month."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "origin_count",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("origin", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        comment="who came from a listed poster or page, by month; no chat",
    )


def downgrade() -> None:
    op.drop_table("origin_count")
