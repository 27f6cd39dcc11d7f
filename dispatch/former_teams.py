"""Teams that the listening point no longer names, and what still lies with them.

Their open signals lie with coordination until somebody decides: coordination sees them and is
told of them; who holds the former team's key, or supervision, opens and transfers them.
"""

from dispatch.desk import Desk
from dispatch.listening_point import ListeningPoint
from dispatch.routing import SUPERVISION
from records import Transaction
from runtime.log import log


async def former_teams(point: ListeningPoint, tx: Transaction) -> frozenset[str]:
    """The codes of teams that have a key and are not named any more."""
    named = {team.code for team in point.teams} | {SUPERVISION}
    return frozenset(team.code for team in await tx.staff.teams() if team.code not in named)


async def left_behind(point: ListeningPoint, tx: Transaction) -> dict[str, int]:
    """How many open signals lie with each team that is not named any more; none with none."""
    former = await former_teams(point, tx)
    return await tx.signals.open_by_team(former) if former else {}


async def tell_of_former_teams(desk: Desk) -> None:
    """At the start of a process: say which teams are gone from the configuration, with signals."""
    async with desk.records.reading() as tx:
        left = await left_behind(desk.point, tx)
    for team, count in sorted(left.items()):
        log.warning("team.not_named", team=team, count=count)
