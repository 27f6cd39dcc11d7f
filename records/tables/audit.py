"""The trail of who read and did what, each line chained to the one before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_signal", "signal_id", "number"),
        {"comment": "append-only; each mac covers its line and the mac before"},
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    action: Mapped[str] = mapped_column(String(40))
    member_id: Mapped[UUID | None]
    signal_id: Mapped[UUID | None]
    team: Mapped[str | None] = mapped_column(String(40))
    key_version: Mapped[int]
    mac: Mapped[bytes] = mapped_column(LargeBinary)
