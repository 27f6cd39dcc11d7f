"""Use cases: what whoever takes over a shift must know, and that somebody took over."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.errors import UnknownTeam
from dispatch.listening_point import ListeningPoint
from dispatch.notify import Told, notify
from dispatch.open_signal import Told as HowFar
from dispatch.open_signal import how_far
from dispatch.own_alerts import GIVEN_UP_SHOWN
from dispatch.queue import QueueRow, rows_of
from dispatch.roster import load_roster, teams_seen
from dispatch.routing import SUPERVISION
from records import Transaction
from records.audit import AuditAction
from records.handovers import HandoverNumbers
from records.ids import new_id
from records.tables import Audience, Channel, Handover, Notification, NotificationEvent
from runtime.log import log
from triage.vocabulary import Level

# Who is on duty is expected to have read it so long after the shift began.
TAKEN_WITHIN: Final = timedelta(minutes=15)
# Who comes early reads it early.
EARLIEST: Final = timedelta(hours=1)
_SHOWN: Final = 200
_SERIOUS: Final = (Level.CRITICAL, Level.HIGH)


@dataclass(frozen=True, slots=True)
class Taken:
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One signal, once: whether something falls due in this shift, and what did not arrive."""

    row: QueueRow
    is_due: bool
    undelivered: tuple[HowFar, ...]


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """Of one team, the most serious first; the numbers are of all, the rows the first of them.

    Due is what falls due until `until`, the end of the shift that comes or runs.
    """

    team: str
    until: datetime
    rows: tuple[HandoverRow, ...]
    numbers: HandoverNumbers
    given_up: int
    taken: Taken | None


async def read_handovers(member: SignedIn, desk: Desk) -> tuple[HandoverPage, ...]:
    """One page for each of the member's teams that has signals."""
    teams = [team for team in teams_seen(member, desk) if team != SUPERVISION]
    async with desk.records.reading() as tx:
        dead = [n for _, n in await tx.notices.dead(since=desk.clock() - GIVEN_UP_SHOWN)]
        return tuple([await _page(team, dead, desk, tx) for team in teams])


async def _page(
    team: str, dead: Sequence[Notification], desk: Desk, tx: Transaction
) -> HandoverPage:
    now = desk.clock()
    until = shift_end(desk.point, now)
    signals, numbers = await tx.handovers.to_hand_over(
        team, levels=_SERIOUS, until=until, limit=_SHOWN
    )
    ids = [signal.id for signal in signals]
    not_arrived: dict[UUID, set[HowFar]] = defaultdict(set)
    for delivery, chat in await tx.chats.undelivered(ids):
        not_arrived[delivery.signal_id].add(how_far(delivery, chat, now))
    for signal_id in await tx.chats.with_held_answers(ids):
        not_arrived[signal_id].add(HowFar.HELD)
    last = await tx.duty.last_handover(team)
    taken = None
    if last is not None:
        names = await tx.staff.names([last.member_id])
        taken = Taken(names.get(last.member_id, ""), last.at)
    return HandoverPage(
        team,
        until,
        tuple(
            HandoverRow(
                row,
                row.due_at is not None and row.due_at <= until,
                tuple(sorted(not_arrived[row.id])),
            )
            for row in await rows_of(signals, tx, now)
        ),
        numbers,
        sum(notification.team == team for notification in dead),
        taken,
    )


async def take_handover(team: str, member: SignedIn, desk: Desk) -> None:
    """The member has read it and takes over. Raises UnknownTeam for another team's."""
    if team not in teams_seen(member, desk) or team == SUPERVISION:
        raise UnknownTeam
    async with desk.records.transaction() as tx:
        now = desk.clock()
        await tx.duty.add_handover(Handover(id=new_id(), team=team, member_id=member.id, at=now))
        await tx.audit.append(AuditAction.HANDOVER_TAKE, at=now, member_id=member.id, team=team)


def shift_end(point: ListeningPoint, now: datetime) -> datetime:
    """Pure: when the day of duty that runs, or the next one, ends."""
    return point.calendar.day_ends(point.calendar.next_opening(now))


async def report_missing_handovers(desk: Desk, channels: Collection[Channel]) -> int:
    """Tell the supervisor, once a day of duty, of teams where nobody took over what the night left.

    That is something serious which was there when the day began; what comes later has promises of
    its own.
    """
    now, calendar = desk.clock(), desk.point.calendar
    opened = calendar.day_began(now)
    if opened is None or now - opened < TAKEN_WITHIN or not calendar.is_on_duty(now):
        return 0
    told = 0
    for team in desk.point.teams:
        async with desk.records.transaction() as tx:
            last = await tx.duty.last_handover(team.code)
            if last is not None and last.at >= opened - EARLIEST:
                continue
            serious = await tx.signals.serious(team.code, levels=_SERIOUS, limit=_SHOWN)
            if not any(signal.received_at < opened for signal in serious):
                continue
            if not await tx.duty.tell_of_outage(f"handover:{team.code}", since=opened, at=now):
                continue
            roster = await load_roster(desk, tx)
            members = roster.told(Audience.SUPERVISOR, team=team.code, owner=None)
            event = NotificationEvent.HANDOVER
            await notify([Told(m, event, team.code) for m in members], channels, tx, now=now)
            told += 1
    if told:
        log.info("handover.missing", count=told)
    return told
