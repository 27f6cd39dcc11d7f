"""What staff have typed and not sent yet, and what they must not do when they write to somebody."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set


class DraftBox(StrEnum):
    """In which box of a signal's page something was typed."""

    REPLY = "reply"
    NOTE = "note"
    TRANSFER = "transfer"
    LEVEL = "level"
    DESPITE = "despite"
    WORDS = "words"


class Draft(Base):
    """A text that its author has not sent: sealed to the author's own key, and to nobody else's."""

    __tablename__ = "draft"
    __table_args__ = (
        {"comment": "texts not sent yet, each sealed to its author; gone with the signal"},
    )

    signal_id: Mapped[UUID] = mapped_column(
        ForeignKey("signal.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    box: Mapped[DraftBox] = mapped_column(closed_set(DraftBox), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class SafeContact(Base):
    """How a sender may be written to, as staff understood it from what they said."""

    __tablename__ = "safe_contact"
    __table_args__ = (
        {"comment": "hours and words that keep a sender safe; the words are sealed like messages"},
    )

    signal_id: Mapped[UUID] = mapped_column(
        ForeignKey("signal.id", ondelete="CASCADE"), primary_key=True
    )
    contact_window: Mapped[str | None] = mapped_column(
        String(11), comment='when to write: "17:00-20:00", "never", or null for any time'
    )
    sealed_words: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="words to avoid, sealed to the conversation"
    )
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), comment="who set it last")
    set_at: Mapped[datetime] = mapped_column(UtcTime)
