"""Use case: erase what is due; the counts stay. One transaction a signal: a crash loses nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dispatch.desk import Desk
from dispatch.retention import Facts, Fate, fate
from records import Transaction
from records.audit import AuditAction
from records.tables import FollowUpKind, Outcome, Signal, SignalState
from runtime.log import log

_PAGE: Final = 500
_NEVER: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """How many signals met which fate."""

    counts: Mapping[Fate, int]
    dry_run: bool


async def purge(desk: Desk, *, dry_run: bool) -> PurgeReport:
    """Look at every signal whose time may have come, and erase what may be erased."""
    counts: Counter[Fate] = Counter()
    after = _NEVER
    policy = desk.point.retention
    shortest = min(policy.no_danger, policy.transmitted_content, policy.longest)
    while True:
        async with desk.records.reading() as tx:
            page = await tx.signals.quiet_since(desk.clock() - shortest, after=after, limit=_PAGE)
        for signal_id in page:
            found = await _purge_one(signal_id, desk, dry_run=dry_run)
            if found is not None:
                counts[found] += 1
        if len(page) < _PAGE:
            break
        after = page[-1]
    if not dry_run:
        log.info("purge.done", count=counts[Fate.ERASE] + counts[Fate.ERASE_CONTENT])
    return PurgeReport(counts, dry_run)


async def _purge_one(signal_id: UUID, desk: Desk, *, dry_run: bool) -> Fate | None:
    """None where it is gone, or somebody works on it right now: the next purge sees it."""
    async with desk.records.transaction() as tx:
        signal = await tx.signals.locked_if_free(signal_id)
        if signal is None:
            return None
        found = fate(await _facts(signal, tx), desk.point.retention, now=desk.clock())
        if dry_run or found not in {Fate.ERASE, Fate.ERASE_CONTENT}:
            return found
        whole = found is Fate.ERASE
        await tx.audit.append(
            AuditAction.SIGNAL_PURGE if whole else AuditAction.SIGNAL_PURGE_CONTENT,
            at=desk.clock(),
            signal_id=signal.id,
            team=signal.team,
        )
        if whole:
            await tx.signals.erase(signal, signal.outcome or Outcome.LOST_CONTACT)
        else:
            await tx.signals.erase_content(signal, at=desk.clock())
        return found


async def _facts(signal: Signal, tx: Transaction) -> Facts:
    open_kinds = {promise.kind for promise in await tx.follow_ups.open_ones([signal.id])}
    last_reply = await tx.signals.last_reply_at(signal.id)
    return Facts(
        is_open=signal.state is SignalState.OPEN,
        is_unread=FollowUpKind.READ in open_kinds,
        is_unassigned=signal.owner_id is None,
        level=signal.level,
        outcome=signal.outcome,
        last_contact=max(signal.last_inbound_at, last_reply or signal.last_inbound_at),
        closed_at=signal.closed_at,
        content_erased=signal.content_erased_at is not None,
    )
