"""A signal's trail, and what is taken and open, are looked up: both read their whole table."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TAKEN = sa.text("state = 'open' AND owner_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_audit_entry_signal", "audit_entry", ["signal_id", "number"])
    op.create_index("ix_signal_taken", "signal", ["id"], postgresql_where=TAKEN, sqlite_where=TAKEN)


def downgrade() -> None:
    op.drop_index("ix_signal_taken", "signal")
    op.drop_index("ix_audit_entry_signal", "audit_entry")
