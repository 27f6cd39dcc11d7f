"""After the year: which promises broke. Each line is one that did."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from dispatch.deadlines import DUE
from records import Records
from records.tables import Escalation, FollowUp, FollowUpKind

_SHOWN = 20


async def broken_promises(
    records: Records, passes: Sequence[datetime], ended: datetime
) -> list[str]:
    """Of every follow-up that is still kept: its escalations, in time, each once."""
    async with records.reading() as tx:
        follow_ups = await tx.follow_ups.everything()
        escalations = await tx.escalations.everything()
        told = await tx.escalations.number_told()
        problems = [f"{ref}: {what}" for ref, what in await tx.follow_ups.broken_promises(_SHOWN)]
    fired: dict[UUID, list[Escalation]] = {}
    for one in escalations:
        fired.setdefault(one.follow_up_id, []).append(one)
    seen = Counter((one.follow_up_id, one.level, one.percent) for one in escalations)
    problems += [f"fired {n} times: {key}" for key, n in seen.items() if n > 1]
    for promise in follow_ups:
        problems += _of_one(promise, fired.get(promise.id, []), passes, ended)
    problems += [f"escalation {one.id}: told nobody" for one in escalations if not told.get(one.id)]
    return problems


def _of_one(
    promise: FollowUp,
    escalations: Sequence[Escalation],
    passes: Sequence[datetime],
    ended: datetime,
) -> list[str]:
    problems = []
    first = bisect_left(passes, promise.due_at)
    until = promise.met_at or promise.ended_at or ended
    if first < len(passes) and passes[first] < until:
        logged = [one for one in escalations if one.percent == DUE and one.due_at == promise.due_at]
        if not logged:
            problems.append(f"{promise.kind} due {promise.due_at}: no escalation was logged")
    problems += [
        f"{promise.kind}: rung {one.percent} was not fired at the first pass"
        for one in escalations
        if one.fired_at != passes[bisect_left(passes, one.due_at)]
    ]
    return problems


def longest_unread(follow_ups: Sequence[FollowUp], ended: datetime) -> dict[str, float]:
    """Hours from a message until somebody read it, the longest by level."""
    longest: dict[str, timedelta] = {}
    for promise in follow_ups:
        if promise.kind is FollowUpKind.READ:
            took = (promise.met_at or promise.ended_at or ended) - promise.created_at
            longest[promise.level] = max(longest.get(promise.level, timedelta()), took)
    return {level: round(took.total_seconds() / 3600, 1) for level, took in longest.items()}
