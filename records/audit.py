"""The trail of readings and acts: append-only, each line chained to the one before by a keyed mac.

Whoever alters, inserts or removes a line without the server's audit key breaks the chain, and
`point-ecoute audit verify` says where. Cutting off the newest lines shows only against a number
and mac noted elsewhere: `verify` prints both, for the operator to keep.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from records.sealing import SecretKey, keyed_digest
from records.server_keys import VersionedKey
from records.tables import AuditEntry

# Any number will do, as long as nobody else takes the same advisory lock in this database.
_CHAIN_LOCK: Final = 5_914_059
_FIRST_MAC: Final = b"\0" * 32


_LINES_AT_ONCE: Final = 1000


class AuditAction(StrEnum):
    """subject:act, for good: entries are never rewritten."""

    STAFF_SIGN_IN = "staff:sign_in"
    STAFF_SIGN_IN_REFUSED = "staff:sign_in_refused"
    STAFF_SIGN_OUT = "staff:sign_out"
    STAFF_ADD = "staff:add"
    STAFF_RESET_PASSWORD = "staff:reset_password"  # noqa: S105  an action's name
    STAFF_DISABLE = "staff:disable"
    STAFF_ENABLE = "staff:enable"
    STAFF_TEAMS = "staff:teams"
    STAFF_RENAME = "staff:rename"
    STAFF_EMAIL = "staff:email"
    STAFF_PHONE = "staff:phone"
    STAFF_ROLE = "staff:role"
    # Whose decision the line after it was: that one names whom it is about.
    STAFF_DECIDE = "staff:decide"
    TEAM_ADD = "team:add"
    SIGNAL_OPEN = "signal:open"
    SIGNAL_CLAIM = "signal:claim"
    SIGNAL_TAKE_OVER = "signal:take_over"
    SIGNAL_REPLY = "signal:reply"
    SIGNAL_TAKE_BACK = "signal:take_back"
    SIGNAL_SAFE_CONTACT = "signal:safe_contact"
    SIGNAL_NOTE = "signal:note"
    SIGNAL_TRANSFER = "signal:transfer"
    SIGNAL_CHANGE_LEVEL = "signal:change_level"
    SIGNAL_CLOSE = "signal:close"
    SIGNAL_WITHDRAW = "signal:withdraw"
    SIGNAL_PURGE = "signal:purge"
    SIGNAL_PURGE_CONTENT = "signal:purge_content"
    SIGNAL_RETURN = "signal:return"
    SIGNAL_FOLLOW_UP = "signal:follow_up"
    ROSTER_EDIT = "roster:edit"
    HANDOVER_TAKE = "handover:take"


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """`broken_at` is the number of the first line that does not fit, or None."""

    lines: int
    last_mac: bytes
    broken_at: int | None


class AuditTrail:
    def __init__(self, session: AsyncSession, key: VersionedKey) -> None:
        self._session, self._key = session, key

    async def append(
        self,
        action: AuditAction,
        *,
        at: datetime,
        member_id: UUID | None = None,
        signal_id: UUID | None = None,
        team: str | None = None,
    ) -> None:
        """Add a line in this transaction; others wait their turn until it ends."""
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.execute(text(f"SELECT pg_advisory_xact_lock({_CHAIN_LOCK})"))
        last = await self._session.scalar(
            select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)
        )
        entry = AuditEntry(
            number=last.number + 1 if last else 1,
            at=at,
            action=action.value,
            member_id=member_id,
            signal_id=signal_id,
            team=team,
            key_version=self._key.current,
            mac=b"",
        )
        entry.mac = _mac(entry, last.mac if last else _FIRST_MAC, self._key.now)
        self._session.add(entry)
        await self._session.flush()

    async def verify(self) -> AuditVerdict:
        """Walk the whole chain."""
        before, number = _FIRST_MAC, 0
        async for entry in self._walk():
            number += 1
            key = self._key.versions.get(entry.key_version)
            fits = (
                key is not None
                and entry.number == number
                and compare_digest(_mac(entry, before, key), entry.mac)
            )
            if not fits:
                return AuditVerdict(number - 1, before, broken_at=entry.number)
            before = entry.mac
        return AuditVerdict(number, before, broken_at=None)

    async def begins_with_ours(self) -> bool | None:
        """Whether the first line was chained with this key; None where there is no line."""
        first = await self._session.scalar(select(AuditEntry).order_by(AuditEntry.number).limit(1))
        if first is None:
            return None
        key = self._key.versions.get(first.key_version)
        return key is not None and compare_digest(_mac(first, _FIRST_MAC, key), first.mac)

    async def of_signal(self, signal_id: UUID) -> list[AuditEntry]:
        found = await self._session.scalars(
            select(AuditEntry).where(AuditEntry.signal_id == signal_id).order_by(AuditEntry.number)
        )
        return list(found)

    async def _walk(self) -> AsyncIterator[AuditEntry]:
        """Every line in order, some at a time: a trail of years must not fill the memory."""
        last: int | None = None
        while True:
            query = select(AuditEntry).order_by(AuditEntry.number).limit(_LINES_AT_ONCE)
            if last is not None:
                query = query.where(AuditEntry.number > last)
            entries = (await self._session.scalars(query)).all()
            for entry in entries:
                yield entry
            if len(entries) < _LINES_AT_ONCE:
                return
            last = entries[-1].number
            self._session.expunge_all()


def _mac(entry: AuditEntry, before: bytes, key: SecretKey) -> bytes:
    parts = (
        str(entry.number),
        f"{entry.at.timestamp():.6f}",
        entry.action,
        str(entry.member_id or ""),
        str(entry.signal_id or ""),
        entry.team or "",
        str(entry.key_version),
    )
    return keyed_digest(before + "\x1f".join(parts).encode(), key=key, purpose="audit")
