"""`async with records.transaction() as tx`: commit on success, and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from records.audit import AuditTrail
from records.chats import Chats
from records.database import away_told, open_engines
from records.drafts import Drafts
from records.duty import Duty
from records.errors import Conflict
from records.escalations import Escalations
from records.figures import FigureQueries
from records.follow_ups import FollowUps
from records.handovers import Handovers
from records.key_marks import KeyMarks
from records.notices import Notices
from records.origins import Origins
from records.outbox import Outbox
from records.server_keys import ServerKeys
from records.signals import Signals
from records.staff import Staff

_UNIQUE: Final = (
    "idempotency_lookup", "receipt_lookup", "chat_lookup", "ref", "email_lookup", "team_key",
    "team",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Transaction:
    """All queries, by what they are about."""

    signals: Signals
    follow_ups: FollowUps
    outbox: Outbox
    staff: Staff
    audit: AuditTrail
    chats: Chats
    escalations: Escalations
    notices: Notices
    duty: Duty
    figures: FigureQueries
    drafts: Drafts
    handovers: Handovers
    key_marks: KeyMarks
    origins: Origins


class Records:
    """What the service keeps."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine, keys: ServerKeys) -> None:
        self._writing, self._reading = writing, reading
        self.keys = keys
        self._write_session = async_sessionmaker(writing, expire_on_commit=False)
        self._read_session = async_sessionmaker(reading, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Everything inside happens or nothing does; Conflict where a unique value stands already.

        DatabaseAway where the database does not answer.

        The sentence of a database error may quote a row, so it goes no further than here.
        """
        try:
            with away_told():
                async with self._write_session.begin() as session:
                    yield self._bind(session)
        except IntegrityError as error:
            raise Conflict(_constraint(error)) from None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """For questions only: what is changed on the rows that were read is dropped."""
        with away_told():
            async with self._read_session() as session:
                yield self._bind(session)

    async def time(self) -> datetime | None:
        """The database's own time; None for SQLite, whose time is the machine's."""
        if self._reading.dialect.name == "sqlite":
            return None
        with away_told():
            async with self._read_session() as session:
                return await session.scalar(select(func.clock_timestamp()))

    async def close(self) -> None:
        await self._writing.dispose()
        await self._reading.dispose()

    def _bind(self, session: AsyncSession) -> Transaction:
        return Transaction(
            signals=Signals(session),
            follow_ups=FollowUps(session),
            outbox=Outbox(session),
            staff=Staff(session, self.keys),
            audit=AuditTrail(session, self.keys.audit),
            chats=Chats(session),
            escalations=Escalations(session),
            notices=Notices(session),
            duty=Duty(session),
            figures=FigureQueries(session),
            drafts=Drafts(session),
            handovers=Handovers(session),
            key_marks=KeyMarks(session, self.keys),
            origins=Origins(session),
        )


def open_records(url: str, keys: ServerKeys) -> Records:
    return Records(*open_engines(url), keys)


def _constraint(error: IntegrityError) -> str:
    """Name what clashed, never with which value."""
    text = str(error.orig)
    for name in _UNIQUE:
        if name in text:
            return name
    return "unique"
