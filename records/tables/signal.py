"""A signal, who can open it, and the counts that stay when it is erased."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set
from triage.vocabulary import Author, Level


class SignalState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a signal ended; WITHDRAWN is the sender's own choice and only stands in the counts."""

    INFORMED = "informed"
    ACCOMPANIED = "accompanied"
    TRANSMITTED = "transmitted"
    REFERRED = "referred"
    NO_DANGER = "no_danger"
    LOST_CONTACT = "lost_contact"
    TEST = "test"
    WITHDRAWN = "withdrawn"


class Signal(Base):
    """One report from the public, with its conversation's public key and what finds it again."""

    __tablename__ = "signal"
    __table_args__ = (
        Index(
            "ix_signal_open", "team", "due_at",
            postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'"),
        ),
        Index("ix_signal_closed", "team", "closed_at"),
        Index(
            "ix_signal_taken", "id",
            postgresql_where=text("state = 'open' AND owner_id IS NOT NULL"),
            sqlite_where=text("state = 'open' AND owner_id IS NOT NULL"),
        ),
        {"comment": "One report from the public; no word of it stands here in clear"},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(7), unique=True, comment="for staff: 7K3-Q2M")
    state: Mapped[SignalState] = mapped_column(closed_set(SignalState))
    level: Mapped[Level] = mapped_column(closed_set(Level))
    territory: Mapped[str] = mapped_column(String(40))
    team: Mapped[str] = mapped_column(String(40), ForeignKey("team.code"))
    author: Mapped[Author] = mapped_column(closed_set(Author))
    channel: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(8))
    quarantined: Mapped[bool] = mapped_column(comment="came with a flood or fell into the trap")
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    last_inbound_at: Mapped[datetime] = mapped_column(UtcTime)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="of its nearest open promise; null once closed"
    )
    late_again_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="of the same promise: twice the time given"
    )
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outcome: Mapped[Outcome | None] = mapped_column(closed_set(Outcome))
    content_erased_at: Mapped[datetime | None] = mapped_column(
        UtcTime, comment="when words and keys were erased and this record stayed"
    )
    rules_version: Mapped[str] = mapped_column(String(40))
    policy_version: Mapped[str] = mapped_column(String(40))
    pepper_version: Mapped[int]
    idempotency_lookup: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    receipt_lookup: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sender_wrap: Mapped[bytes] = mapped_column(
        LargeBinary, comment="the secret key, locked with a key from the receipt"
    )
    locked_codes: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="indicator codes while open, locked with the server's key"
    )
    codes_version: Mapped[int | None]


class KeyWrap(Base):
    """The conversation's secret key, sealed to a team that has access."""

    __tablename__ = "key_wrap"
    __table_args__ = ({"comment": "who can open a conversation; without its rows nobody can"},)

    signal_id: Mapped[UUID] = mapped_column(
        ForeignKey("signal.id", ondelete="CASCADE"), primary_key=True
    )
    team: Mapped[str] = mapped_column(String(40), ForeignKey("team.code"), primary_key=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)


class ErasedCount(Base):
    """What stays of erased signals: how many, of which kind, in which month."""

    __tablename__ = "erased_count"
    __table_args__ = ({"comment": "counts of erased signals; under 5 they do not leave here"},)

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    territory: Mapped[str] = mapped_column(String(40), primary_key=True)
    level: Mapped[Level] = mapped_column(closed_set(Level), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    author: Mapped[Author] = mapped_column(closed_set(Author), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(closed_set(Outcome), primary_key=True)
    number: Mapped[int]
