"""Alerts to staff, written in the same transaction as what they tell of."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set
from triage.vocabulary import Level


class Audience(StrEnum):
    """Whom a rung or an event tells; an empty one falls back, see dispatch.roster."""

    ON_CALL = "on_call"
    OWNER = "owner"
    TEAM = "team"
    SUPERVISOR = "supervisor"
    COORDINATION = "coordination"


class OutboxEvent(StrEnum):
    RECEIVED = "received"
    RAISED = "raised"
    WROTE_AGAIN = "wrote_again"
    TRANSFERRED = "transferred"
    UNREACHABLE = "unreachable"
    RETURNED = "returned"
    MISSED = "missed"
    STUCK = "stuck"


class OutboxAlert(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_team_seen_at", "team", "seen_at"),
        Index(
            "ix_outbox_unseen", "level", "created_at",
            postgresql_where=text("seen_at IS NULL"), sqlite_where=text("seen_at IS NULL"),
        ),
        Index(
            "ix_outbox_notify", "created_at",
            postgresql_where=text("audience IS NOT NULL AND notified_at IS NULL"),
            sqlite_where=text("audience IS NOT NULL AND notified_at IS NULL"),
        ),
        {"comment": "alerts without content; the console shows each until a member has seen it"},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    team: Mapped[str] = mapped_column(String(40), ForeignKey("team.code"))
    event: Mapped[OutboxEvent] = mapped_column(closed_set(OutboxEvent))
    level: Mapped[Level] = mapped_column(closed_set(Level))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    audience: Mapped[Audience | None] = mapped_column(
        closed_set(Audience), comment="who is told beyond the console; null: nobody"
    )
    notified_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
