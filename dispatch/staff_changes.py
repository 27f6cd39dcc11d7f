"""Use cases: a member of staff leaves, comes back, or changes teams or role.

What they own goes back with its promises as they are; nothing of who left rings.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from dispatch.absence import give_back
from dispatch.desk import Desk, SignedIn
from dispatch.errors import LastSupervisor
from dispatch.members import find_member, give_team, note_decision
from dispatch.roster import week_of
from dispatch.routing import SUPERVISION
from records import Transaction
from records.audit import AuditAction
from records.sealing import SecretKey
from records.tables import Member, Role, Signal


async def disable_member(who: str | UUID, desk: Desk, *, by: SignedIn | None = None) -> int:
    """Let somebody who left see, get and hold nothing any more; say how many signals came back.

    Sessions end with the next request of each, the keys of their teams are withdrawn, what waits to
    be told to them is dropped, they are on call no more, their chat is unlinked, their drafts are
    gone. Raises UnknownMember, and LastSupervisor.
    """
    now = desk.clock()
    async with desk.records.transaction() as tx:
        member = await find_member(who, tx)
        if member.disabled_at is not None:
            return 0
        teams = {key.team for key in await tx.staff.keys_of(member.id)}
        if SUPERVISION in teams:
            await _refuse_last(member, tx)
        owned = await tx.signals.open_of(member.id, teams=None)
        await note_decision(by, desk, tx)
        await tx.audit.append(AuditAction.STAFF_DISABLE, at=now, member_id=member.id)
        await _withdraw(member, teams, owned, desk, tx)
        await tx.notices.drop_all_of(member.id, at=now)
        await tx.notices.remove_chat(member.id)
        await tx.drafts.throw_away_all_of(member.id)
        member.disabled_at = now
    return len(owned)


async def enable_member(who: str | UUID, desk: Desk, *, by: SignedIn | None = None) -> None:
    """Let somebody sign in again; their teams are given again by who holds the keys."""
    async with desk.records.transaction() as tx:
        member = await find_member(who, tx)
        if member.disabled_at is None:
            return
        await note_decision(by, desk, tx)
        await tx.audit.append(AuditAction.STAFF_ENABLE, at=desk.clock(), member_id=member.id)
        member.disabled_at = None


async def change_teams(
    who: str | UUID, teams: Collection[str], desk: Desk, *, by: SecretKey | SignedIn | None
) -> int:
    """Put a member into just these teams; say how many of their signals went back.

    A team's key is passed on by a member of it, or by recovery. Raises UnknownMember,
    LastSupervisor, WrongRecoveryKey, KeyNotHeld, MemberDisabled, NoTeamForThem.
    """
    async with desk.records.transaction() as tx:
        member = await find_member(who, tx)
        former = {key.team for key in await tx.staff.keys_of(member.id)}
        if SUPERVISION in former and SUPERVISION not in teams:
            await _refuse_last(member, tx)
        gone = former - set(teams)
        # Signals are locked before the trail, as everywhere: two orders would be a deadlock.
        owned = await _out_of_reach(member, gone, former - gone, tx)
        await note_decision(by, desk, tx)
        await tx.audit.append(AuditAction.STAFF_TEAMS, at=desk.clock(), member_id=member.id)
        for team in sorted(set(teams) - former):
            await give_team(team, member, tx, by=by)
        await _withdraw(member, gone, owned, desk, tx)
        await _fall_silent(member, gone, set(teams), desk, tx)
        return len(owned)


async def change_role(
    who: str | UUID, role: Role, desk: Desk, *, by: SecretKey | SignedIn | None
) -> int:
    """Let a member be something else; say how many of their signals went back.

    Supervision's key goes with the supervisor's role, passed on by a member of supervision or by
    recovery, and withdrawn after it; an administrator keeps no key at all. Sessions end. Raises as
    change_teams does.
    """
    async with desk.records.transaction() as tx:
        member = await find_member(who, tx)
        if member.role is role:
            return 0
        held = {key.team for key in await tx.staff.keys_of(member.id)}
        gone = held & {SUPERVISION} if member.role is Role.SUPERVISOR else set()
        if role is Role.ADMINISTRATOR:
            gone = held
        if SUPERVISION in gone:
            await _refuse_last(member, tx)
        owned = await _out_of_reach(member, gone, held - gone, tx)
        await note_decision(by, desk, tx)
        await tx.audit.append(AuditAction.STAFF_ROLE, at=desk.clock(), member_id=member.id)
        await _withdraw(member, gone, owned, desk, tx)
        member.role = role
        await _fall_silent(member, gone, held - gone, desk, tx)
        if role is Role.SUPERVISOR and SUPERVISION not in held:
            await give_team(SUPERVISION, member, tx, by=by)
        return len(owned)


async def _refuse_last(member: Member, tx: Transaction) -> None:
    active = {one.id for one in await tx.staff.members() if one.disabled_at is None}
    others = {one for one, team in await tx.staff.memberships() if team == SUPERVISION}
    if not (others & active) - {member.id}:
        raise LastSupervisor


async def _fall_silent(
    member: Member, gone: Collection[str], kept: Collection[str], desk: Desk, tx: Transaction
) -> None:
    """What waits to be told of signals that the member no longer sees is told to them no more."""
    lost = None if SUPERVISION in gone or member.role is Role.ADMINISTRATOR else gone
    if gone:
        await tx.notices.drop_lost(member.id, lost=lost, kept=kept, at=desk.clock())


async def _out_of_reach(
    member: Member, gone: Collection[str], kept: Collection[str], tx: Transaction
) -> list[Signal]:
    """What the member has and will not see any more: supervision saw every team's."""
    if not gone:
        return []
    owned = await tx.signals.open_of(member.id, teams=gone if SUPERVISION in kept else None)
    return [signal for signal in owned if signal.team not in kept]


async def _withdraw(
    member: Member,
    teams: Collection[str],
    owned: Sequence[Signal],
    desk: Desk,
    tx: Transaction,
) -> None:
    """Take the keys of these teams away, and give back what the member has there."""
    for signal in owned:
        await give_back(signal, desk, tx)
    week = week_of(desk.clock(), desk.point.calendar.zone)
    for team in teams:
        await tx.staff.remove_team_key(team, member.id)
        await tx.duty.take_off(member.id, since=week, team=team)
