"""Use cases: a member of staff leaves, comes back, or changes teams.

What they own goes back with its promises as they are; nothing of who left rings.
"""

from collections.abc import Collection, Sequence

from dispatch.absence import give_back
from dispatch.desk import Desk, SignedIn
from dispatch.errors import LastSupervisor, UnknownMember
from dispatch.members import give_team
from dispatch.roster import week_of
from dispatch.routing import SUPERVISION
from records import Transaction
from records.audit import AuditAction
from records.sealing import SecretKey
from records.tables import Member, Signal


async def disable_member(email: str, desk: Desk) -> int:
    """Let somebody who left see, get and hold nothing any more; say how many signals came back.

    Sessions end with the next request of each, the keys of their teams are withdrawn, what waits to
    be told to them is dropped, they are on call no more, their chat is unlinked, their drafts are
    gone. Raises UnknownMember, and LastSupervisor.
    """
    now = desk.clock()
    async with desk.records.transaction() as tx:
        member = await _member(email, tx)
        if member.disabled_at is not None:
            return 0
        teams = {key.team for key in await tx.staff.keys_of(member.id)}
        if SUPERVISION in teams:
            await _refuse_last(member, tx)
        owned = await tx.signals.open_of(member.id, teams=None)
        await tx.audit.append(AuditAction.STAFF_DISABLE, at=now, member_id=member.id)
        await _withdraw(member, teams, owned, desk, tx)
        await tx.notices.drop_all_of(member.id, at=now)
        await tx.notices.remove_chat(member.id)
        await tx.drafts.throw_away_all_of(member.id)
        member.disabled_at = now
    return len(owned)


async def enable_member(email: str, desk: Desk) -> None:
    """Let somebody sign in again; their teams are given again by who holds the keys."""
    async with desk.records.transaction() as tx:
        member = await _member(email, tx)
        if member.disabled_at is None:
            return
        await tx.audit.append(AuditAction.STAFF_ENABLE, at=desk.clock(), member_id=member.id)
        member.disabled_at = None


async def change_teams(
    email: str, teams: Collection[str], desk: Desk, *, by: SecretKey | SignedIn
) -> int:
    """Put a member into just these teams; say how many of their signals went back.

    A team's key is passed on by a member of it, or by recovery. Raises UnknownMember,
    LastSupervisor, WrongRecoveryKey, SignInRefused.
    """
    async with desk.records.transaction() as tx:
        member = await _member(email, tx)
        former = {key.team for key in await tx.staff.keys_of(member.id)}
        if SUPERVISION in former and SUPERVISION not in teams:
            await _refuse_last(member, tx)
        gone = former - set(teams)
        # Signals are locked before the trail, as everywhere: two orders would be a deadlock.
        owned = await tx.signals.open_of(member.id, teams=gone) if gone else []
        await tx.audit.append(AuditAction.STAFF_TEAMS, at=desk.clock(), member_id=member.id)
        for team in sorted(set(teams) - former):
            await give_team(team, member, tx, by=by)
        await _withdraw(member, gone, owned, desk, tx)
        return len(owned)


async def _member(email: str, tx: Transaction) -> Member:
    member = await tx.staff.by_email(email)
    if member is None:
        raise UnknownMember
    return member


async def _refuse_last(member: Member, tx: Transaction) -> None:
    active = {one.id for one in await tx.staff.members() if one.disabled_at is None}
    others = {one for one, team in await tx.staff.memberships() if team == SUPERVISION}
    if not (others & active) - {member.id}:
        raise LastSupervisor


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
