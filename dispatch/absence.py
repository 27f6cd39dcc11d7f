"""Use cases: nobody's signals wait for a person who has left."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from records import Transaction
from records.audit import AuditAction
from records.ids import new_id
from records.tables import Audience, OutboxAlert, OutboxEvent, Signal
from runtime.log import log

# How often a member's sign of life is written down.
SEEN_EVERY: Final = timedelta(minutes=1)
_AT_ONCE: Final = 100


async def give_sign_of_life(member: SignedIn, desk: Desk) -> None:
    """The member is at work: noted once a minute."""
    now = desk.clock()
    async with desk.records.reading() as tx:
        row = await tx.staff.member(member.id)
    if row is None or (row.last_seen_at is not None and now - row.last_seen_at < SEEN_EVERY):
        return
    async with desk.records.transaction() as tx:
        await tx.duty.seen(member.id, at=now)


async def go_off_duty(member: SignedIn, desk: Desk) -> int:
    """Give back to the queue what the member took and did not answer; say how many."""
    return await _return(desk, owner=member.id)


async def return_from_the_absent(desk: Desk) -> int:
    """The same for whoever gave no sign of life for so long; say how many came back."""
    return await _return(desk, owner=None)


async def _return(desk: Desk, *, owner: UUID | None) -> int:
    count = 0
    while True:
        async with desk.records.transaction() as tx:
            left = await tx.signals.take_unanswered(
                owner=owner, seen_before=desk.clock() - desk.point.absent_after, limit=_AT_ONCE
            )
            for signal in left:
                await give_back(signal, desk, tx)
        count += len(left)
        if len(left) < _AT_ONCE:
            return count


async def give_back(signal: Signal, desk: Desk, tx: Transaction) -> None:
    """The sender's clock goes on: only who has it changes."""
    now = desk.clock()
    await tx.audit.append(
        AuditAction.SIGNAL_RETURN,
        at=now,
        member_id=signal.owner_id,
        signal_id=signal.id,
        team=signal.team,
    )
    signal.owner_id, signal.claimed_at = None, None
    await tx.outbox.add(
        OutboxAlert(
            id=new_id(),
            signal_id=signal.id,
            team=signal.team,
            event=OutboxEvent.RETURNED,
            level=signal.level,
            created_at=now,
            audience=Audience.TEAM,
        )
    )
    log.info("signal.returned", signal=signal.ref, team=signal.team)
