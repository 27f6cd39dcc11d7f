"""Teams, members and who holds which key."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, UtcTime, closed_set


class Role(StrEnum):
    DUTY = "duty"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Installation(Base):
    """One row: the public half of the offline recovery key."""

    __tablename__ = "installation"
    __table_args__ = ({"comment": "one row; the recovery key's secret half was printed once"},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recovery_public_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Team(Base):
    __tablename__ = "team"
    __table_args__ = ({"comment": "a team's public key; its name stands in the listening point"},)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Member(Base):
    """A member of staff. The name and the address are locked with the server's contact key."""

    __tablename__ = "member"
    __table_args__ = ({"comment": "staff; no name or address stands here in clear"},)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(closed_set(Role))
    email_lookup: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    locked_contact: Mapped[bytes] = mapped_column(LargeBinary, comment="name and e-mail address")
    contact_version: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    locked_secret: Mapped[bytes] = mapped_column(LargeBinary, comment="locked by the password")
    password_salt: Mapped[bytes] = mapped_column(LargeBinary)
    password_passes: Mapped[int]
    password_memory: Mapped[int]
    recovery_secret: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed to recovery")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="to the minute")


class TeamKey(Base):
    """A team's secret key, sealed to a member, or to the recovery key where `member_id` is null."""

    __tablename__ = "team_key"
    __table_args__ = (
        Index("uq_team_key_member", "team", "member_id", unique=True),
        Index(
            "uq_team_key_recovery", "team", unique=True,
            postgresql_where=text("member_id IS NULL"), sqlite_where=text("member_id IS NULL"),
        ),
        {"comment": "who holds a team's secret key"},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(String(40), ForeignKey("team.code", ondelete="CASCADE"))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
