"""Conversations that go on in a messenger: where to answer, and what waits to be delivered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime


class Chat(Base):
    """The chat of a signal. The address is locked with the server's contact key.

    `sealed_key` is the conversation's secret key, sealed to the bot's key, which is made from the
    bot's token and stands neither here nor in the server's key file.
    """

    __tablename__ = "chat"
    __table_args__ = ({"comment": "the messenger chat of a signal; no id stands here in clear"},)

    signal_id: Mapped[UUID] = mapped_column(
        ForeignKey("signal.id", ondelete="CASCADE"), primary_key=True
    )
    bot: Mapped[str] = mapped_column(String(16), comment="which bot writes there")
    chat_lookup: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    locked_address: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_version: Mapped[int | None]
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    contact_window: Mapped[str | None] = mapped_column(
        String(11), comment='when to write: "17:00-20:00", "never", or null for any time'
    )
    unreachable_since: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_active_at: Mapped[datetime] = mapped_column(UtcTime)


class ChatMessage(Base):
    """A message of the last two days in a chat, so that it can be deleted there."""

    __tablename__ = "chat_message"
    __table_args__ = (
        Index("ix_chat_message_chat_lookup", "chat_lookup"),
        Index("ix_chat_message_sent_at", "sent_at"),
        {"comment": "locked message ids of the last two days, to be deleted in the messenger"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    chat_lookup: Mapped[bytes] = mapped_column(LargeBinary)
    locked_id: Mapped[bytes] = mapped_column(LargeBinary)
    contact_version: Mapped[int]
    sent_at: Mapped[datetime] = mapped_column(UtcTime)


class Delivery(Base):
    """A reply that is told in a chat: at least once, from `not_before` on (null: when asked)."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_waiting", "delivered_at", "not_before"),
        Index("ix_delivery_signal_id", "signal_id"),
        {"comment": "replies to be told in a chat; the words stay sealed in their message"},
    )

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcTime)
    stuck_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="when the team was told that it does not go out"
    )
    despite_note: Mapped[UUID | None] = mapped_column(
        comment="the note that says why it goes at a time that staff had ruled out"
    )
