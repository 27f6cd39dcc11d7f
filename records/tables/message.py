"""What was said in a conversation."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set


class MessageKind(StrEnum):
    """INBOUND from the sender, REPLY to the sender, NOTE among staff: no sender ever gets it."""

    INBOUND = "inbound"
    REPLY = "reply"
    NOTE = "note"


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_signal_id_created_at", "signal_id", "created_at"),
        {"comment": "one message or note, sealed to its conversation"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    kind: Mapped[MessageKind] = mapped_column(closed_set(MessageKind))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_assessment: Mapped[bytes | None] = mapped_column(LargeBinary)
    idempotency_lookup: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    leaves_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="until then its author may take a reply back; null: at once"
    )
    held_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="the sender wrote before it left: it stays until sent again"
    )
