"""Dated promises on a signal."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set


class FollowUpKind(StrEnum):
    READ = "read"
    ANSWER = "answer"
    RECONTACT = "recontact"


class FollowUp(Base):
    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_signal_id", "signal_id"),
        Index("ix_follow_up_open", "met_at", "due_at"),
        {"comment": "a dated promise; an open signal always has one that is not met"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    kind: Mapped[FollowUpKind] = mapped_column(closed_set(FollowUpKind))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    met_at: Mapped[datetime | None] = mapped_column(UtcTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcTime)
    policy_version: Mapped[str] = mapped_column(String(40))
