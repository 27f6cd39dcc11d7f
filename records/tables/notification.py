"""What members of staff are told, by which way, and who is on call. No content, no reference."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set


class NotificationEvent(StrEnum):
    """PROMISE: something waits to be done by a time. The others name what happened."""

    PROMISE = "promise"
    TRANSFERRED = "transferred"
    UNREACHABLE = "unreachable"
    STUCK = "stuck"
    RETURNED = "returned"
    MISSED = "missed"
    HANDOVER = "handover"
    WORKER_AWAY = "worker_away"
    CHANNEL_AWAY = "channel_away"


class Channel(StrEnum):
    EMAIL = "email"
    TELEGRAM = "telegram"
    SMS = "sms"


class DeliveryState(StrEnum):
    """DEAD: given up, and staff see it. DROPPED: what it told of was done meanwhile."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Notification(Base):
    """One person told once of one or several things; the console shows it until it was seen."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_member_id_seen_at", "member_id", "seen_at"),
        {"comment": "who was told that something waits; without content"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    event: Mapped[NotificationEvent] = mapped_column(closed_set(NotificationEvent))
    team: Mapped[str | None] = mapped_column(String(40))
    signal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("signal.id", ondelete="SET NULL"), comment="the most urgent of them"
    )
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)


class EscalationTold(Base):
    __tablename__ = "escalation_told"
    __table_args__ = (
        Index("ix_escalation_told_notification_id", "notification_id"),
        {"comment": "which rungs a notification told of, and so whom each rung told"},
    )

    escalation_id: Mapped[UUID] = mapped_column(
        ForeignKey("escalation.id", ondelete="CASCADE"), primary_key=True
    )
    notification_id: Mapped[UUID] = mapped_column(
        ForeignKey("notification.id", ondelete="CASCADE"), primary_key=True
    )


class NotificationDelivery(Base):
    """A notification on its way by one channel; another channel never waits for it."""

    __tablename__ = "notification_delivery"
    __table_args__ = (
        Index(
            "ix_notification_delivery_waiting", "channel", "next_try_at",
            postgresql_where=text("state = 'waiting'"), sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_notification_delivery_told", "member_id", "channel", "settled_at",
            postgresql_where=text("state = 'sent'"), sqlite_where=text("state = 'sent'"),
        ),
        {"comment": "the outbox of notifications: one row for each channel"},
    )  # fmt: skip

    notification_id: Mapped[UUID] = mapped_column(
        ForeignKey("notification.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[Channel] = mapped_column(closed_set(Channel), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    state: Mapped[DeliveryState] = mapped_column(closed_set(DeliveryState))
    tries: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    error: Mapped[str | None] = mapped_column(String(60), comment="the error's class, no sentence")


class StaffChat(Base):
    """A member's own chat with the bot, where they want to be told. Locked like an address."""

    __tablename__ = "staff_chat"
    __table_args__ = ({"comment": "a member's own messenger chat; no id stands here in clear"},)

    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    bot: Mapped[str | None] = mapped_column(String(16))
    chat_lookup: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    locked_address: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_version: Mapped[int | None]
    code_lookup: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    code_expires_at: Mapped[datetime | None] = mapped_column(UtcTime)


class OnCall(Base):
    """Who is on call for a team in a week; for `supervision`, which supervisor is."""

    __tablename__ = "on_call"
    __table_args__ = ({"comment": "the roster: one member for each team and week"},)

    team: Mapped[str] = mapped_column(
        String(40), ForeignKey("team.code", ondelete="CASCADE"), primary_key=True
    )
    week: Mapped[date] = mapped_column(Date, primary_key=True, comment="its Monday")
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))


class Handover(Base):
    """Somebody took over a team's shift, having read what is open."""

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_team_at", "team", "at"),
        {"comment": "who took over a shift, and when"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(String(40), ForeignKey("team.code", ondelete="CASCADE"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcTime)


class Heartbeat(Base):
    """The last sign of life of a process that works in the background."""

    __tablename__ = "heartbeat"
    __table_args__ = ({"comment": "when each worker was last alive"},)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


class Outage(Base):
    """A part that was found away, so that it is told of once."""

    __tablename__ = "outage"
    __table_args__ = ({"comment": "what was away since when; told of once"},)

    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
