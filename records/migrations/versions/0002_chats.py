"""Conversations that go on in a messenger."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat",
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("bot", sa.String(length=16), nullable=False, comment="which bot writes there"),
        sa.Column("chat_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("locked_address", sa.LargeBinary(), nullable=True),
        sa.Column("contact_version", sa.Integer(), nullable=True),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "contact_window",
            sa.String(length=11),
            nullable=True,
            comment='when to write: "17:00-20:00", "never", or null for any time',
        ),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"],
            ["signal.id"],
            name=op.f("fk_chat_signal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_chat")),
        sa.UniqueConstraint("chat_lookup", name=op.f("uq_chat_chat_lookup")),
        comment="the messenger chat of a signal; no id stands here in clear",
    )
    op.create_table(
        "chat_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("locked_id", sa.LargeBinary(), nullable=False),
        sa.Column("contact_version", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_message")),
        comment="locked message ids of the last two days, to be deleted in the messenger",
    )
    op.create_index("ix_chat_message_chat_lookup", "chat_message", ["chat_lookup"])
    op.create_index("ix_chat_message_sent_at", "chat_message", ["sent_at"])
    op.create_table(
        "delivery",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_delivery_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"],
            ["signal.id"],
            name=op.f("fk_delivery_signal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_delivery")),
        comment="replies to be told in a chat; the words stay sealed in their message",
    )
    op.create_index("ix_delivery_signal_id", "delivery", ["signal_id"])
    op.create_index("ix_delivery_waiting", "delivery", ["delivered_at", "not_before"])


def downgrade() -> None:
    for name in ("delivery", "chat_message", "chat"):
        op.drop_table(name)
