"""All queries on teams, members and the keys they hold."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.lookups import email_lookup, former_email_lookups
from records.sealing import Binding, lock, unlock
from records.server_keys import ServerKeys
from records.tables import Installation, Member, Team, TeamKey


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a member is: kept locked, shown to signed-in colleagues."""

    name: str
    email: str
    phone: str = ""


class Staff:
    def __init__(self, session: AsyncSession, keys: ServerKeys) -> None:
        self._session, self._keys = session, keys

    async def installation(self) -> Installation | None:
        return await self._session.get(Installation, 1)

    async def one_change_at_a_time(self) -> None:
        """Until this transaction ends: two changes of staff must each see what the other did."""
        await self._session.execute(select(Installation.id).with_for_update())

    async def add_installation(self, installation: Installation) -> None:
        self._session.add(installation)
        await self._session.flush()

    async def teams(self) -> Sequence[Team]:
        return (await self._session.scalars(select(Team).order_by(Team.code))).all()

    async def add_team(self, team: Team, recovery: TeamKey) -> None:
        self._session.add(team)
        await self._session.flush()
        self._session.add(recovery)
        await self._session.flush()

    async def add_member(self, member: Member) -> None:
        self._session.add(member)
        await self._session.flush()

    async def relock(self, member: Member, locked_secret: bytes) -> None:
        """Put the same secret, locked anew, unless another password came in the meantime."""
        await self._session.execute(
            update(Member)
            .where(Member.id == member.id, Member.locked_secret == member.locked_secret)
            .values(locked_secret=locked_secret)
        )

    async def add_team_key(self, key: TeamKey) -> None:
        self._session.add(key)
        await self._session.flush()

    async def remove_team_key(self, team: str, member_id: UUID) -> None:
        await self._session.execute(
            delete(TeamKey).where(TeamKey.team == team, TeamKey.member_id == member_id)
        )

    async def member(self, member_id: UUID) -> Member | None:
        return await self._session.get(Member, member_id)

    async def members(self) -> Sequence[Member]:
        return (await self._session.scalars(select(Member).order_by(Member.created_at))).all()

    async def by_email(self, email: str) -> Member | None:
        lookups = [
            lookup
            for _, key in self._keys.pepper.newest_first()
            for lookup in (
                email_lookup(email, pepper=key), *former_email_lookups(email, pepper=key)
            )
        ]  # fmt: skip
        return await self._session.scalar(select(Member).where(Member.email_lookup.in_(lookups)))

    async def keys_of(self, member_id: UUID) -> Sequence[TeamKey]:
        return (
            await self._session.scalars(select(TeamKey).where(TeamKey.member_id == member_id))
        ).all()

    async def memberships(self) -> Sequence[tuple[UUID, str]]:
        """(member, team) of every key that a member holds."""
        rows = await self._session.execute(
            select(TeamKey.member_id, TeamKey.team).where(TeamKey.member_id.is_not(None))
        )
        return [(member_id, team) for member_id, team in rows if member_id is not None]

    async def recovery_key_of(self, team: str) -> TeamKey | None:
        return await self._session.scalar(
            select(TeamKey).where(TeamKey.team == team, TeamKey.member_id.is_(None))
        )

    async def names(self, member_ids: Collection[UUID]) -> dict[UUID, str]:
        """The names of these members, as colleagues see them."""
        found = await self._session.scalars(select(Member).where(Member.id.in_(member_ids)))
        return {member.id: self.contact(member).name for member in found}

    def contact(self, member: Member) -> Contact:
        key = self._keys.contact.versions[member.contact_version]
        return Contact(**json.loads(unlock(member.locked_contact, _binding(member.id), key=key)))


def lock_contact(contact: Contact, member_id: UUID, keys: ServerKeys) -> bytes:
    content = json.dumps(asdict(contact)).encode()
    return lock(content, _binding(member_id), key=keys.contact.now)


def _binding(member_id: UUID) -> Binding:
    return Binding("staff-contact", str(member_id))
