"""Use case: fire the rungs that are due, each once, and say whom they tell.

The truth is in the rows: any number of workers may run this at any time, and after any downtime it
catches up in order, with one notification a person for all that is due together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from dispatch.deadlines import DUE
from dispatch.desk import Desk
from dispatch.notify import Told, notify
from dispatch.policies import Versions, load_versions
from dispatch.promises import set_next_rung
from dispatch.roster import Roster, load_roster
from records import Transaction
from records.ids import new_id
from records.tables import Audience, Channel, Escalation, FollowUp, NotificationEvent, Signal
from runtime.log import log

_AT_ONCE: Final = 1_000


@dataclass(slots=True)
class _Digest:
    """What one member is to be told of in one pass."""

    most_urgent: tuple[int, datetime] | None = None
    signal: Signal | None = None
    escalations: list[UUID] = field(default_factory=list)

    def add(self, promise: FollowUp, signal: Signal, escalation: UUID) -> None:
        self.escalations.append(escalation)
        urgency = (-promise.level.rank, promise.due_at)
        if self.most_urgent is None or urgency < self.most_urgent:
            self.most_urgent, self.signal = urgency, signal


async def escalate(desk: Desk, channels: Collection[Channel]) -> int:
    """Fire every rung that is due now; say how many were."""
    fired = 0
    while True:
        async with desk.records.transaction() as tx:
            due = await tx.escalations.take_due(now=desk.clock(), limit=_AT_ONCE)
            if not due:
                return fired
            fired += await _fire(due, channels, desk, tx)
        if len(due) < _AT_ONCE:
            return fired


async def _fire(
    due: Iterable[tuple[FollowUp, Signal]],
    channels: Collection[Channel],
    desk: Desk,
    tx: Transaction,
) -> int:
    now = desk.clock()
    versions, roster = await load_versions(desk.point, tx), await load_roster(desk, tx)
    digests: dict[UUID, _Digest] = defaultdict(_Digest)
    fired: list[Escalation] = []
    for promise, signal in due:
        for escalation, audiences in _climb(promise, signal, versions, now):
            fired.append(escalation)
            for member in _members(audiences, signal, roster):
                digests[member].add(promise, signal, escalation.id)
    await tx.escalations.log(fired)
    if fired and not digests:
        log.error("escalation.nobody_to_tell", count=len(fired))
    told = [
        Told(
            member,
            NotificationEvent.PROMISE,
            digest.signal.team if digest.signal else None,
            digest.signal.id if digest.signal else None,
            tuple(digest.escalations),
        )
        for member, digest in digests.items()
    ]
    number = await notify(told, channels, tx, now=now)
    log.info("escalation.fired", count=len(fired))
    log.info("escalation.told", count=number)
    return len(fired)


def _climb(
    promise: FollowUp, signal: Signal, versions: Versions, now: datetime
) -> Iterable[tuple[Escalation, tuple[Audience, ...]]]:
    """Every rung of the promise that is due, in order; then the next one is set."""
    terms = versions.terms(promise)
    rungs = terms.policy.rungs(promise.kind, promise.level)
    while promise.next_rung is not None and promise.next_rung_at is not None:
        if promise.next_rung_at > now:
            break
        percent = promise.next_rung
        escalation = Escalation(
            id=new_id(),
            follow_up_id=promise.id,
            signal_id=signal.id,
            team=signal.team,
            level=promise.level,
            percent=percent,
            due_at=promise.next_rung_at,
            fired_at=now,
        )
        if percent >= DUE and promise.breached_at is None:
            promise.breached_at = now
        yield escalation, rungs.get(percent, (Audience.TEAM,))
        set_next_rung(promise, terms, after=percent)


def _members(audiences: Iterable[Audience], signal: Signal, roster: Roster) -> frozenset[UUID]:
    found: frozenset[UUID] = frozenset()
    for audience in audiences:
        found |= roster.told(audience, team=signal.team, owner=signal.owner_id)
    return found
