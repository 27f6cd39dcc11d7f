"""Who may change staff from the console, and what such a member sees of colleagues.

An administrator reads no signal and holds no team's key: names, addresses, roles and leaving are
theirs. A team's key is passed on by who holds it and leads: a supervisor or coordinator of it.
"""

from dataclasses import dataclass, field
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.errors import NotAllowed, NotOneself
from dispatch.routing import SUPERVISION
from records.tables import Role

LEADS = frozenset({Role.SUPERVISOR, Role.COORDINATOR})


@dataclass(frozen=True, slots=True)
class Colleague:
    """One member as whoever administers sees them; `rings` says that anything but mail reaches."""

    id: UUID
    name: str
    email: str = field(repr=False)
    phone: str = field(repr=False)
    role: Role
    teams: tuple[str, ...]
    is_active: bool
    has_chat: bool
    is_oneself: bool


def may_administer(member: SignedIn) -> bool:
    return member.role is Role.ADMINISTRATOR


def may_see_staff(member: SignedIn) -> bool:
    return may_administer(member) or member.role in LEADS


def teams_to_give(member: SignedIn) -> frozenset[str]:
    """The teams whose key this member may pass on: supervision's goes with a role."""
    return member.teams - {SUPERVISION} if member.role in LEADS else frozenset()


def refuse_who_may_not(member: SignedIn) -> None:
    """Raises NotAllowed."""
    if not may_administer(member):
        raise NotAllowed


def refuse_oneself(member: SignedIn, who: UUID) -> None:
    """Nobody takes away what they act by: another administrator does. Raises NotOneself."""
    if who == member.id:
        raise NotOneself


async def read_staff(member: SignedIn, desk: Desk) -> list[Colleague]:
    """Everybody, the active first, by name. Raises NotAllowed."""
    if not may_see_staff(member):
        raise NotAllowed
    async with desk.records.reading() as tx:
        teams: dict[UUID, list[str]] = {}
        for member_id, team in await tx.staff.memberships():
            teams.setdefault(member_id, []).append(team)
        chats = await tx.notices.linked_members()
        found = []
        for one in await tx.staff.members():
            contact = tx.staff.contact(one)
            found.append(
                Colleague(
                    one.id,
                    contact.name,
                    contact.email,
                    contact.phone,
                    one.role,
                    tuple(sorted(teams.get(one.id, []))),
                    one.disabled_at is None,
                    one.id in chats,
                    one.id == member.id,
                )
            )
    return sorted(found, key=lambda one: (not one.is_active, one.name.casefold()))
