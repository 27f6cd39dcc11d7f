"""Whether key file and database belong together, and whether the file is an old copy.

The database keeps a mark of each version of each key that a process started with. A file whose
keys give other marks is foreign; one that lacks a version, or still writes with one that was
switched from, is an older copy. A file that knows more than the database is right: the database
came back from a backup.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from records.audit import AuditTrail
from records.errors import SealBroken
from records.sealing import SecretKey, keyed_digest
from records.server_keys import NAMES, ServerKeys, VersionedKey
from records.staff import Staff
from records.tables import AuditEntry, KeyMark, Member, Signal

_MARK_BYTES: Final = 16


class Misfit(StrEnum):
    FOREIGN = "foreign"  # the keys of another installation
    FORKED = "forked"  # two copies of one file were each given a new version
    LACKING = "lacking"  # an older copy: a version that the database knows is not in it
    SWITCHED = "switched"  # an older copy: the others write with a newer version already


@dataclass(frozen=True, slots=True)
class KeyMisfit:
    """What of the file does not fit: the key's name, the database's version and the file's."""

    kind: Misfit
    name: str
    known: int
    given: int


class KeyMarks:
    def __init__(self, session: AsyncSession, keys: ServerKeys) -> None:
        self._session, self._keys = session, keys

    async def misfit(self) -> KeyMisfit | None:
        """What tells that the file is not this database's, or not its newest; None where it is."""
        rows = (await self._session.scalars(select(KeyMark).order_by(KeyMark.version))).all()
        if not rows:
            return await self._misfit_of_unmarked()
        others = [row for row in rows if self._gives(row) is False]
        if others:
            kind = Misfit.FORKED if any(self._gives(row) for row in rows) else Misfit.FOREIGN
            return KeyMisfit(kind, others[0].name, others[0].version, others[0].version)
        known = {name: {row.version for row in rows if row.name == name} for name in NAMES}
        wrote = {
            name: max((row.version for row in rows if row.name == name and row.wrote), default=0)
            for name in NAMES
        }
        return self._older(known, wrote)

    async def is_noted(self) -> bool:
        return not any(self._news(await self._rows()))

    async def note(self) -> None:
        """Remember this file's keys; only where `misfit` found none."""
        rows = await self._rows()
        for name, version, secret, writes in self._news(rows):
            row = rows.get((name, version))
            if row is None:
                mark = _mark(secret, name, version)
                self._session.add(KeyMark(name=name, version=version, mark=mark, wrote=writes))
            else:
                row.wrote = True
        await self._session.flush()

    async def _rows(self) -> dict[tuple[str, int], KeyMark]:
        found = await self._session.scalars(select(KeyMark))
        return {(row.name, row.version): row for row in found}

    def _news(
        self, rows: Mapping[tuple[str, int], KeyMark]
    ) -> Iterator[tuple[str, int, SecretKey, bool]]:
        """(name, version, key, whether it writes) of what the database does not know yet."""
        for name, key in self._named().items():
            for version, secret in key.versions.items():
                row, writes = rows.get((name, version)), version == key.current
                if row is None or (writes and not row.wrote):
                    yield name, version, secret, writes

    def _named(self) -> dict[str, VersionedKey]:
        return {name: getattr(self._keys, name) for name in NAMES}

    def _gives(self, row: KeyMark) -> bool | None:
        """Whether the file's key gives this mark; None where the file has no such version."""
        key = self._named().get(row.name)
        secret = key.versions.get(row.version) if key is not None else None
        if secret is None:
            return None
        return compare_digest(_mark(secret, row.name, row.version), row.mark)

    def _older(self, known: Mapping[str, set[int]], wrote: Mapping[str, int]) -> KeyMisfit | None:
        for name, key in self._named().items():
            if lacking := known.get(name, set()) - set(key.versions):
                return KeyMisfit(Misfit.LACKING, name, max(lacking), max(key.versions))
        for name, key in self._named().items():
            if wrote.get(name, 0) > key.current:
                return KeyMisfit(Misfit.SWITCHED, name, wrote[name], key.current)
        return None

    async def _misfit_of_unmarked(self) -> KeyMisfit | None:
        """Of a database of before there were marks: by what the keys chained and locked.

        One line or one member that fits is enough: what was altered since keeps nobody from the
        rest. A database in which nothing was done yet fits every file.
        """
        first = await AuditTrail(self._session, self._keys.audit).begins_with_ours()
        if first is False and not await self._opens_a_member():
            return KeyMisfit(Misfit.FOREIGN, "audit", 1, 1)
        used = {
            "audit": await self._used(AuditEntry.key_version),
            "contact": await self._used(Member.contact_version),
            "codes": await self._used(Signal.codes_version),
        }
        return self._older(used, {name: max(of, default=0) for name, of in used.items()})

    async def _used(
        self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    ) -> set[int]:
        found = await self._session.scalars(select(column).distinct())
        return {version for version in found if version is not None}

    async def _opens_a_member(self) -> bool:
        staff = Staff(self._session, self._keys)
        for member in await staff.members():
            try:
                staff.contact(member)
            except (SealBroken, KeyError):
                continue
            return True
        return False


def _mark(secret: SecretKey, name: str, version: int) -> bytes:
    return keyed_digest(
        f"{name}:{version}".encode(), key=secret, purpose="key-mark", size=_MARK_BYTES
    )
