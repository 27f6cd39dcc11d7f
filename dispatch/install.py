"""Use cases: install the service once, and give a team its key."""

from dataclasses import dataclass

from dispatch.desk import Desk
from dispatch.errors import AlreadyThere, NotInstalled, WrongRecoveryKey
from dispatch.policies import register_policy
from dispatch.routing import SUPERVISION
from records import Transaction
from records.audit import AuditAction
from records.conversations import unwrap_team_key, wrap_team_key
from records.errors import Conflict
from records.ids import new_id
from records.sealing import SecretKey, make_key_pair, public_half
from records.tables import Installation, Team, TeamKey

RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Installed:
    """The recovery key's secret half: shown once, kept off line by people, never by the server."""

    recovery: SecretKey
    teams: tuple[str, ...]


async def install(desk: Desk) -> Installed:
    """Make the recovery key, and a key for each team of the listening point and for supervision.

    Raises AlreadyThere on a database that has been installed.
    """
    recovery = make_key_pair()
    codes = (*(team.code for team in desk.point.teams), SUPERVISION)
    try:
        async with desk.records.transaction() as tx:
            if await tx.staff.installation() is not None:
                raise AlreadyThere
            await tx.staff.add_installation(
                Installation(id=1, recovery_public_key=recovery.public, created_at=desk.clock())
            )
            for code in codes:
                await _make_team(code, recovery.public, desk, tx)
            await tx.key_marks.note()
    except Conflict:
        raise AlreadyThere from None
    await register_policy(desk)
    return Installed(recovery.secret, codes)


async def add_team(code: str, desk: Desk) -> None:
    """Give a team that the listening point names its key. Raises AlreadyThere, NotInstalled."""
    try:
        async with desk.records.transaction() as tx:
            installation = await tx.staff.installation()
            if installation is None:
                raise NotInstalled
            await _make_team(code, installation.recovery_public_key, desk, tx)
    except Conflict:
        raise AlreadyThere(code) from None


async def team_secret_by_recovery(team: str, recovery: SecretKey, tx: Transaction) -> SecretKey:
    """Open a team's key with the recovery key; raises WrongRecoveryKey or NotInstalled."""
    installation = await tx.staff.installation()
    held = await tx.staff.recovery_key_of(team)
    if installation is None or held is None:
        raise NotInstalled
    if public_half(recovery) != installation.recovery_public_key:
        raise WrongRecoveryKey
    return unwrap_team_key(held.sealed_secret, team=team, holder=RECOVERY, secret=recovery)


async def _make_team(code: str, recovery_public: bytes, desk: Desk, tx: Transaction) -> None:
    pair = make_key_pair()
    await tx.staff.add_team(
        Team(code=code, public_key=pair.public, created_at=desk.clock()),
        TeamKey(
            id=new_id(),
            team=code,
            member_id=None,
            sealed_secret=wrap_team_key(
                pair.secret, team=code, holder=RECOVERY, public_key=recovery_public
            ),
        ),
    )
    await tx.audit.append(AuditAction.TEAM_ADD, at=desk.clock(), team=code)
