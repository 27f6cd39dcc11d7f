"""Use cases: sign in with address and password, and come back with what the session holds."""

import asyncio
from itertools import chain
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.errors import SignInRefused
from dispatch.former_teams import former_teams
from dispatch.members import secret_binding
from dispatch.routing import COORDINATION
from records import Transaction
from records.audit import AuditAction
from records.errors import SealBroken
from records.passwords import SALT_BYTES, ArgonCost, former_password_keys, password_key
from records.sealing import SecretKey, lock, unlock
from records.tables import Member


async def sign_in(email: str, password: str, desk: Desk) -> SignedIn:
    """Open a member's key with their password.

    An unknown address costs the same time as a wrong password, and the answer is the same:
    SignInRefused. Each sign-in and each refusal of a known member is in the trail.
    """
    async with desk.records.reading() as tx:
        member = await tx.staff.by_email(email)
    async with desk.derivations:
        secret, relocked = await asyncio.to_thread(_open_secret, member, password, desk)
    refused = member is None or secret is None or member.disabled_at is not None
    action = AuditAction.STAFF_SIGN_IN_REFUSED if refused else AuditAction.STAFF_SIGN_IN
    async with desk.records.transaction() as tx:
        if member is not None:
            await tx.audit.append(action, at=desk.clock(), member_id=member.id)
        if refused or member is None or secret is None:
            signed_in = None
        else:
            if relocked is not None:
                await tx.staff.relock(member, relocked)
            signed_in = await _signed_in(member, secret, desk, tx)
    if signed_in is None:
        raise SignInRefused
    return signed_in


async def resume(member_id: UUID, secret: SecretKey, desk: Desk, *, credential: str) -> SignedIn:
    """The member of a running session, with the teams they are in now; or SignInRefused.

    A new password or role ends the sessions that the old one began.
    """
    async with desk.records.reading() as tx:
        member = await tx.staff.member(member_id)
        if member is None or member.disabled_at is not None or _credential(member) != credential:
            raise SignInRefused
        return await _signed_in(member, secret, desk, tx)


async def sign_out(member: SignedIn, desk: Desk) -> None:
    async with desk.records.transaction() as tx:
        await tx.audit.append(AuditAction.STAFF_SIGN_OUT, at=desk.clock(), member_id=member.id)


def _open_secret(
    member: Member | None, password: str, desk: Desk
) -> tuple[SecretKey | None, bytes | None]:
    """The member's key; and, where a former spelling opened it, the same locked anew.

    An unknown address costs as much as a wrong password.
    """
    cost = (
        ArgonCost(member.password_passes, member.password_memory)
        if member is not None
        else desk.password_cost
    )
    salt = member.password_salt if member is not None else bytes(SALT_BYTES)
    now = password_key(password, salt=salt, cost=cost)
    for key in chain([now], former_password_keys(password, salt=salt, cost=cost)):
        if member is None:
            continue
        binding = secret_binding(member.id)
        try:
            secret = unlock(member.locked_secret, binding, key=key)
        except SealBroken:
            continue
        return SecretKey(secret), None if key is now else lock(secret, binding, key=now)
    return None, None


async def _signed_in(member: Member, secret: SecretKey, desk: Desk, tx: Transaction) -> SignedIn:
    teams = frozenset(key.team for key in await tx.staff.keys_of(member.id))
    if COORDINATION in teams:
        teams |= await former_teams(desk.point, tx)
    name = tx.staff.contact(member).name
    return SignedIn(member.id, name, member.role, teams, secret, _credential(member))


def _credential(member: Member) -> str:
    """Which password it was (each has a salt of its own), and in which role."""
    return f"{member.password_salt.hex()}:{member.role}"
