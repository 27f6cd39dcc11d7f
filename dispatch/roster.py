"""Who is to be told: on call this week, or whoever stands in where nobody is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.desk import Desk, SignedIn
from dispatch.errors import NotAllowed, UnknownTeam
from dispatch.former_teams import former_teams
from dispatch.routing import COORDINATION, SUPERVISION
from records import Transaction
from records.audit import AuditAction
from records.tables import Audience, Role


@dataclass(frozen=True, slots=True)
class Roster:
    """The active members by team, and who is on call now by team."""

    teams: Mapping[str, frozenset[UUID]]
    everyone: frozenset[UUID]
    on_call: Mapping[str, UUID]

    def told(self, audience: Audience, *, team: str, owner: UUID | None) -> frozenset[UUID]:
        """Never empty as long as there is any active member."""
        if audience is Audience.OWNER and owner is not None and owner in self.everyone:
            return frozenset({owner})
        if audience is Audience.SUPERVISOR:
            return self._one_on_call(SUPERVISION) or self._first(SUPERVISION, COORDINATION)
        if audience is Audience.ON_CALL:
            return self._one_on_call(team) or self._first(team, COORDINATION, SUPERVISION)
        if audience is Audience.COORDINATION:
            return self._first(COORDINATION, SUPERVISION)
        return self._first(team, COORDINATION, SUPERVISION)

    def all_on_call(self) -> frozenset[UUID]:
        """Everybody whom it concerns that alerts do not go out: on call anywhere, or stand-ins."""
        found = self.told(Audience.SUPERVISOR, team=SUPERVISION, owner=None)
        for team in self.on_call:
            found |= self._one_on_call(team)
        return found

    def _one_on_call(self, team: str) -> frozenset[UUID]:
        """Nobody where the member has left the team since they were put down."""
        member = self.on_call.get(team)
        in_team = self.teams.get(team, frozenset()) | self.teams.get(SUPERVISION, frozenset())
        return frozenset({member}) if member is not None and member in in_team else frozenset()

    def _first(self, *teams: str) -> frozenset[UUID]:
        found = (self.teams[team] for team in teams if self.teams.get(team))
        return next(found, self.everyone)


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of its week, local time."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


async def load_roster(desk: Desk, tx: Transaction) -> Roster:
    active = {m.id for m in await tx.staff.members() if m.disabled_at is None}
    former = await former_teams(desk.point, tx)
    teams: dict[str, set[UUID]] = {}
    for member_id, team in await tx.staff.memberships():
        if member_id in active and team not in former:
            teams.setdefault(team, set()).add(member_id)
    week = week_of(desk.clock(), desk.point.calendar.zone)
    rows = await tx.duty.on_call(first=week, last=week)
    return Roster(
        {team: frozenset(members) for team, members in teams.items()},
        frozenset(active),
        {row.team: row.member_id for row in rows if row.member_id in active},
    )


@dataclass(frozen=True, slots=True)
class RosterWeek:
    """One week of one team: who is on call, None where nobody is put down."""

    team: str
    week: date
    member_id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class RosterPage:
    """The weeks from this one on, and who can be put down for each team."""

    weeks: tuple[RosterWeek, ...]
    choices: Mapping[str, tuple[tuple[UUID, str], ...]]


def teams_seen(member: SignedIn, desk: Desk) -> tuple[str, ...]:
    """The teams whose roster a member sees: their own; supervision sees every one."""
    if SUPERVISION in member.teams:
        return (*(team.code for team in desk.point.teams), SUPERVISION)
    return tuple(sorted(member.teams))


def may_edit_roster(member: SignedIn) -> bool:
    return member.role in {Role.SUPERVISOR, Role.COORDINATOR}


async def read_roster(member: SignedIn, desk: Desk, *, weeks: int) -> RosterPage:
    """The rosters of the member's own teams, this week first."""
    teams = teams_seen(member, desk)
    first = week_of(desk.clock(), desk.point.calendar.zone)
    mondays = [first + timedelta(weeks=n) for n in range(weeks)]
    async with desk.records.reading() as tx:
        rows = await tx.duty.on_call(first=first, last=mondays[-1], teams=teams)
        there = {(row.team, row.week): row.member_id for row in rows}
        roster = await load_roster(desk, tx)
        names = await tx.staff.names(roster.everyone | set(there.values()))
    return RosterPage(
        tuple(
            RosterWeek(team, monday, found, names.get(found, "") if found else "")
            for monday in mondays
            for team in teams
            for found in [there.get((team, monday))]
        ),
        {
            team: tuple(
                sorted(((m, names[m]) for m in roster.teams.get(team, ())), key=lambda one: one[1])
            )
            for team in teams
        },
    )


async def put_on_call(
    team: str, week: date, on_call: UUID | None, member: SignedIn, desk: Desk
) -> None:
    """Put a member of the team down for a week, or nobody; a supervisor or coordinator does.

    Raises NotAllowed, and UnknownTeam where the team is not the editor's, or not the member's.
    """
    if not may_edit_roster(member):
        raise NotAllowed
    if team not in teams_seen(member, desk) or week.weekday() != 0:
        raise UnknownTeam
    async with desk.records.transaction() as tx:
        roster = await load_roster(desk, tx)
        if on_call is not None and on_call not in roster.teams.get(team, frozenset()):
            raise UnknownTeam
        await tx.duty.put_on_call(team, week, on_call)
        await tx.audit.append(
            AuditAction.ROSTER_EDIT, at=desk.clock(), member_id=member.id, team=team
        )
