"""Use cases: add a member of staff to teams, and give one a new password."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from dispatch.contact_checks import checked_contact
from dispatch.desk import Desk, SignedIn
from dispatch.errors import (
    AddressTaken,
    KeyNotHeld,
    MemberDisabled,
    NoTeamForThem,
    NotInstalled,
    SignInRefused,
    UnknownMember,
    WrongRecoveryKey,
)
from dispatch.install import team_secret_by_recovery
from records import Transaction
from records.audit import AuditAction
from records.conversations import unwrap_team_key, wrap_team_key
from records.errors import Conflict
from records.ids import new_id
from records.lookups import email_lookup
from records.passwords import make_salt, password_key
from records.sealing import (
    Binding,
    SecretKey,
    lock,
    make_key_pair,
    open_sealed,
    public_half,
    seal,
)
from records.staff import Contact, lock_contact
from records.tables import Member, Role, TeamKey


@dataclass(frozen=True, slots=True)
class NewMember:
    name: str
    email: str
    role: Role
    teams: tuple[str, ...]
    password: str = field(repr=False)
    phone: str = field(repr=False, default="")


async def add_member(new: NewMember, desk: Desk, *, by: SecretKey | SignedIn) -> UUID:
    """Add a member, with the keys of `new.teams`, opened with the recovery key or by a member.

    An administrator is in no team and can read nothing. Raises AddressTaken, NotInstalled,
    WrongName, WrongEmail, WrongPhone, NoTeamForThem, WrongRecoveryKey; KeyNotHeld where the member
    who adds is not in a team they give.
    """
    if new.role is Role.ADMINISTRATOR and new.teams:
        raise NoTeamForThem
    contact = checked_contact(Contact(new.name, new.email, new.phone))
    member_id, pair, salt = new_id(), make_key_pair(), make_salt()
    keys = desk.records.keys
    locked = await _lock_secret(pair.secret, new.password, salt, member_id, desk)
    try:
        async with desk.records.transaction() as tx:
            installation = await tx.staff.installation()
            if installation is None:
                raise NotInstalled
            if isinstance(by, SecretKey) and public_half(by) != installation.recovery_public_key:
                raise WrongRecoveryKey
            if await tx.staff.by_email(contact.email) is not None:  # under a former pepper, too
                raise AddressTaken
            secrets = {team: await _team_secret(team, by, tx) for team in new.teams}
            await tx.staff.add_member(
                Member(
                    id=member_id,
                    role=new.role,
                    email_lookup=email_lookup(contact.email, pepper=keys.pepper.now),
                    locked_contact=lock_contact(contact, member_id, keys),
                    contact_version=keys.contact.current,
                    public_key=pair.public,
                    locked_secret=locked,
                    password_salt=salt,
                    password_passes=desk.password_cost.passes,
                    password_memory=desk.password_cost.memory_bytes,
                    recovery_secret=seal(
                        pair.secret.value,
                        _recovery_binding(member_id),
                        to=installation.recovery_public_key,
                    ),
                    created_at=desk.clock(),
                )
            )
            await _give_keys(secrets, member_id, pair.public, tx)
            await note_decision(by, desk, tx)
            await tx.audit.append(AuditAction.STAFF_ADD, at=desk.clock(), member_id=member_id)
    except Conflict:
        raise AddressTaken from None
    return member_id


async def find_member(who: str | UUID, tx: Transaction) -> Member:
    """The member to be changed, by address or id; raises UnknownMember."""
    await tx.staff.one_change_at_a_time()
    found = await (tx.staff.by_email(who) if isinstance(who, str) else tx.staff.member(who))
    if found is None:
        raise UnknownMember
    return found


async def note_decision(by: SecretKey | SignedIn | None, desk: Desk, tx: Transaction) -> None:
    """Whose decision the next line of the trail was; an operator's command has no member."""
    if isinstance(by, SignedIn):
        await tx.audit.append(AuditAction.STAFF_DECIDE, at=desk.clock(), member_id=by.id)


async def names_of(members: Collection[UUID], desk: Desk) -> list[str]:
    """Their names in order; who is unknown is left out."""
    async with desk.records.reading() as tx:
        return sorted((await tx.staff.names(members)).values())


async def reset_password(email: str, password: str, desk: Desk, *, recovery: SecretKey) -> None:
    """Lock a member's own key with a new password; only the recovery key can open it for that.

    Raises SignInRefused for an unknown address, and WrongRecoveryKey.
    """
    async with desk.records.transaction() as tx:
        installation = await tx.staff.installation()
        member = await tx.staff.by_email(email)
        if installation is None or member is None:
            raise SignInRefused
        if public_half(recovery) != installation.recovery_public_key:
            raise WrongRecoveryKey
        secret = SecretKey(
            open_sealed(member.recovery_secret, _recovery_binding(member.id), secret=recovery)
        )
        salt = make_salt()
        member.locked_secret = await _lock_secret(secret, password, salt, member.id, desk)
        member.password_salt = salt
        member.password_passes = desk.password_cost.passes
        member.password_memory = desk.password_cost.memory_bytes
        await tx.audit.append(
            AuditAction.STAFF_RESET_PASSWORD, at=desk.clock(), member_id=member.id
        )


def secret_binding(member_id: UUID) -> Binding:
    """What a member's password-locked secret key is bound to."""
    return Binding("member-key", str(member_id))


def _recovery_binding(member_id: UUID) -> Binding:
    return Binding("member-key-recovery", str(member_id))


async def _lock_secret(
    secret: SecretKey, password: str, salt: bytes, member_id: UUID, desk: Desk
) -> bytes:
    async with desk.derivations:
        key = await asyncio.to_thread(password_key, password, salt=salt, cost=desk.password_cost)
    return lock(secret.value, secret_binding(member_id), key=key)


async def _team_secret(team: str, by: SecretKey | SignedIn | None, tx: Transaction) -> SecretKey:
    if isinstance(by, SecretKey):
        return await team_secret_by_recovery(team, by, tx)
    if by is None:
        raise KeyNotHeld
    for held in await tx.staff.keys_of(by.id):
        if held.team == team:
            return unwrap_team_key(
                held.sealed_secret, team=team, holder=str(by.id), secret=by.secret
            )
    raise KeyNotHeld


async def give_team(
    team: str, member: Member, tx: Transaction, *, by: SecretKey | SignedIn | None
) -> None:
    """Pass a team's key on to a member.

    Raises WrongRecoveryKey, KeyNotHeld, NotInstalled, MemberDisabled, NoTeamForThem.
    """
    if member.disabled_at is not None:
        raise MemberDisabled
    if member.role is Role.ADMINISTRATOR:
        raise NoTeamForThem
    installation = await tx.staff.installation()
    if installation is None:
        raise NotInstalled
    if isinstance(by, SecretKey) and public_half(by) != installation.recovery_public_key:
        raise WrongRecoveryKey
    await _give_keys({team: await _team_secret(team, by, tx)}, member.id, member.public_key, tx)


async def _give_keys(
    secrets: Mapping[str, SecretKey], member_id: UUID, public_key: bytes, tx: Transaction
) -> None:
    for team, secret in secrets.items():
        sealed = wrap_team_key(secret, team=team, holder=str(member_id), public_key=public_key)
        await tx.staff.add_team_key(
            TeamKey(id=new_id(), team=team, member_id=member_id, sealed_secret=sealed)
        )
