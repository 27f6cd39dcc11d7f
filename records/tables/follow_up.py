"""Dated promises on a signal, and what was logged and told when one was not kept in time."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set
from triage.vocabulary import Level


class FollowUpKind(StrEnum):
    """RETURN: a young person came back from running away. REVIEW: look at the signal again."""

    READ = "read"
    ANSWER = "answer"
    RECONTACT = "recontact"
    RETURN = "return"
    REVIEW = "review"


class FollowUpOutcome(StrEnum):
    """How an attempt to keep the link ended; the second and third are misses."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    UNDELIVERABLE = "undeliverable"
    REFUSED = "refused"
    NOT_SAFE_NOW = "not_safe_now"


class FollowUpEnd(StrEnum):
    """Why a promise ended that nobody kept: a person's reasons, and REPLACED by a nearer date."""

    NO_LONGER_NEEDED = "no_longer_needed"
    HANDED_OVER = "handed_over"
    KEPT_OTHERWISE = "kept_otherwise"
    REPLACED = "replaced"


class FollowUp(Base):
    """A promise. Its level and policy are those it was made under, or was raised to."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_signal_id", "signal_id"),
        Index(
            "ix_follow_up_next_rung", "next_rung_at",
            postgresql_where=text("met_at IS NULL"), sqlite_where=text("met_at IS NULL"),
        ),
        {"comment": "a dated promise; an open signal always has one that is not met"},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    kind: Mapped[FollowUpKind] = mapped_column(closed_set(FollowUpKind))
    level: Mapped[Level] = mapped_column(closed_set(Level))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    counted_from: Mapped[datetime] = mapped_column(
        UtcTime, comment="from when the time given is counted: made, or raised to a higher level"
    )
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    late_again_at: Mapped[datetime] = mapped_column(
        UtcTime, comment="when as much time again as was given has passed"
    )
    met_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="when it ended without being kept"
    )
    ended_why: Mapped[FollowUpEnd | None] = mapped_column(closed_set(FollowUpEnd))
    breached_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outcome: Mapped[FollowUpOutcome | None] = mapped_column(closed_set(FollowUpOutcome))
    next_rung: Mapped[int | None] = mapped_column(comment="percent of the time given")
    next_rung_at: Mapped[datetime | None] = mapped_column(UtcTime)
    policy_version: Mapped[str] = mapped_column(String(40))
    kept_by: Mapped[UUID | None] = mapped_column(comment="the reply that kept it")
    made_by: Mapped[UUID | None] = mapped_column(comment="the reply that it follows")

    @hybrid_property
    def is_open(self) -> bool:
        """Neither kept nor ended."""
        return self.met_at is None and self.ended_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return and_(cls.met_at.is_(None), cls.ended_at.is_(None))


class Policy(Base):
    """A version of the deadlines, as it was when first used; it never changes."""

    __tablename__ = "policy"
    __table_args__ = ({"comment": "deadline policies that were used; a new version is a new row"},)

    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[str] = mapped_column(comment="the file's content as JSON")
    first_used_at: Mapped[datetime] = mapped_column(UtcTime)


class Escalation(Base):
    """A rung that was fired: which promise, at which percent of its time, when."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("follow_up_id", "level", "percent"),
        Index("ix_escalation_signal_id", "signal_id"),
        {"comment": "rungs fired, each once; who was told stands in escalation_told"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_up.id", ondelete="CASCADE"))
    signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id", ondelete="CASCADE"))
    team: Mapped[str] = mapped_column(String(40))
    level: Mapped[Level] = mapped_column(closed_set(Level))
    percent: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcTime, comment="when this rung was to fire")
    fired_at: Mapped[datetime] = mapped_column(UtcTime)
