"""The database knows its key file; each first start of an older installation notes it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_mark",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
        comment="which versions of the server's keys were seen; no key",
    )


def downgrade() -> None:
    op.drop_table("key_mark")
