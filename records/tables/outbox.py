"""Alerts to staff, written in the same transaction as what they tell of."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set
from triage.vocabulary import Level


class OutboxEvent(StrEnum):
    RECEIVED = "received"
    RAISED = "raised"
    WROTE_AGAIN = "wrote_again"
    TRANSFERRED = "transferred"
    UNREACHABLE = "unreachable"


class OutboxAlert(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_team_seen_at", "team", "seen_at"),
        {"comment": "alerts without content; the console shows each until a member has seen it"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    team: Mapped[str] = mapped_column(String(40), ForeignKey("team.code"))
    event: Mapped[OutboxEvent] = mapped_column(closed_set(OutboxEvent))
    level: Mapped[Level] = mapped_column(closed_set(Level))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
