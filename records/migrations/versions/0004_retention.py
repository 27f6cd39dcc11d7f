"""Of a transmitted signal the minimal record stays when its content is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "signal",
        sa.Column(
            "content_erased_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when words and keys were erased and this record stayed",
        ),
    )


def downgrade() -> None:
    op.drop_column("signal", "content_erased_at")
